import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { Icon } from "./icons.tsx";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A modal dialog; the focus comes back by itself. */
export function Dialog({ title, onClose, children }: Props): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="pg-dialog" ref={dialog} aria-labelledby={id} onClose={onClose} onClick={({ target, currentTarget }) => target === currentTarget && currentTarget.close()}>
      <div class="pg-dialog-content">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="pg-icon" aria-label="Close" onClick={() => dialog.current?.close()}><Icon name="close" /></button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

import type { VNode } from "preact";

import { type Store, useStore } from "../store.ts";
import { NARROWEST, type Surroundings, WIDEST } from "../widget/surroundings.ts";

export function clampWidth(width: number): number {
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
}

/** The edge of a widget, to be dragged. */
export function Handle({ surroundings }: { surroundings: Store<Surroundings> }): VNode {
  const { width } = useStore(surroundings);
  const widen = (by: number): void => surroundings.change({ width: clampWidth(surroundings.value.width + by) });
  const drag = (event: PointerEvent): void => {
    const handle = event.currentTarget as HTMLElement;
    const from = event.clientX - surroundings.value.width;
    // The frame would swallow the pointer.
    handle.setPointerCapture(event.pointerId);
    const move = ({ clientX }: PointerEvent): void => surroundings.change({ width: clampWidth(clientX - from) });
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
  };
  return (
    <div class="pg-handle" role="slider" tabIndex={0} aria-label="Width of the widget" aria-orientation="horizontal" aria-valuemin={NARROWEST} aria-valuemax={WIDEST} aria-valuenow={width} aria-valuetext={`${width} pixels`} onPointerDown={drag} onKeyDown={(event) => {
      const by = { ArrowLeft: -10, ArrowRight: 10, PageDown: -100, PageUp: 100 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      widen(by);
    }} />
  );
}

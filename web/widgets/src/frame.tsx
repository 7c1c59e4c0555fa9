import type { ReactNode } from "react";

import { plain } from "./text.ts";

/** The widget while the tool works. */
export function Busy({ words }: { words: string }): ReactNode {
  return (
    <div className="stack" role="status">
      <h1 className="quiet"><bdi>{words}</bdi></h1>
      {[0, 1, 2].map((row) => (
        <div key={row} className="card bones" aria-hidden="true">
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}

interface NoticeProps {
  kind: "empty" | "failed";
  title: string;
  children: string;
}

/** The widget when there is nothing to show, and why. */
export function Notice({ kind, title, children }: NoticeProps): ReactNode {
  const words = plain(children).trim();
  return (
    <div className={`card notice ${kind}`} role={kind === "failed" ? "alert" : "status"}>
      <h1><bdi>{title}</bdi></h1>
      {words && <p><bdi>{words}</bdi></p>}
    </div>
  );
}

export const NOT_UNDERSTOOD = (
  <Notice kind="failed" title="The answer could not be read">
    Ask again. If it stays like this, the server and this view do not fit together.
  </Notice>
);

/** "1 file", "2,000 files": digits as the words, in English. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

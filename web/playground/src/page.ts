import type { Allow } from "./widget/violation.ts";

/** A widget of this server. */
export interface WidgetInfo {
  name: string;
  /** The address of its sandbox. */
  frame: string;
  allow: Allow;
}

/** What the server wrote into the page. */
export interface Page {
  root: HTMLElement;
  /** The issuer, byte for byte. */
  publicUrl: string;
  widgets: WidgetInfo[];
}

export function readPage(): Page {
  const root = document.getElementById("playground");
  if (!root) throw new Error("the page has no place for the playground");
  const { publicUrl = location.origin, widgets = "[]" } = root.dataset;
  return { root, publicUrl, widgets: JSON.parse(widgets) as WidgetInfo[] };
}

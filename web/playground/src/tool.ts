import type { Tool } from "@modelcontextprotocol/client";

import { isObject } from "./schema/json.ts";

/** Which kind of host shows a widget. */
export type HostKind = "apps" | "openai";

export type Badge = "reads" | "writes" | "destructive" | "repeatable" | "open world";

export const BADGE_WORDS: Record<Badge, string> = {
  reads: "Changes nothing (readOnlyHint)",
  writes: "Changes something (no readOnlyHint)",
  destructive: "May destroy something (destructiveHint)",
  repeatable: "The same call twice changes nothing more (idempotentHint)",
  "open world": "Reaches beyond this server (openWorldHint)",
};

/** What a tool says about itself, with the defaults of the specification. */
export function badgesOf({ annotations }: Tool): Badge[] {
  const { readOnlyHint = false, destructiveHint = true, idempotentHint = false, openWorldHint = true } = annotations ?? {};
  const badges: Badge[] = [readOnlyHint ? "reads" : "writes"];
  if (!readOnlyHint && destructiveHint) badges.push("destructive");
  if (!readOnlyHint && idempotentHint) badges.push("repeatable");
  if (openWorldHint) badges.push("open world");
  return badges;
}

export function titleOf({ title, annotations, name }: Tool): string {
  return title ?? annotations?.title ?? name;
}

/** The scopes that a call needs, and whether one is possible without a person. */
export function accessOf({ _meta }: Tool): { scopes: string[]; anybody: boolean } {
  const schemes = Array.isArray(_meta?.securitySchemes) ? _meta.securitySchemes.filter(isObject) : [];
  const scopes = schemes.flatMap(({ scopes }) => (Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : []));
  return { scopes: [...new Set(scopes)], anybody: schemes.some(({ type }) => type === "noauth") };
}

/** Where the host of this kind finds the tool's widget. */
export function widgetOf({ _meta }: Tool, host: HostKind): string | null {
  const ui = isObject(_meta?.ui) ? _meta.ui.resourceUri : undefined;
  const found = host === "apps" ? ui ?? _meta?.["ui/resourceUri"] : _meta?.["openai/outputTemplate"];
  return typeof found === "string" && found.startsWith("ui://") ? found : null;
}

export function hasWidget(tool: Tool): boolean {
  return widgetOf(tool, "apps") !== null || widgetOf(tool, "openai") !== null;
}

/** `ui://widget/card.0123.html` is a page of `card`. */
export function nameOfWidget(uri: string): string | null {
  return /^ui:\/\/widget\/([A-Za-z0-9_-]{1,64})(?:\.[^/]*)?\.html$/.exec(uri)?.[1] ?? null;
}

/** Why a host of this kind refuses a widget's call of the tool, or null. */
export function refusalOf(tool: Tool | undefined, name: string, host: HostKind): string | null {
  if (!tool) return `There is no tool ${name}.`;
  const ui = isObject(tool._meta?.ui) ? tool._meta.ui.visibility : undefined;
  if (host === "apps" && Array.isArray(ui) && !ui.includes("app")) return `${name} is not for widgets: its _meta.ui.visibility leaves "app" out.`;
  if (host === "openai" && tool._meta?.["openai/widgetAccessible"] !== true) return `${name} is not for widgets: its _meta["openai/widgetAccessible"] is not true.`;
  return null;
}

import type { Surroundings } from "./host.ts";

/** A locale that this browser knows, English otherwise. */
export function localeOf(tag: string): Intl.Locale {
  try {
    // Some hosts write POSIX names.
    return new Intl.Locale(tag.replaceAll("_", "-"));
  } catch {
    return new Intl.Locale("en");
  }
}

const RIGHT_TO_LEFT = new Set(["Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"]);

export function directionOf(locale: Intl.Locale): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(locale.maximize().script ?? "") ? "rtl" : "ltr";
}

/** Makes the page look as its surroundings ask. */
export function dress(root: HTMLElement, { theme, locale, safeArea, displayMode, style }: Surroundings): void {
  root.dir = directionOf(localeOf(locale));
  root.dataset.display = displayMode;
  root.style.colorScheme = theme ?? "";
  for (const [name, value] of Object.entries(style)) {
    if (name.startsWith("--")) root.style.setProperty(name, value ?? "");
  }
  for (const side of ["top", "right", "bottom", "left"] as const) {
    root.style.setProperty(`--safe-${side}`, `${Math.max(0, safeArea[side])}px`);
  }
}

/** A day as people write it, or null if it is none. */
export function dayOf(rfc3339: string, { locale, timeZone }: Surroundings): string | null {
  const date = new Date(rfc3339);
  // Browsers find a date in almost anything.
  if (!/^\d{4}-\d\d-\d\dT/.test(rfc3339) || Number.isNaN(date.getTime())) return null;
  const tag = localeOf(locale).toString();
  try {
    return date.toLocaleDateString(tag, { dateStyle: "medium", ...(timeZone && { timeZone }) });
  } catch {
    return date.toLocaleDateString(tag, { dateStyle: "medium" });
  }
}

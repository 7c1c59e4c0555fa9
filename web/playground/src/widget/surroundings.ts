import type { HostKind } from "../tool.ts";

export type DisplayMode = "inline" | "pip" | "fullscreen";

export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export type SafeArea = "none" | "phone" | "sideways";

/** Where a widget is shown. */
export interface Surroundings {
  host: HostKind;
  theme: "light" | "dark";
  /** CSS pixels. */
  width: number;
  /** BCP 47. */
  locale: string;
  /** IANA name. */
  timeZone: string;
  safeArea: SafeArea;
  displayMode: DisplayMode;
}

export const PHONE = 360;
export const INLINE = 640;
export const WIDE = 960;
export const NARROWEST = 240;
export const WIDEST = 1600;

export const LOCALES: [tag: string, name: string][] = [
  ["en-US", "English, United States"],
  ["en-GB", "English, United Kingdom"],
  ["ar-EG", "Arabic, Egypt"],
  ["de-DE", "German, Germany"],
  ["es-MX", "Spanish, Mexico"],
  ["fa-IR", "Persian, Iran"],
  ["fr-FR", "French, France"],
  ["he-IL", "Hebrew, Israel"],
  ["hi-IN", "Hindi, India"],
  ["ja-JP", "Japanese, Japan"],
  ["ko-KR", "Korean, South Korea"],
  ["pt-BR", "Portuguese, Brazil"],
  ["ru-RU", "Russian, Russia"],
  ["th-TH", "Thai, Thailand"],
  ["tr-TR", "Turkish, Turkey"],
  ["zh-CN", "Chinese, China"],
];

export const TIME_ZONES = [
  "UTC",
  "America/Los_Angeles",
  "America/New_York",
  "America/Sao_Paulo",
  "Europe/London",
  "Europe/Berlin",
  "Africa/Cairo",
  "Asia/Kolkata",
  "Asia/Shanghai",
  "Asia/Tokyo",
  "Australia/Sydney",
  "Pacific/Kiritimati",
];

/** Of a telephone without a home button. */
const INSETS: Record<SafeArea, Insets> = {
  none: { top: 0, right: 0, bottom: 0, left: 0 },
  phone: { top: 47, right: 0, bottom: 34, left: 0 },
  sideways: { top: 0, right: 47, bottom: 21, left: 47 },
};

export function insetsOf({ safeArea }: Surroundings): Insets {
  return INSETS[safeArea];
}

/** At first: as the person's own browser is. */
export function initialSurroundings(): Surroundings {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    host: "apps",
    theme: dark ? "dark" : "light",
    width: Math.max(NARROWEST, Math.min(INLINE, innerWidth - 104)),
    locale: navigator.language || "en-US",
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    safeArea: "none",
    displayMode: "inline",
  };
}

export function isPhone({ width }: Surroundings): boolean {
  return width <= 480;
}

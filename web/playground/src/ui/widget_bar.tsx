import type { VNode } from "preact";
import { useId } from "preact/hooks";

import { type Store, useStore } from "../store.ts";
import { type DisplayMode, INLINE, LOCALES, PHONE, type SafeArea, type Surroundings, TIME_ZONES, WIDE } from "../widget/surroundings.ts";
import { clampWidth } from "./handle.tsx";
import { Icon } from "./icons.tsx";
import { Segmented } from "./segmented.tsx";

const WIDTHS = { phone: PHONE, inline: INLINE, wide: WIDE } as const;
type Width = keyof typeof WIDTHS;

/** Where the widget is shown, to be changed while it is. */
export function WidgetBar({ surroundings, onReload }: { surroundings: Store<Surroundings>; onReload: () => void }): VNode {
  const now = useStore(surroundings);
  const change = (changes: Partial<Surroundings>): void => surroundings.change(changes);
  const named = (Object.keys(WIDTHS) as Width[]).find((name) => WIDTHS[name] === now.width) ?? null;
  const locales = LOCALES.some(([tag]) => tag === now.locale) ? LOCALES : [[now.locale, "yours"] as [string, string], ...LOCALES];
  const zones = TIME_ZONES.includes(now.timeZone) ? TIME_ZONES : [now.timeZone, ...TIME_ZONES];
  return (
    <div class="pg-bar" role="group" aria-label="How the widget is shown">
      <div class="pg-bar-row">
        <Segmented label="Host" options={[["apps", "MCP Apps"], ["openai", "ChatGPT"]]} value={now.host} onValue={(host) => change({ host })} />
        <Segmented label="Theme" options={[["light", "Light"], ["dark", "Dark"]]} value={now.theme} onValue={(theme) => change({ theme })} />
        <div class="pg-width">
          <Segmented label="Width" options={[["phone", "Phone"], ["inline", "Inline"], ["wide", "Wide"]]} value={named} onValue={(name) => change({ width: WIDTHS[name] })} />
          <input class="pg-input" inputMode="numeric" aria-label="Width in pixels" value={now.width} onChange={({ currentTarget }) => {
            const width = Number(currentTarget.value);
            if (Number.isFinite(width) && width > 0) change({ width: clampWidth(width) });
            currentTarget.value = String(surroundings.value.width);
          }} />
      </div>
      <button type="button" class="pg-mini pg-reload" onClick={onReload}><Icon name="reload" />Reload</button>
      </div>
      <div class="pg-bar-row">
        <Select label="Display" value={now.displayMode} options={[["inline", "Inline"], ["pip", "Picture in picture"], ["fullscreen", "Fullscreen"]]} onValue={(mode) => change({ displayMode: mode as DisplayMode })} />
        <Select label="Locale" value={now.locale} options={locales.map(([tag, name]) => [tag, `${tag} · ${name}`])} onValue={(locale) => change({ locale })} />
        <Select label="Time zone" value={now.timeZone} options={zones.map((zone) => [zone, zone.replaceAll("_", " ")])} onValue={(timeZone) => change({ timeZone })} />
        <Select label="Safe area" value={now.safeArea} options={[["none", "None"], ["phone", "Phone, upright"], ["sideways", "Phone, on its side"]]} onValue={(safeArea) => change({ safeArea: safeArea as SafeArea })} />
      </div>
    </div>
  );
}

interface SelectProps {
  label: string;
  value: string;
  options: [value: string, name: string][];
  onValue: (value: string) => void;
}

function Select({ label, value, options, onValue }: SelectProps): VNode {
  const id = useId();
  return (
    <div class="pg-select">
      <label for={id}>{label}</label>
      <select id={id} class="pg-input" value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        {options.map(([option, name]) => <option key={option} value={option}>{name}</option>)}
      </select>
    </div>
  );
}

import { readFileSync } from 'node:fs';

/** What every client sends and needs, unless its profile says otherwise. */
export const COMMON = JSON.parse(readFileSync(new URL('../exchanges.json', import.meta.url), 'utf8'));

/** An act is a name, or a name with what differs this time: `{ "redeem": { … } }`. */
export function read(act) {
  return typeof act === 'string' ? [act, {}] : Object.entries(act)[0];
}

/** The exchange of that name: as common to all, as this client does it, as it does it this time. */
export function exchange(name, { exchanges = {} }, changes) {
  const known = [COMMON[name], exchanges[name]].filter(Boolean);
  if (known.length === 0) throw new Error(`neither exchanges.json nor the profile has "${name}"`);
  return [...known, changes].reduce(merge);
}

/** RFC 7396: members are merged, `null` removes one, everything else replaces. */
function merge(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const merged = target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}

import { readFileSync, readdirSync } from 'node:fs';

const DATA = new URL('../data/', import.meta.url);

/** Every profile, in the order of its file's name. */
export function profiles() {
  return readdirSync(DATA)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ file, ...JSON.parse(readFileSync(new URL(file, DATA), 'utf8')) }));
}

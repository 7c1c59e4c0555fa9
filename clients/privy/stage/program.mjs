import { fileURLToPath } from 'node:url';

/** A program of the Cargo workspace that exists for these suites only. */
export const built = (name) => fileURLToPath(new URL(`../../../target/debug/${name}`, import.meta.url));

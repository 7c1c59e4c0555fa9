// Which imports of the SDK are left out. It uses them for wallets, funding and phone formatting,
// which the sign-in page has no part of.
import { fileURLToPath } from "node:url";

const stub = (name) => fileURLToPath(new URL(name, import.meta.url));

const absent = [
  "viem",
  "viem/chains",
  "@privy-io/ethereum",
  "@privy-io/encoding",
  "canonicalize",
  "fetch-retry",
  "libphonenumber-js/min",
  "libphonenumber-js/examples.mobile.json",
];

export const alias = {
  ...Object.fromEntries(absent.map((name) => [name, stub("absent.ts")])),
  "@privy-io/chains": stub("chains.ts"),
  "@privy-io/api-base": stub("api_base.ts"),
};

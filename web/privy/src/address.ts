import { keccak_256 } from "@noble/hashes/sha3.js";

/**
 * An Ethereum address in the mixed case of ERC-55, which a sign-in message must use (ERC-4361);
 * wallets hand out lower case.
 */
export const checksummed = (address: string): string => {
  const digits = address.slice(2).toLowerCase();
  const hash = keccak_256(new TextEncoder().encode(digits));
  const cased = [...digits].map((digit, at) => {
    const byte = hash[at >> 1] ?? 0;
    const nibble = at % 2 ? byte & 15 : byte >> 4;
    return nibble > 7 ? digit.toUpperCase() : digit;
  });
  return `0x${cased.join("")}`;
};

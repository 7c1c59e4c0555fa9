import { checksummed } from "./address.ts";
import { Failure } from "./failure.ts";

/** What a wallet puts into the page (EIP-1193). */
export interface Provider {
  request(call: { method: string; params?: unknown[] }): Promise<unknown>;
}

/** One wallet of this browser. */
export interface Wallet {
  /** Reverse domain name (EIP-6963); empty if the wallet only set `window.ethereum`. */
  rdns: string;
  name: string;
  /** A `data:image/…` address, or empty. */
  icon: string;
  provider: Provider;
}

interface Announcement {
  info: { uuid: string; rdns: string; name: string; icon: string };
  provider: Provider;
}

declare global {
  interface Window {
    ethereum?: Provider;
  }
}

const announced = new Map<string, Wallet>();

/** Listens for wallets from now on; call it before they are asked for (EIP-6963). */
export const watchWallets = (): void => {
  window.addEventListener("eip6963:announceProvider", (event) => {
    const { info, provider } = (event as CustomEvent<Announcement>).detail;
    const icon = /^data:image\//.test(info.icon) ? info.icon : "";
    announced.set(info.uuid, { rdns: info.rdns, name: info.name, icon, provider });
  });
  window.dispatchEvent(new Event("eip6963:requestProvider"));
};

/** The wallets of this browser. */
export const findWallets = (): Wallet[] => {
  // One that was unlocked or installed since then answers now.
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  if (announced.size > 0) return [...announced.values()];
  const provider = window.ethereum;
  return provider ? [{ rdns: "", name: "Browser wallet", icon: "", provider }] : [];
};

/** Privy's names for the wallets that it tells apart. */
const CLIENT_TYPES: Record<string, string> = {
  "io.metamask": "metamask",
  "com.coinbase.wallet": "coinbase_wallet",
  "app.phantom": "phantom",
  "com.brave.wallet": "brave_wallet",
  "me.rainbow": "rainbow",
};

/** What Privy calls the wallet's kind. */
export const clientType = (wallet: Wallet): string => CLIENT_TYPES[wallet.rdns] ?? "unknown";

const ask = async (wallet: Wallet, method: string, params: unknown[] = []): Promise<unknown> => {
  try {
    return await wallet.provider.request({ method, params });
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    // EIP-1193: the person said no. -32002: an earlier request still waits for an answer.
    if (code === 4001) throw new Failure("wallet_declined");
    if (code === -32002) throw new Failure("wallet_busy");
    throw new Failure("wallet_failed");
  }
};

/** Asks the wallet for an account and its chain. */
export const connect = async (wallet: Wallet): Promise<{ address: string; chainId: string }> => {
  const accounts = (await ask(wallet, "eth_requestAccounts")) as unknown[];
  const address = accounts[0];
  if (typeof address !== "string" || !/^0x[0-9a-f]{40}$/i.test(address)) {
    throw new Failure("wallet_failed");
  }
  const chain = Number(await ask(wallet, "eth_chainId"));
  return { address: checksummed(address), chainId: String(chain) };
};

/** Asks the wallet to sign a text (EIP-191). */
export const sign = async (wallet: Wallet, address: string, text: string): Promise<string> => {
  const bytes = [...new TextEncoder().encode(text)];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return String(await ask(wallet, "personal_sign", [`0x${hex}`, address]));
};

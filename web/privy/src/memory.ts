import { Failure } from "./failure.ts";

// What this tab remembers across a reload or a trip to a provider. Never a token.
const PAGE = "countersign:sign-in-page";
const RETURN = "countersign:oauth-return";
const CODE = "countersign:code-sent";

/** Privy's codes live this long; older ones are not asked for. */
const CODE_LIFE_MS = 10 * 60_000;

/** The three parameters that Privy adds to the return address. */
export interface OAuthReturn {
  code: string;
  state: string;
  provider: string;
}

/** A code that was sent, and where. */
export interface SentCode {
  way: "email" | "sms";
  to: string;
}

const read = (key: string): string | null => {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
};

const write = (key: string, value: string): void => {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    throw new Failure("storage_error");
  }
};

const forget = (key: string): void => {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
};

const take = (key: string): string | null => {
  const value = read(key);
  forget(key);
  return value;
};

/** Remembers the page that a provider's return belongs to. */
export const rememberPage = (path: string): void => write(PAGE, path);

export const takePage = (): string | null => take(PAGE);

export const keepReturn = (back: OAuthReturn): void => write(RETURN, JSON.stringify(back));

export const takeReturn = (): OAuthReturn | null => {
  const text = take(RETURN);
  return text === null ? null : (JSON.parse(text) as OAuthReturn);
};

/** Remembers for `page` that a code was sent, so that a reload asks for it instead of another. */
export const rememberCode = (page: string, sent: SentCode, now: number): void => {
  try {
    write(CODE, JSON.stringify({ ...sent, page, at: now }));
  } catch {
    // Only a reload would miss it.
  }
};

export const recallCode = (page: string, now: number): SentCode | null => {
  const text = read(CODE);
  if (text === null) return null;
  const kept = JSON.parse(text) as SentCode & { page: string; at: number };
  const ours = kept.page === page && now - kept.at < CODE_LIFE_MS;
  return ours ? { way: kept.way, to: kept.to } : null;
};

export const forgetCode = (): void => forget(CODE);

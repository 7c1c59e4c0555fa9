import { Failure } from "./failure.ts";
import { Refusal } from "./hand_over.ts";
import type { Waiting } from "./login.ts";

/** What the person was doing when it failed. */
export type Step = "start" | "email" | "sms" | "code" | "oauth" | "wallet" | "passkey" | "hand-over";

/** Which message belongs to the page's address and to the provider that was chosen. */
export interface Context {
  step: Step;
  origin: string;
  /** As on its button ("Google"); empty where no provider is involved. */
  provider: string;
}

export const WAITING: Record<Waiting, string> = {
  slow: "Privy is slow to answer, still trying…",
  wallet: "Waiting for your wallet. Open it if it did not open by itself.",
  signature: "Waiting for your signature. It moves no money and costs nothing.",
  passkey: "Waiting for your passkey…",
};

const OPERATOR = "If you run this server:";

const unmatched = ({ provider }: Context): string =>
  `This return from ${provider || "the provider"} does not belong to the sign-in in this tab. ` +
  "It may have begun in another tab, or was interrupted. Nothing was shared; start again here.";

const rejected = ({ step }: Context): string => {
  if (step === "passkey") return "Privy does not know this passkey. Use another, or sign in another way.";
  if (step === "wallet") return "Privy did not accept the wallet’s signature. Try again.";
  if (step === "code") return "That code is wrong or has expired. Check the newest message, or send a new code.";
  return "Privy did not accept that. Try again, or sign in another way.";
};

const malformed = ({ step }: Context): string => {
  if (step === "email") return "That is not a complete email address. Check it and try again.";
  if (step === "sms") return "That is not a complete phone number. Check it, with its country code, and try again.";
  return "Privy could not read that. Try again, or sign in another way.";
};

const unlisted = ({ origin }: Context): string =>
  `Privy accepts no sign-in from this address. ${OPERATOR} add ${origin} to the allowed origins of the Privy app.`;

const WORDS: Record<string, string | ((context: Context) => string)> = {
  unreachable: "Privy, which signs you in here, cannot be reached right now. Check your connection and try again.",
  blocked: ({ origin }) =>
    `Your browser was not let through to Privy, which signs you in here. Turn off content blockers and try again. ${OPERATOR} add ${origin} to the allowed origins of the Privy app.`,
  insecure: `Signing in needs a secure address. ${OPERATOR} serve it over https; on your own computer, http://localhost works too.`,
  storage_error: "This browser keeps no data for this site, and signing in needs it. Allow cookies and site data here, then reload the page.",
  too_many_requests: "Too many attempts in a short time. Wait a few minutes, then try again.",
  invalid_credentials: rejected,
  invalid_data: malformed,
  email_incomplete: malformed,
  phone_incomplete: "Enter the number with its country code, beginning with a plus sign.",
  code_incomplete: "The code has six digits. Enter all of them.",
  user_does_not_exist: "There is no account for this, and none can be created here. Sign in the way you signed up.",
  signup_disabled: "New accounts cannot be created at the moment. Sign in with one that exists.",
  allowlist_rejected: "This account is not on the list of people who may sign in. Use another, or ask to be added.",
  disallowed_login_method: "This way to sign in is turned off. Choose another.",
  disallowed_plus_email: "Addresses with a plus sign are not accepted. Use one without it.",
  max_accounts_reached: `No more accounts can be created. ${OPERATOR} raise the limit of the Privy app.`,
  invalid_captcha: "We could not confirm that you are human. Try again; a content blocker may be in the way.",
  captcha_unreachable: "The check that you are human did not load. Allow challenges.cloudflare.com in your content blocker, then try again.",
  captcha_unsupported: `This page cannot show the captcha that is asked for. ${OPERATOR} choose Turnstile in the settings of the Privy app.`,
  oauth_user_denied: ({ provider }) =>
    `You stopped the sign-in${provider ? ` at ${provider}` : ""}. Nothing was shared. Try again, or sign in another way.`,
  oauth_account_suspended: ({ provider }) =>
    `Your ${provider || "provider"} account is suspended. Sign in another way.`,
  pkce_state_code_mismatch: unmatched,
  oauth_state_mismatch: unmatched,
  invalid_pkce_parameters: unmatched,
  invalid_origin: unlisted,
  missing_origin: unlisted,
  missing_or_invalid_privy_app_id: `Privy does not know this app. ${OPERATOR} check the app id.`,
  missing_or_invalid_privy_client_id: `Privy does not know this app client. ${OPERATOR} check the client id.`,
  missing_or_invalid_token: "Your sign-in at Privy has ended. Sign in again.",
  device_disabled: `Privy did not let the connection be set up. ${OPERATOR} turn on “CLI and agent access” in the settings of the Privy app.`,
  wallet_missing: "This browser has no wallet. Install one, or open this page in your wallet’s own browser. You can also sign in another way.",
  wallet_declined: "You declined in your wallet. Nothing was signed. Try again, or sign in another way.",
  wallet_busy: "Your wallet already waits for an answer. Open it, answer there, then try again.",
  wallet_failed: "Your wallet did not answer as expected. Unlock it and try again, or sign in another way.",
  passkey_cancelled: "No passkey was used. Try again, or sign in another way.",
  passkey_elsewhere: "Passkeys of this app work at another address only. Sign in another way.",
  passkey_failed: "This device could not use a passkey. Sign in another way.",
};

const said = (refusal: Refusal): string => {
  if (refusal.words) return refusal.words;
  if (refusal.status === 0) return "The server did not answer. Check your connection and try again.";
  if (refusal.passes) return "The server is busy or restarting. Nothing was lost; try again in a moment.";
  if (refusal.status === 401) return "Your sign-in was not accepted. Sign in again.";
  return "This sign-in has ended, or it began in another browser. Nothing was shared. Go back to the app and connect again.";
};

/** What happened and what to do next, as sentences. */
export const explain = (error: unknown, context: Context): string => {
  if (error instanceof Refusal) return said(error);
  const code = error instanceof Failure ? error.code : "unknown";
  const words = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  if (typeof words === "function") return words(context);
  if (words) return words;
  const reason = code === "unknown" ? "That did not work" : `Privy refused (${code})`;
  return `${reason}. Try again, or sign in another way.`;
};

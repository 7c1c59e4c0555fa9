import Privy, { PrivyApiError, PrivyClientError } from "@privy-io/js-sdk-core";
import { OAuthInit, PasskeyAuthenticateInit, SiweInit } from "@privy-io/routes";

import { encode } from "./base64url.ts";
import { Failure } from "./failure.ts";
import type { OAuthReturn } from "./memory.ts";
import { assertPasskey, type PasskeyOptions } from "./passkey.ts";
import { signInMessage } from "./siwe.ts";
import { noticeSlow } from "./slow.ts";
import { LoginStorage, STATE, VERIFIER } from "./storage.ts";
import { clientType, connect, sign, type Wallet } from "./wallets.ts";

/** Which Privy app signs people in. */
export interface App {
  id: string;
  clientId: string | undefined;
  /** `https://auth.privy.io`, or what stands in for it. */
  authUrl: string;
}

/** What the person waits for. */
export type Waiting = "slow" | "wallet" | "signature" | "passkey";

const DEVICE_VERIFY = { path: "/api/oauth/v2/device_verify", method: "POST" } as const;

/** A token older than this is replaced before it is handed over. */
const FRESH_MS = 60_000;

/** How long to wait for a sign of life. */
const PROBE_MS = 5000;

/** What Privy puts in the place of a code when the person said no. */
const NO_CODE = ["", "undefined", "error"];

const random = (): string => encode(crypto.getRandomValues(new Uint8Array(36)));

/** Every error that leaves this file. */
const failure = (error: unknown): Failure => {
  if (error instanceof Failure) return error;
  if (error instanceof PrivyApiError) {
    const code = error.status >= 500 ? "unreachable" : (error.code ?? "unknown");
    return new Failure(error.status === 429 ? "too_many_requests" : code, error.status);
  }
  if (error instanceof PrivyClientError) return new Failure(error.code);
  const name = (error as Error).name;
  if (name === "SecurityError" || name === "QuotaExceededError") return new Failure("storage_error");
  // No network, no CORS headers, the SDK's 20 seconds, or a body that is not JSON.
  if (["TypeError", "AbortError", "TimeoutError", "SyntaxError"].includes(name)) {
    return new Failure("unreachable");
  }
  return new Failure("unknown");
};

/** The seam: the one place that knows Privy's SDK. Every method rejects with a `Failure`. */
export class Login {
  readonly #storage = new LoginStorage();
  readonly #privy: Privy;
  #signedInAt = 0;

  constructor(
    private readonly app: App,
    /** A proof for one request where the app demands a captcha. */
    private readonly captcha: () => Promise<string | undefined>,
    private readonly waiting: (what: Waiting) => void,
  ) {
    const options = {
      appId: app.id,
      ...(app.clientId && { clientId: app.clientId }),
      // Read at run time, though the type does not have it.
      baseUrl: app.authUrl,
      storage: this.#storage,
      sessions: { cookieWriteBehavior: "never" as const },
    };
    this.#privy = new Privy(options);
  }

  /** Reads the app's settings, which shows whether Privy can be reached. */
  start(): Promise<void> {
    // Without https there is no WebCrypto, and the SDK blames the storage.
    if (!window.isSecureContext) return Promise.reject(new Failure("insecure"));
    return this.#ask(() => this.#privy.initialize());
  }

  async sendEmailCode(email: string): Promise<void> {
    const captcha = await this.captcha();
    await this.#ask(() => this.#privy.auth.email.sendCode(email, captcha));
  }

  verifyEmailCode(email: string, code: string): Promise<void> {
    return this.#signIn(() => this.#privy.auth.email.loginWithCode(email, code));
  }

  async sendSmsCode(phone: string): Promise<void> {
    const captcha = await this.captcha();
    await this.#ask(() => this.#privy.auth.phone.sendCode(phone, captcha));
  }

  verifySmsCode(phone: string, code: string): Promise<void> {
    return this.#signIn(() => this.#privy.auth.phone.loginWithCode(phone, code));
  }

  /**
   * Where to send the person. The SDK's own call takes no captcha, so this one does what it does:
   * PKCE (RFC 7636) with both secrets under the names that `loginWithCode` reads.
   */
  async startOAuth(provider: string, redirectTo: string): Promise<string> {
    const captcha = await this.captcha();
    const url = await this.#ask(async () => {
      const verifier = random();
      const state = random();
      const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
      this.#storage.put(VERIFIER, verifier);
      this.#storage.put(STATE, state);
      const body = {
        provider: provider as "google",
        redirect_to: redirectTo,
        code_challenge: encode(challenge),
        state_code: state,
        ...(captcha && { token: captcha }),
      };
      return (await this.#privy.fetchPrivyRoute(OAuthInit, { body })).url;
    });
    if (!/^https?:\/\//.test(url)) throw new Failure("unknown");
    return url;
  }

  /** Ends what `startOAuth` began. */
  finishOAuth(back: OAuthReturn): Promise<void> {
    if (NO_CODE.includes(back.code)) return Promise.reject(new Failure("oauth_user_denied"));
    return this.#signIn(() =>
      this.#privy.auth.oauth.loginWithCode(back.code, back.state, back.provider as "google"),
    );
  }

  /** SIWE: connects the wallet, has it sign Privy's nonce, and signs in with that. */
  async signInWithWallet(wallet: Wallet): Promise<void> {
    const captcha = await this.captcha();
    this.waiting("wallet");
    const { address, chainId } = await connect(wallet);
    const body = { address, ...(captcha && { token: captcha }) };
    const { nonce } = await this.#ask(() => this.#privy.fetchPrivyRoute(SiweInit, { body }));
    const message = signInMessage({
      domain: location.host,
      uri: location.origin,
      address,
      chainId,
      nonce,
      issuedAt: new Date().toISOString(),
    });
    this.waiting("signature");
    const signature = await sign(wallet, address, message);
    const signer = {
      address,
      chainId: `eip155:${chainId}` as const,
      walletClientType: clientType(wallet),
      connectorType: "injected" as const,
    };
    await this.#signIn(() => this.#privy.auth.siwe.loginWithSiwe(signature, signer, message));
  }

  async signInWithPasskey(): Promise<void> {
    const captcha = await this.captcha();
    const body = { relying_party: location.origin, ...(captcha && { token: captcha }) };
    const { options, relying_party: party = location.origin } = await this.#ask(() =>
      this.#privy.fetchPrivyRoute(PasskeyAuthenticateInit, { body }),
    );
    this.waiting("passkey");
    const assertion = await assertPasskey(options as PasskeyOptions);
    await this.#signIn(() =>
      this.#privy.auth.passkey.loginWithPasskey(assertion, options.challenge, party),
    );
  }

  /** Lets a device grant act for the person who just signed in. */
  async approveDevice(userCode: string): Promise<void> {
    const body = { user_code: userCode, action: "approve" };
    try {
      await this.#ask(() => this.#privy.fetchPrivyRoute(DEVICE_VERIFY, { body }));
    } catch (error) {
      const { code, status } = error as Failure;
      // Privy names no other reason here than that the app's switch is off.
      if (status === 403 && !code.endsWith("_origin")) throw new Failure("device_disabled", 403);
      // Approved before a reload, or expired: our server sees which when it redeems the grant.
      if (![400, 404, 409, 410, 422].includes(status)) throw error;
    }
  }

  /** The person's access token, no older than a minute. */
  async token(): Promise<string> {
    const token = await this.#ask(async () => {
      if (Date.now() - this.#signedInAt > FRESH_MS) {
        await this.#privy.user.get();
        this.#signedInAt = Date.now();
      }
      return this.#privy.getAccessToken();
    });
    if (!token) throw new Failure("missing_or_invalid_token");
    return token;
  }

  /** Forgets everything that Privy gave. No logout, which would end what was handed over. */
  clear(): void {
    this.#storage.clear();
    this.#signedInAt = 0;
  }

  async #signIn(login: () => Promise<unknown>): Promise<void> {
    await this.#ask(login);
    this.#signedInAt = Date.now();
  }

  async #ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await noticeSlow(call(), () => this.waiting("slow"));
    } catch (error) {
      // The browser tells nobody why, and a missing origin is what every new server has.
      if (error instanceof TypeError && (await this.#answers())) throw new Failure("blocked");
      throw failure(error);
    }
  }

  /** Whether Privy answers at all, be it without the CORS headers that this page needs. */
  async #answers(): Promise<boolean> {
    const signal = AbortSignal.timeout(PROBE_MS);
    const request = { mode: "no-cors", credentials: "omit", cache: "no-store", signal } as const;
    return fetch(`${this.app.authUrl}/api/v1/apps/${this.app.id}`, request).then(
      () => true,
      () => false,
    );
  }
}

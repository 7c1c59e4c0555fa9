import { Failure } from "./failure.ts";

/** The part of Turnstile's script that is used here. */
interface Turnstile {
  render(
    place: HTMLElement,
    options: {
      sitekey: string;
      execution: "execute";
      appearance: "interaction-only";
      callback: (token: string) => void;
      "error-callback": () => boolean;
      "timeout-callback": () => void;
    },
  ): string;
  execute(widget: string): void;
  reset(widget: string): void;
}

declare global {
  interface Window {
    turnstile?: Turnstile;
  }
}

const SCRIPT = "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit";

const load = (): Promise<Turnstile> =>
  new Promise((resolve, reject) => {
    if (window.turnstile) return resolve(window.turnstile);
    const script = document.createElement("script");
    const failed = (): void => {
      // A second attempt needs a second element.
      script.remove();
      reject(new Failure("captcha_unreachable"));
    };
    script.src = SCRIPT;
    script.addEventListener("load", () => (window.turnstile ? resolve(window.turnstile) : failed()));
    script.addEventListener("error", failed);
    document.head.append(script);
  });

/** Cloudflare's Turnstile, loaded when the first proof is asked for. */
export class Captcha {
  #widget: string | undefined;
  #settle: { resolve: (token: string) => void; reject: (failure: Failure) => void } | undefined;

  constructor(
    private readonly place: HTMLElement,
    private readonly siteKey: string,
  ) {}

  /** One proof that a person is here. Each is good for one request. */
  async token(): Promise<string> {
    const turnstile = await load();
    const token = new Promise<string>((resolve, reject) => (this.#settle = { resolve, reject }));
    const failed = (): void => this.#settle?.reject(new Failure("invalid_captcha"));
    if (this.#widget === undefined) {
      this.#widget = turnstile.render(this.place, {
        sitekey: this.siteKey,
        execution: "execute",
        appearance: "interaction-only",
        callback: (value) => this.#settle?.resolve(value),
        // True tells Turnstile that the page itself says what is wrong.
        "error-callback": () => (failed(), true),
        "timeout-callback": failed,
      });
    } else {
      turnstile.reset(this.#widget);
    }
    turnstile.execute(this.#widget);
    return token;
  }
}

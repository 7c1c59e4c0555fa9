import { Captcha } from "./captcha.ts";
import { Failure } from "./failure.ts";
import { HandOver, Refusal } from "./hand_over.ts";
import { Login } from "./login.ts";
import {
  forgetCode,
  type OAuthReturn,
  recallCode,
  rememberCode,
  rememberPage,
  type SentCode,
  takeReturn,
} from "./memory.ts";
import { canUsePasskeys } from "./passkey.ts";
import { e164 } from "./phone.ts";
import { type Part, View } from "./view.ts";
import { findWallets, type Wallet, watchWallets } from "./wallets.ts";
import { explain, type Step, WAITING } from "./words.ts";

/** What goes on after a failure: the part to show, and what "Try again" repeats. */
interface After {
  step: Step;
  provider?: string;
  /** Set where no form is left to send again. */
  again?: () => void;
}

/** The states of the sign-in form, from one part of it to the next. */
class Page {
  readonly #view: View;
  readonly #login: Login;
  readonly #handOver: HandOver;
  readonly #approved = new Set<string>();
  #running = false;
  #used = false;
  #sent: SentCode | null = null;
  #again: () => void = () => {};

  constructor(private readonly root: HTMLElement) {
    const data = root.dataset;
    this.#view = new View(root);
    this.#handOver = new HandOver(data["handOver"] ?? "", data["csrf"] ?? "", data["device"]);
    const app = {
      id: data["appId"] ?? "",
      clientId: data["clientId"],
      authUrl: data["authUrl"] ?? "",
    };
    this.#login = new Login(app, this.#captcha(), (what) => this.#view.progress(WAITING[what]));
  }

  start(): void {
    const view = this.#view;
    if (!canUsePasskeys()) view.without("passkey");
    if (view.has("wallets")) watchWallets();
    view.onSubmit("email", () => this.#sendEmail(view.value("email")));
    view.onSubmit("sms", () => this.#sendSms(view.value("phone")));
    view.onSubmit("code", () => this.#verify(view.value("code")));
    view.onClick("resend", () => this.#resend());
    view.onClick("change", () => this.#change());
    view.onClick("choose", () => this.#choose());
    view.onClick("email", () => this.#choose("email"));
    view.onClick("sms", () => this.#choose("sms"));
    view.onClick("oauth", (button) => this.#goToProvider(button.dataset["provider"] ?? ""));
    view.onClick("wallet", () => this.#chooseWallet());
    view.onClick("passkey", () => this.#usePasskey());
    view.onClick("again", () => this.#again());
    view.onClick("reload", () => location.reload());
    // A page that the browser kept as it was left shows a step that is over.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload();
    });
    view.reveal();
    const back = takeReturn();
    if (!back) this.#forget();
    this.#open(back);
  }

  #open(back: OAuthReturn | null): void {
    if (back) return this.#finishOAuth(back);
    this.#sent = recallCode(location.pathname, Date.now());
    this.#showForm();
    // The form can be filled in meanwhile; what it sends waits for the same answer.
    this.#login
      .start()
      .catch((error: unknown) => {
        // A step that was taken meanwhile says by itself how it went.
        if (!this.#used) this.#fail(error, { step: "start", again: () => this.#restart() });
      })
      .finally(() => {
        if (!this.#running) this.#view.progress("");
      });
  }

  #restart(): void {
    this.#run("Trying again…", { step: "start", again: () => this.#restart() }, async () => {
      await this.#login.start();
      return () => this.#showForm();
    });
  }

  #showForm(): void {
    if (this.#sent) this.#askForCode(this.#sent);
    else this.#choose();
  }

  #choose(part?: Part): void {
    this.#view.trouble("");
    const first = (["email", "sms", "others"] as const).find((way) => this.#view.has(way));
    this.#view.show(part ?? first ?? "others");
  }

  #sendEmail(email: string): void {
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) return this.#object("email_incomplete", "email");
    this.#send({ way: "email", to: email });
  }

  #sendSms(typed: string): void {
    const phone = e164(typed);
    if (!phone) return this.#object("phone_incomplete", "sms");
    this.#send({ way: "sms", to: phone });
  }

  #send(sent: SentCode): void {
    const again = this.#sent !== null;
    this.#run("Sending the code…", { step: sent.way }, async () => {
      if (sent.way === "email") await this.#login.sendEmailCode(sent.to);
      else await this.#login.sendSmsCode(sent.to);
      rememberCode(location.pathname, sent, Date.now());
      return () => this.#askForCode(sent, again);
    });
  }

  #resend(): void {
    const sent = this.#sent;
    if (sent) this.#send(sent);
  }

  #change(): void {
    const way = this.#sent?.way;
    this.#sent = null;
    forgetCode();
    this.#choose(way);
  }

  #askForCode(sent: SentCode, again = false): void {
    this.#sent = sent;
    this.#view.sent(again ? "a new code" : "a code", sent.to);
    this.#view.fill("code", "");
    this.#view.show("code");
  }

  #verify(typed: string): void {
    const sent = this.#sent;
    const code = typed.replace(/\D/g, "");
    if (!sent || code.length !== 6) return this.#object("code_incomplete", "code");
    this.#run("Checking the code…", { step: "code" }, async () => {
      if (sent.way === "email") await this.#login.verifyEmailCode(sent.to, code);
      else await this.#login.verifySmsCode(sent.to, code);
      forgetCode();
      return () => this.#give();
    });
  }

  #goToProvider(provider: string): void {
    const name = this.#view.provider(provider);
    this.#run(`Taking you to ${name}…`, { step: "oauth", provider: name }, async () => {
      const redirectTo = new URL(this.root.dataset["return"] ?? "", location.origin).href;
      const url = await this.#login.startOAuth(provider, redirectTo);
      rememberPage(location.pathname);
      return this.#leave(url);
    });
  }

  #finishOAuth(back: OAuthReturn): void {
    const provider = back.provider && this.#view.provider(back.provider);
    const after: After = { step: "oauth", provider, again: () => this.#finishOAuth(back) };
    this.#view.show("waiting");
    this.#run("Finishing the sign-in…", after, async () => {
      await this.#login.finishOAuth(back);
      return () => this.#give();
    });
  }

  #chooseWallet(): void {
    const wallets = findWallets();
    const [only] = wallets;
    if (!only) return this.#object("wallet_missing", "wallet");
    if (wallets.length === 1) return this.#useWallet(only);
    this.#view.trouble("");
    this.#view.listWallets(wallets, (wallet) => this.#useWallet(wallet));
    this.#view.show("wallets");
  }

  #useWallet(wallet: Wallet): void {
    this.#run(WAITING.wallet, { step: "wallet" }, async () => {
      await this.#login.signInWithWallet(wallet);
      return () => this.#give();
    });
  }

  #usePasskey(): void {
    this.#run(WAITING.passkey, { step: "passkey" }, async () => {
      await this.#login.signInWithPasskey();
      return () => this.#give();
    });
  }

  #give(): void {
    this.#view.show("waiting");
    this.#run("Signing you in…", { step: "hand-over", again: () => this.#give() }, async () => {
      for (const code of await this.#handOver.deviceCodes()) {
        if (this.#approved.has(code)) continue;
        await this.#login.approveDevice(code);
        this.#approved.add(code);
      }
      const next = await this.#handOver.give(await this.#login.token());
      this.#forget();
      return this.#leave(next);
    });
  }

  #forget(): void {
    this.#login.clear();
    this.#approved.clear();
  }

  /** The step ends with the page. */
  #leave(address: string): Promise<never> {
    location.assign(address);
    return new Promise(() => {});
  }

  #captcha(): () => Promise<string | undefined> {
    const { captchaProvider, captchaSiteKey } = this.root.dataset;
    if (!captchaProvider) return () => Promise.resolve(undefined);
    if (captchaProvider !== "turnstile") {
      return () => Promise.reject(new Failure("captcha_unsupported"));
    }
    const captcha = new Captcha(this.#view.captcha, captchaSiteKey ?? "");
    return () => captcha.token();
  }

  /** Does `work` while the form waits. What it returns happens once the form can be used again. */
  async #run(progress: string, after: After, work: () => Promise<() => void>): Promise<void> {
    if (this.#running) return;
    this.#running = this.#used = true;
    this.#view.busy(progress);
    let next: () => void;
    try {
      next = await work();
    } catch (error) {
      next = () => this.#fail(error, after);
    }
    this.#running = false;
    this.#view.idle();
    next();
  }

  #fail(error: unknown, { step, provider = "", again }: After): void {
    const passing = passes(error);
    if (again && (passing || step === "start")) {
      this.#again = again;
      this.#view.show("again");
    } else if (error instanceof Refusal && ![401, 409].includes(error.status)) {
      this.#forget();
      this.#view.show("over");
    } else if (again) {
      this.#forget();
      this.#choose();
    }
    const field = passing ? undefined : FIELDS[step];
    this.#view.trouble(explain(error, { step, origin: location.origin, provider }), field);
    if (error instanceof Failure && error.code === "invalid_credentials") this.#view.fill("code", "");
    if (field) this.#view.focus(field);
  }

  /** Refuses what was typed before anybody is asked. */
  #object(code: string, step: Step): void {
    this.#fail(new Failure(code), { step });
  }
}

/** The field that a failed step was about. */
const FIELDS: Partial<Record<Step, string>> = { email: "email", sms: "phone", code: "code" };

/** Whether the same may succeed a little later. */
const passes = (error: unknown): boolean =>
  error instanceof Refusal
    ? error.passes
    : error instanceof Failure && ["unreachable", "blocked", "too_many_requests"].includes(error.code);

/** Makes the form work. */
export const start = (root: HTMLElement): void => new Page(root).start();

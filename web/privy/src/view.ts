import type { Wallet } from "./wallets.ts";

/** The parts of the form, of which one shows; "waiting" is none, with the progress alone. */
export type Part = "email" | "sms" | "others" | "code" | "wallets" | "again" | "over" | "waiting";

/** The form as the person sees it. Knows the markup of `privy_sign_in.html`, and no rules. */
export class View {
  #focused: Element | null = null;

  constructor(private readonly root: HTMLElement) {}

  /** The form takes the place of "Loading…". */
  reveal(): void {
    document.querySelector("[data-privy-waiting]")?.remove();
    this.root.hidden = false;
  }

  has(part: Part): boolean {
    return this.#find(`[data-privy-part="${part}"]`) !== null;
  }

  show(part: Part): void {
    for (const element of this.#all("[data-privy-part]")) {
      element.hidden = element.dataset["privyPart"] !== part;
    }
    const choosing = part === "email" || part === "sms" || part === "others";
    for (const ways of this.#all("[data-privy-ways]")) ways.hidden = !choosing;
    for (const way of this.#all("[data-privy-way]")) way.hidden = way.dataset["privyWay"] === part;
    this.#find(`[data-privy-part="${part}"] :is(input, button)`)?.focus();
  }

  /** Takes away what this browser cannot do. */
  without(action: string): void {
    this.#find(`[data-privy-do="${action}"]`)?.remove();
    const ways = this.#find("[data-privy-ways]");
    if (!ways?.querySelector("button")) ways?.remove();
  }

  /** Says what is going on; the controls wait. */
  busy(words: string): void {
    this.#focused = document.activeElement;
    this.trouble("");
    this.progress(words);
    this.root.setAttribute("aria-busy", "true");
    for (const control of this.#controls()) control.disabled = true;
  }

  idle(): void {
    this.progress("");
    this.root.removeAttribute("aria-busy");
    for (const control of this.#controls()) control.disabled = false;
    // Disabling took the focus away from where the person was.
    if (document.activeElement === document.body && this.#focused instanceof HTMLElement) {
      this.#focused.focus();
    }
  }

  progress(words: string): void {
    this.#say("[role=status]", words);
  }

  /** Says what went wrong, and in which field. */
  trouble(words: string, field?: string): void {
    this.#say("[role=alert]", words);
    for (const input of this.#all("input")) {
      const wrong = words !== "" && input.getAttribute("name") === field;
      if (wrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      const hint = input.dataset["hint"] ?? "";
      input.setAttribute("aria-describedby", wrong ? `${hint} trouble`.trim() : hint);
    }
  }

  value(field: string): string {
    return this.#input(field)?.value.trim() ?? "";
  }

  fill(field: string, value: string): void {
    const input = this.#input(field);
    if (input) input.value = value;
  }

  /** Goes to a field; typing replaces what is in it. */
  focus(field: string): void {
    const input = this.#input(field);
    input?.focus();
    input?.select();
  }

  sent(what: string, address: string): void {
    this.#text("[data-privy-sent]", what);
    this.#text("[data-privy-to]", address);
  }

  listWallets(wallets: Wallet[], choose: (wallet: Wallet) => void): void {
    const buttons = wallets.map((wallet) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet wide";
      if (wallet.icon) {
        const icon = document.createElement("img");
        icon.src = wallet.icon;
        icon.alt = "";
        icon.width = icon.height = 24;
        button.append(icon);
      }
      const name = document.createElement("bdi");
      name.textContent = wallet.name.slice(0, 64);
      button.append(name);
      button.addEventListener("click", () => choose(wallet));
      return button;
    });
    this.#find("[data-privy-wallets]")?.replaceChildren(...buttons);
  }

  onSubmit(part: Part, act: () => void): void {
    const form = this.#find(`form[data-privy-part="${part}"]`);
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      act();
    });
  }

  onClick(action: string, act: (button: HTMLElement) => void): void {
    for (const button of this.#all(`[data-privy-do="${action}"]`)) {
      button.addEventListener("click", () => act(button));
    }
  }

  /** What a provider's button says it is ("Google"). */
  provider(id: string): string {
    const buttons = this.#all("[data-provider]");
    return buttons.find((button) => button.dataset["provider"] === id)?.dataset["name"] ?? id;
  }

  /** Where a captcha may draw. */
  get captcha(): HTMLElement {
    return this.#find("[data-privy-captcha]") ?? this.root;
  }

  #find(selector: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(selector);
  }

  #all(selector: string): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>(selector)];
  }

  #controls(): (HTMLButtonElement | HTMLInputElement)[] {
    return [...this.root.querySelectorAll<HTMLButtonElement | HTMLInputElement>("button, input")];
  }

  #input(field: string): HTMLInputElement | null {
    return this.root.querySelector<HTMLInputElement>(`input[name="${field}"]`);
  }

  /** Screen readers hear it by its role; on a small screen it has to come into view. */
  #say(selector: string, words: string): void {
    const element = this.#text(selector, words);
    if (words) element?.scrollIntoView({ block: "nearest" });
  }

  #text(selector: string, words: string): HTMLElement | null {
    const element = this.#find(selector);
    if (element) element.textContent = words;
    return element;
  }
}

import { keepReturn, takePage } from "./memory.ts";

/**
 * The page that a return belongs to: a sign-in page of this origin and nothing else, whatever
 * stands in the storage.
 */
export const signInPage = (remembered: string | null, origin: string): string | null => {
  let url: URL;
  try {
    url = new URL(remembered ?? "", origin);
  } catch {
    return null;
  }
  const ours = url.origin === origin && /^\/(authorize\/.|account(\/|$))/.test(url.pathname);
  return ours ? url.pathname : null;
};

/** Takes what the provider brought to the page that asked for it. */
export const goBack = (root: HTMLElement): void => {
  const query = new URLSearchParams(location.search);
  // What is in the address bar would otherwise be in the history.
  history.replaceState(null, "", location.pathname);
  const page = signInPage(takePage(), location.origin);
  const brought = (name: string): string => query.get(`privy_oauth_${name}`) ?? "";
  const back = { code: brought("code"), state: brought("state"), provider: brought("provider") };
  try {
    if (!page) throw new Error("no sign-in began in this tab");
    if (back.code || back.state) keepReturn(back);
    location.replace(page);
  } catch {
    root.querySelector<HTMLElement>("[data-privy-waiting]")?.setAttribute("hidden", "");
    root.querySelector<HTMLElement>("[data-privy-lost]")?.removeAttribute("hidden");
  }
};

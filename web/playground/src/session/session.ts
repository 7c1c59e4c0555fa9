import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from "@modelcontextprotocol/client";

import { Store } from "../store.ts";
import { remember, remembered, take } from "./memory.ts";

/** The sign-in of this tab, as the SDK asks for it. */
export class Session implements OAuthClientProvider {
  readonly redirectUrl: string;
  /** Where the SDK wants to send the person. Nobody is sent anywhere without a click. */
  readonly way = new Store<URL | null>(null);

  constructor(publicUrl: string) {
    this.redirectUrl = `${publicUrl}/playground`;
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: "Playground",
      redirect_uris: [this.redirectUrl],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    };
  }

  state(): string {
    const state = crypto.randomUUID();
    remember("state", state);
    return state;
  }

  /** Whether somebody was sent to sign in, and no answer came. */
  get astray(): boolean {
    return remembered("state") !== undefined;
  }

  /** Whether an answer belongs to the way that this tab was sent. Counts once. */
  takesState(state: string | null): boolean {
    const expected = take<string>("state");
    return expected !== undefined && state === expected;
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    return remembered("client");
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    remember("client", client);
  }

  tokens(): StoredOAuthTokens | undefined {
    return remembered("tokens");
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    remember("tokens", tokens);
  }

  saveCodeVerifier(verifier: string): void {
    remember("verifier", verifier);
  }

  codeVerifier(): string {
    // Gone after its use, like the code that it belongs to.
    return take("verifier") ?? "";
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    remember("discovery", state);
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return remembered("discovery");
  }

  redirectToAuthorization(url: URL): void {
    this.way.set(url);
  }

  invalidateCredentials(what: "all" | "client" | "tokens" | "verifier" | "discovery"): void {
    for (const name of ["client", "tokens", "verifier", "discovery"] as const) {
      if (what === "all" || what === name) remember(name, undefined);
    }
  }
}

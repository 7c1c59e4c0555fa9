import { auth, discoverOAuthServerInfo, registerClient, UnauthorizedError } from "@modelcontextprotocol/client";

import type { Recorder } from "../exchange.ts";
import type { Session } from "./session.ts";

/** Everything that the server lets a client ask for. */
export async function scopesOf(mcp: URL, recorder: Recorder): Promise<string[]> {
  const { resourceMetadata, authorizationServerMetadata } = await discoverOAuthServerInfo(mcp, { fetchFn: recorder.fetch });
  const scopes = [...(resourceMetadata?.scopes_supported ?? []), ...openId(authorizationServerMetadata?.scopes_supported)];
  return [...new Set(scopes)];
}

/** With these the page can say who signed in. */
function openId(offered: string[] | undefined): string[] {
  return ["openid", "profile"].filter((scope) => offered?.includes(scope));
}

/** Where to go to sign in. */
export async function wayToSignIn(mcp: URL, session: Session, recorder: Recorder, scopes: string[]): Promise<URL> {
  session.invalidateCredentials("discovery");
  // A server that was started anew with another master key knows no client from before, and says so on
  // its own page: whoever comes back from there without an answer registers again.
  const known = session.astray ? undefined : session.clientInformation();
  const narrow = known && "scope" in known && typeof known.scope === "string" ? known.scope.split(" ") : null;
  if (!known || (narrow && !scopes.every((scope) => narrow.includes(scope)))) {
    const { authorizationServerUrl, authorizationServerMetadata: metadata } = await discoverOAuthServerInfo(mcp, { fetchFn: recorder.fetch });
    // The SDK would register for the scopes of this sign-in only, and a client may not ask for more
    // than it registered for, as it has to when a tool needs another.
    const client = await registerClient(authorizationServerUrl, { ...(metadata && { metadata }), clientMetadata: session.clientMetadata, fetchFn: recorder.fetch });
    session.saveClientInformation(metadata ? { ...client, issuer: metadata.issuer } : client);
  }
  await auth(session, { serverUrl: mcp, scope: scopes.join(" "), fetchFn: recorder.fetch, forceReauthorization: true });
  if (!session.way.value) throw new UnauthorizedError("the server did not say where to sign in");
  return session.way.value;
}

import { isObject } from "../schema/json.ts";
import type { Recorder } from "../exchange.ts";
import type { Session } from "./session.ts";

/** What the person is called, as far as the token lets us know. */
export async function personOf(session: Session, recorder: Recorder): Promise<string | null> {
  const tokens = session.tokens();
  const address = session.discoveryState()?.authorizationServerMetadata?.userinfo_endpoint;
  if (!tokens || typeof address !== "string" || !grantedScopes(session).includes("openid")) return null;
  try {
    const response = await recorder.fetch(address, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const claims: unknown = response.ok ? await response.json() : null;
    if (!isObject(claims)) return null;
    const found = [claims.name, claims.preferred_username, claims.email, claims.sub].find((claim) => typeof claim === "string" && claim !== "");
    return typeof found === "string" ? found : null;
  } catch {
    return null;
  }
}

export function grantedScopes(session: Session): string[] {
  return session.tokens()?.scope?.split(" ").filter((scope) => scope !== "") ?? [];
}

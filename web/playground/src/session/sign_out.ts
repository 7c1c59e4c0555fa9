import type { Recorder } from "../exchange.ts";
import type { Session } from "./session.ts";

/** Ends the grant (RFC 7009) and forgets it. Returns whether the server knows. */
export async function signOut(session: Session, recorder: Recorder): Promise<boolean> {
  const token = session.tokens()?.refresh_token ?? session.tokens()?.access_token;
  const metadata: Record<string, unknown> | undefined = session.discoveryState()?.authorizationServerMetadata;
  const address = metadata?.revocation_endpoint;
  const client = session.clientInformation();
  session.invalidateCredentials("all");
  if (token === undefined || client === undefined || typeof address !== "string") return false;
  try {
    const body = new URLSearchParams({ token, client_id: client.client_id });
    const { ok } = await recorder.fetch(address, { method: "POST", body });
    return ok;
  } catch {
    return false;
  }
}

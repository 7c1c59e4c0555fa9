import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

import type { Recorder } from "../exchange.ts";
import type { Session } from "./session.ts";

/** The answer came from somewhere else, or came again. */
export class StrangeAnswer extends Error {}

/** Takes what the sign-in page sent along out of the address, or null if nothing was sent. */
export function takeAnswer(): URLSearchParams | null {
  const answer = new URLSearchParams(location.search);
  if (!answer.has("code") && !answer.has("error")) return null;
  // A code in the address would go along with every reload and copy of it.
  history.replaceState(null, "", location.pathname);
  return answer;
}

/** Gets the tokens. The SDK compares the issuer with the one that it sent the person to (RFC 9207). */
export async function finish(answer: URLSearchParams, mcp: URL, session: Session, recorder: Recorder): Promise<void> {
  if (!session.takesState(answer.get("state"))) throw new StrangeAnswer();
  await new StreamableHTTPClientTransport(mcp, { authProvider: session, fetch: recorder.fetch }).finishAuth(answer);
}

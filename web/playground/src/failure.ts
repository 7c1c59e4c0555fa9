// What went wrong, in words, and what to do next.
import {
  InsufficientScopeError,
  IssuerMismatchError,
  OAuthError,
  ProtocolError,
  RegistrationRejectedError,
  SdkError,
  SdkHttpError,
  UnauthorizedError,
} from "@modelcontextprotocol/client";

import { StrangeAnswer } from "./session/callback.ts";

export interface Failure {
  title: string;
  words: string;
  /** What the server said, word for word. */
  said?: string;
  /** A sign-in would help. */
  signIn?: boolean;
}

const ANSWERS: Record<string, [title: string, words: string]> = {
  access_denied: ["You said no", "Nothing was granted. Sign in again if that was a slip."],
  invalid_scope: ["The server does not know a scope", "Leave out what it does not offer, and sign in again."],
  invalid_request: ["The server did not understand the request", "The log of the connection shows it word for word."],
  unauthorized_client: ["This client may not sign in", "It may have been revoked. Sign out and in again, so that it registers anew."],
  invalid_client: ["The server does not know this client", "Sign in again: the page registers anew."],
  invalid_grant: ["The sign-in was not accepted", "It has expired, ended or was used before. Sign in again."],
  server_error: ["The server failed", "Its log says why."],
  temporarily_unavailable: ["The server cannot do that now", "Try again in a moment."],
};

const UNAUTHORIZED: Failure = { title: "The server wants a sign-in for this", words: "Sign in, and run it again.", signIn: true };

/** Why a sign-in failed. */
export function signInFailure(error: unknown): Failure {
  if (error instanceof StrangeAnswer) {
    return { title: "That answer was not for this tab", words: "It belongs to another sign-in, or came a second time. Sign in again." };
  }
  if (error instanceof IssuerMismatchError) {
    return { title: "Somebody else answered", words: "The issuer of the answer is not the server that was asked, so the code was not used. Sign in again.", said: error.message };
  }
  if (error instanceof RegistrationRejectedError) {
    return { title: "The server did not register this page", words: "Registration may be off: it is the key [registration] of the configuration.", said: error.message };
  }
  if (error instanceof OAuthError) {
    const [title, words] = ANSWERS[error.code] ?? ["The sign-in failed", "Try again; the log of the connection shows what happened."];
    return { title, words, said: error.message };
  }
  return failureOf(error, { title: "The sign-in failed", words: "Try again; the log of the connection shows what happened." });
}

/** Why a request failed. */
export function failureOf(error: unknown, otherwise: Failure = { title: "That did not work", words: "The exchange shows what happened." }): Failure {
  if (error instanceof InsufficientScopeError) {
    return { title: "The token does not reach that far", words: `It lacks a scope: ${error.requiredScope ?? "the server does not say which"}.`, signIn: true };
  }
  if (error instanceof UnauthorizedError) {
    return UNAUTHORIZED;
  }
  if (error instanceof ProtocolError) return protocolFailure(error);
  if (error instanceof SdkHttpError) return httpFailure(error);
  if (error instanceof SdkError && error.code === "REQUEST_TIMEOUT") {
    return { title: "No answer in time", words: "The server may still be at work on it.", said: error.message };
  }
  if (error instanceof TypeError && /fetch|network|load/i.test(error.message)) {
    return { title: "The server does not answer", words: "Is it still running? Start it and try again.", said: error.message };
  }
  return { ...otherwise, said: error instanceof Error ? error.message : String(error) };
}

function protocolFailure({ code, message }: ProtocolError): Failure {
  const said = `${code}: ${message}`;
  switch (code) {
    case -32602:
      return { title: "The server did not accept the arguments", words: "They do not fit what it expects.", said };
    case -32601:
      return { title: "The server does not know this method", words: "It speaks another version of MCP, or does not offer this.", said };
    case -32603:
      return { title: "The server failed", words: "Its log says why.", said };
    default:
      return { title: "The server answered with an error", words: "In its words:", said };
  }
}

function httpFailure({ status, message }: SdkHttpError): Failure {
  const said = message;
  if (status === 401) return { ...UNAUTHORIZED, said };
  if (status === 403) return { title: "The server refused", words: "The exchange shows its reason.", said };
  if (status === 404) return { title: "There is nothing at this address", words: "Is this the server's address?", said };
  if (status === 413) return { title: "The request is too large", words: "Send less.", said };
  if (status === 429) return { title: "Too many requests", words: "Wait a moment, then try again.", said };
  return { title: status >= 500 ? "The server failed" : "The server refused", words: status >= 500 ? "Its log says why." : "The exchange shows its reason.", said };
}

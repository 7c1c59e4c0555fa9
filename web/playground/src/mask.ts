// Exchanges are shown, copied and pasted into bug reports. What opens something is replaced before
// it is kept, each secret by the name of the shell variable that stands for it.

export const TOKEN = "$TOKEN";

/** By the names of RFC 6749, 7591, 7009 and 7636. */
const SECRETS: Record<string, string> = {
  access_token: TOKEN,
  refresh_token: "$REFRESH_TOKEN",
  id_token: "$ID_TOKEN",
  token: TOKEN,
  code: "$CODE",
  code_verifier: "$CODE_VERIFIER",
  client_secret: "$CLIENT_SECRET",
  registration_access_token: "$REGISTRATION_ACCESS_TOKEN",
};

function variable(name: string): string | undefined {
  return Object.hasOwn(SECRETS, name) ? SECRETS[name] : undefined;
}

/** A header's value without what it authorizes with. */
export function maskHeader(name: string, value: string): string {
  switch (name.toLowerCase()) {
    case "authorization":
      return value.replace(/^(\S+)\s.*$/s, `$1 ${TOKEN}`);
    case "cookie":
    case "set-cookie":
      return "…";
    default:
      return value;
  }
}

/** The body of a sign-in's request or answer: JSON or a form. What is neither stays as it is. */
export function maskBody(contentType: string | null, body: string): string {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/x-www-form-urlencoded") {
    return [...new URLSearchParams(body)].map(([name, value]) => `${encodeURIComponent(name)}=${masked(name, value)}`).join("&");
  }
  if (type !== "application/json" && !type.endsWith("+json")) return body;
  try {
    return JSON.stringify(JSON.parse(body, (name, value: unknown) => (typeof value === "string" ? variable(name) ?? value : value)));
  } catch {
    return body;
  }
}

function masked(name: string, value: string): string {
  // What a form revokes may be either token.
  if (name === "token") return "$REFRESH_TOKEN";
  return variable(name) ?? encodeURIComponent(value);
}

// Adds passkeys to a page that works without them. Each `[data-passkey]` element names its
// ceremony ("get" or "create") and its addresses; it stays hidden where there is no WebAuthn.
const Api = window.PublicKeyCredential;

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const base64url = (buffer) =>
  buffer
    ? btoa(String.fromCharCode(...new Uint8Array(buffer)))
        .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
    : undefined;

const decodeIds = (list = []) => list.map((item) => ({ ...item, id: bytes(item.id) }));

const parse = {
  get: (json) => Api.parseRequestOptionsFromJSON?.(json) ?? {
    ...json,
    challenge: bytes(json.challenge),
    allowCredentials: decodeIds(json.allowCredentials),
  },
  create: (json) => Api.parseCreationOptionsFromJSON?.(json) ?? {
    ...json,
    challenge: bytes(json.challenge),
    user: { ...json.user, id: bytes(json.user.id) },
    excludeCredentials: decodeIds(json.excludeCredentials),
  },
};

const serialize = (credential) => {
  try {
    return credential.toJSON();
  } catch {
    // Older browsers have no toJSON; some password managers hand out objects on which it throws.
    const { response } = credential;
    return {
      id: credential.id,
      rawId: base64url(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: {
        clientDataJSON: base64url(response.clientDataJSON),
        attestationObject: base64url(response.attestationObject),
        authenticatorData: base64url(response.authenticatorData),
        signature: base64url(response.signature),
        userHandle: base64url(response.userHandle),
        transports: response.getTransports?.(),
      },
    };
  }
};

class Refused extends Error {}

const post = async (address, csrf, body) => {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": csrf },
    body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok || json.error) throw new Refused(json.error);
  return json;
};

const explain = (error) => {
  // The person closed the dialog, or had no passkey: nothing happened, so nothing is wrong.
  if (error.name === "NotAllowedError" || error.name === "AbortError") return "";
  if (error.name === "InvalidStateError") return "This device already has a passkey for your account.";
  return (error instanceof Refused && error.message) || "That did not work. Please try again.";
};

const start = (element) => {
  const { passkey: kind, options, finish, csrf } = element.dataset;
  const button = element.querySelector("button");
  const alert = element.querySelector("[role=alert]");
  button.addEventListener("click", async () => {
    button.disabled = true;
    alert.hidden = true;
    try {
      const json = await post(options, csrf, {});
      const publicKey = parse[kind](json.publicKey ?? json);
      const credential = await navigator.credentials[kind]({ publicKey });
      const { location } = await post(finish, csrf, serialize(credential));
      window.location.assign(location);
    } catch (error) {
      alert.textContent = explain(error);
      alert.hidden = !alert.textContent;
      button.disabled = false;
    }
  });
  element.hidden = false;
};

if (Api && navigator.credentials) {
  document.querySelectorAll("[data-passkey]").forEach(start);
}

import { decode, encode } from "./base64url.ts";
import { Failure } from "./failure.ts";

/** Request options as Privy spells them. */
export interface PasskeyOptions {
  challenge: string;
  rp_id?: string;
  timeout?: number;
  user_verification?: string;
  allow_credentials?: { id: string; type: string; transports?: string[] }[];
}

/** The JSON form of an assertion (WebAuthn Level 3, section 5.1). */
export interface Assertion {
  id: string;
  rawId: string;
  type: "public-key";
  authenticatorAttachment?: AuthenticatorAttachment;
  clientExtensionResults: AuthenticationExtensionsClientOutputs;
  response: {
    clientDataJSON: string;
    authenticatorData: string;
    signature: string;
    userHandle?: string;
  };
}

export const canUsePasskeys = (): boolean =>
  "PublicKeyCredential" in window && "credentials" in navigator;

const requestOptions = (options: PasskeyOptions): PublicKeyCredentialRequestOptions => ({
  challenge: decode(options.challenge),
  ...(options.rp_id && { rpId: options.rp_id }),
  ...(options.timeout && { timeout: options.timeout }),
  ...(options.user_verification && {
    userVerification: options.user_verification as UserVerificationRequirement,
  }),
  allowCredentials: (options.allow_credentials ?? []).map(({ id, transports }) => ({
    id: decode(id),
    type: "public-key",
    ...(transports && { transports: transports as AuthenticatorTransport[] }),
  })),
});

/** Lets the person choose a passkey and sign the challenge with it. */
export const assertPasskey = async (options: PasskeyOptions): Promise<Assertion> => {
  let credential: PublicKeyCredential | null;
  try {
    const publicKey = requestOptions(options);
    credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential | null;
  } catch (error) {
    const name = (error as Error).name;
    // The relying party's id belongs to another domain than this page.
    if (name === "SecurityError") throw new Failure("passkey_elsewhere");
    if (name === "NotAllowedError" || name === "AbortError") throw new Failure("passkey_cancelled");
    throw new Failure("passkey_failed");
  }
  if (!credential) throw new Failure("passkey_failed");
  const response = credential.response as AuthenticatorAssertionResponse;
  const attachment = credential.authenticatorAttachment as AuthenticatorAttachment | null;
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: "public-key",
    ...(attachment && { authenticatorAttachment: attachment }),
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: encode(response.clientDataJSON),
      authenticatorData: encode(response.authenticatorData),
      signature: encode(response.signature),
      ...(response.userHandle && { userHandle: encode(response.userHandle) }),
    },
  };
};

import { Wallet } from './wallet.mjs';

/** The ways to sign in at Privy's form, each a function of the visitor who stands before it. */
export const withCode = (address) => async (visitor) => {
  await visitor.sendCodeTo(address);
  // The form moves on when Privy has answered, and only then is the newest code the right one.
  await visitor.page.locator('#code').waitFor();
  await visitor.enterCode(await visitor.simulator.code(address));
};

/** The provider's page is the simulator's, and a click there is the whole sign-in. */
export const withGoogle = (email) => async (visitor) => {
  await visitor.press('Continue with Google');
  await visitor.page.getByLabel('Somebody else').fill(email);
  await visitor.press('Continue as this person');
};

export const withWallet = () => (visitor) => visitor.press('Use a wallet');

/** To be called before the sign-in page is opened. */
export async function carryWallet(visitor, options) {
  const wallet = new Wallet();
  await wallet.inject(visitor.window, options);
  return wallet;
}

export const withPasskey = () => (visitor) => visitor.press('Use a passkey');

/**
 * Chromium's own stand-in for a security key that knows its owner, and a user of the Privy app who
 * registered with it on another page of the product.
 */
export async function carryPasskey(visitor, origin) {
  const devtools = await visitor.window.newCDPSession(visitor.page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const { simulator, page } = visitor;
  await simulator.configure({ app: { passkeys_for_signup_enabled: true } });
  // Any page of the origin is good for that, as long as it may speak to Privy.
  await page.goto(`${origin}/account`);
  return page.evaluate(signUp, { url: simulator.url, appId: simulator.appId, clientId: simulator.clientId });
}

/** Runs in the page. */
async function signUp({ url, appId, clientId }) {
  const ask = async (path, body) => {
    const answer = await fetch(`${url}/api/v1/passkeys/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'privy-app-id': appId, 'privy-client-id': clientId },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const decode = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const { options } = await ask('register/init', { relying_party: location.origin });
  const credential = await navigator.credentials.create({
    publicKey: {
      challenge: decode(options.challenge),
      rp: options.rp,
      user: { id: decode(options.user.id), name: options.user.name, displayName: options.user.display_name },
      pubKeyCredParams: options.pub_key_cred_params,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    },
  });
  const { user } = await ask('register', {
    relying_party: location.origin,
    authenticator_response: {
      id: credential.id,
      raw_id: encode(credential.rawId),
      type: credential.type,
      client_extension_results: {},
      response: {
        client_data_json: encode(credential.response.clientDataJSON),
        attestation_object: encode(credential.response.attestationObject),
      },
    },
  });
  return user.id;
}

import { clientMetadata } from './client_metadata.mjs';

/**
 * The `OAuthClientProvider` that both TypeScript SDKs ask for, keeping everything in memory. What
 * it must never do is help: discovery, registration, PKCE and refresh are the SDK's own.
 */
export class OAuthMemory {
  #application;
  #clientInformation;
  #tokens;
  #codeVerifier;
  #discoveryState;
  #state;

  /**
   * @param {{ clientName: string, redirectUri: string, clientMetadataUrl?: string }} application
   */
  constructor(application) {
    this.#application = application;
    this.redirectUrl = application.redirectUri;
    this.clientMetadataUrl = application.clientMetadataUrl;
  }

  /** Where the SDK last wanted to send the person, until somebody takes it. */
  authorizationUrl;

  get clientMetadata() {
    return clientMetadata(this.#application.clientName, this.redirectUrl);
  }

  state() {
    this.#state = crypto.randomUUID();
    return this.#state;
  }

  /** The SDKs leave `state` to the application. */
  checkState(callbackUrl) {
    return new URL(callbackUrl).searchParams.get('state') === this.#state;
  }

  clientInformation = () => this.#clientInformation;
  saveClientInformation = (information) => void (this.#clientInformation = information);
  tokens = () => this.#tokens;
  saveTokens = (tokens) => void (this.#tokens = tokens);
  codeVerifier = () => this.#codeVerifier;
  saveCodeVerifier = (verifier) => void (this.#codeVerifier = verifier);
  discoveryState = () => this.#discoveryState;
  saveDiscoveryState = (state) => void (this.#discoveryState = state);
  redirectToAuthorization = (url) => void (this.authorizationUrl = url);

  invalidateCredentials(what) {
    if (what === 'all' || what === 'client') this.#clientInformation = undefined;
    if (what === 'all' || what === 'tokens') this.#tokens = undefined;
    if (what === 'all' || what === 'discovery') this.#discoveryState = undefined;
  }

  /** Another window of the same application: what is stored by now, and from here on its own. */
  copy() {
    const copy = new OAuthMemory(this.#application);
    copy.#clientInformation = this.#clientInformation;
    copy.#tokens = this.#tokens;
    return copy;
  }

  /** As if the access token had run out: the server's next answer is 401, and the SDK refreshes. */
  expireAccessToken() {
    this.#tokens = { ...this.#tokens, access_token: 'no-longer-valid' };
  }
}

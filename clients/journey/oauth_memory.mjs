/**
 * The `OAuthClientProvider` that both TypeScript SDKs ask for, keeping everything in memory. What
 * it must never do is help: discovery, registration, PKCE and refresh are the SDK's own.
 */
export class OAuthMemory {
  #clientInformation;
  #tokens;
  #codeVerifier;
  #discoveryState;
  #state;

  constructor(clientName, redirectUri) {
    this.clientName = clientName;
    this.redirectUrl = redirectUri;
  }

  /** Where the SDK last wanted to send the person, until somebody takes it. */
  authorizationUrl;

  get clientMetadata() {
    return {
      client_name: this.clientName,
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
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

  /** As if the access token had run out: the server's next answer is 401, and the SDK refreshes. */
  expireAccessToken() {
    this.#tokens = { ...this.#tokens, access_token: 'no-longer-valid' };
  }
}

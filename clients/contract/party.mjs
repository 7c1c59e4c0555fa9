import * as oauth from 'oauth4webapi';

/** Plain http is what a loopback server speaks; every other check of the library stays on. */
export const loopback = { [oauth.allowInsecureRequests]: true };

/** The authorization server, as discovery describes it. */
export async function discover(server, algorithm = 'oauth2') {
  const issuer = new URL(server.url);
  const response = await oauth.discoveryRequest(issuer, { algorithm, ...loopback });
  return oauth.processDiscoveryResponse(issuer, response);
}

/** One registered client in the hands of oauth4webapi, which checks every answer it gets. */
export class Party {
  static async register(world, metadata = {}) {
    const as = await discover(world.server);
    const response = await oauth.dynamicClientRegistrationRequest(
      as,
      {
        client_name: 'Contract',
        // Two that register the same are one client.
        software_id: crypto.randomUUID(),
        redirect_uris: [world.redirect.uri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        ...metadata,
      },
      loopback,
    );
    const client = await oauth.processDynamicClientRegistrationResponse(response);
    return new Party(world, as, client);
  }

  constructor(world, as, client) {
    this.world = world;
    this.as = as;
    this.client = client;
    this.resource = world.server.mcpUrl;
    if (client.client_secret) world.server.secrets.add(client.client_secret);
  }

  /** How this client proves who it is, by the method it was registered with. */
  get authentication() {
    switch (this.client.token_endpoint_auth_method) {
      case 'client_secret_basic':
        return oauth.ClientSecretBasic(this.client.client_secret);
      case 'client_secret_post':
        return oauth.ClientSecretPost(this.client.client_secret);
      default:
        return oauth.None();
    }
  }

  /**
   * An authorization request that is right in every part, but for what `changes` says. A change to
   * `undefined` leaves the parameter out.
   */
  async request(changes = {}) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const parameters = {
      response_type: 'code',
      client_id: this.client.client_id,
      redirect_uri: this.world.redirect.uri,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      scope: this.world.scope ?? 'notes:read notes:write',
      resource: this.resource,
      ...changes,
    };
    const url = new URL(this.as.authorization_endpoint);
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return { url, state: parameters.state, verifier };
  }

  /** Sends the person through sign-in and consent; resolves with the validated response parameters. */
  async authorize({ changes, decision, person = this.world.person } = {}) {
    const request = await this.request(changes);
    const back = new URL(await person.authorize(request.url, this.world.redirect, { decision }));
    this.#conceal(back.searchParams.get('code'));
    const parameters = oauth.validateAuthResponse(
      this.as,
      this.client,
      back,
      request.state ?? oauth.expectNoState,
    );
    return { parameters, verifier: request.verifier };
  }

  async redeem({ parameters, verifier }) {
    const response = await this.redeemRequest({ parameters, verifier });
    return this.#tokens(await oauth.processAuthorizationCodeResponse(this.as, this.client, response));
  }

  redeemRequest({ parameters, verifier }, additionalParameters = { resource: this.resource }) {
    return oauth.authorizationCodeGrantRequest(
      this.as,
      this.client,
      this.authentication,
      parameters,
      this.world.redirect.uri,
      verifier,
      { additionalParameters, ...loopback },
    );
  }

  async rotate(refreshToken, additionalParameters = {}) {
    const response = await oauth.refreshTokenGrantRequest(
      this.as,
      this.client,
      this.authentication,
      refreshToken,
      { additionalParameters, ...loopback },
    );
    return this.#tokens(await oauth.processRefreshTokenResponse(this.as, this.client, response));
  }

  async revoke(token) {
    const response = await oauth.revocationRequest(
      this.as,
      this.client,
      this.authentication,
      token,
      loopback,
    );
    await oauth.processRevocationResponse(response);
  }

  async introspect(token) {
    const response = await oauth.introspectionRequest(
      this.as,
      this.client,
      this.authentication,
      token,
      loopback,
    );
    return oauth.processIntrospectionResponse(this.as, this.client, response);
  }

  /** The claims of an access token, after every check of RFC 9068 that the resource could make. */
  claims(accessToken) {
    const headers = { authorization: `Bearer ${accessToken}` };
    return oauth.validateJwtAccessToken(
      this.as,
      new Request(this.resource, { headers }),
      this.resource,
      loopback,
    );
  }

  /** Everything up to tokens in the client's hands. */
  async connect(options) {
    return this.redeem(await this.authorize(options));
  }

  /** Calls a tool with this access token; a challenge becomes `WWWAuthenticateChallengeError`. */
  async call(accessToken, tool, args = {}) {
    const response = await oauth.protectedResourceRequest(
      accessToken,
      'POST',
      new URL(this.resource),
      new Headers({
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
      }),
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: tool, arguments: args },
      }),
      loopback,
    );
    return { status: response.status, body: await response.text() };
  }

  #tokens(tokens) {
    this.#conceal(tokens.access_token);
    this.#conceal(tokens.refresh_token);
    return tokens;
  }

  #conceal(secret) {
    if (secret) this.world.server.secrets.add(secret);
  }
}

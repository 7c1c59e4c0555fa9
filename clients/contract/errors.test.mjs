import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import * as oauth from 'oauth4webapi';

import { discover, loopback } from './party.mjs';
import { world } from './world.mjs';

describe('contract: error answers', { timeout: 180_000 }, () => {
  const here = world();

  describe('at the authorization endpoint', () => {
    const ask = (url, init) => fetch(url, { redirect: 'manual', ...init });

    for (const [what, changes] of [
      ['an unknown client', { client_id: 'nobody' }],
      ['no client', { client_id: undefined }],
      ['a redirect URI that was not registered', { redirect_uri: 'https://evil.example/callback' }],
      ['no redirect URI', { redirect_uri: undefined }],
      ['a redirect URI with another path', { redirect_uri: 'http://127.0.0.1:1/elsewhere' }],
      ['a redirect URI that only looks like loopback', { redirect_uri: 'http://127.0.0.1.evil.example/callback' }],
      ['a foreign redirect URI and other faults', { redirect_uri: 'https://evil.example/', response_type: 'token', code_challenge: undefined }],
    ]) {
      it(`shows a page and redirects nowhere for ${what}`, async () => {
        const { url } = await (await here.party()).request(changes);
        const response = await ask(url);
        assert.equal(response.status, 400);
        assert.equal(response.headers.get('location'), null);
        assert.match(response.headers.get('content-type'), /^text\/html/);
      });
    }

    for (const [what, changes, code] of [
      ['no response type', { response_type: undefined }, 'invalid_request'],
      ['the implicit grant', { response_type: 'token' }, 'unsupported_response_type'],
      ['no code challenge', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
      ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
      ['a challenge method left out', { code_challenge_method: undefined }, 'invalid_request'],
      ['a code challenge of the wrong length', { code_challenge: 'short' }, 'invalid_request'],
      ['a foreign resource', { resource: 'https://other.example/mcp' }, 'invalid_target'],
      ['a relative resource', { resource: '/mcp' }, 'invalid_target'],
      ['a scope nobody offers', { scope: 'everything' }, 'invalid_scope'],
      ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
      ['a request URI', { request_uri: 'https://evil.example/request' }, 'request_uri_not_supported'],
      ['an unknown response mode', { response_mode: 'web_message' }, 'invalid_request'],
      ['a prompt that allows no page', { prompt: 'none' }, 'login_required'],
    ]) {
      it(`sends the client ${code} for ${what}`, async () => {
        const party = await here.party();
        const { url, state } = await party.request(changes);
        const response = await ask(url);
        assert.ok([302, 303].includes(response.status), `${response.status}`);
        const back = new URL(response.headers.get('location'));
        assert.equal(back.origin + back.pathname, here.redirect.uri);
        assert.equal(back.searchParams.getAll('iss').length, 1);
        assert.throws(
          () => oauth.validateAuthResponse(party.as, party.client, back, state),
          (error) => error instanceof oauth.AuthorizationResponseError && error.error === code,
        );
      });
    }

    it('returns a state of any characters as it came', async () => {
      const party = await here.party();
      const odd = 'a b+c%20d&e=f"<script>é\u{1F511}';
      const { url } = await party.request({ state: odd, prompt: 'none' });
      const response = await ask(url);
      assert.equal(new URL(response.headers.get('location')).searchParams.get('state'), odd);
    });

    it('accepts any port of a loopback redirect URI (RFC 8252 section 7.3)', async () => {
      const party = await here.party({ redirect_uris: ['http://127.0.0.1/callback'] });
      const { parameters } = await party.authorize();
      assert.ok(parameters.get('code'));
    });

    it('sends the client access_denied when the person says no', async () => {
      const party = await here.party();
      await assert.rejects(
        party.authorize({ decision: 'deny' }),
        (error) => error instanceof oauth.AuthorizationResponseError && error.error === 'access_denied',
      );
    });
  });

  describe('at the token endpoint', () => {
    const post = async (body, headers = {}) => {
      const { token_endpoint: endpoint } = await discover(here.server);
      return fetch(endpoint, { method: 'POST', headers, body });
    };
    const assertRefused = async (response, status, code) => {
      assert.equal(response.headers.get('cache-control'), 'no-store');
      const body = await response.json();
      assert.equal(body.error, code);
      assert.equal(response.status, status);
    };

    it('refuses a wrong code verifier', async () => {
      const party = await here.party();
      const answer = await party.authorize();
      answer.verifier = oauth.generateRandomCodeVerifier();
      await assert.rejects(party.redeem(answer), { error: 'invalid_grant', status: 400 });
    });

    it('refuses another redirect URI and leaves the code usable', async () => {
      const party = await here.party();
      const answer = await party.authorize();
      const response = await oauth.authorizationCodeGrantRequest(
        party.as,
        party.client,
        oauth.None(),
        answer.parameters,
        'http://127.0.0.1:1/callback',
        answer.verifier,
        loopback,
      );
      await assert.rejects(
        oauth.processAuthorizationCodeResponse(party.as, party.client, response),
        { error: 'invalid_grant' },
      );
      assert.ok((await party.redeem(answer)).access_token);
    });

    it('refuses a foreign resource and leaves the code usable', async () => {
      const party = await here.party();
      const answer = await party.authorize();
      const response = await party.redeemRequest(answer, { resource: 'https://other.example/mcp' });
      await assert.rejects(
        oauth.processAuthorizationCodeResponse(party.as, party.client, response),
        { error: 'invalid_target' },
      );
      assert.ok((await party.redeem(answer)).access_token);
    });

    it("refuses another client's code and leaves it usable", async () => {
      const [owner, stranger] = [await here.party(), await here.party()];
      const answer = await owner.authorize();
      const stolen = new URLSearchParams(answer.parameters);
      // The library ties response parameters to the client that validated them.
      await assertRefused(
        await post(
          new URLSearchParams({
            grant_type: 'authorization_code',
            client_id: stranger.client.client_id,
            code: stolen.get('code'),
            redirect_uri: here.redirect.uri,
            code_verifier: answer.verifier,
          }),
        ),
        400,
        'invalid_grant',
      );
      assert.ok((await owner.redeem(answer)).access_token);
    });

    it('refuses a client that does not authenticate as it was registered', async () => {
      const party = await here.party({ token_endpoint_auth_method: 'client_secret_basic' });
      const answer = await party.authorize();
      const downgraded = await oauth.authorizationCodeGrantRequest(
        party.as,
        party.client,
        oauth.None(),
        answer.parameters,
        here.redirect.uri,
        answer.verifier,
        loopback,
      );
      await assertRefused(downgraded, 401, 'invalid_client');
      assert.ok((await party.redeem(answer)).access_token, 'the code was not consumed');
    });

    it('challenges a wrong secret in the scheme it came in', async () => {
      const party = await here.party({ token_endpoint_auth_method: 'client_secret_basic' });
      const response = await oauth.refreshTokenGrantRequest(
        party.as,
        party.client,
        oauth.ClientSecretBasic('wrong'),
        'whatever',
        loopback,
      );
      assert.match(response.headers.get('www-authenticate'), /^Basic/);
      await assertRefused(response, 401, 'invalid_client');
    });

    it('refuses what is not a form', async () => {
      await assertRefused(await post('{}', { 'content-type': 'application/json' }), 400, 'invalid_request');
    });

    it('refuses a parameter given twice', async () => {
      const { client } = await here.party();
      const twice = `grant_type=refresh_token&client_id=${client.client_id}&refresh_token=a&refresh_token=b`;
      await assertRefused(
        await post(twice, { 'content-type': 'application/x-www-form-urlencoded' }),
        400,
        'invalid_request',
      );
    });

    for (const [what, parameters, status, code] of [
      ['no grant type', {}, 400, 'invalid_request'],
      ['a grant type nobody offers', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
      ['a refresh token nobody issued', { grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'invalid_grant'],
      ['a code nobody issued', { grant_type: 'authorization_code', code: 'x', code_verifier: 'v'.repeat(43) }, 400, 'invalid_grant'],
    ]) {
      it(`answers ${code} for ${what}`, async () => {
        const { client } = await here.party();
        await assertRefused(
          await post(new URLSearchParams({ client_id: client.client_id, ...parameters })),
          status,
          code,
        );
      });
    }

    it('answers invalid_client for a client it does not know', async () => {
      const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'nobody', refresh_token: 'x' });
      await assertRefused(await post(form), 401, 'invalid_client');
    });
  });

  describe('at the registration endpoint', () => {
    const refuse = async (metadata, code) => {
      const as = await discover(here.server);
      const response = await oauth.dynamicClientRegistrationRequest(as, metadata, loopback);
      await assert.rejects(oauth.processDynamicClientRegistrationResponse(response), (error) => {
        assert.ok(error instanceof oauth.ResponseBodyError, String(error));
        assert.equal(error.status, 400);
        assert.equal(error.error, code);
        return true;
      });
    };

    for (const uri of [
      'javascript:alert(1)',
      'data:text/html,x',
      'http://app.example/callback',
      'https://app.example/callback#fragment',
      'https://user@app.example/callback',
      'https://*.example/callback',
      'https://app.example/a/../callback',
    ]) {
      it(`refuses the redirect URI ${uri}`, () => refuse({ redirect_uris: [uri] }, 'invalid_redirect_uri'));
    }

    for (const [what, metadata, code] of [
      ['no redirect URI', {}, 'invalid_redirect_uri'],
      ['redirect URIs that are no list', { redirect_uris: 'https://app.example/' }, 'invalid_redirect_uri'],
      ['an unknown way to authenticate', { redirect_uris: ['https://app.example/'], token_endpoint_auth_method: 'magic' }, 'invalid_client_metadata'],
      ['the implicit response type', { redirect_uris: ['https://app.example/'], response_types: ['token'] }, 'invalid_client_metadata'],
      ['a script for a logo', { redirect_uris: ['https://app.example/'], logo_uri: 'javascript:alert(1)' }, 'invalid_client_metadata'],
    ]) {
      it(`refuses ${what}`, () => refuse(metadata, code));
    }

    it('accepts every redirect URI that Cursor sends at once', async () => {
      const party = await here.party({
        redirect_uris: [
          'http://localhost:8787/callback',
          'https://www.cursor.com/agents/mcp/oauth/callback',
          'cursor://anysphere.cursor-mcp/oauth/callback',
        ],
      });
      assert.equal(party.client.redirect_uris.length, 3);
    });
  });

  describe('at the MCP endpoint', () => {
    for (const [what, token] of [
      ['garbage', 'garbage'],
      ['an unsigned token', 'eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJhZGEifQ.'],
    ]) {
      it(`challenges ${what}`, async () => {
        const party = await here.party();
        await assert.rejects(party.call(token, 'whoami'), (error) => {
          assert.ok(error instanceof oauth.WWWAuthenticateChallengeError, String(error));
          assert.equal(error.status, 401);
          const [challenge, ...rest] = error.cause;
          assert.equal(rest.length, 0, 'one challenge');
          assert.equal(challenge.scheme, 'bearer');
          assert.equal(challenge.parameters.error, 'invalid_token');
          assert.ok(challenge.parameters.resource_metadata.endsWith('/.well-known/oauth-protected-resource/mcp'));
          return true;
        });
      });
    }

    it('challenges a refresh token', async () => {
      const party = await here.party();
      const tokens = await party.connect();
      await assert.rejects(party.call(tokens.refresh_token, 'whoami'), { status: 401 });
    });

    it('refuses a foreign Host', async () => {
      const status = await new Promise((resolve, reject) => {
        const { port } = new URL(here.server.url);
        request({ host: '127.0.0.1', port, method: 'POST', path: '/mcp', headers: { host: 'evil.example' } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      assert.ok(status >= 400 && status < 500, `${status}`);
    });
  });
});

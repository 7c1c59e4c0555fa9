import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

const LIFE_SECONDS = 60;

/** A vendor's signing key: the JWK set it publishes and the client assertions it signs (RFC 7523). */
export function vendorKey() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  return {
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
    assertion(clientId, audience) {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: clientId, sub: clientId, aud: audience, iat: now, exp: now + LIFE_SECONDS, jti: randomUUID() };
      const signed = [{ alg: 'RS256', typ: 'JWT', kid }, claims].map(encode).join('.');
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  };
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

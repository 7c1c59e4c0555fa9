import { generateKeyPairSync } from 'node:crypto';

/** The `.env` of mcp2's README, for this Privy app and this API. Nothing of countersign's is set. */
export function mcp2Environment({ port, simulator, api }) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const base64 = (pem) => Buffer.from(pem).toString('base64');
  return {
    NODE_ENV: 'production',
    PORT: String(port),
    SERVER_BASE_URL: `http://localhost:${port}`,
    JWT_PRIVATE_KEY: base64(privateKey),
    JWT_PUBLIC_KEY: base64(publicKey),
    PRIVY_APP_ID: simulator.appId,
    PRIVY_APP_SECRET: simulator.appSecret,
    VITE_PRIVY_APP_ID: simulator.appId,
    PROTOCOL_API_URL: api.url,
    PROTOCOL_API_TIMEOUT_MS: '30000',
    PRIVY_TOKEN_EXCHANGE_TIMEOUT_MS: '10000',
    // What `startServer` says of its own accord has to come from the variables above.
    COUNTERSIGN_PUBLIC_URL: undefined,
    COUNTERSIGN_LISTEN: undefined,
    COUNTERSIGN_DATA_DIR: undefined,
    // In place of Privy's cloud.
    PRIVY_API_URL: simulator.url,
    PRIVY_AUTH_URL: simulator.url,
  };
}

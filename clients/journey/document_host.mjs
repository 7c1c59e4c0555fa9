import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PATH = '/client.json';

/**
 * The web host of a client's vendor: it serves one client id metadata document over TLS, with a
 * certificate of an authority that was made a moment ago, and counts how often it is asked.
 */
export async function hostDocument() {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-document-'));
  const authority = await certify(directory);
  let document;
  let requests = 0;
  const host = createServer(authority.host, (request, response) => {
    requests += 1;
    if (request.url !== PATH || !document) return response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=3600' })
      .end(JSON.stringify(document));
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const url = `https://localhost:${host.address().port}${PATH}`;

  return {
    url,
    /** What a server needs to reach a host that only a test would trust, on a network only a test would allow. */
    settings: {
      COUNTERSIGN_EGRESS__CA_FILE: authority.caFile,
      COUNTERSIGN_EGRESS__ALLOWED_NETWORKS: '["127.0.0.0/8", "::1/128"]',
    },
    requests: () => requests,
    describe: (metadata) => void (document = { client_id: url, ...metadata }),
    close: async () => {
      host.closeAllConnections();
      await new Promise((resolve) => host.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An authority for one test, and the certificate of `localhost` that it signed. */
async function certify(directory) {
  const file = (name) => join(directory, name);
  const issue = (name, subject, ...more) =>
    promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
      ...['-subj', `/CN=${subject}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`), ...more],
    ]);
  await issue('ca', 'Test authority');
  await issue(
    ...['host', 'localhost', '-CA', file('ca.pem'), '-CAkey', file('ca.key')],
    ...['-addext', 'subjectAltName=DNS:localhost', '-addext', 'basicConstraints=critical,CA:FALSE'],
  );
  const [key, cert] = await Promise.all([readFile(file('host.key')), readFile(file('host.pem'))]);
  return { caFile: file('ca.pem'), host: { key, cert } };
}

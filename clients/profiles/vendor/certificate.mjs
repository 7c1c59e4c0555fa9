import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const openssl = promisify(execFile).bind(undefined, 'openssl');
const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/**
 * A certificate for these hosts and the authority that signed it, valid for two days. The
 * authority is one of its own, because TLS libraries refuse one that serves under its own name.
 */
export async function certify(hosts) {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-vendor-'));
  const file = (name) => join(directory, name);
  try {
    await openssl(['req', '-x509', ...CURVE, '-days', '2', '-subj', '/CN=Profiles of countersign', '-keyout', file('ca.key'), '-out', file('ca.pem')]);
    await openssl([
      'req', '-x509', ...CURVE, '-days', '2', '-subj', '/CN=vendor', '-keyout', file('key.pem'), '-out', file('cert.pem'),
      '-CA', file('ca.pem'), '-CAkey', file('ca.key'),
      '-addext', `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(',')}`,
      '-addext', 'basicConstraints=critical,CA:FALSE',
      '-addext', 'extendedKeyUsage=serverAuth',
    ]);
    const [ca, key, cert] = await Promise.all(['ca.pem', 'key.pem', 'cert.pem'].map((name) => readFile(file(name), 'utf8')));
    return { ca, key, cert };
  } finally {
    await rm(directory, { recursive: true });
  }
}

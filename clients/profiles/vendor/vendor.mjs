import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { certify } from './certificate.mjs';
import { nameServer } from './dns.mjs';
import { VendorHost } from './host.mjs';
import { vendorKey } from './key.mjs';

/** A loopback address of its own, so that nothing else on this machine wants its port 443. */
const ADDRESS = '127.67.83.1';

/**
 * Is the vendor for one server: its names, its certificate, its documents by URL and its key. With
 * no documents it is a network without any vendor: no name is known.
 */
export async function impersonate(documents) {
  const hosts = [...new Set(Object.keys(documents).map((url) => new URL(url).hostname))];
  const names = await nameServer(hosts, ADDRESS);
  const nowhere = { COUNTERSIGN_EGRESS__NAMESERVERS: JSON.stringify([names.address]) };
  if (hosts.length === 0) return { env: nowhere, close: names.close };

  const key = vendorKey();
  const published = Object.entries(documents).map(([url, document]) => [url, document === 'the key set' ? key.jwks : document]);
  const certificate = await certify(hosts);
  // Port 443, because that is where the URL of a document points.
  const host = await VendorHost.start({ certificate, address: ADDRESS, port: 443, documents: Object.fromEntries(published) });
  const directory = await mkdtemp(join(tmpdir(), 'countersign-vendor-'));
  const caFile = join(directory, 'ca.pem');
  await writeFile(caFile, certificate.ca);
  return {
    assertion: key.assertion,
    fetches: host.fetches,
    env: {
      ...nowhere,
      COUNTERSIGN_EGRESS__CA_FILE: caFile,
      COUNTERSIGN_EGRESS__ALLOWED_NETWORKS: JSON.stringify([`${ADDRESS}/32`]),
    },
    close: () => Promise.all([host.close(), names.close(), rm(directory, { recursive: true })]),
  };
}

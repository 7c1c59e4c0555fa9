import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { world } from './world.mjs';

describe('contract: operation', { timeout: 180_000 }, () => {
  const here = world();

  it('keeps its data to its own user', async () => {
    const entries = await readdir(here.server.dataDir, { recursive: true, withFileTypes: true });
    assert.ok(entries.some((entry) => entry.isFile()), 'there is data');
    for (const entry of entries.filter((entry) => entry.isFile())) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      assert.equal((await stat(path)).mode & 0o777, 0o600, path);
    }
  });

  it('keeps grants and keys over a restart', async () => {
    const party = await here.party();
    const tokens = await party.connect();
    await here.server.restart();
    assert.equal((await party.call(tokens.access_token, 'whoami')).status, 200);
    const rotated = await party.rotate(tokens.refresh_token);
    assert.equal((await party.call(rotated.access_token, 'whoami')).status, 200);
  });

  it('publishes the next key long before it signs, and does not let it sign at once', async () => {
    const { keys } = await (await fetch(`${here.server.url}/.well-known/jwks.json`)).json();
    const listed = JSON.parse(await here.server.command('keys', 'list', '--json'));
    assert.deepEqual(listed.map((key) => key.state).sort(), ['active', 'next']);
    assert.deepEqual(new Set(keys.map((key) => key.kid)), new Set(listed.map((key) => key.kid)));
    await assert.rejects(here.server.command('keys', 'rotate'), /published \d+ s ago/);
  });

  it('obeys the command line while it serves', async () => {
    const party = await here.party({ client_name: 'Watched' });
    const tokens = await party.connect();
    const clients = JSON.parse(await here.server.command('clients', 'list', '--json'));
    assert.ok(JSON.stringify(clients).includes(party.client.client_id));
    const users = JSON.parse(await here.server.command('users', 'list', '--json'));
    assert.ok(JSON.stringify(users).includes(here.person.username));
    await here.server.command('clients', 'revoke', party.client.client_id);
    await assert.rejects(party.rotate(tokens.refresh_token));
    await assert.rejects(party.call(tokens.access_token, 'whoami'), { status: 401 });
  });

  it('lets no disabled user in', async () => {
    const party = await here.party();
    const tokens = await party.connect();
    await here.server.command('users', 'disable', here.person.username);
    await assert.rejects(party.rotate(tokens.refresh_token), { error: 'invalid_grant' });
    await assert.rejects(party.call(tokens.access_token, 'whoami'), { status: 401 });
  });
});

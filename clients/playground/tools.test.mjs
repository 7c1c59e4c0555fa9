import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { afterEach, describe, it } from 'node:test';
import { promisify } from 'node:util';

import { accessible, until, world } from './stage/index.mjs';

const NEW = '/discover/new';
const FILTER = '/discover/filter';
const VIBECHECK = '/synthesis/vibecheck';
const WORDS = 'Meet founders of climate startups.';

describe('playground: tools', { timeout: 120_000 }, () => {
  const here = world({ env: { COUNTERSIGN_INDEX_NETWORK__PATIENCE: '1s' } });

  afterEach(async () => {
    const dialog = here.playground.page.getByRole('dialog');
    if (await dialog.isVisible()) await here.playground.page.keyboard.press('Escape');
    await here.api.recover();
    await here.api.forgetRequests();
  });

  /** What the last call sent, as the page tells it. */
  async function sent() {
    await here.playground.tab('Request & answer');
    const body = here.playground.outcome.getByRole('region', { name: /^Request body/ }).last();
    return JSON.parse(await body.innerText());
  }

  it('lists them with what each does to the world', async () => {
    const { playground } = here;
    const facts = await playground.page.getByRole('navigation', { name: 'Tools' }).getByRole('listitem').allInnerTexts();
    const plain = facts.map((text) => text.replaceAll(/\s+/g, ' '));
    for (const [index, words] of [/extract_intent writes/, /discover_connections writes/, /connection_action writes/, /search reads/, /fetch reads/].entries()) {
      assert.match(plain[index], words);
    }
    assert.deepEqual(plain.map((text) => /has a widget/.test(text)), [true, true, false, false, false]);
    await playground.choose('Act on a connection');
    const badges = await playground.page.getByRole('list', { name: 'About this tool' }).getByRole('listitem').allInnerTexts();
    assert.deepEqual(badges, ['writes', 'destructive', 'open world', 'write']);
  });

  it('makes a form of every schema that the tools have', async () => {
    const { playground } = here;
    const fields = {
      'Extract intents': { fullInputText: 'textbox', rawText: 'textbox', conversationHistory: 'textbox', userMemory: 'textbox' },
      'Discover connections': { fullInputText: 'textbox', maxConnections: 'textbox' },
      'Act on a connection': { action: 'combobox', userId: 'textbox' },
      'Search intents and connections': { query: 'textbox' },
      'Read an intent or a connection': { id: 'textbox' },
    };
    for (const [title, expected] of Object.entries(fields)) {
      await playground.choose(title);
      for (const [name, role] of Object.entries(expected)) {
        await playground.form.getByRole(role, { name, exact: true }).waitFor();
      }
      await accessible(playground.page);
    }
    await playground.choose('Act on a connection');
    const options = await playground.field('action').getByRole('option').allInnerTexts();
    assert.deepEqual(options.slice(1), ['REQUEST', 'SKIP', 'ACCEPT', 'DECLINE', 'CANCEL']);
  });

  it('says at the field what does not fit, and sends nothing', async () => {
    const { playground } = here;
    await playground.choose('Discover connections');
    await playground.press('Reset');
    await playground.press('Run');
    await playground.form.getByRole('alert').waitFor();
    const text = playground.field('fullInputText');
    assert.equal(await text.getAttribute('aria-invalid'), 'true');
    await until(() => text.evaluate((field) => field === document.activeElement), true);
    for (const number of ['0', '51', '1.5', 'many']) {
      await playground.field('fullInputText').fill(WORDS);
      await playground.field('maxConnections').fill(number);
      await playground.press('Run');
      await until(() => playground.field('maxConnections').getAttribute('aria-invalid'), 'true');
      await playground.field('maxConnections').fill('');
      await until(() => playground.field('maxConnections').getAttribute('aria-invalid'), null);
    }
    await accessible(playground.page);
    assert.deepEqual(await here.api.requests(), []);
  });

  it('sends what was filled in, and nothing that was left empty', async () => {
    const { playground } = here;
    await playground.choose('Extract intents');
    await playground.press('Reset');
    await playground.run({ fullInputText: WORDS });
    const { params } = await sent();
    assert.deepEqual([params.name, params.arguments], ['extract_intent', { fullInputText: WORDS }]);
    const [request] = await here.api.requestsTo(NEW);
    assert.match(request.body, /Meet founders of climate startups/);
    await playground.choose('Discover connections');
    await playground.run({ fullInputText: WORDS, maxConnections: '2' });
    assert.deepEqual((await sent()).params.arguments, { fullInputText: WORDS, maxConnections: 2 });
  });

  it('takes arguments as JSON, also those that do not fit', async () => {
    const { playground } = here;
    await playground.choose('Act on a connection');
    await playground.pick('Arguments as', 'JSON');
    const json = playground.form.getByRole('textbox', { name: 'Arguments as JSON' });
    await json.fill('{"action": "REQUEST",');
    await playground.press('Run');
    await playground.form.getByRole('alert').waitFor();
    await json.fill('{"action": "HUG", "userId": 7}');
    await playground.run({}, /Tool error|Failed/);
    assert.deepEqual((await sent()).params.arguments, { action: 'HUG', userId: 7 });
    await accessible(playground.page);
    await json.fill('{"action": "REQUEST", "userId": "x"}');
    await playground.pick('Arguments as', 'Form');
    await until(() => playground.field('userId').inputValue(), 'x');
  });

  it('shows every byte, but no token', async () => {
    const { playground } = here;
    const { page } = playground;
    await playground.choose('Search intents and connections');
    await playground.run({ query: 'climate' });
    await playground.tab('Request & answer');
    await playground.outcome.getByText('Bearer $TOKEN').waitFor();
    const command = await playground.copy(playground.outcome, 'Copy as curl');
    assert.match(command, /--header "authorization: Bearer \$TOKEN"/);
    assert.match(command, /--data-raw/);
    await page.getByRole('button', { name: 'Connection', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('/token', { exact: true }).waitFor();
    for (const summary of await dialog.locator('summary').all()) await summary.click();
    await dialog.getByText('$CODE_VERIFIER').first().waitFor();
    await accessible(page);
    const log = await dialog.innerText();
    for (const masked of [/code\s+\$CODE\s/, /code_verifier\s+\$CODE_VERIFIER\s/, /"access_token": "\$TOKEN"/, /"refresh_token": "\$REFRESH_TOKEN"/]) assert.match(log, masked);
    const { access_token: access, refresh_token: refresh } = await page.evaluate(() => JSON.parse(sessionStorage.getItem('playground.tokens')));
    const everything = (await page.content()) + command + log;
    for (const secret of [access, refresh, ...playground.visitor.handedOver]) assert.ok(!everything.includes(secret), 'a secret is shown');
  });

  it('works in a shell as it was copied', async () => {
    const { playground } = here;
    await playground.choose('Search intents and connections');
    await playground.run({ query: "it's `climate` $HOME" });
    await playground.tab('Request & answer');
    const command = await playground.copy(playground.outcome, 'Copy as curl');
    const { access_token: TOKEN } = await playground.page.evaluate(() => JSON.parse(sessionStorage.getItem('playground.tokens')));
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { env: { ...process.env, TOKEN } });
    assert.match(stdout, /"result"/);
  });

  it('says a failure of the API in the tool’s words', async () => {
    const { playground } = here;
    await here.api.fault({ path: NEW, effect: { answer: { status: 500, body: { error: 'stack trace' } } } });
    await playground.choose('Extract intents');
    await playground.run({ fullInputText: WORDS }, 'Tool error');
    await playground.tab('Result');
    await playground.outcome.getByText('The service cannot answer right now.').waitFor();
    await accessible(playground.page);
  });

  it('stops the work upstream when the call is cancelled', async () => {
    const { playground } = here;
    await here.api.fault({ path: NEW, effect: 'hold' });
    await playground.choose('Extract intents');
    await playground.run({ fullInputText: WORDS }, 'Running');
    await here.api.wait((requests) => requests.some(({ path }) => path === NEW), 'the call upstream');
    await accessible(playground.page);
    await playground.press('Cancel');
    await playground.verdict.getByText('Stopped').waitFor();
    await here.api.wait(([request]) => request.outcome === 'abandoned', 'the end of the call upstream');
  });

  it('shows how far a call has come, and stops it there too', async () => {
    const { playground } = here;
    await playground.choose('Discover connections');
    await playground.press('Reset');
    for (const stopped of [false, true]) {
      await here.api.forgetRequests();
      await here.api.fault({ path: VIBECHECK, effect: 'hold', times: 0 });
      await playground.run({ fullInputText: WORDS }, 'Running');
      await playground.outcome.getByText(/\d people match\. Reading what connects you\. \(2 of 3\)/).waitFor();
      assert.equal(await playground.outcome.getByRole('progressbar', { name: 'Progress' }).getAttribute('value'), '2');
      await accessible(playground.page);
      if (stopped) {
        await playground.press('Cancel');
        await playground.verdict.getByText('Stopped').waitFor();
        await here.api.wait((requests) => requests.filter(({ path }) => path === VIBECHECK).every(({ outcome }) => outcome === 'abandoned'), 'the end of the calls upstream');
        await here.api.recover();
      } else {
        await here.api.recover();
        await playground.verdict.getByText('Answered').waitFor();
        assert.ok((await here.api.requestsTo(FILTER)).length > 0);
      }
    }
  });

  it('goes back to calls of this visit', async () => {
    const { playground } = here;
    await playground.choose('Search intents and connections');
    await playground.run({ query: 'first words' });
    await playground.run({ query: 'other words' });
    await playground.calls.nth(1).getByRole('button').click();
    await until(() => playground.field('query').inputValue(), 'first words');
    assert.equal((await sent()).params.arguments.query, 'first words');
  });

  it('made the browser complain of nothing but what the server refused', () => {
    const complaints = here.playground.visitor.person.complaints.filter((text) => !/status of (?:400|401)/.test(text));
    assert.deepEqual(complaints, []);
  });
});

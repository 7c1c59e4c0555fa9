import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';

import { accessible, until, world } from './stage/index.mjs';

const ACTIONS = '/connections/actions';
const WORDS = 'Find people who collect sundials.';
const LISTED = 'https://images.example';
const UNLISTED = 'https://pictures.example';

/** An interest that only these tests' people have. */
const intents = ['Trade sundials'];
const PEOPLE = [
  { name: 'Ada Lovelace', intents, avatar: `${LISTED}/ada.png` },
  { name: 'Grace Hopper', intents, avatar: `${UNLISTED}/grace.png` },
  { name: 'Alan Turing', intents },
  { name: 'Joan Clarke', intents },
  { name: 'Emmy Noether', intents },
];
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

for (const host of ['MCP Apps', 'ChatGPT']) {
  describe(`playground: widgets as ${host} shows them`, { timeout: 120_000 }, () => {
    const here = world({
      env: { COUNTERSIGN_INDEX_NETWORK__PATIENCE: '1s', COUNTERSIGN_INDEX_NETWORK__AVATAR_DOMAINS: JSON.stringify([LISTED]) },
    });
    let page, widget, playground;
    const ids = {};
    /** What left for other hosts, and what opened. */
    const left = [];

    before(async () => {
      ({ playground } = here);
      ({ page, widget } = playground);
      await here.api.configure({ skip_unasked: true });
      for (const person of PEOPLE) ids[person.name] = await here.api.addPerson(person);
      await playground.visitor.window.route(/^https:/, (route) => {
        left.push(route.request().url());
        return route.fulfill({ contentType: 'image/png', body: PIXEL });
      });
      playground.visitor.window.on('page', (tab) => left.push(`opened ${tab.url()}`));
    });
    beforeEach(() => here.api.forgetRequests());
    afterEach(async () => {
      await here.api.recover();
      left.length = 0;
    });

    /** Shows the people, and stays with them until the next call. */
    async function discover() {
      await playground.choose('Discover connections');
      await playground.run({ fullInputText: WORDS });
      await playground.tab('Widget');
      await playground.host(host);
      await widget.getByRole('heading', { name: 'People to meet' }).waitFor();
    }

    const card = (name) => widget.getByRole('listitem').filter({ has: widget.getByRole('heading', { name }) });
    const press = (name, button) => card(name).getByRole('button', { name: new RegExp(`^${button}`) }).click();
    const says = (name, words) => card(name).getByText(words, { exact: true }).waitFor();
    /** The widget's own calls, as the log tells of them. */
    const calls = async () => (await playground.entries('Tool call')).map((entry) => entry.match(/connection_action\s+(answered|tool error)/)?.[1]);

    it('shows the people, with the portraits that may be loaded', async () => {
      await discover();
      await says('Alan Turing', '1 intent in common');
      await card('Ada Lovelace').getByRole('img', { name: 'Portrait of Ada Lovelace' }).waitFor();
      await card('Grace Hopper').getByText('GH', { exact: true }).waitFor();
      await until(() => [...new Set(left)], [PEOPLE[0].avatar]);
      await accessible(page);
    });

    it('says what the policy refused, and the line that would allow it', async () => {
      const blocked = page.getByRole('log').getByRole('listitem').filter({ hasText: UNLISTED });
      await blocked.getByText('Blocked', { exact: true }).waitFor();
      await blocked.getByText('img-src', { exact: true }).waitFor();
      await blocked.getByText('countersign.toml', { exact: true }).waitFor();
      assert.equal(await playground.copy(blocked, 'Copy line'), `[index_network]\navatar_domains = ["${UNLISTED}"]`);
      assert.equal((await playground.entries('Blocked')).length, 1, 'and nothing else was');
      assert.deepEqual(await playground.entries('Error in the widget'), []);
    });

    it('connects, takes it back, and skips: each reaches the API', async () => {
      await press('Alan Turing', 'Connect');
      await says('Alan Turing', 'Request sent');
      await press('Alan Turing', 'Cancel');
      await card('Alan Turing').getByRole('button', { name: /^Connect/ }).waitFor();
      await press('Joan Clarke', 'Skip');
      await says('Joan Clarke', 'Skipped');
      const { 'Alan Turing': alan, 'Joan Clarke': joan } = ids;
      assert.deepEqual(await here.api.actions(), [
        { targetUserId: alan, action: 'REQUEST' },
        { targetUserId: alan, action: 'CANCEL' },
        { targetUserId: joan, action: 'SKIP' },
      ]);
      await until(calls, ['answered', 'answered', 'answered']);
      await playground.tab('Request & answer');
      // With the call that the widget shows.
      await until(() => playground.outcome.locator('summary').filter({ hasText: 'tools/call' }).count(), 4);
      await playground.tab('Widget');
    });

    it('says in the tool’s words when the API refuses', async () => {
      await discover();
      await here.api.fault({ path: ACTIONS, effect: { answer: { status: 500, body: { error: 'stack trace' } } } });
      await press('Emmy Noether', 'Connect');
      await says('Emmy Noether', 'The service cannot answer right now. Try again in a moment.');
      await until(calls, ['tool error']);
      await accessible(page);
      await press('Emmy Noether', 'Connect');
      await says('Emmy Noether', 'Request sent');
    });

    it('agrees and refuses where somebody asked first', async () => {
      // The tool leaves out whom the person has to do with, so the answer is told on its way who asked.
      const received = (body) => body.replaceAll('"synthesis":"', '"status":"received","synthesis":"');
      await page.route('**/mcp', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: received(await answer.text()) });
      }, { times: 1 });
      await discover();
      const { id: subject } = await here.simulator.user(playground.address);
      for (const name of ['Ada Lovelace', 'Grace Hopper']) {
        await here.api.act({ person: ids[name], action: 'REQUEST', subject });
        await says(name, 'Wants to connect');
      }
      await accessible(page);
      await press('Ada Lovelace', 'Accept');
      await says('Ada Lovelace', 'Connected');
      await press('Grace Hopper', 'Decline');
      await says('Grace Hopper', 'Declined');
      assert.equal(await card('Ada Lovelace').getByRole('button', { name: /Ada Lovelace/ }).count(), 0, 'nothing is left to do');
      assert.deepEqual((await here.api.actions()).map(({ action }) => action), ['ACCEPT', 'DECLINE']);
      await accessible(page);
    });

    it('opens a link only when the person does, in the log', async () => {
      await card('Grace Hopper').getByRole('link').click();
      const link = page.getByRole('log').getByRole('link', { name: /^https:\/\/index\.network/ });
      await link.waitFor();
      assert.deepEqual(left.filter((what) => what.startsWith('opened')), []);
      const [opened] = await Promise.all([playground.visitor.window.waitForEvent('page'), link.click()]);
      await opened.waitForLoadState();
      assert.match(opened.url(), /^(?:about:blank|https:\/\/index\.network)/);
      assert.equal(await opened.evaluate(() => window.opener), null);
      await opened.close();
    });

    it('follows the host’s theme, language, width, insets and display without being loaded again', async () => {
      await playground.inside(() => (window.stayed = true));
      const looks = (expected) =>
        until(
          () =>
            playground.inside(() => {
              const { dir, style } = document.documentElement;
              const inset = Number.parseFloat(getComputedStyle(document.body).paddingTop) >= 47;
              return { dir, theme: style.colorScheme, inset, width: innerWidth, stayed: window.stayed };
            }),
          expected,
        );
      await playground.pick('Theme', 'Dark');
      await playground.pick('Width', 'Phone');
      await page.getByLabel('Locale').selectOption('ar-EG');
      await page.getByLabel('Safe area').selectOption('phone');
      await looks({ dir: 'rtl', theme: 'dark', inset: true, width: 360, stayed: true });
      await accessible(page);
      await page.getByLabel('Safe area').selectOption('none');
      await page.getByLabel('Locale').selectOption('en-GB');
      await playground.pick('Theme', 'Light');
      await playground.pick('Width', 'Inline');
      await looks({ dir: 'ltr', theme: 'light', inset: false, width: 640, stayed: true });
      // By keyboard: what is around the frame may still be on its way to its place.
      await widget.getByRole('button', { name: 'Enlarge' }).press('Enter');
      await page.getByRole('button', { name: 'Back to inline' }).waitFor();
      await until(async () => (await playground.entries('Display')).length, 1);
      await accessible(page);
      await page.getByRole('button', { name: 'Back to inline' }).click();
      await widget.getByRole('button', { name: 'Enlarge' }).waitFor();
      assert.equal(await playground.inside(() => window.stayed), true);
    });

    it('starts the widget anew when asked', async () => {
      await page.getByRole('button', { name: 'Reload' }).click();
      await until(() => playground.inside(() => window.stayed), undefined);
      await widget.getByRole('heading', { name: 'People to meet' }).waitFor();
    });

    it('is as high as the widget says', async () => {
      const missing = async () => {
        const inside = await playground.inside(() => document.documentElement.scrollHeight);
        const frame = await playground.frame.evaluate((frame) => frame.clientHeight);
        return inside > 200 && Math.abs(frame - inside) <= 1 ? 0 : inside - frame;
      };
      await until(missing, 0);
    });

    it('shows intents, whose message to the chat is told', async () => {
      await playground.choose('Extract intents');
      await playground.run({ fullInputText: 'Meet people who build sundials. Learn how gnomons are made.' });
      await widget.getByRole('heading', { name: 'Your intents', exact: true }).waitFor();
      await accessible(page);
      await widget.getByRole('button', { name: 'Find people' }).click();
      await page.getByRole('log').getByText('Find people who match my intents.').waitFor();
    });

    it('says that nobody was found', async () => {
      await playground.choose('Discover connections');
      await playground.run({ fullInputText: 'Xylophone' });
      await widget.getByRole('heading', { name: 'Nobody found yet' }).waitFor();
      await accessible(page);
    });

    // ChatGPT has no way to tell a widget that its tool failed.
    if (host === 'MCP Apps') it('says that the tool failed', async () => {
      await here.api.fault({ path: '/discover/new', effect: 'lose' });
      await playground.run({ fullInputText: 'Xylophone' }, 'Tool error');
      await playground.tab('Widget');
      await widget.getByText('The service cannot answer right now.').waitFor();
      await accessible(page);
    });

    it('left nothing to the widget that a host would not', () => {
      const own = playground.visitor.person.complaints.filter((text) => !text.includes(UNLISTED));
      assert.deepEqual(own, []);
    });
  });
}

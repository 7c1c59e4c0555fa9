import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { accessible, HOSTILE, HOSTILE_AVATARS, NO_TRACES, traces, until, world } from './stage/index.mjs';

const NEW = '/discover/new';
const VIBECHECK = '/synthesis/vibecheck';
const WORDS = 'Find people who collect sundials.';
/** What browsers reorder text by. */
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/;

for (const host of ['MCP Apps', 'ChatGPT']) {
  describe(`playground: hostile content, as ${host} shows it`, { timeout: 120_000 }, () => {
    const here = world({ env: { COUNTERSIGN_INDEX_NETWORK__PATIENCE: '1s' } });
    let page, widget, playground;
    /** Everything that must not happen: what leaves for other hosts, opens or asks. */
    const mishaps = [];

    before(async () => {
      ({ playground } = here);
      ({ page, widget } = playground);
      const { window } = playground.visitor;
      await window.route((url) => url.hostname !== 'localhost', (route) => {
        mishaps.push(`request ${route.request().url()}`);
        return route.abort();
      });
      window.on('page', (tab) => mishaps.push(`opened ${tab.url()}`));
      page.on('dialog', (dialog) => mishaps.push(`dialog ${dialog.message()}`));
      page.on('framenavigated', (frame) => {
        if (!frame.url().startsWith(here.server.url)) mishaps.push(`went to ${frame.url()}`);
      });
      await here.api.forgetPeople();
      for (const [index, text] of HOSTILE.entries()) {
        const avatar = HOSTILE_AVATARS[index % HOSTILE_AVATARS.length];
        const id = await here.api.addPerson({ name: text, avatar, intro: text, intents: [`sundials ${text}`] });
        await here.api.fault({ path: VIBECHECK, about: id, times: 0, effect: { answer: { status: 200, body: { synthesis: `${text}\n\n${text}`, targetUserId: id, contextUserId: id } } } });
      }
      await playground.choose('Search intents and connections');
      await playground.run({ query: 'x' });
    });

    /** The page and the widget stand as they were, whatever was in them. */
    async function inert() {
      await until(async () => {
        const frames = page.frames();
        const found = await Promise.all(frames.map((frame) => frame.evaluate(traces)));
        return found.filter((found) => !isDeepStrictEqual(found, NO_TRACES));
      }, []);
      assert.deepEqual(mishaps, []);
    }

    /** Looks at everything that the page says about the call that is shown. */
    async function everywhere() {
      await inert();
      for (const tab of ['Result', 'Request & answer']) {
        await playground.tab(tab);
        await inert();
      }
      await playground.tab('Widget');
    }

    it('people: names, pictures and texts', async () => {
      await playground.choose('Discover connections');
      await playground.run({ fullInputText: WORDS, maxConnections: '50' });
      await playground.host(host);
      await widget.getByRole('heading', { name: 'People to meet' }).waitFor();
      assert.equal(await widget.getByRole('heading', { level: 2 }).count(), HOSTILE.length, 'everybody is there');
      const shown = await playground.inside(() => document.body.innerText);
      assert.ok(shown.includes('<img src=x onerror="window.hit=1">'), 'as the text that it is');
      assert.doesNotMatch(shown, OVERRIDES);
      // Long enough for an image to fail or a script to run.
      await page.evaluate(() => new Promise((turn) => setTimeout(turn, 200)));
      await accessible(page);
      await everywhere();
    });

    it('links lead nowhere but to https, and only when told to', async () => {
      const links = await widget.getByRole('link').evaluateAll((links) => links.map(({ href }) => href));
      for (const link of links) assert.match(link, /^https:\/\/(?!evil\.example|user)/, link);
      await inert();
    });

    it('buttons about people whose names are hostile', async () => {
      const name = HOSTILE[0];
      await widget.getByRole('button', { name: `Connect (${name})`, exact: true }).click();
      await widget.getByText('Request sent').first().waitFor();
      const [action] = await here.api.actions();
      assert.equal(action.action, 'REQUEST');
      await everywhere();
    });

    it('intents, and what was sent', async () => {
      const intents = HOSTILE.map((text, index) => ({ id: `${index}${text}`, payload: text, summary: text, createdAt: text }));
      await here.api.fault({ path: NEW, effect: { answer: { status: 200, body: { intents, filesProcessed: 1, linksProcessed: 1, intentsGenerated: 1 } } } });
      await playground.choose('Extract intents');
      await playground.run({ fullInputText: HOSTILE.join('\n'), rawText: HOSTILE[2], userMemory: HOSTILE[3] });
      await widget.getByRole('heading', { name: 'Your intents', exact: true }).waitFor();
      assert.equal(await widget.getByRole('heading', { level: 2 }).count(), HOSTILE.length);
      await accessible(page);
      await everywhere();
    });

    it('the words of an API that fails', async () => {
      for (const answer of [{ status: 400, body: { error: HOSTILE[1] } }, { status: 500, body: HOSTILE.join('\n') }, { status: 200, body: { intents: HOSTILE } }]) {
        await here.api.fault({ path: NEW, effect: { answer } });
        await playground.run({ fullInputText: 'x' }, 'Tool error');
        await playground.tab('Result');
        const said = await playground.outcome.innerText();
        assert.doesNotMatch(said, /window\.hit/, 'the tool speaks in its own words');
        await inert();
      }
    });

    it('arguments that the server quotes, and the history of all this', async () => {
      await playground.choose('Act on a connection');
      await playground.pick('Arguments as', 'JSON');
      const json = playground.form.getByRole('textbox', { name: 'Arguments as JSON' });
      const pairs = Object.fromEntries(HOSTILE.map((text) => [text, text]));
      for (const input of [pairs, { action: HOSTILE.join('\n'), userId: HOSTILE[1] }, { action: 'REQUEST', userId: HOSTILE[3] }]) {
        await json.fill(JSON.stringify(input));
        await playground.run({}, /Tool error|Failed/);
      }
      await playground.tab('Request & answer');
      await inert();
      await accessible(page);
    });

    it('answers of an authorization server', async () => {
      await playground.visitor.window.clearCookies();
      for (const text of [HOSTILE[0], HOSTILE[3], HOSTILE.join('\n')]) {
        const query = new URLSearchParams({ error: text, error_description: text, error_uri: 'javascript:window.hit=1', state: text, iss: text });
        await page.evaluate(() => sessionStorage.clear());
        await playground.visit(`?${query}`);
        await page.getByRole('alert').waitFor();
        await inert();
      }
    });
  });
}

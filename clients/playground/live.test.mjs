import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { accessible, until, world } from './stage/index.mjs';

const CONFIGURATION = `
[[widgets]]
name = "results"
title = "Results"
description = "Shows what was found."
path = "card"
tools = ["search"]
`;

/** A page in three files that speaks to both kinds of host, as a developer without a framework writes it. */
const INDEX = (heading) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Results</title><link rel="stylesheet" href="style.css"></head>
<body><main><h1>${heading}</h1><p id="found" role="status">waiting</p></main><script src="card.js"></script></body>
</html>
`;
const STYLE = 'h1 { color: rgb(1, 2, 3); background: #fff; }';
const SCRIPT = `
const show = (output) => (document.getElementById('found').textContent = output.results.length + ' found');
if (window.openai) {
  if (window.openai.toolOutput) show(window.openai.toolOutput);
  addEventListener('openai:set_globals', () => window.openai.toolOutput && show(window.openai.toolOutput));
} else {
  addEventListener('message', ({ data }) => {
    if (data.id === 1) parent.postMessage({ jsonrpc: '2.0', method: 'ui/notifications/initialized', params: {} }, '*');
    if (data.method === 'ui/notifications/tool-result') show(data.params.structuredContent);
  });
  const params = { appInfo: { name: 'results', version: '1.0.0' }, appCapabilities: {}, protocolVersion: '2026-01-26' };
  parent.postMessage({ jsonrpc: '2.0', id: 1, method: 'ui/initialize', params }, '*');
}
`;

describe('playground: a developer’s own widget, live', { timeout: 120_000 }, () => {
  const here = world({
    files: { 'countersign.toml': CONFIGURATION, 'card/index.html': INDEX('First'), 'card/style.css': STYLE, 'card/card.js': SCRIPT },
  });
  let page, widget, playground;
  before(() => {
    ({ playground } = here);
    ({ page, widget } = playground);
  });

  const heading = (name) => widget.getByRole('heading', { name, exact: true }).waitFor();

  it('is shown for the tool that it names, with its files inside', async () => {
    await playground.choose('Search intents and connections');
    await playground.run({ query: 'climate' });
    for (const host of ['ChatGPT', 'MCP Apps']) {
      await playground.host(host);
      await heading('First');
      await widget.getByText(/^[1-9]\d* found$/).waitFor();
      await until(() => playground.inside(() => getComputedStyle(document.querySelector('h1')).color), 'rgb(1, 2, 3)');
    }
    assert.deepEqual(await playground.entries('Blocked'), []);
    await accessible(page);
  });

  it('is shown anew with the same result when a file of it changes', async () => {
    const calls = await playground.calls.count();
    await here.server.write('card/index.html', INDEX('Second'));
    await heading('Second');
    await widget.getByText(/^[1-9]\d* found$/).waitFor();
    await here.server.write('card/style.css', STYLE.replace('1, 2, 3', '3, 2, 1'));
    await until(() => playground.inside(() => getComputedStyle(document.querySelector('h1')).color), 'rgb(3, 2, 1)');
    assert.equal(await playground.calls.count(), calls, 'the tool was not called again');
  });

  it('stays as it was when a change breaks it, and says why', async () => {
    await here.server.write('card/index.html', INDEX('Third').replace('card.js', 'gone.js'));
    await page.getByRole('alert').getByText('results could not be built').waitFor();
    await page.getByRole('region', { name: 'Why it could not be built' }).getByText('gone.js').waitFor();
    await heading('Second');
    await accessible(page);
    await here.server.write('card/index.html', INDEX('Third'));
    await heading('Third');
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('is told which line of the configuration would let it reach another host', async () => {
    const greedy = `fetch('https://api.example/orders').catch(() => {}); document.body.append(Object.assign(new Image(), { alt: '', src: 'https://images.example/' + 'a.png' }));`;
    await here.server.write('card/card.js', SCRIPT + greedy);
    for (const [origin, list] of [['https://api.example', 'connect_domains'], ['https://images.example', 'resource_domains']]) {
      const blocked = page.getByRole('log').getByRole('listitem').filter({ hasText: origin });
      await blocked.getByText('countersign.toml, in [[widgets]] with name = "results"', { exact: true }).waitFor();
      assert.equal(await playground.copy(blocked, 'Copy line'), `${list} = ["${origin}"]`);
    }
    await accessible(page);
  });

  it('runs into an error that the developer is told of', async () => {
    await here.server.write('card/card.js', `${SCRIPT}\nthrow new Error('not finished');`);
    await page.getByRole('log').getByText('not finished').waitFor();
    await heading('Third');
  });
});

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';

import { openBrowser, startServer } from '@countersign-clients/journey';

const FRAME = '/playground/frame/intent-display';
const HIT = '<!doctype html><title>Shown</title><script>window.hit=1</script>';

describe('playground: the sandbox of a widget', { timeout: 60_000 }, () => {
  let server, browser, page, elsewhere;
  before(async () => {
    server = await startServer({ host: 'localhost', env: { COUNTERSIGN_APP: 'index-network', COUNTERSIGN_API__URL: 'http://127.0.0.1:1' } });
    browser = await openBrowser();
    page = await browser.newPage();
    elsewhere = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><iframe src="${server.url}${FRAME}"></iframe>`);
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
  });
  after(async () => {
    await browser?.close();
    elsewhere?.close();
    await server?.remove();
  });

  const shown = (frame) => frame.evaluate(() => window.hit === 1);

  it('has no origin, and so no cookies and no storage, also when it is opened alone', async () => {
    await page.goto(server.url + FRAME);
    const found = await page.evaluate(() => {
      const attempt = (reach) => {
        try {
          reach();
          return 'reached';
        } catch ({ name }) {
          return name;
        }
      };
      return [self.origin, attempt(() => document.cookie), attempt(() => sessionStorage), attempt(() => indexedDB.open('x'))];
    });
    assert.deepEqual(found, ['null', 'SecurityError', 'SecurityError', 'SecurityError']);
  });

  it('shows nothing that anybody but the page around it told', async () => {
    await page.goto(server.url + FRAME);
    const told = await page.evaluate(
      (html) =>
        new Promise((told) => {
          addEventListener('message', ({ data }) => told(data.playground));
          window.postMessage({ playground: 'show', html, openai: null }, '*');
        }),
      HIT,
    );
    assert.equal(told, 'show');
    assert.equal(await shown(page), false);
  });

  it('is shown in no page of another origin', async () => {
    const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
    await page.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
    await refused;
  });

  it('reaches nothing that is not listed, and reports each attempt', async () => {
    await page.goto(`${server.url}/playground`);
    const attempts = `<!doctype html><title>Greedy</title><body><script>
      const image = document.body.appendChild(new Image());
      image.src = 'https://evil.example/x.png';
      fetch('/account').catch(() => {});
      const script = document.createElement('script');
      script.src = 'https://evil.example/x.js';
      document.body.append(script);
      const frame = document.createElement('iframe');
      frame.src = '/account';
      document.body.append(frame);
      try { new Function('') } catch {}
      setTimeout(() => { throw new Error('broken') });
      Promise.reject(new Error('forgotten'));
    </script>`;
    const reports = await page.evaluate(
      ({ address, html }) =>
        new Promise((resolve) => {
          const reports = [];
          const frame = document.createElement('iframe');
          addEventListener('message', ({ source, data }) => {
            if (source !== frame.contentWindow) return;
            if (data.playground === 'ready') source.postMessage({ playground: 'show', html, openai: null }, '*');
            else reports.push(data.playground === 'violation' ? `${data.directive} ${data.blocked}` : `${data.playground} ${data.message}`);
            if (reports.length === 7) resolve(reports.sort());
          });
          frame.src = address;
          document.body.append(frame);
        }),
      { address: FRAME, html: attempts },
    );
    assert.deepEqual(reports, [
      `connect-src ${server.url}/account`,
      'failure broken',
      'failure forgotten',
      // Where a frame led to is told by its origin only.
      `frame-src ${server.url}`,
      'img-src https://evil.example/x.png',
      'script-src eval',
      'script-src-elem https://evil.example/x.js',
    ]);
  });
});

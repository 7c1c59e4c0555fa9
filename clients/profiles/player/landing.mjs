/** What a native client answers the browser with. It loads nothing more. */
export const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>Back</title><p>You can close this window.</p>';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Answers in this tab where a loopback redirect URI points; other URIs are not this machine's to answer.
 *
 * Inside the browser, because some clients' ports are fixed and lie where the system takes the ports of outgoing
 * connections from: listening there fails on a day on which one of those is open.
 */
export async function answerAt(page, redirectUri) {
  const { protocol, hostname, href } = new URL(redirectUri);
  if (protocol !== 'http:' || !LOOPBACK.has(hostname)) return;
  const devtools = await page.context().newCDPSession(page);
  // Unlike `page.route`, this sees where a redirect leads, too.
  await devtools.send('Fetch.enable', { patterns: [{ urlPattern: `${href.replace(/[*?\\]/g, '\\$&')}*` }] });
  devtools.on('Fetch.requestPaused', ({ requestId }) =>
    devtools.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: 200,
      responseHeaders: [{ name: 'content-type', value: 'text/html' }],
      body: Buffer.from(PAGE).toString('base64'),
    }),
  );
}

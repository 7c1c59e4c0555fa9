import { Playground } from '@countersign-clients/playground/stage';

const PEOPLE = 'Meet founders of climate startups and people who build open source developer tools.';
const AVATAR = 'https://pictures.example/inga.png';

/**
 * Every state of the playground.
 *
 * @param {object} dev of `startEverything`
 * @param {import('playwright-core').Browser} browser
 * @param {string} look
 * @param {object} context of the browser window
 * @param {(page: object, name: string) => Promise<void>} shoot
 */
export async function takePlayground(dev, browser, look, context, shoot) {
  const address = `ada-${look}@example.com`;
  const playground = await Playground.open(dev, browser, { address, context });
  const { page, widget } = playground;
  const { api } = dev;
  const took = (name) => shoot(page, `playground-${name}`);

  await took('signed-out');
  await playground.leave();
  await playground.visitor.decide('deny');
  await page.getByRole('alert').waitFor();
  await took('declined');
  await playground.signIn();
  await took('tools');

  await playground.choose('Discover connections');
  await playground.press('Run');
  await playground.form.getByRole('alert').waitFor();
  await took('form-problems');
  await api.fault({ path: '/synthesis/vibecheck', effect: 'hold', times: 0 });
  await playground.run({ fullInputText: PEOPLE }, 'Running');
  await playground.outcome.getByRole('progressbar').waitFor();
  await took('running');
  await api.recover();
  await playground.verdict.getByText('Answered').waitFor();
  for (const host of ['MCP Apps', 'ChatGPT']) {
    await playground.host(host);
    await widget.getByRole('heading', { name: 'People to meet' }).waitFor();
    await took(`widget-${host.toLowerCase().replace(' ', '-')}`);
  }
  await widget.getByRole('button', { name: /^Connect/ }).first().click();
  await widget.getByText('Request sent').first().waitFor();
  await widget.getByRole('link').first().click();
  await page.getByRole('log').getByRole('link').waitFor();
  await took('widget-log');
  await playground.pick('Theme', 'Dark');
  await playground.pick('Width', 'Phone');
  await took('widget-phone');
  await playground.pick('Theme', look === 'dark' ? 'Dark' : 'Light');
  await playground.pick('Width', 'Inline');
  await widget.getByRole('button', { name: 'Enlarge' }).press('Enter');
  await page.getByRole('button', { name: 'Back to inline' }).waitFor();
  await took('widget-fullscreen');
  await page.getByRole('button', { name: 'Back to inline' }).click();
  await playground.tab('Result');
  await took('result');
  await playground.tab('Request & answer');
  await took('exchanges');

  await api.addPerson({ name: 'Inga Strand', intents: ['Restore lighthouses'], avatar: AVATAR });
  await playground.tab('Widget');
  await playground.run({ fullInputText: 'Meet people who restore lighthouses.' });
  await page.getByRole('log').getByText('Blocked', { exact: true }).waitFor();
  await took('violation');

  await api.fault({ path: '/discover/new', effect: { answer: { status: 500, body: {} } } });
  await playground.choose('Extract intents');
  await playground.run({ fullInputText: 'Meet people.' }, 'Tool error');
  await playground.tab('Result');
  await took('tool-error');
  await playground.choose('Act on a connection');
  await playground.pick('Arguments as', 'JSON');
  await took('json');
  await page.getByRole('button', { name: 'Connection', exact: true }).click();
  await page.getByRole('dialog').getByRole('listitem').first().waitFor();
  await took('connection');
  await page.keyboard.press('Escape');

  await page.evaluate(() => sessionStorage.setItem('playground.tokens', JSON.stringify({ access_token: 'x', token_type: 'Bearer' })));
  await playground.choose('Search intents and connections');
  await playground.run({ query: 'climate' }, 'Failed');
  await took('sign-in-again');
  await playground.close();
}

/** The picture in the README: a tool, its form, and its widget as a host shows it. */
export async function takeForReadme(dev, browser, shoot) {
  const context = { viewport: { width: 1440, height: 900 } };
  const playground = await Playground.enter(dev, browser, { address: 'readme@example.com', context });
  await playground.choose('Discover connections');
  await playground.run({ fullInputText: PEOPLE });
  await playground.widget.getByRole('heading', { name: 'People to meet' }).waitFor();
  await playground.widget.getByRole('button', { name: /^Connect/ }).nth(1).click();
  await playground.widget.getByText('Request sent').first().waitFor();
  await playground.page.mouse.move(0, 0);
  await playground.page.evaluate(() => document.activeElement?.blur());
  await shoot(playground.page);
  await playground.close();
}

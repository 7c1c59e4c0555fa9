import { newcomer } from '@countersign-clients/journey';
import { Visitor, withCode } from '@countersign-clients/privy/stage';

/** A developer at the playground of a `countersign dev`, in a browser of their own. */
export class Playground {
  /**
   * Opens the page, signed out.
   *
   * @param {Awaited<ReturnType<import('@countersign-clients/privy/stage').startEverything>>} dev
   * @param {import('playwright-core').Browser} browser
   * @param {{ address?: string, context?: object }} [options] where the codes go, and of the browser's window
   */
  static async open(dev, browser, { address = 'ada@example.com', context } = {}) {
    const person = await newcomer(browser, { context: { reducedMotion: 'reduce', ...context } });
    await person.window.grantPermissions(['clipboard-read', 'clipboard-write']);
    const playground = new Playground(dev, new Visitor(dev.simulator, person), address);
    await playground.visit();
    return playground;
  }

  /** Opens the page and signs in. */
  static async enter(...how) {
    const playground = await Playground.open(...how);
    await playground.signIn();
    return playground;
  }

  constructor(dev, visitor, address) {
    this.dev = dev;
    this.visitor = visitor;
    this.address = address;
    this.page = visitor.page;
    this.button = this.page.getByRole('button', { name: 'Sign in', exact: true });
    this.session = this.page.getByRole('region', { name: 'Session' });
    this.form = this.page.getByRole('form', { name: 'Arguments' });
    this.outcome = this.page.getByRole('region', { name: 'Outcome' });
    // On a narrow page it is folded away with the tools.
    const history = this.page.getByRole('navigation', { name: 'Calls of this visit', includeHidden: true });
    this.calls = history.getByRole('listitem', { includeHidden: true });
    this.folded = this.page.getByRole('button', { name: /^All tools/ });
    this.verdict = this.outcome.getByRole('status').first();
    this.log = this.page.getByRole('log');
    // One that is on its way out is hidden.
    this.frame = this.page.locator('iframe:not([hidden])');
    this.widget = this.frame.contentFrame();
  }

  async visit(query = '') {
    await this.page.goto(`${this.dev.server.url}/playground${query}`);
    await this.isSignedOut();
  }

  /** Waits for the door, with what can be asked for. */
  isSignedOut = () => this.page.getByRole('group', { name: 'Ask for' }).waitFor();

  /** From the button to the tools, by way of whatever the server asks on the way. */
  async signIn() {
    await this.leave();
    await this.visitor.decide('approve');
    await this.session.waitFor();
  }

  /** From the button to the consent page. */
  async leave() {
    await this.button.click();
    await this.identify();
  }

  /** To the consent page, by way of whatever the server asks before. */
  async identify() {
    const { visitor, page } = this;
    await page.waitForURL('**/authorize/*');
    const [ask, consent] = ['continue', 'approve'].map((value) => page.locator(`button[name="decision"][value="${value}"]`));
    await ask.or(consent).waitFor();
    if (await ask.isVisible()) {
      await visitor.agree();
      await withCode(this.address)(visitor);
    }
    await visitor.isAskedToConsent();
  }

  async choose(title) {
    if (await this.folded.isVisible()) await this.folded.click();
    await this.page.getByRole('navigation', { name: 'Tools' }).getByRole('button', { name: title }).click();
    await this.page.getByRole('heading', { name: title, level: 2 }).waitFor();
  }

  field = (name) => this.form.getByLabel(name, { exact: true });

  press = (name) => this.form.getByRole('button', { name, exact: true }).click();

  /** Runs the chosen tool with these values, and waits for the verdict of the new call. */
  async run(values = {}, verdict = 'Answered') {
    for (const [name, value] of Object.entries(values)) await this.field(name).fill(value);
    const before = await this.calls.count();
    await this.press('Run');
    await this.calls.nth(before).waitFor({ state: 'attached' });
    // The newest stands first.
    await this.calls.first().locator('[aria-current=true]').filter({ hasText: verdict }).waitFor({ state: 'attached' });
    await this.verdict.getByText(verdict, { exact: true }).waitFor();
  }

  tab = (name) => this.outcome.getByRole('tab', { name, exact: true }).click();

  /** Shows the widget as `MCP Apps` or `ChatGPT` do. */
  host = (name) => this.pick('Host', name);

  /** Sets one of the switches above the widget. */
  pick = (group, name) => this.page.getByRole('radiogroup', { name: group }).getByRole('radio', { name, exact: true }).check();

  /** The log's entries of this kind, as texts. */
  async entries(kind) {
    const heads = this.log.getByRole('listitem').filter({ has: this.page.locator('strong', { hasText: kind }) });
    return heads.allInnerTexts();
  }

  /** What a button in `place` puts into the clipboard. */
  async copy(place, name) {
    await place.getByRole('button', { name }).click();
    await place.getByText('Copied', { exact: true }).waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Runs in the widget's frame. */
  async inside(what) {
    const element = await this.frame.elementHandle();
    const frame = await element.contentFrame();
    return frame.evaluate(what);
  }

  close = () => this.visitor.close();
}

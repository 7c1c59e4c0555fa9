const ERAS = { '2025-11-25': /^Legacy/, '2026-07-28': /^Modern/ };

/** The Inspector's page in one tab of the person's browser. */
export class Tab {
  constructor(page, address) {
    this.page = page;
    this.address = address;
  }

  static async open(window, address) {
    // The page asks the internet for a font.
    await window.route(/^https:/, (route) => route.fulfill({ contentType: 'text/css', body: '' }));
    const [page = await window.newPage()] = window.pages();
    const tab = new Tab(page, address);
    await tab.load();
    return tab;
  }

  async load() {
    await this.page.bringToFront();
    await this.page.goto(this.address);
    await this.#button('Add Servers').waitFor();
  }

  /** Names the document in the settings of the Inspector, as a person would who has one. */
  async describeClient(clientMetadataUrl) {
    await this.#button('Client settings').click();
    await this.#button('OAuth Client ID Metadata Document').click();
    await this.page.getByText('Use Client ID Metadata Document', { exact: true }).click();
    await this.page.getByLabel('Client ID metadata document URL').fill(clientMetadataUrl);
    await this.#closeDialog();
  }

  async addServer(url, protocolVersion) {
    await this.#button('Add Servers').click();
    await this.page.getByRole('menuitem', { name: 'Add manually' }).click();
    await this.page.getByLabel('Server ID').fill('server');
    await this.#choose('Transport', 'streamable-http');
    await this.page.getByLabel('URL').fill(url);
    await this.#button('Add').click();
    await this.#button('Settings').click();
    await this.#choose('Protocol Era', ERAS[protocolVersion]);
    await this.#closeDialog();
  }

  /** Flips the switch. What follows is the server's turn, or the person's. */
  async connect() {
    await this.page.getByRole('switch', { name: /^Connect or disconnect/ }).press('Space');
  }

  async isConnected() {
    await this.page.getByText('Connected', { exact: true }).waitFor();
  }

  async protocolVersion() {
    return (await this.page.getByText(/^MCP \d/).innerText()).replace('MCP ', '');
  }

  async tools() {
    await this.#section('Tools');
    await this.page.getByRole('heading', { name: /^Tools \(\d+\)$/ }).waitFor();
    const buttons = await this.page.getByRole('button').allInnerTexts();
    return buttons.map((text) => text.split('\n').at(-1));
  }

  async call(name, args) {
    // Chromium paints a tab in the background once a second, and each click waits for paint.
    await this.page.bringToFront();
    await this.#section('Tools');
    const close = this.#button('Close results');
    if (await close.isVisible()) await close.click();
    await this.page.getByRole('button').filter({ hasText: name }).first().click();
    for (const [label, value] of Object.entries(args)) await this.page.getByRole('textbox', { name: label }).fill(value);
    await this.#button('Execute Tool').click();
    await close.waitFor();
    const text = await this.page.locator('.ace_editor').first().evaluate((editor) => editor.env.editor.getValue());
    return { text };
  }

  #button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  async #section(name) {
    await this.page.getByText(name, { exact: true }).first().click();
  }

  async #choose(label, option) {
    await this.page.getByLabel(label).first().click();
    await this.page.getByRole('option', { name: option }).click();
  }

  async #closeDialog() {
    await this.page.keyboard.press('Escape');
    await this.page.getByRole('dialog').waitFor({ state: 'detached' });
  }
}

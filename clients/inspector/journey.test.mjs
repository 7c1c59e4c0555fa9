import { journey, watchForRedirect } from '@countersign-clients/journey';

import { Inspector } from './inspector.mjs';
import { Tab } from './tab.mjs';

const connectWith = (protocolVersion) => async ({ mcpUrl, redirectUri, clientMetadataUrl, authorize, person }) => {
  const inspector = await Inspector.start(new URL(redirectUri).port);
  // The person signs in where the Inspector sends them, in its tab, and goes on in another.
  const tab = await Tab.open(person.window, inspector.address);
  if (clientMetadataUrl) await tab.describeClient(clientMetadataUrl);
  await tab.addServer(mcpUrl, protocolVersion);
  await tab.connect();
  await tab.page.waitForURL(`${new URL(mcpUrl).origin}/**`);
  await authorize(tab.page.url());
  await tab.isConnected();
  await person.openTab();

  // In a browser of its own: each page holds two of the six connections that a browser opens to a host.
  async function window() {
    const window = await person.window.browser().newContext();
    const tab = await Tab.open(window, inspector.address);
    return async () => {
      await tab.connect();
      await tab.isConnected();
      const result = await tab.call('whoami', {});
      await window.close();
      return { result, tokens: await inspector.tokens() };
    };
  }

  return {
    protocolVersion: await tab.protocolVersion(),
    tools: () => tab.tools(),
    call: (name, args) => tab.call(name, args),
    tokens: () => inspector.tokens(),
    // The page keeps what it has until it is loaded anew, and then connects with what is stored.
    expireAccessToken: async () => {
      await inspector.expireAccessToken();
      await tab.load();
      await tab.connect();
      await tab.isConnected();
    },
    refreshTogether: async (count) => {
      const windows = await Promise.all(Array.from({ length: count }, window));
      return Promise.all(windows.map((connectAndCall) => connectAndCall()));
    },
    close: () => inspector.stop(),
  };
};

for (const [by, protocolVersion] of [
  ['document', '2026-07-28'],
  ['registration', '2025-11-25'],
]) {
  journey(`MCP Inspector, MCP ${protocolVersion}`, {
    connect: connectWith(protocolVersion),
    protocolVersion,
    by,
    clientName: 'MCP Inspector',
    listen: watchForRedirect('127.0.0.1', '/oauth/callback'),
  });
}

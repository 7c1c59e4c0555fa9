import { chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Starts headless Chromium. It speaks to nobody but the pages it is sent to. */
export function openBrowser(args = []) {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      // CI runs as root, where Chromium's own sandbox cannot start.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

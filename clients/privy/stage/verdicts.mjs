import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { built } from './program.mjs';

const BINARY = process.env.COUNTERSIGN_PRIVY_VERDICTS ?? built('countersign-client-privy-verdicts');

/** What the server thinks of each token: `ok DID` or `refused REASON`. */
export async function verdicts({ appId, url }, tokens, verificationKeyFile) {
  const args = [appId, url, ...(verificationKeyFile ? [verificationKeyFile] : [])];
  const child = spawn(BINARY, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const closed = once(child, 'close');
  child.stdin.end(tokens.map((token) => `${token}\n`).join(''));
  const [code] = await closed;
  if (code !== 0) throw new Error(`the verdicts ended with ${code} after ${said}`);
  return said.trimEnd().split('\n');
}

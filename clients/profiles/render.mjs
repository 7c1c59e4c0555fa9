import { STEPS } from './player/visit.mjs';

const COLUMNS = {
  discovery: 'discovery',
  registration: 'registration or document',
  authorization: 'authorization',
  token: 'token',
  call: 'first call',
  step_up: 'step-up',
  refresh: 'refresh',
  reconnect: 'reconnect, restart',
};

/**
 * docs/clients.md.
 *
 * @param {object[]} played `{ profile, passed }`, `passed` being the steps that its run went through
 * @param {object[]} suites as `suites.mjs` reads them
 * @param {string[]} openPoints
 */
export function render(played, suites, openPoints) {
  const notes = new Notes();
  const rows = [...played.map((run) => profileRow(run, notes)), ...suites.map(suiteRow)];
  const head = ['client', 'proof', ...STEPS.map((step) => COLUMNS[step])];
  return `${PREFACE}
${line(head)}
${line(head.map(() => '---'))}
${rows.map(line).join('\n')}

${notes.text()}

## Open points

What no document tells and only a look at the real client can settle:

${openPoints.map((point) => `- ${point}`).join('\n')}
`;
}

const PREFACE = `# Which clients connect, and what proves it

<!-- Written by clients/profiles/matrix.mjs from a run of every profile. Do not edit it. -->

Each row is one client and one way in which the server comes to know it. The first rows are clients that cannot be
run in a test: a player sends [their documented requests](../clients/profiles/README.md), in their order and with their
quirks, to the built server, while a person signs in and consents in a real browser. The last rows are clients that run
as they are. A cell says what is particular about the step; a ✓ stands only where the step passed.

- **✓** passed. **✗** failed. **–** nothing is known of such a step, or no suite takes it.
- **°** nothing particular is known of the client here: it is played as the MCP specification asks.
- Numbered notes mark what rests on a single account, or on an assumption, with
  [its source](../clients/profiles/README.md#a-profile).

How a person connects each client is in the [README](../README.md#connect-a-client).
`;

function profileRow({ profile, passed }, notes) {
  const file = `../clients/profiles/data/${profile.file}`;
  const cells = STEPS.map((name) => {
    const step = profile.steps[name];
    if (!step) return '–';
    const facts = step.rests_on.map((id) => profile.facts.find((fact) => fact.id === id));
    const told = facts.some(({ id }) => id !== 'spec') ? '' : '°';
    const doubts = facts.filter(({ mark }) => mark === 'unconfirmed').map((fact) => notes.refer(fact));
    return `${passed.has(name) ? '✓' : '✗'} ${step.proves}${told}${doubts.join('')}`;
  });
  return [`${profile.client}, ${profile.way}`, `[requests, ${profile.dated}](${file})`, ...cells];
}

function suiteRow({ client, way, version, files: [file], steps }) {
  const cells = STEPS.map((name) => (steps[name] ? `✓ ${steps[name].proves}` : '–'));
  return [`${client}, ${way}`, `[own code, ${version}](../clients/${file})`, ...cells];
}

/** Footnotes, numbered as they are met; the same text has one number. */
class Notes {
  #texts = [];

  refer({ fact, source }) {
    const text = `${fact} (${source})`;
    if (!this.#texts.includes(text)) this.#texts.push(text);
    return `[^${this.#texts.indexOf(text) + 1}]`;
  }

  text() {
    return this.#texts.map((text, index) => `[^${index + 1}]: ${text}`).join('\n');
  }
}

const line = (cells) => `| ${cells.join(' | ')} |`;

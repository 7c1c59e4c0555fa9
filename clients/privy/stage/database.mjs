import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const SERVER = process.env.COUNTERSIGN_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const END = '-- end of the answer --';

const psql = async (url, sql) => (await promisify(execFile)('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', url, '-c', sql])).stdout.trim();

/** A PostgreSQL database for one test. */
export async function createDatabase() {
  const name = `countersign_clients_${crypto.randomUUID().replaceAll('-', '')}`;
  await psql(SERVER, `CREATE DATABASE ${name}`);
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  return {
    url: String(url),
    query: (sql) => psql(String(url), sql),
    open: () => new Connection(String(url)),
    drop: () => psql(SERVER, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** A connection that stays open, for a transaction that lasts. */
class Connection {
  #process;
  #lines;

  constructor(url) {
    this.#process = spawn('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', url], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async run(sql) {
    this.#process.stdin.write(`${sql};\n\\echo ${END}\n`);
    const answer = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`psql ended during ${sql}`);
      if (value === END) return answer;
      answer.push(value);
    }
  }

  close() {
    this.#process.stdin.end('\\q\n');
  }
}

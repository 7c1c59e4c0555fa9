// The real server, in an empty directory of its own.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const BUILDS = ["release", "debug"].map((profile) => fileURLToPath(new URL(`../../../../target/${profile}/countersign`, import.meta.url)));
const PATIENCE = 15_000;

/**
 * Starts the server. `env` adds settings, `files` are written into its directory before.
 *
 * @param {{ env?: Record<string, string>, files?: Record<string, string> }} [options]
 */
export async function startServer({ env = {}, files = {} } = {}) {
  const binary = process.env.COUNTERSIGN_BINARY ?? BUILDS.find(existsSync);
  if (!binary) throw new Error("build the server first: cargo build -p countersign-cli");
  const directory = await mkdtemp(join(tmpdir(), "countersign-playground-"));
  const write = (name, text) => writeFile(join(directory, name), text);
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const child = spawn(binary, ["serve"], {
    cwd: directory,
    env: { PATH: process.env.PATH, COUNTERSIGN_PUBLIC_URL: origin, COUNTERSIGN_LISTEN: `127.0.0.1:${port}`, COUNTERSIGN_DATA_DIR: join(directory, "data"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (log += text));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const limit = performance.now() + PATIENCE;
  while ((await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null))?.status !== 200) {
    if (child.exitCode !== null || performance.now() > limit) {
      kill();
      throw new Error(`the server did not start\n${log}`);
    }
    await delay(20);
  }
  return {
    origin,
    /** Changes a file in the server's directory. */
    write,
    stop: async () => {
      process.off("exit", kill);
      child.kill("SIGTERM");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

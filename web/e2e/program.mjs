// The built program as the browser tests need it: a demo with invented people, or a fresh installation (`kikigaki all`) known
// under a name of its own, with a mail server beside it.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openMailbox } from "./mailbox.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const bin = process.env.KIKIGAKI_BIN ?? join(root, "bin", "kikigaki");

/** The name the installation is opened under; browsers started by launch() take it for this machine. */
export const host = "kikigaki.example";

export async function freePort() {
  return new Promise((done, fail) => {
    const s = createServer().listen(0, "127.0.0.1", () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
    s.on("error", fail);
  });
}

/** Starts a command that listens and waits until it has said `word`. */
async function start(args, env, word, program = bin) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env });
  let said = "";
  const ended = new Promise((done) => child.on("exit", done));
  const failed = new Promise((_, fail) => {
    child.on("error", (e) => fail(new Error(`${program} does not start (make build first?): ${e.message}`)));
    child.on("exit", (code) => fail(new Error(`${program} ${args[0]} ended with ${code}:\n${said}`)));
  });
  failed.catch(() => undefined);
  const ready = new Promise((done) => {
    const hear = (b) => {
      said = (said + b).slice(-20_000);
      if (said.includes(word)) done();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
  });
  await Promise.race([ready, failed]);
  return {
    said: () => said,
    async stop() {
      child.kill("SIGINT");
      await ended;
    },
  };
}

/** `kikigaki demo` on a free port; of another program than the built one where one is named. */
export async function startDemo(program = bin) {
  const base = `http://127.0.0.1:${await freePort()}`;
  const run = await start(["demo", "--addr", base.slice(7)], process.env, base, program);
  return { base, said: run.said, stop: run.stop };
}

/** `kikigaki all` in an empty folder: people sign in by mail, the address is http://kikigaki.example. `settings` are added. */
export async function startAll(settings = {}) {
  const data = mkdtempSync(join(tmpdir(), "kikigaki-e2e-"));
  const mailbox = await openMailbox();
  const port = await freePort();
  const base = `http://${host}:${port}`;
  const env = {
    PATH: process.env.PATH, HOME: data, TZ: "Asia/Tokyo", LANG: "C.UTF-8", KIKIGAKI_DATA_DIR: join(data, "data"), KIKIGAKI_LOG_FORMAT: "json", KIKIGAKI_ADDR: `127.0.0.1:${port}`,
    KIKIGAKI_BASE_URL: base, KIKIGAKI_AUTH: "link", SMTP_URL: mailbox.url, KIKIGAKI_SMTP_FROM: "聞き書き <kikigaki@example.jp>", ...settings,
  };
  let run;
  try {
    run = await start(["all"], env, '"msg":"listening"');
  } catch (err) {
    await mailbox.close();
    rmSync(data, { recursive: true, force: true });
    throw err;
  }
  return {
    base, mailbox, said: run.said,
    /** Adds a person on the command line; returns the id and the one-time sign-in link it prints. */
    async add(email, name, ...more) {
      const { stdout, stderr } = await promisify(execFile)(bin, ["user", "add", "--email", email, "--name", name, ...more], { env });
      const link = /^http\S+$/m.exec(stderr)?.[0];
      if (!link) throw new Error(`user add printed no link: ${stderr}`);
      return { id: stdout.trim(), link };
    },
    async stop() {
      await run.stop();
      await mailbox.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

// What the story needs of a browser and of the program: a started demo, people in their own contexts, axe, pictures.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const root = join(here, "..", "..");
export const artifacts = join(here, "artifacts");
mkdirSync(artifacts, { recursive: true });

export function check(ok, what) {
  if (!ok) throw new Error(what);
}

async function freePort() {
  return new Promise((done, fail) => {
    const s = createServer().listen(0, "127.0.0.1", () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
    s.on("error", fail);
  });
}

/** Starts `kikigaki demo` from KIKIGAKI_BIN or ../bin/kikigaki and waits until it says where it is. */
export async function startDemo() {
  const bin = process.env.KIKIGAKI_BIN ?? join(root, "bin", "kikigaki");
  const base = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(bin, ["demo", "--addr", base.slice(7)], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const end = new Promise((_, fail) => {
    child.on("error", (e) => fail(new Error(`${bin} does not start (make build first?): ${e.message}`)));
    child.on("exit", (code) => fail(new Error(`${bin} ended with ${code}:\n${said}`)));
  });
  end.catch(() => undefined);
  const ready = new Promise((done) => {
    const hear = (b) => {
      said += b;
      if (said.includes(base)) done();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
  });
  await Promise.race([ready, end]);
  return {
    base,
    stop: () => new Promise((done) => {
      child.removeAllListeners("exit");
      child.on("exit", done);
      child.kill("SIGINT");
    }),
  };
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });

/** A person with a browser of their own; every error in the console or of the page fails the story. */
export async function person(browser, base, email, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "ja-JP", timezoneId: "Asia/Tokyo", baseURL: base, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (e) => errors.push(e.message));
  // Before the sign-in there is a 401; the outline of a recording may come a little after its draft.
  page.on("console", (m) => m.type() === "error" && !/401/.test(m.text()) && !/\/recording\/peaks$/.test(m.location().url) && errors.push(`${m.text()} ${m.location().url}`));
  await page.goto("/");
  await page.waitForURL(/\/signin/);
  await page.getByRole("button", { name: new RegExp(email) }).or(page.locator(`button:has-text("${email}")`)).first().click();
  await page.waitForURL((u) => u.pathname === "/");
  return { context, page, errors };
}

/** axe on the page as it stands; any finding fails. */
export async function accessible(page, name) {
  await page.evaluate(axe);
  const result = await page.evaluate(async () => {
    // What lies under a floating bar is scrolled free by the reader: for the look at sizes the bars lie in the page. A dialog
    // is looked at alone, the page behind it is inert.
    const bars = [...document.querySelectorAll(".decide, .foot, .top")];
    for (const b of bars) b.style.position = "static";
    const found = await window.axe.run(document.querySelector("[role=dialog]") ?? document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    for (const b of bars) b.style.position = "";
    return found;
  });
  const found = result.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 4).map((n) => `${n.target.join(" ")} ${n.failureSummary?.split("\n").slice(1, 3).join(" ")}`).join(" | ")}`);
  if (found.length > 0) throw new Error(`axe on ${name}:\n  ${found.join("\n  ")}`);
}

/** A picture of the whole page into the artifacts, and axe over it. */
export async function picture(page, name, { axe: run = true, fullPage = true } = {}) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(artifacts, `${name}.png`), fullPage });
  if (run) await accessible(page, name);
}

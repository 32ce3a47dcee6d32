// What the browser tests need of a browser: people in their own contexts, axe, pictures, numbered steps.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { host, root, startAll, startDemo } from "./program.mjs";

export { host, root, startAll, startDemo };
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const artifacts = join(dirname(fileURLToPath(import.meta.url)), "artifacts");
mkdirSync(artifacts, { recursive: true });
export const samples = join(root, "testdata", "samples");
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

export function check(ok, what) {
  if (!ok) throw new Error(what);
}

export async function step(name, fn) {
  const from = Date.now();
  const result = await fn();
  console.log(`ok  ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
  return result;
}

export const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--autoplay-policy=no-user-gesture-required", `--host-resolver-rules=MAP ${host} 127.0.0.1`,
];

// A bare machine has no language: Chromium then cannot write 面談記録 as a file name and calls every download "download".
const env = { ...process.env, LC_ALL: "C.UTF-8" };
export const launch = (more = []) => chromium.launch({ executablePath: executable, args: [...flags, ...more], env });

/** A browser of one person's own; every error in the console or of the page is kept in `errors`. */
export async function stranger(browser, base, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "ja-JP", timezoneId: "Asia/Tokyo", baseURL: base, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(60_000); // a shared machine may be slow; what must be quick is measured elsewhere
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (e) => errors.push(e.message));
  page.on("dialog", (d) => {
    if (d.type() === "beforeunload") return void d.accept(); // whoever leaves a page with something unsent is asked
    errors.push(`the page opened a dialog: ${d.message()}`);
    void d.dismiss();
  });
  // Before the sign-in there is a 401; the outline of a recording may come a little after its draft.
  page.on("console", (m) => m.type() === "error" && !/401/.test(m.text()) && !/\/recording\/peaks$/.test(m.location().url) && errors.push(`${m.text()} ${m.location().url}`));
  return { context, page, errors };
}

/** A person of the demo, chosen by name or address. */
export async function person(browser, base, who, options = {}) {
  const p = await stranger(browser, base, options);
  await p.page.goto("/signin");
  await p.page.locator("button", { hasText: who }).first().click();
  await p.page.waitForURL((u) => u.pathname === "/");
  return p;
}

/** Calls the API as the person who is signed in on the page, from the page. */
export async function call(page, method, path, data, headers = {}) {
  const answer = await page.evaluate(async ({ method, path, data, headers }) => {
    const text = typeof data === "string";
    const r = await fetch(path, { method, headers: { ...(data === undefined || text ? {} : { "Content-Type": "application/json" }), ...headers }, ...(data === undefined ? {} : { body: text ? data : JSON.stringify(data) }) });
    const body = await r.text();
    return { ok: r.ok, status: r.status, body };
  }, { method, path, data, headers });
  check(answer.ok, `${method} ${path}: ${answer.status} ${answer.body.slice(0, 400)}`);
  return answer.body ? JSON.parse(answer.body) : undefined;
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
  check(result.passes.length > 5, `axe on ${name} looked at next to nothing`);
  const found = result.violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 4).map((n) => `${n.target.join(" ")} ${n.failureSummary?.split("\n").slice(1, 3).join(" ")}`).join(" | ")}`);
  check(found.length === 0, `axe on ${name}:\n  ${found.join("\n  ")}`);
}

/** On a phone everything that is pressed is at least 44 px high; links within a text and a name that covers its row are not. */
export async function touchable(page, name) {
  const small = await page.evaluate(() => {
    const out = [];
    for (const el of (document.querySelector("[role=dialog]") ?? document).querySelectorAll("a[href], button, summary, input, select, textarea")) {
      const style = getComputedStyle(el);
      if (style.visibility === "hidden" || el.closest("[inert]") || el.matches(".skip, .row .name") || (style.display === "inline" && el.matches("a"))) continue;
      const box = (el.matches("input[type=checkbox], input[type=radio]") && el.closest("label")) || (el.matches("input[type=search]") && el.closest(".find")) || el;
      const r = box.getBoundingClientRect();
      const after = getComputedStyle(el, "::after"); // what is wider than it looks
      const reach = after.position === "absolute" && after.content !== "none" ? -Number.parseFloat(after.top) - Number.parseFloat(after.bottom) : 0;
      if (r.width > 1 && r.height > 1 && r.height + Math.max(0, reach || 0) < 43.5) out.push(`${el.tagName.toLowerCase()}.${el.className} ${Math.round(r.width)}×${Math.round(r.height)} "${(el.innerText || el.getAttribute("aria-label") || "").slice(0, 20)}"`);
    }
    return [...new Set(out)];
  });
  check(small.length === 0, `${name}: under a finger is too small\n  ${small.slice(0, 8).join("\n  ")}`);
}

/** The page has come to rest: its fonts are there and nothing stands in for what is still loading. */
export async function settled(page) {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".skel").length === 0 && document.fonts.status === "loaded");
  await page.evaluate(() => document.fonts.ready);
}

/** What stands on the page is meant for people: no name of a state or a kind, no key of a text, no value that was not filled in. */
export async function worded(page, name) {
  const text = await page.evaluate(() => document.body.innerText);
  const inside = /\b[a-z]+_[a-z_]+\b|\b(?:common|record|list|upload|new|consent|prepare|insights|manage|settings|signin|templates|overview|actions):[a-z_]+\b|\{\{|\bundefined\b|\bNaN\b|\[object /.exec(text);
  check(!inside, `on ${name} stands "${inside?.[0]}": …${text.slice(Math.max(0, (inside?.index ?? 0) - 30), (inside?.index ?? 0) + 40).replace(/\s+/g, " ")}…`);
}

/** A picture of the whole page into the artifacts, and axe over it. */
export async function picture(page, name, { axe: run = true, fullPage = true } = {}) {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(artifacts, `${name}.png`), fullPage });
  if (run) await accessible(page, name);
}

/** Runs a test with a browser and a program; prints what went wrong with a picture of every open page, and ends the process. */
export async function run(start, test, more = []) {
  const program = await start();
  const browser = await launch(more);
  let code = 0;
  try {
    await test({ ...program, browser, program });
  } catch (err) {
    code = 1;
    console.error(err);
    console.error(`the program said:\n${program.said().slice(-3000)}`);
    const pages = browser.contexts().flatMap((c) => c.pages());
    for (const [n, p] of pages.entries()) {
      await p.screenshot({ path: join(artifacts, `failed-${n}.png`), timeout: 5000 }).catch(() => undefined);
      console.error(`page ${n} (artifacts/failed-${n}.png): ${p.url()}`);
    }
  } finally {
    await browser.close();
    await program.stop();
  }
  process.exit(code);
}

/** No error may stand in anybody's console. */
export function quiet(...people) {
  for (const p of people) check(p.errors.length === 0, `errors in the browser:\n  ${p.errors.join("\n  ")}`);
}

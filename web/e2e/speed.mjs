// How long the record takes to be usable on a slow phone: 4 times slower processor, 10 Mbit/s, 40 ms; and how long a letter takes to
// appear while typing, and frames while scrolling. Medians of five are printed for docs/benchmarks.md; nothing is gated: the
// machine decides. AGAINST=program measures another build in the same minutes, in turn with this one, so that a busy machine is
// as unkind to both; what counts is then how the two compare. `npm run e2e:speed`.
import { call, person, phone, run, startDemo, stranger } from "./browser.mjs";
import { reviewed } from "./pages.mjs";

const times = Number(process.env.TIMES ?? 5);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const shown = (list) => `${Math.round(median(list))} ms (${list.map((n) => Math.round(n)).sort((a, b) => a - b).join(", ")})`;

/** A demo with a record to read: its address, the record's path, the session of who reads it. */
async function prepared(browser, base) {
  const known = await person(browser, base, "高梨 拓也");
  const id = (await call(known.page, "GET", "/v1/interviews?scope=mine&limit=50")).items[0].id;
  await reviewed(known.page, id);
  const state = await known.context.storageState();
  await known.context.close();
  return { base, id, state };
}

/** Usable: the record's statements stand in the page and the next frame after a free moment of the main thread has come.
 * `busy`: processor time of the main thread until then, whatever else the machine does. */
async function load(p, cdp, path) {
  const busy = async () => (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration")?.value ?? 0;
  const from = await busy();
  await p.page.goto(path, { waitUntil: "commit" });
  await p.page.waitForFunction(() => document.querySelectorAll("[data-statement]").length > 5, undefined, { polling: "raf" });
  const t = await p.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done({ usable: performance.now(), painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN }), 0))));
  return { ...t, busy: ((await busy()) - from) * 1000 };
}

/** One visit with an empty cache, one more, typing and scrolling. */
async function visit(browser, { base, id, state }, options) {
  const p = await stranger(browser, base, { ...options, storageState: state });
  const cdp = await p.context.newCDPSession(p.page);
  await cdp.send("Network.enable");
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 });
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const first = await load(p, cdp, `/interviews/${id}`);
  await p.page.waitForTimeout(1500);
  const again = await load(p, cdp, `/interviews/${id}`);
  await p.page.waitForTimeout(1000);
  // Typing: from the key to the frame that shows it.
  const st = p.page.locator("section:has(h2:text-is('希望')) article").first();
  await st.getByRole("button", { name: "コメント" }).click();
  const field = st.getByRole("textbox");
  await field.waitFor();
  const took = await field.evaluate(async (el) => {
    el.focus();
    const out = [];
    for (let k = 0; k < 20; k++) {
      const from = performance.now();
      document.execCommand("insertText", false, "あ");
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
      out.push(performance.now() - from);
    }
    return out;
  });
  // Scrolling: the longest wait between two frames, once the fonts are there (their arrival sets every line anew).
  await p.page.waitForFunction(() => document.fonts.status === "loaded", undefined, { timeout: 30_000 });
  const frames = await p.page.evaluate(async () => {
    window.scrollTo(0, 0);
    let last = performance.now();
    let most = 0;
    for (let k = 0; k < 120; k++) {
      window.scrollBy(0, 60);
      await new Promise((done) => requestAnimationFrame(done));
      const now = performance.now();
      if (k > 2) most = Math.max(most, now - last);
      last = now;
    }
    return most;
  });
  await p.context.close();
  return { painted: first.painted, usable: first.usable, busy: first.busy, again: again.usable, typing: median(took), frames };
}

await run(startDemo, async ({ browser, base }) => {
  const other = process.env.AGAINST ? await startDemo(process.env.AGAINST) : undefined;
  try {
    const programs = [["this build", await prepared(browser, base)], ...(other ? [["the other", await prepared(browser, other.base)]] : [])];
    for (const [name, options] of [["phone", phone], ["laptop", {}]]) {
      const seen = programs.map(() => []);
      for (let n = 0; n < times; n++) for (const [k, [, where]] of programs.entries()) seen[k].push(await visit(browser, where, options));
      for (const [k, [what]] of programs.entries()) {
        const of = (key) => shown(seen[k].map((v) => v[key]));
        console.log(`${name}, ${what}: first paint ${of("painted")}; record usable ${of("usable")}, of which the main thread was busy ${of("busy")}; second visit ${of("again")}; a letter ${of("typing")}; longest frame while scrolling ${of("frames")}`);
      }
      if (other) {
        const ratio = (key) => (median(seen[0].map((v) => v[key])) / median(seen[1].map((v) => v[key]))).toFixed(2);
        console.log(`${name}, this build to the other: first paint × ${ratio("painted")}, usable × ${ratio("usable")}, busy × ${ratio("busy")}, second visit × ${ratio("again")}`);
      }
    }
  } finally {
    await other?.stop();
  }
});

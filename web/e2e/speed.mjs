// How long the record takes to be usable on a slow phone: 4 times slower processor, 10 Mbit/s, 40 ms; and how long a letter takes to
// appear while typing, and frames while scrolling. Medians of five are printed for docs/benchmarks.md; nothing is gated: the
// machine decides. `npm run e2e:speed`.
import { call, person, phone, run, startDemo, stranger } from "./browser.mjs";
import { reviewed } from "./pages.mjs";

const times = 5;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const shown = (list) => `${Math.round(median(list))} ms (${list.map((n) => Math.round(n)).sort((a, b) => a - b).join(", ")})`;

await run(startDemo, async ({ browser, base }) => {
  const known = await person(browser, base, "高梨 拓也");
  const id = (await call(known.page, "GET", "/v1/interviews?scope=mine&limit=50")).items[0].id;
  await reviewed(known.page, id);
  const state = await known.context.storageState();
  await known.context.close();
  for (const [name, options] of [["phone", phone], ["laptop", {}]]) {
    const usable = [];
    const painted = [];
    const typing = [];
    const frames = [];
    const again = [];
    for (let n = 0; n < times; n++) {
      const p = await stranger(browser, base, { ...options, storageState: state });
      const cdp = await p.context.newCDPSession(p.page);
      await cdp.send("Network.enable");
      await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 });
      await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
      // Usable: the record's statements stand in the page and the next frame after a free moment of the main thread has come.
      const load = async () => {
        await p.page.goto(`/interviews/${id}`, { waitUntil: "commit" });
        await p.page.waitForFunction(() => document.querySelectorAll("[data-statement]").length > 5, undefined, { polling: "raf" });
        return p.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done({ usable: performance.now(), painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN }), 0))));
      };
      const first = await load();
      usable.push(first.usable);
      painted.push(first.painted);
      await p.page.waitForTimeout(1500);
      again.push((await load()).usable);
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
      typing.push(median(took));
      // Scrolling: the longest wait between two frames.
      frames.push(await p.page.evaluate(async () => {
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
      }));
      await p.context.close();
    }
    console.log(`${name}: first paint ${shown(painted)}; record usable ${shown(usable)}; second visit ${shown(again)}; a letter ${shown(typing)}; longest frame while scrolling ${shown(frames)}`);
  }
});

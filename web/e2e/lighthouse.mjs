// Lighthouse 12 over the main pages, as the people see them: accessibility must be 100, best practices at least 95. Lighthouse
// lives in a folder of its own (e2e/lighthouse), so that nobody has to install it to build the app; `make verify` does.
// `npm run e2e:lighthouse`.
import { createRequire } from "node:module";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { check, executable, flags, startDemo } from "./browser.mjs";
import { furnish, pages } from "./pages.mjs";
import { freePort } from "./program.mjs";

const { default: lighthouse, desktopConfig } = await import(pathToFileURL(createRequire(new URL("./lighthouse/package.json", import.meta.url)).resolve("lighthouse")).href);
const wanted = { accessibility: 100, "best-practices": 95 };

const demo = await startDemo();
const port = await freePort();
const profile = mkdtempSync(join(tmpdir(), "kikigaki-e2e-"));
const chrome = spawn(executable, ["--headless", `--remote-debugging-port=${port}`, `--user-data-dir=${profile}`, ...flags, "about:blank"], { stdio: "ignore" });
const ended = new Promise((done) => chrome.on("exit", done));
let code = 0;
try {
  let furnisher;
  for (let n = 0; !furnisher; n++) {
    furnisher = await chromium.connectOverCDP(`http://127.0.0.1:${port}`).catch((err) => {
      if (n > 60) throw err;
      return new Promise((done) => setTimeout(done, 500));
    });
  }
  const { who, ids } = await furnish(furnisher, demo.base);
  const found = [];
  for (const x of pages(ids).filter((p) => p.main)) {
    const cookie = (await who[x.who].context.cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
    for (const form of ["mobile", "desktop"]) {
      const settings = { onlyCategories: Object.keys(wanted), output: "json", port, logLevel: "error", disableStorageReset: true, extraHeaders: cookie ? { Cookie: cookie } : {}, throttlingMethod: "provided", maxWaitForLoad: 60_000 };
      const { lhr } = await lighthouse(demo.base + x.path, settings, form === "desktop" ? { ...desktopConfig, settings: { ...desktopConfig.settings, ...settings } } : undefined);
      if (lhr.runtimeError) throw new Error(`${x.name}: ${lhr.runtimeError.message}`);
      check(new URL(lhr.finalDisplayedUrl).pathname === x.path, `${x.name}: Lighthouse looked at ${lhr.finalDisplayedUrl}`);
      const scores = Object.fromEntries(Object.entries(lhr.categories).map(([k, c]) => [k, Math.round((c.score ?? 0) * 100)]));
      console.log(`${x.name.padEnd(20)} ${form.padEnd(8)} ${Object.entries(scores).map(([k, v]) => `${k} ${v}`).join(", ")}`);
      for (const [k, least] of Object.entries(wanted)) {
        if (scores[k] >= least) continue;
        const audits = lhr.categories[k].auditRefs.map((r) => lhr.audits[r.id]).filter((a) => a.score !== null && a.score < 1 && a.scoreDisplayMode !== "informative");
        found.push(`${x.name} ${form}: ${k} ${scores[k]}, wanted ${least}: ${audits.map((a) => `${a.id} (${a.title}) ${JSON.stringify(a.details?.items?.slice(0, 3) ?? "").slice(0, 600)}`).join("; ")}`);
      }
    }
  }
  check(found.length === 0, found.join("\n"));
} catch (err) {
  code = 1;
  console.error(err);
} finally {
  chrome.kill();
  await ended;
  await demo.stop();
  rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
}
process.exit(code);

// A picture of every page, narrow and wide, light and dark, in both languages, and one sheet with all of them: what a person looks
// at before a release. `make screenshots`; SHOTS=folder says where to (default e2e/artifacts/shots), SHEET=file a small sheet of the
// main pages for the documentation.
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { artifacts, check, run, startDemo } from "./browser.mjs";
import { furnish, languages, pages, schemes, show, sizes, speak } from "./pages.mjs";

const dir = process.env.SHOTS ?? join(artifacts, "shots");
const only = process.env.AXE?.split(",");
mkdirSync(dir, { recursive: true });

const high = 5600; // of one sheet, px

const escape = (s) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** One picture of many: a row a page, a column a look. `quality` and `width` of a picture make it small. */
async function sheet(browser, rows, path, { width, quality }) {
  const narrow = Math.round((width * 390) / 900);
  const cell = (c) => `<figure style="width:${c.wide ? width : narrow}px"><img src="data:image/jpeg;base64,${readFileSync(c.file).toString("base64")}"><figcaption>${escape(c.caption)}</figcaption></figure>`;
  const html = `<!doctype html><meta charset="utf-8"><style>body{margin:24px;font:12px "Noto Sans JP",sans-serif;background:#8b8f8c;display:inline-block}h1{font-size:13px;margin:18px 0 6px;color:#fff}
    div{display:flex;gap:10px;align-items:start}figure{margin:0}img{width:100%;display:block;box-shadow:0 1px 4px #0006}figcaption{color:#fff;font-size:10px;margin-top:2px}</style>${rows.map((r) => `<h1>${escape(r.name)}</h1><div>${r.cells.map(cell).join("")}</div>`).join("")}`;
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  await page.setContent(html, { waitUntil: "load" });
  const box = await page.evaluate(() => ({ width: document.body.offsetWidth + 48, height: document.documentElement.scrollHeight }));
  // Chromium draws nothing beyond 16,384 px, and slowly before that: a long sheet becomes several.
  const parts = [];
  await page.setViewportSize({ width: box.width, height: Math.min(box.height, high) });
  for (let top = 0; top < box.height; top += high) {
    const name = parts.length === 0 ? path : path.replace(/\.jpg$/, `-${parts.length + 1}.jpg`);
    await page.screenshot({ path: name, type: "jpeg", quality, fullPage: true, timeout: 300_000, clip: { x: 0, y: top, width: box.width, height: Math.min(high, box.height - top) } });
    parts.push(name);
  }
  await page.close();
  return parts;
}

await run(startDemo, async ({ browser, base }) => {
  const { who, ids } = await furnish(browser, base);
  const rows = [];
  const list = pages(ids).filter((x) => !only || only.includes(x.name));
  for (const x of list) rows.push({ name: x.name, main: x.main, cells: [] });
  for (const language of languages) {
    for (const p of Object.values(who)) await speak(p, language, base);
    for (const [n, x] of list.entries()) {
      const { page } = who[x.who];
      for (const size of sizes) {
        await page.setViewportSize(size);
        await show(who[x.who], x);
        for (const scheme of schemes) {
          await page.emulateMedia({ colorScheme: scheme });
          const file = join(dir, `${x.name}-${size.width}-${language}-${scheme}.jpg`);
          await page.screenshot({ path: file, type: "jpeg", quality: 80 });
          rows[n].cells.push({ file, wide: size.width > 800, caption: `${size.width} ${language} ${scheme}`, size: size.width, language, scheme });
        }
      }
    }
  }
  const order = (c) => [c.language === "ja" ? 0 : 1, c.scheme === "light" ? 0 : 1, c.wide ? 0 : 1].join("");
  for (const r of rows) r.cells.sort((a, b) => order(a).localeCompare(order(b)));
  const made = await sheet(browser, rows, join(dir, "contact-sheet.jpg"), { width: 420, quality: 80 });
  writeFileSync(join(dir, "pages.json"), JSON.stringify(rows.map((r) => r.name)));
  console.log(`${rows.length} pages, ${rows.reduce((n, r) => n + r.cells.length, 0)} pictures; ${made.join(", ")}`);
  if (process.env.SHEET) {
    const main = rows.filter((r) => r.main).map((r) => ({ ...r, cells: r.cells.filter((c) => (c.language === "ja") || (c.scheme === "light" && c.wide)) }));
    await sheet(browser, main, process.env.SHEET, { width: 300, quality: 60 });
    const { size } = statSync(process.env.SHEET);
    check(size < 1_000_000, `the small sheet has ${size} bytes`);
    console.log(`${process.env.SHEET}: ${size} bytes`);
  }
});

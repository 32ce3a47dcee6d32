// The heap of a page that hands in a file of 2 GiB stays flat: the file is cut into parts and never read as a whole. The file is
// sparse and no recording; only the sending is looked at. Takes minutes and 5 GB of disk: `npm run e2e:heap`, not part of a gate.
import { mkdtempSync, openSync, closeSync, rmSync, ftruncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, person, run, startDemo } from "./browser.mjs";

const size = Number(process.env.HEAP_BYTES ?? 2 ** 31);
const dir = mkdtempSync(join(tmpdir(), "kikigaki-e2e-"));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
const file = join(dir, "20260520_小川.wav");
const fd = openSync(file, "w");
ftruncateSync(fd, size);
closeSync(fd);

await run(startDemo, async ({ browser, base }) => {
  const { page, context } = await person(browser, base, "佐伯 真理");
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable");
  const heap = async (collect) => {
    if (collect) await cdp.send("HeapProfiler.collectGarbage");
    return (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "JSHeapUsedSize").value / 1e6;
  };
  await page.goto("/interviews/new");
  await page.getByRole("button", { name: "ファイルを選ぶ" }).waitFor();
  const before = await heap(true);
  await page.setInputFiles("#up-files", file);
  const row = page.locator(".up-row").first();
  await row.getByRole("button", { name: /いま送る/ }).click();
  const from = Date.now();
  let most = 0;
  let mostLive = 0;
  for (let n = 0; ; n++) {
    await page.waitForTimeout(1000);
    most = Math.max(most, await heap(false));
    if (n % 10 === 0) mostLive = Math.max(mostLive, await heap(true));
    const said = await row.innerText();
    if (/受け取りました/.test(said)) break;
    check(Date.now() - from < 1_500_000 && !/送れませんでした/.test(said), `the sending stands at: ${said}`);
  }
  mostLive = Math.max(mostLive, await heap(true));
  console.log(JSON.stringify({ bytes: size, seconds: Math.round((Date.now() - from) / 1000), heap_before_mb: +before.toFixed(1), heap_most_mb: +most.toFixed(1), heap_most_live_mb: +mostLive.toFixed(1) }));
  check(mostLive - before < 12, `the heap grew by ${mostLive - before} MB`);
});

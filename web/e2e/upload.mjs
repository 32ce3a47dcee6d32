// Handing in a recording of 130 MB with its captions over a line that breaks, in real Chromium against the built program: cut more than
// twenty times, the server away for a while, paused, the page loaded anew, the file chosen again. The server's SHA-256 must be
// the file's own, and what was sent twice at most one part a cut lane. Run by `npm run e2e:upload`.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { check, launch, person, picture, root, startDemo } from "./browser.mjs";
import { badLine } from "./line.mjs";

const part = 8 << 20; // bytes; the server's smallest
const rate = 14e6; // bytes a second over the line, so that there is time to act
const cutEvery = 9e6;

const step = async (name, fn) => {
  const from = Date.now();
  await fn();
  console.log(`ok  ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
};

async function sha256(path) {
  const h = createHash("sha256");
  await pipeline(createReadStream(path), h);
  return h.digest("hex");
}

/** Asks until fn answers with something. */
async function until(what, fn, seconds = 240) {
  for (const end = Date.now() + seconds * 1000; ; ) {
    const got = await fn();
    if (got) return got;
    if (Date.now() > end) throw new Error(`${what} has not come`);
    await new Promise((done) => setTimeout(done, 500));
  }
}

const dir = mkdtempSync(join(tmpdir(), "kikigaki-e2e-"));
const file = join(dir, "20260520_小川.wav");
execFileSync("ffmpeg", ["-v", "error", "-i", join(root, "testdata", "samples", "01-ja-sales.m4a"), "-ar", "44100", "-ac", "2", "-c:a", "pcm_s16le", file]);
// With its captions beside it the recording needs no transcription, and the worker opens it as soon as there is consent.
const captions = join(dir, "20260520_小川.vtt");
copyFileSync(join(root, "testdata", "samples", "01-ja-sales.vtt"), captions);
const { size } = statSync(file);
check(size > 95e6, `the recording has only ${size} bytes`);
const own = await sha256(file);

const demo = await startDemo();
const line = await badLine(demo.base, { rate });
const browser = await launch();
let who;
try {
  who = await person(browser, line.base, "佐伯 真理");
  const { page: p, context } = who;
  const row = p.locator(".up-row").first();
  const percent = async () => Number(/(\d+)%/.exec(await row.locator(".state").innerText())?.[1] ?? Number.NaN);
  const cdp = await context.newCDPSession(p);
  await cdp.send("Performance.enable");
  const heap = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    return (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "JSHeapUsedSize").value;
  };
  let id = "";
  let before = 0;
  let most = 0;

  await step("the file's name tells whose it is; sending begins", async () => {
    await p.goto("/interviews/new");
    await p.getByRole("button", { name: "ファイルを選ぶ" }).waitFor();
    before = await heap();
    await p.setInputFiles("#up-files", [captions, file]);
    await row.getByText("小川 優").waitFor();
    await row.getByText("字幕 20260520_小川.vtt").waitFor();
    await row.getByRole("button", { name: /いま送る/ }).click();
    line.cutEvery(cutEvery);
    await until("40%", async () => (await percent()) >= 40, 120);
    most = Math.max(most, await heap());
    check(line.cuts >= 3, `only ${line.cuts} cuts by 40%`);
    await picture(p, "upload-sending-1440");
  });

  await step("the server is away: the page says what is safe and goes on by itself", async () => {
    line.away();
    await row.getByText("接続が切れました").waitFor({ timeout: 30_000 });
    await row.getByText(/^\d+%まで送れています。つながると、続きから自動で再開します。$/).waitFor();
    await picture(p, "upload-lost-1440", { axe: false });
    line.back();
    await row.getByText(/送信中/).waitFor({ timeout: 60_000 });
  });

  await step("paused, nothing is sent", async () => {
    // The line is cut under the pointer: whoever wants to pause presses again.
    await until("the pause", async () => {
      if (await row.getByText(/一時停止中/).count()) return true;
      await row.getByRole("button", { name: /一時停止/ }).click({ timeout: 2000 }).catch(() => undefined);
      return false;
    }, 30);
    const sent = await until("quiet", async () => {
      const a = line.sent;
      await new Promise((done) => setTimeout(done, 1200));
      return line.sent === a ? a : 0;
    }, 20);
    check(sent > 0, "nothing was sent before the pause");
    await picture(p, "upload-paused-1440");
    most = Math.max(most, await heap());
  });

  await step("after a reload the file is chosen again and goes on where it stopped", async () => {
    const kept = await percent();
    check(kept > 20, `only ${kept}% had arrived`);
    const storage = await p.evaluate(() => JSON.stringify({ ...localStorage }));
    check(!/小川|20260520|優/.test(storage), "the browser keeps a name");
    await p.reload();
    await row.getByText("送信が途中です").waitFor();
    await picture(p, "upload-missing-1440");
    await p.setInputFiles("#up-files", file);
    await until("the sending", async () => (await percent()) >= kept - 1 || (await row.getByText("受け取りました").count()), 60);
    await row.getByText("受け取りました").waitFor({ timeout: 240_000 });
    most = Math.max(most, await heap());
    await picture(p, "upload-done-1440");
    id = (await row.getByRole("link", { name: /面談を見る/ }).getAttribute("href")).split("/").pop();
  });

  await step("the server has the same bytes", async () => {
    const employee = await browser.newContext({ baseURL: demo.base });
    check((await employee.request.post("/auth/dev", { data: { email: "ogawa@example.jp" } })).ok(), "sign-in");
    const consent = await (await employee.request.get(`/v1/interviews/${id}/consent`)).json();
    const said = await employee.request.put(`/v1/interviews/${id}/consent`, { data: { decision: "given", notice: consent.notice.id, abroad: false }, headers: { Origin: demo.base } });
    check(said.ok(), `consent: ${said.status()} ${await said.text()}`);
    const hash = await until("the server's digest", async () => (await (await context.request.get(`/v1/interviews/${id}`)).json()).recording?.sha256);
    check(hash === own, `the server has ${hash}, the file is ${own}`);
    const { recording } = await (await context.request.get(`/v1/interviews/${id}`)).json();
    check(recording.size === size, `the server has ${recording.size} of ${size} bytes`);
  });

  const again = line.sent - size;
  const allowed = (line.lanes + 3) * part; // a part a cut lane, and the three that lay on the line when the person paused
  console.log(`    ${(size / 1e6).toFixed(1)} MB, ${line.cuts} cuts of ${line.lanes} lanes, ${(again / 1e6).toFixed(1)} MB sent again (at most ${(allowed / 1e6).toFixed(1)} MB), heap ${(before / 1e6).toFixed(1)} MB, at most ${(most / 1e6).toFixed(1)} MB`);
  check(line.cuts >= 20, `only ${line.cuts} cuts`);
  check(again >= 0 && again <= allowed, `${again} bytes were sent again, more than ${allowed}`);
  check(most - before < 12e6, `the heap grew by ${most - before} bytes`);
  check(who.errors.every((e) => /ERR_|Failed to fetch|Failed to load/.test(e)), who.errors.join("\n")); // cut connections are told by the console
} catch (err) {
  await who?.page.screenshot({ path: join(root, "web", "e2e", "artifacts", "upload-failed.png"), fullPage: true }).catch(() => undefined);
  console.error(err);
  process.exitCode = 1;
} finally {
  await browser.close();
  line.close();
  await demo.stop();
  rmSync(dir, { recursive: true, force: true });
}

// The whole way of one interview in real Chromium, two people in two browsers: opened, agreed to, captions and recording in,
// draft, evidence heard, disputed, changed, approved. Run by `npm run e2e`; pictures go into e2e/artifacts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { accessible, check, launch, person, picture, root, startDemo } from "./browser.mjs";

const samples = join(root, "testdata", "samples");
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** The sample recording with an empty box at its end: the same sound, but not the same file as the demo's own. */
function otherRecording() {
  const free = Buffer.from([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]);
  return { name: "面談 <b>高梨</b>.m4a", mimeType: "audio/mp4", buffer: Buffer.concat([readFileSync(join(samples, "01-ja-sales.m4a")), free]) };
}

const step = async (name, fn) => {
  const from = Date.now();
  await fn();
  console.log(`ok  ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
};

const demo = await startDemo();
const browser = await launch();
let failed = false;
let who = [];
try {
  const saeki = await person(browser, demo.base, "佐伯 真理");
  const employee = await person(browser, demo.base, "高梨 拓也", phone);
  who = [saeki, employee];
  const { page: i } = saeki;
  const { page: e } = employee;
  let id = "";

  await step("the interviewer sees what waits and opens an interview", async () => {
    await i.getByRole("heading", { level: 1 }).waitFor();
    await picture(i, "home-1440");
    await i.getByRole("link", { name: "面談を始める" }).first().click();
    await i.getByLabel("本人", { exact: true }).selectOption({ label: "高梨 拓也 · 営業部" });
    await i.getByLabel("面談日").fill("2026-05-20");
    await i.getByLabel("目的(本人に見せます)").fill("上期のキャリア面談です。<script>alert(1)</script>");
    await picture(i, "new-1440");
    await i.getByRole("button", { name: "始める" }).click();
    await i.waitForURL(/\/interviews\/[0-9a-z]{26}$/);
    id = i.url().split("/").pop();
    await i.getByText("録音の同意がまだです").first().waitFor();
    await picture(i, "needs-consent-1440");
  });

  await step("the employee reads the notice and agrees", async () => {
    await e.goto("/");
    await e.getByText("録音の同意をたずねています").first().waitFor();
    await picture(e, "home-390");
    await e.getByRole("link", { name: /読んで答える/ }).first().click();
    await e.getByRole("button", { name: "同意する", exact: true }).waitFor();
    await picture(e, "consent-390");
    await e.getByRole("button", { name: "同意する", exact: true }).click();
    await e.getByText("同意しています").first().waitFor();
  });

  await step("the interviewer's page follows by itself; captions and recording go in", async () => {
    await i.getByText("録音はまだありません").waitFor({ timeout: 15_000 });
    await i.getByLabel(/録音か字幕を入れる/).setInputFiles([
      { name: "会議.vtt", mimeType: "text/vtt", buffer: readFileSync(join(samples, "01-ja-sales.vtt")) }, otherRecording(),
    ]);
    await i.getByText(/確認待ち/).first().waitFor({ timeout: 90_000 });
    await i.getByRole("heading", { name: "希望" }).waitFor();
    check((await i.locator(".tr li[data-index]").count()) > 5, "no line of the transcript is shown");
    await picture(i, "record-interviewer-1440");
  });

  await step("the employee hears the words a statement stands on", async () => {
    await e.goto(`/interviews/${id}`);
    await e.getByText("あなたの確認を待っています").first().waitFor();
    await picture(e, "record-390");
    const wish = e.locator("section:has(h2:text('希望')) article").first();
    await wish.getByText(/根拠 \d+か所/).click();
    const chip = wish.getByRole("button", { name: /から聞く/ }).first();
    await chip.click();
    await wish.getByRole("button", { name: /^止める/ }).first().waitFor({ timeout: 10_000 });
    await wish.getByRole("button", { name: /から聞く/ }).first().waitFor({ timeout: 40_000 }); // stops by itself at the end of the quote
    await accessible(e, "record with quotes open");
  });

  await step("the employee disputes one statement, comments on another, and asks for changes", async () => {
    const wishes = e.locator("section:has(h2:text('希望')) article");
    await wishes.nth(0).getByRole("button", { name: "ちがう" }).click();
    await wishes.nth(0).getByLabel(/どこがちがいますか/).fill("「大手」ではなく「中堅」です。<img src=x onerror=alert(1)>");
    await wishes.nth(0).getByRole("button", { name: /に送る/ }).click();
    await wishes.nth(0).locator(".said", { hasText: "「大手」ではなく「中堅」です。<img src=x onerror=alert(1)>" }).waitFor();
    await wishes.nth(1).getByRole("button", { name: "コメント" }).click();
    await wishes.nth(1).getByLabel(/へのコメント/).fill("来年も、です。");
    await wishes.nth(1).getByRole("button", { name: /に送る/ }).click();
    await wishes.nth(1).locator(".said", { hasText: "来年も、です。" }).waitFor();
    await e.getByRole("button", { name: "修正をお願いする" }).click();
    await accessible(e, "dialog of changes");
    await e.getByRole("button", { name: "お願いする", exact: true }).click();
    await e.getByText("佐伯さんの返事を待っています").first().waitFor();
  });

  await step("the interviewer answers and sends a corrected version", async () => {
    await i.getByText(/コメント2件に返事をする/).first().waitFor({ timeout: 15_000 });
    await picture(i, "record-comments-1440");
    const wishes = i.locator("section:has(h2:text('希望')) article");
    await wishes.nth(0).getByRole("button", { name: "直す", exact: true }).click();
    await wishes.nth(0).getByLabel("文を直す").fill("できれば中堅の食品メーカー向けの新規開拓をやってみたい。");
    await wishes.nth(0).getByRole("button", { name: "この文にする" }).click();
    await i.reload(); // what was not sent yet is kept
    await wishes.nth(0).getByText("直しました。まだ送っていません").waitFor();
    await wishes.nth(1).getByRole("button", { name: "返事を書く" }).click();
    await wishes.nth(1).getByLabel(/へのコメント/).fill("承知しました。");
    await wishes.nth(1).getByRole("button", { name: /に送る/ }).click();
    await wishes.nth(1).locator(".said", { hasText: "承知しました。" }).waitFor();
    await picture(i, "record-edits-1440", { fullPage: false });
    await i.getByRole("button", { name: "直した版を送る" }).click();
    await accessible(i, "dialog of sending");
    await i.getByRole("dialog").getByRole("button", { name: "送る", exact: true }).click();
    await i.getByText(/第2版の確認待ち/).first().waitFor();
  });

  await step("the employee sees what changed, looks at what needs a look, and approves", async () => {
    await e.getByRole("button", { name: /第2版を見る/ }).click({ timeout: 15_000 });
    const first = e.locator("section:has(h2:text('希望')) article").first();
    await first.getByText("できれば中堅の食品メーカー向けの新規開拓をやってみたい。").first().waitFor();
    await first.getByText("第2版で変わりました").waitFor();
    await picture(e, "record-v2-390");
    for (let n = 0; n < 40; n++) {
      const next = e.locator(".st.todo").first();
      if ((await next.count()) === 0) break;
      const was = await e.locator(".st.todo").count();
      const open = next.getByRole("button", { name: "開いて確かめる" });
      if (await open.count()) {
        await open.click();
        await accessible(e, "an opened closed matter");
        await next.getByRole("button", { name: "決める" }).click();
      } else await next.locator("[data-answer=yes]").click();
      await e.waitForFunction((c) => document.querySelectorAll(".st.todo").length < c, was);
    }
    await e.getByText(/件すべてを確認したものとして承認します/).first().waitFor();
    let taps = 0;
    const tap = async (l) => {
      taps++;
      await l.click();
    };
    await tap(e.getByRole("button", { name: "承認する" }));
    await picture(e, "approve-390", { fullPage: false });
    await tap(e.getByRole("dialog").getByRole("button", { name: "承認する", exact: true }));
    await e.getByText(/第2版を承認済み/).first().waitFor();
    check(taps <= 3, `${taps} taps to approve`);
    await i.getByText(/第2版を承認済み/).first().waitFor({ timeout: 15_000 });
    await picture(i, "approved-1440");
  });

  await step("promises, history, insights and the list are there", async () => {
    for (const [page, path, name] of [
      [i, "/actions", "actions-1440"], [e, "/actions", "actions-390"], [i, `/interviews/${id}/history?v=2`, "history-1440"], [e, `/interviews/${id}/history`, "history-390"],
      [i, `/interviews/${id}/insights`, "insights-1440"], [e, `/interviews/${id}/insights`, "insights-390"], [e, `/interviews/${id}/talk`, "talk-390"], [i, "/interviews", "interviews-1440"],
      [i, `/interviews/${id}/prepare`, "prepare-1440"], [i, `/interviews/${id}/consent`, "consent-1440"],
    ]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.locator(".skel").first().waitFor({ state: "detached" });
      await picture(page, name);
    }
    await e.goto("/actions");
    const promised = e.locator(".promise-row").filter({ has: e.getByRole("button", { name: "終わった" }) });
    await promised.first().waitFor();
    const many = await promised.count();
    await promised.first().getByRole("button", { name: "終わった" }).click();
    await e.getByText("「終わった」にしました").waitFor();
    await e.getByRole("button", { name: "取り消す" }).click();
    await e.waitForFunction((n) => document.querySelectorAll(".promise-row button").length >= n, many);
  });

  await step("dark and English are complete, and nothing is found there", async () => {
    const dark = await person(browser, demo.base, "高梨 拓也", { colorScheme: "dark" });
    who.push(dark);
    await dark.page.goto(`/interviews/${id}`);
    await dark.page.getByRole("heading", { name: "希望" }).waitFor();
    await picture(dark.page, "record-1440-dark");
    const wells = await person(browser, demo.base, "Anna Wells");
    who.push(wells);
    await wells.page.getByRole("link", { name: /Paul Reed/ }).first().click();
    await wells.page.getByRole("heading", { name: /Career interview/ }).waitFor();
    await wells.page.getByRole("heading", { level: 2 }).first().waitFor();
    check((await wells.page.evaluate(() => document.documentElement.lang)) === "en", "the page does not say that it is English");
    await picture(wells.page, "record-en-1440");
  });

  await step("the record page is light: at most 180 kB of script gzipped and 25 requests", async () => {
    for (const [name, options] of [["laptop", {}], ["phone", phone]]) {
      const fresh = await person(browser, demo.base, "高梨 拓也", options);
      await fresh.page.close();
      const page = await fresh.context.newPage();
      const answers = [];
      page.on("response", (r) => answers.push(r));
      await page.goto(`/interviews/${id}`);
      await page.getByRole("heading", { name: "希望" }).waitFor();
      await page.waitForTimeout(1500); // what comes by itself after the record
      let script = 0;
      for (const r of answers) if (/\.js$/.test(new URL(r.url()).pathname)) script += gzipSync(await r.body(), { level: 9 }).length;
      console.log(`    ${name}: ${(script / 1000).toFixed(1)} kB of script gzipped, ${answers.length} requests`);
      check(script <= 180_000, `${script} bytes of script`);
      check(answers.length <= 25, `${answers.length} requests:\n${answers.map((r) => r.url()).join("\n")}`);
      await fresh.context.close();
    }
  });

  for (const p of who) check(p.errors.length === 0, `errors in the browser:\n  ${p.errors.join("\n  ")}`);
} catch (err) {
  failed = true;
  console.error(err);
  for (const [n, p] of who.entries()) await p.page.screenshot({ path: join(root, "web", "e2e", "artifacts", `failed-${n}.png`) }).catch(() => undefined);
  for (const p of who) if (p.errors.length) console.error(p.errors);
} finally {
  await browser.close();
  await demo.stop();
}
process.exit(failed ? 1 : 0);

// One interview from opening to approval in real Chromium, on a fresh `kikigaki all` that is opened under another name than
// the machine's: HR opens it, interviewer and employee, each in a browser of their own and signed in by mail, agree, hand in,
// hear, dispute, comment, ask for changes, revise, approve. Strange words stand in every field on the way. The main pages are
// looked at with axe, the record's weight is counted. Part of `make test`; alone: `npm run e2e:story`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { accessible, call, check, phone, picture, quiet, run, samples, settled, startAll, step, stranger, worded } from "./browser.mjs";

const markup = "<img src=x onerror=alert(1)><script>alert(2)</script>";
const employeeMail = "takahashi@example.jp";
const interviewerMail = "yamazaki@example.jp";

/** The sample recording under a name that is markup. */
const recording = () => ({ name: `面談 ${markup.replaceAll("/", "／")}.m4a`, mimeType: "audio/mp4", buffer: readFileSync(join(samples, "01-ja-sales.m4a")) });
const captions = () => ({ name: '"><svg onload=alert(3)>.vtt', mimeType: "text/vtt", buffer: readFileSync(join(samples, "01-ja-sales.vtt")) });

/** Opens a one-time link and presses its button; the page that comes is one of the app's. */
async function useLink(page, base, link) {
  await page.goto(link);
  await accessible(page, "page of the sign-in link");
  await page.getByRole("button", { name: "サインイン" }).click();
  await page.waitForURL((u) => u.origin === base && !u.pathname.startsWith("/auth"));
}

/** Signs in by mail from the page one wanted to see. */
async function signInByMail(p, base, mailbox, email, path) {
  await p.page.goto(path);
  await p.page.waitForURL(/\/signin/);
  await p.page.getByLabel("会社のメールアドレス").fill(email);
  await accessible(p.page, "sign-in page");
  await p.page.getByRole("button", { name: "リンクを送る" }).click();
  await p.page.getByText("メールを送りました").waitFor();
  const mail = await mailbox.next(email);
  const link = /http:\/\/\S+\/auth\/link\?\S+/.exec(mail.text)?.[0];
  check(link?.startsWith(`${base}/auth/link?`), `the sign-in mail has no link of ${base}:\n${mail.text}`);
  check(!mail.subject.includes("高橋") && !/面談の|キャリア/.test(mail.subject), `the subject tells too much: ${mail.subject}`);
  await useLink(p.page, base, link);
  check(new URL(p.page.url()).pathname === path, `after the sign-in the page is ${p.page.url()}, not ${path}`);
}

await run(startAll, async ({ base, browser, mailbox, add }) => {
  const hr = await stranger(browser, base);
  const interviewer = await stranger(browser, base);
  const employee = await stranger(browser, base, phone);
  const { page: i } = interviewer;
  const { page: e } = employee;
  let id = "";
  const wishes = (page) => page.locator("section:has(h2:text-is('希望')) article");

  await step("HR is invited, signs in, and opens an interview for two others", async () => {
    const invited = await add("kiriyama@example.jp", "桐山 佳子", "--role", "hr", "--department", "人事部");
    await add(interviewerMail, "山﨑 真理", "--role", "interviewer", "--department", "営業部");
    await add(employeeMail, "髙橋 拓也", "--department", `営業部 ${markup}`);
    await useLink(hr.page, base, invited.link);
    await hr.page.getByRole("link", { name: "面談を始める" }).first().click();
    await hr.page.getByLabel("本人", { exact: true }).selectOption({ label: `髙橋 拓也 · 営業部 ${markup}` });
    await hr.page.getByLabel("面談者", { exact: true }).selectOption({ label: "山﨑 真理 · 営業部" });
    await hr.page.getByLabel("面談日").fill("2026-05-20");
    await hr.page.getByLabel("目的(本人に見せます)").fill(`上期のキャリア面談です。${markup}`);
    await hr.page.getByLabel("場所").fill(`第3会議室 ${markup}`);
    await picture(hr.page, "new-1440");
    await hr.page.getByRole("button", { name: "始める" }).click();
    await hr.page.waitForURL(/\/interviews\/[0-9a-z]{26}$/);
    id = hr.page.url().split("/").pop();
    await hr.page.getByText("録音の同意がまだです").first().waitFor();
    await picture(hr.page, "opened-hr-1440");
  });

  await step("interviewer and employee sign in by mail; the employee reads the notice and agrees", async () => {
    await signInByMail(interviewer, base, mailbox, interviewerMail, `/interviews/${id}`);
    await i.getByText("録音の同意がまだです").first().waitFor();
    await signInByMail(employee, base, mailbox, employeeMail, "/");
    await e.getByText("録音の同意をたずねています").first().waitFor();
    await picture(e, "home-390");
    await e.getByRole("link", { name: /読んで答える/ }).first().click();
    await e.getByRole("button", { name: "同意する", exact: true }).waitFor();
    await picture(e, "consent-390");
    await e.getByRole("button", { name: "同意する", exact: true }).click();
    await e.getByText("同意しています").first().waitFor();
  });

  await step("the interviewer's page follows by itself; captions and recording go in; a draft comes", async () => {
    await i.getByText("録音はまだありません").waitFor();
    await i.getByLabel(/録音か字幕を入れる/).setInputFiles([captions(), recording()]);
    await i.getByText(/確認待ち/).first().waitFor({ timeout: 120_000 });
    await i.getByRole("heading", { name: "希望" }).waitFor();
    check((await i.locator(".tr li[data-index]").count()) > 5, "no line of the transcript is shown");
    await picture(i, "record-interviewer-1440");
    await hr.page.goto(`/interviews/${id}`);
    await settled(hr.page);
    check(!(await hr.page.locator("body").innerText()).includes("新規開拓"), "HR reads a record that is not approved");
  });

  await step("the employee hears the words a statement stands on", async () => {
    await e.goto(`/interviews/${id}`);
    await e.getByText("あなたの確認を待っています").first().waitFor();
    await picture(e, "record-390");
    const wish = wishes(e).first();
    await wish.getByText(/根拠 \d+か所/).click();
    await wish.getByRole("button", { name: /から聞く/ }).first().click();
    await wish.getByRole("button", { name: /^止める/ }).first().waitFor();
    await wish.getByRole("button", { name: /から聞く/ }).first().waitFor(); // stops by itself at the end of the quote
    await accessible(e, "record with quotes open");
  });

  await step("the employee disputes one statement, comments on another, and asks for changes", async () => {
    await wishes(e).nth(0).getByRole("button", { name: "ちがう" }).click();
    await wishes(e).nth(0).getByLabel(/どこがちがいますか/).fill(`「大手」ではなく「中堅」です。${markup}`);
    await wishes(e).nth(0).getByRole("button", { name: /に送る/ }).click();
    await wishes(e).nth(0).locator(".said", { hasText: `「大手」ではなく「中堅」です。${markup}` }).waitFor();
    await wishes(e).nth(1).getByRole("button", { name: "コメント" }).click();
    await wishes(e).nth(1).getByLabel(/へのコメント/).fill("来年も、です。");
    await wishes(e).nth(1).getByRole("button", { name: /に送る/ }).click();
    await wishes(e).nth(1).locator(".said", { hasText: "来年も、です。" }).waitFor();
    await e.getByRole("button", { name: "修正をお願いする" }).click();
    await e.getByRole("dialog").getByRole("textbox").fill(`よろしくお願いします。${markup}`);
    await accessible(e, "dialog of changes");
    await e.getByRole("button", { name: "お願いする", exact: true }).click();
    await e.getByText("山﨑さんの返事を待っています").first().waitFor();
  });

  await step("the interviewer answers and sends a corrected version", async () => {
    await i.getByText(/コメント\d件に返事をする/).first().waitFor();
    await picture(i, "record-comments-1440");
    await wishes(i).nth(0).getByRole("button", { name: "直す", exact: true }).click();
    await wishes(i).nth(0).getByLabel("文を直す").fill(`できれば中堅の食品メーカー向けの新規開拓をやってみたい。${markup}`);
    await wishes(i).nth(0).getByRole("button", { name: "この文にする" }).click();
    await i.reload(); // what was not sent yet is kept
    await wishes(i).nth(0).getByText("直しました。まだ送っていません").waitFor();
    await wishes(i).nth(1).getByRole("button", { name: "返事を書く" }).click();
    await wishes(i).nth(1).getByLabel(/へのコメント/).fill("承知しました。");
    await wishes(i).nth(1).getByRole("button", { name: /に送る/ }).click();
    await wishes(i).nth(1).locator(".said", { hasText: "承知しました。" }).waitFor();
    const whole = i.locator("section:has(h2:text-is('記録の全体について'))"); // what was said when the changes were asked for
    await whole.getByRole("button", { name: "返事を書く" }).click();
    await whole.getByLabel(/へのコメント/).fill("直しました。ご確認ください。");
    await whole.getByRole("button", { name: /に送る/ }).click();
    await whole.locator(".said", { hasText: "直しました。ご確認ください。" }).waitFor();
    await i.getByRole("button", { name: "直した版を送る" }).click();
    await accessible(i, "dialog of sending");
    await i.getByRole("dialog").getByRole("button", { name: "送る", exact: true }).click();
    await i.getByText(/第2版の確認待ち/).first().waitFor();
  });

  await step("the employee sees what changed, looks at what needs a look, and approves in at most three taps", async () => {
    await e.getByRole("button", { name: /第2版を見る/ }).click();
    const first = wishes(e).first();
    await first.getByText(`できれば中堅の食品メーカー向けの新規開拓をやってみたい。${markup}`).first().waitFor();
    await first.getByText("第2版で変わりました").waitFor();
    await picture(e, "record-v2-390");
    for (let n = 0; n < 40; n++) {
      const next = e.locator(".st.todo").first();
      if ((await next.count()) === 0) break;
      const was = await e.locator(".st.todo").count();
      const closed = next.getByRole("button", { name: "開いて確かめる" });
      if (await closed.count()) {
        await closed.click();
        await accessible(e, "an opened closed matter");
        await next.getByRole("button", { name: "決める" }).click();
      } else await next.locator("[data-answer=yes]").click();
      await e.waitForFunction((c) => document.querySelectorAll(".st.todo").length < c, was);
    }
    await e.goto(`/interviews/${id}`); // the record is opened: from here the taps are counted
    await e.getByText(/件すべてを確認したものとして承認します/).first().waitFor();
    let taps = 0;
    const tap = async (l) => {
      taps++;
      await l.tap();
    };
    await tap(e.getByRole("button", { name: "承認する" }));
    await accessible(e, "dialog of approving");
    await tap(e.getByRole("dialog").getByRole("button", { name: "承認する", exact: true }));
    await e.getByText(/第2版を承認済み/).first().waitFor();
    check(taps <= 3, `${taps} taps to approve`);
    await i.getByText(/第2版を承認済み/).first().waitFor();
    await picture(i, "approved-1440");
  });

  await step("HR reads what was approved and takes it along; the employee sees who read it", async () => {
    await hr.page.goto(`/interviews/${id}`);
    await hr.page.getByText("できれば中堅の食品メーカー向けの新規開拓をやってみたい。").first().waitFor();
    await hr.page.getByRole("button", { name: /書き出し/ }).click();
    for (const [kind, ending] of [["PDF", "pdf"], ["Word", "docx"]]) {
      if (kind !== "PDF") await hr.page.getByRole("button", { name: /書き出し/ }).click();
      const [file] = await Promise.all([hr.page.waitForEvent("download"), hr.page.getByRole("dialog").getByRole("link", { name: new RegExp(kind) }).click()]);
      const name = file.suggestedFilename();
      check(name === `面談記録-2026-05-20.${ending}`, `the file is called ${name}`);
      check(!(await file.failure()), `the ${kind} did not arrive: ${await file.failure()}`);
    }
    await e.goto(`/interviews/${id}/history`);
    await settled(e);
    await e.getByText(/桐山/).first().waitFor();
    await accessible(e, "history");
  });

  await step("the record page is light: at most 180 kB of script gzipped and 25 requests", async () => {
    for (const [name, p, options] of [["laptop", interviewer, {}], ["phone", employee, phone]]) {
      const state = await p.context.storageState();
      const fresh = await stranger(browser, base, { ...options, storageState: { cookies: state.cookies, origins: [] } }); // an empty cache
      const answers = [];
      fresh.page.on("response", (r) => answers.push(r));
      await fresh.page.goto(`/interviews/${id}`);
      await fresh.page.getByRole("heading", { name: "希望" }).waitFor();
      await fresh.page.waitForTimeout(1500); // what comes by itself after the record
      let script = 0;
      for (const r of answers) if (/\.js$/.test(new URL(r.url()).pathname)) script += gzipSync(await r.body(), { level: 9 }).length;
      console.log(`    ${name}: ${(script / 1000).toFixed(1)} kB of script gzipped, ${answers.length} requests`);
      check(script > 50_000, "no script was counted");
      check(script <= 180_000, `${script} bytes of script`);
      check(answers.length <= 25, `${answers.length} requests:\n${answers.map((r) => r.url()).join("\n")}`);
      quiet(fresh);
      await fresh.context.close();
    }
  });

  await step("nothing of what was typed became part of a page", async () => {
    for (const p of [hr, interviewer, employee]) {
      for (const path of ["/", "/interviews", `/interviews/${id}`, `/interviews/${id}/history?v=2`, `/interviews/${id}/talk`, "/actions"]) {
        await p.page.goto(path);
        await settled(p.page);
        check(!(await p.page.evaluate(() => [...document.querySelectorAll("img, script:not([src]), svg")].some((n) => n.hasAttribute("onerror") || n.hasAttribute("onload") || /alert/.test(n.textContent ?? "")))), `markup became part of ${path}`);
      }
    }
    const me = await call(e, "GET", "/v1/me");
    check(me.person.department === `営業部 ${markup}`, `the department was changed to ${me.person.department}`);
  });

  await step("the main pages hold in the dark and in English", async () => {
    for (const language of ["ja", "en"]) {
      for (const [p, paths] of [[interviewer, ["/", "/interviews", "/interviews/new", `/interviews/${id}`]], [employee, ["/", `/interviews/${id}`, `/interviews/${id}/consent`, "/actions"]]]) {
        if (language === "en") await call(p.page, "PATCH", "/v1/me", { language });
        for (const path of paths) {
          await p.page.goto(path);
          await settled(p.page);
          check((await p.page.evaluate(() => document.documentElement.lang)) === language, `${path} does not say that it is ${language}`);
          await worded(p.page, `${path} ${language}`);
          for (const colorScheme of language === "ja" ? ["dark"] : ["light", "dark"]) {
            await p.page.emulateMedia({ colorScheme });
            await accessible(p.page, `${path} ${language} ${colorScheme}`);
          }
        }
      }
    }
  });

  quiet(hr, interviewer, employee);
});

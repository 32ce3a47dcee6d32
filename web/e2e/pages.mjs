// Every page of the app, each as somebody sees it for whom it was made: what axe, Lighthouse and the contact sheet walk over.
// furnish() brings a demo into a state in which the pages have something to show.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { call, check, person, samples, settled, stranger } from "./browser.mjs";

export const languages = ["ja", "en"];
export const schemes = ["light", "dark"];
export const sizes = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];

/** Waits until an interview is in review; answers with it. */
export async function reviewed(page, id) {
  for (const end = Date.now() + 180_000; ; ) {
    const x = await call(page, "GET", `/v1/interviews/${id}`);
    if (x.status === "in_review" || x.status === "approved") return x;
    check(x.status !== "failed" && Date.now() < end, `interview ${id} is ${x.status}: ${JSON.stringify(x.error)}`);
    await page.waitForTimeout(400);
  }
}

/** Marks what must be looked at and approves the newest version, as the employee who is signed in on the page. */
export async function approve(page, id) {
  const { draft } = await call(page, "GET", `/v1/interviews/${id}`);
  const { look } = await call(page, "GET", `/v1/interviews/${id}/drafts/${draft}`);
  await call(page, "PUT", `/v1/interviews/${id}/drafts/${draft}/opened`, { statements: look });
  await call(page, "POST", `/v1/interviews/${id}/decision`, { draft, decision: "approve" });
}

/** People of the demo, signed in, and interviews in every state that has a page of its own. */
export async function furnish(browser, base) {
  const names = { interviewer: "佐伯 真理", employee: "高梨 拓也", asked: "村井 翔", sheet: "林 和子", hr: "桐山 佳子", approved: "早瀬 亮", reader: "Paul Reed", operator: "岡部 隆" };
  const who = {};
  for (const [key, name] of Object.entries(names)) who[key] = await person(browser, base, name);
  who.stranger = await stranger(browser, base);
  const p = who.interviewer.page;
  const list = (await call(p, "GET", "/v1/interviews?scope=mine&limit=50")).items;
  const review = list.find((x) => x.employee.name === names.employee).id;
  await reviewed(p, review);
  const people = (await call(p, "GET", "/v1/users?limit=50")).items;
  const idOf = (name) => people.find((x) => x.name === name).id;
  const open = async (name, more = {}) => (await call(p, "POST", "/v1/interviews", { employee: idOf(name), recorded_on: "2026-05-20", template: "career-interview", language: "ja", purpose: "上期のキャリア面談です。今後やりたいことをうかがいます。", ...more })).id;
  const asked = await open(names.asked);
  const sheet = await open(names.sheet, { recorded_on: "2026-12-10" });
  const consent = await call(who.sheet.page, "GET", `/v1/interviews/${sheet}/consent`);
  await call(who.sheet.page, "PUT", `/v1/interviews/${sheet}/consent`, { decision: "given", notice: consent.notice.id });
  // A remark and a dispute on the record that is being read.
  const { draft } = await call(p, "GET", `/v1/interviews/${review}`);
  const document = await call(p, "GET", `/v1/interviews/${review}/drafts/${draft}`);
  const wish = document.sections.find((s) => s.key === "wishes").statements;
  await call(who.employee.page, "POST", `/v1/interviews/${review}/comments`, { draft, kind: "dispute", statement: wish[0].id, text: "「大手」ではなく「中堅」です。" });
  await call(who.employee.page, "POST", `/v1/interviews/${review}/comments`, { draft, kind: "comment", statement: wish[1].id, text: "来年も、です。" });
  await call(p, "POST", `/v1/interviews/${review}/comments`, { draft, kind: "comment", statement: wish[1].id, text: "承知しました。" });
  // Another one is approved.
  const done = (await call(who.approved.page, "GET", "/v1/interviews?scope=mine&limit=50")).items[0].id;
  await reviewed(who.approved.page, done);
  await approve(who.approved.page, done);
  const english = (await call(who.reader.page, "GET", "/v1/interviews?scope=mine&limit=50")).items[0].id;
  await reviewed(who.reader.page, english);
  // The employee asks for something, shows the record to somebody else, and has put one sentence into their own words.
  await call(who.approved.page, "POST", `/v1/interviews/${done}/requests`, { kind: "correct", text: "部署名が古いままです。" });
  await call(p, "PUT", `/v1/interviews/${review}/notes`, { visibility: "hr", text: "研修の候補を人事から送ってください。" });
  const spoken = document.sections.flatMap((s) => s.statements).find((s) => s.speaker === "employee" && !s.sensitive && s.id !== wish[0].id && s.id !== wish[1].id);
  await call(who.employee.page, "PATCH", `/v1/interviews/${review}/drafts/${draft}`, { statements: [{ id: spoken.id, text: `${spoken.text.replace(/。$/, "")}と話しました。` }] }, { "If-Match": `"d${draft}"` });
  // Programs of the company: keys, and addresses that are told; nothing listens there, so that sending fails.
  await call(who.operator.page, "POST", "/v1/tokens", { name: "人事システム" });
  await call(who.operator.page, "POST", "/v1/webhooks", { url: "https://hooks.example.jp/kikigaki", events: ["approved", "failed"] });
  return { who, ids: { review, asked, sheet, done, english, own: spoken.id, wish: wish[2]?.id ?? wish[0].id } };
}

/** The pages: name, who opens it, path, and what is done there before it is looked at. */
export function pages({ review, asked, sheet, done, english, own, wish }) {
  const at = (id, tab = "") => `/interviews/${id}${tab}`;
  const press = (name, role = "button") => async (page) => {
    await page.getByRole(role, { name }).filter({ visible: true }).first().click();
    await page.getByRole("dialog").first().waitFor();
  };
  const more = (name) => async (page) => {
    await press(/そのほか|^More/)(page);
    await page.getByRole("dialog").getByRole("button", { name }).click();
    await page.getByRole("dialog").getByRole("button", { name }).waitFor({ state: "detached" }); // its own dialog has come
    await page.getByRole("dialog").waitFor();
  };
  return [
    { name: "signin", who: "stranger", path: "/signin", main: true },
    { name: "home-interviewer", who: "interviewer", path: "/", main: true },
    { name: "interviews", who: "interviewer", path: "/interviews", main: true },
    { name: "upload", who: "interviewer", path: "/interviews/new", main: true },
    { name: "upload-rows", who: "interviewer", path: "/interviews/new", open: (page) => page.setInputFiles("#up-files", [
      { name: "20260520_小川.m4a", mimeType: "audio/mp4", buffer: readFileSync(join(samples, "01-ja-sales.m4a")) }, { name: "meeting.m4a", mimeType: "audio/mp4", buffer: Buffer.from("not a recording") }]) },
    { name: "open", who: "interviewer", path: "/interviews/open" },
    { name: "record-interviewer", who: "interviewer", path: at(review), main: true },
    { name: "record-keys", who: "interviewer", path: at(review), open: async (page) => {
      await page.locator("[data-statement]").first().waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    } },
    { name: "record-note", who: "interviewer", path: at(review), open: more(/メモを書く|Write a note/) },
    { name: "record-change", who: "interviewer", path: at(review), open: more(/面談日・目的|Change day/) },
    { name: "record-remind", who: "interviewer", path: at(asked), open: more(/もう一度お願い|Ask for consent/) },
    { name: "record-requests", who: "employee", path: at(review), open: more(/よう求める|Ask to erase/) },
    { name: "record-handover", who: "hr", path: at(review), open: more(/面談者を替える|Change the interviewer/) },
    { name: "record-hold", who: "hr", path: at(review), open: more(/消さずに残す|Put on hold/) },
    { name: "talk-interviewer", who: "interviewer", path: at(review, "/talk") },
    { name: "insights-interviewer", who: "interviewer", path: at(review, "/insights") },
    { name: "history-interviewer", who: "interviewer", path: at(review, "/history") },
    { name: "needs-consent", who: "interviewer", path: at(asked) },
    { name: "consent-interviewer", who: "interviewer", path: at(asked, "/consent") },
    { name: "prepare-briefing", who: "interviewer", path: at(sheet, "/prepare") },
    { name: "actions-interviewer", who: "interviewer", path: "/actions" },
    { name: "home-employee", who: "employee", path: "/", main: true },
    { name: "record-employee", who: "employee", path: at(review), main: true },
    { name: "record-changes", who: "employee", path: at(review), open: press(/修正をお願いする|Ask for changes|^Request changes/) },
    { name: "record-more", who: "employee", path: at(review), open: press(/そのほか|^More/) },
    { name: "record-export", who: "employee", path: at(review), open: async (page) => {
      await more(/写しを受け取る|Take a copy/)(page);
      await page.locator("a[href*='/export?format=pdf']").waitFor();
    } },
    { name: "talk-employee", who: "employee", path: at(review, "/talk") },
    { name: "insights-employee", who: "employee", path: at(review, "/insights") },
    { name: "history-employee", who: "employee", path: at(review, "/history") },
    { name: "consent-given", who: "employee", path: at(review, "/consent") },
    { name: "actions-employee", who: "employee", path: "/actions", main: true },
    { name: "settings-employee", who: "employee", path: "/settings" },
    { name: "menu", who: "employee", path: "/", open: async (page) => {
      await page.locator("[aria-haspopup=dialog]").filter({ visible: true }).first().click();
      await page.getByRole("dialog").waitFor();
    } },
    { name: "consent-asked", who: "asked", path: at(asked, "/consent"), main: true },
    { name: "before-talk", who: "sheet", path: at(sheet) },
    { name: "prepare-sheet", who: "sheet", path: at(sheet, "/prepare") },
    { name: "record-approved", who: "approved", path: at(done) },
    { name: "history-approved", who: "approved", path: at(done, "/history") },
    { name: "record-english", who: "reader", path: at(english) },
    { name: "home-hr", who: "hr", path: "/" },
    { name: "overview", who: "hr", path: "/overview", main: true },
    { name: "record-hr", who: "hr", path: at(done) },
    { name: "record-closed-to-hr", who: "hr", path: at(review) },
    { name: "templates", who: "hr", path: "/templates" },
    { name: "settings-hr", who: "hr", path: "/settings" },
    { name: "record-dispute", who: "employee", path: at(review), open: async (page) => {
      await page.locator(`[id="st-${wish}"] [data-answer=no]`).click();
      await page.locator(`[id="st-${wish}"] textarea`).waitFor();
    } },
    { name: "record-rewrite", who: "employee", path: at(review), open: async (page) => {
      await page.locator(`[id="st-${own}"] [data-answer=edit]`).click();
      await page.locator(`[id="st-${own}"] textarea`).waitFor();
    } },
    { name: "record-reopen", who: "approved", path: at(done), open: press(/開き直す|^Reopen/) },
    { name: "record-succession", who: "employee", path: at(review), open: more(/あとの面談者に見せる|later interviewer/) },
    { name: "requests-hr", who: "hr", path: at(done), open: more(/求めに答える|Answer what/) },
    { name: "record-erase", who: "hr", path: at(review), open: more(/消去する|^Erase/) },
    { name: "notes-of-interviewer", who: "hr", path: at(review), open: more(/面談者からのメモ|Notes of the interviewer/) },
    { name: "templates-edit", who: "operator", path: "/templates?name=career-interview&edit=1", open: (page) => page.locator("textarea").first().waitFor() },
    { name: "home-operator", who: "operator", path: "/" },
    { name: "overview-operator", who: "operator", path: "/overview" },
    { name: "settings-operator", who: "operator", path: "/settings", open: (page) => page.locator(".hook").first().waitFor() },
    { name: "settings-hook", who: "operator", path: "/settings", open: async (page) => {
      await page.locator(".hook").first().getByRole("button", { name: /^(変える|Change) http/ }).click();
      await page.getByRole("dialog").waitFor();
    } },
    { name: "settings-person", who: "operator", path: "/settings", open: async (page) => {
      await page.locator(".people-rows").getByRole("button").first().click();
      await page.getByRole("dialog").waitFor();
    } },
    { name: "settings-token", who: "operator", path: "/settings", open: async (page) => {
      await page.locator("section[aria-labelledby=set-tokens] .bad-link").first().click();
      await page.getByRole("dialog").waitFor();
    } },
    { name: "menu-operator", who: "operator", path: "/", open: async (page) => {
      await page.locator("[aria-haspopup=dialog]").filter({ visible: true }).first().click();
      await page.getByRole("dialog").waitFor();
    } },
    { name: "not-found", who: "employee", path: "/nowhere" },
  ];
}

/** Makes a person's account and browser speak a language. */
export async function speak(p, language, base) {
  if (!p.page.url().startsWith(base)) await p.page.goto("/signin");
  await p.page.evaluate((l) => localStorage.setItem("kikigaki.language", l), language);
  if (new URL(p.page.url()).pathname !== "/signin") await call(p.page, "PATCH", "/v1/me", { language });
}

/** Opens a page and brings it to rest. */
export async function show(p, x) {
  await p.page.goto(x.path);
  await settled(p.page);
  if (x.open) {
    await x.open(p.page);
    await p.page.waitForTimeout(150);
  }
}

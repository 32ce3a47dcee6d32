// Markup, formulas and marks that turn the order of letters around, in every text a person or a file can hand in: none of it
// becomes part of a page, runs, or changes how what stands beside it is read. `npm run e2e:hostile`.
import { call, check, person, quiet, run, settled, startDemo, step } from "./browser.mjs";
import { reviewed } from "./pages.mjs";

const markup = `"'><img src=x onerror=alert(1)><script>alert(2)</script><svg/onload=alert(3)>{{constructor}}\${7*7}`;
const turned = "\u202e逆さ"; // an override that is never closed
const evil = (word) => `${word}${turned}${markup}`;

/** What is wrong with the page: markup that came alive, text that is read in another order than it stands. */
const faults = () => {
  const found = [];
  for (const n of document.querySelectorAll("*")) for (const a of n.attributes) if (/^on/i.test(a.name)) found.push(`${n.tagName} has ${a.name}`);
  for (const n of document.querySelectorAll("img, iframe, object, embed, script:not([src])")) found.push(`there is a ${n.tagName}`);
  for (const n of document.querySelectorAll("a[href]")) if (/^\s*(javascript|data|vbscript):/i.test(n.getAttribute("href"))) found.push(`a link to ${n.getAttribute("href")}`);
  // A mark that is left in turns around what stands beside it.
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) if (n.parentElement.tagName !== "TEXTAREA" && /[\u202a-\u202e\u2066-\u2069]/.test(n.data)) found.push(`marks that turn letters around in "${n.data.slice(0, 30)}"`);
  return [...new Set(found)];
};

await run(startDemo, async ({ browser, base }) => {
  const hr = await person(browser, base, "桐山 佳子");
  const h = hr.page;
  let interviewer;
  let employee;
  let id = "";

  await step("people, an interview and captions full of it", async () => {
    const names = { interviewer: evil("危険 一郎"), employee: evil("危険 花子") };
    for (const [key, roles] of [["interviewer", ["interviewer"]], ["employee", []]]) {
      await call(h, "POST", "/v1/users", { email: `${key}@example.jp`, name: names[key].slice(0, 100), department: evil("部署").slice(0, 100), roles });
    }
    await h.goto("/signin");
    check((await h.evaluate(faults)).length === 0, `the sign-in page: ${await h.evaluate(faults)}`);
    interviewer = await person(browser, base, "危険 一郎");
    employee = await person(browser, base, "危険 花子");
    const i = interviewer.page;
    const e = employee.page;
    const { person: subject } = await call(e, "GET", "/v1/me");
    ({ id } = await call(i, "POST", "/v1/interviews", { employee: subject.id, recorded_on: "2026-05-20", template: "career-interview", language: "ja", purpose: evil("目的"), place: evil("場所").slice(0, 200) }));
    const sheet = await call(e, "GET", `/v1/templates/career-interview`);
    await call(e, "PUT", `/v1/interviews/${id}/sheet`, { answers: sheet.sections.filter((s) => s.questions.ja?.length).map((s) => ({ key: s.key, text: evil("答え") })) }, { "If-Match": "*" }).catch(async () => call(e, "PUT", `/v1/interviews/${id}/sheet`, { answers: [{ key: "wishes", text: evil("答え") }] }));
    const consent = await call(e, "GET", `/v1/interviews/${id}/consent`);
    await call(e, "PUT", `/v1/interviews/${id}/consent`, { decision: "given", notice: consent.notice.id });
    const line = (n, who, text) => `00:00:${String(n * 6).padStart(2, "0")}.000 --> 00:00:${String(n * 6 + 5).padStart(2, "0")}.000\n<v ${who}>${text}</v>\n`;
    const escaped = markup.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const talk = [["危険 一郎", "来年はどんな仕事をしたいですか。"], ["危険 花子", `来年は企画の仕事をやってみたいです。${escaped}`], ["危険 一郎", "困っていることはありますか。"], ["危険 花子", `残業が多くて不安です。${escaped}${turned}`], ["危険 一郎", "では、今月末までに資料を送ります。"], ["危険 花子", `=HYPERLINK("http://x")が足りないと感じています。英語がまだ足りないです。`]];
    await call(i, "PUT", `/v1/interviews/${id}/captions?name=${encodeURIComponent(evil("会議"))}.vtt`, `WEBVTT\n\n${talk.map(([who, text], n) => line(n, `${who}`, text)).join("\n")}`, { "Content-Type": "text/vtt" });
    await reviewed(i, id);
  });

  await step("remarks, edits, notes, requests, tokens", async () => {
    const i = interviewer.page;
    const e = employee.page;
    let { draft } = await call(i, "GET", `/v1/interviews/${id}`);
    const document = await call(i, "GET", `/v1/interviews/${id}/drafts/${draft}`);
    const one = document.sections.flatMap((s) => s.statements)[0];
    check(one, "no statement was drafted");
    await call(e, "POST", `/v1/interviews/${id}/comments`, { draft, kind: "dispute", statement: one.id, text: evil("ちがう") });
    await call(e, "POST", `/v1/interviews/${id}/comments`, { draft, kind: "comment", text: evil("全体") });
    await call(e, "POST", `/v1/interviews/${id}/decision`, { draft, decision: "request_changes", note: evil("お願い") });
    await i.goto(`/interviews/${id}`);
    const edited = await i.evaluate(async ({ id, draft, one, text }) => {
      const tag = (await fetch(`/v1/interviews/${id}/drafts/${draft}`)).headers.get("ETag");
      const r = await fetch(`/v1/interviews/${id}/drafts/${draft}`, { method: "PATCH", headers: { "Content-Type": "application/json", "If-Match": tag }, body: JSON.stringify({ statements: [{ id: one, text: `直した文。${text}` }, { section: "wishes", text: `加えた文。${text}` }, { section: "action_items", text: `約束。${text}`, owner: "interviewer", due: text.slice(0, 60) }] }) });
      return r.ok ? "" : `${r.status} ${await r.text()}`;
    }, { id, draft, one: one.id, text: evil("") });
    check(edited === "", `the edit: ${edited}`);
    await call(i, "POST", "/v1/tokens", { name: evil("鍵").slice(0, 100) });
    await call(i, "PUT", `/v1/interviews/${id}/notes`, { visibility: "hr", text: evil("人事へ") }, { "If-Match": "*" });
    await call(e, "POST", `/v1/interviews/${id}/requests`, { kind: "correct", text: evil("訂正") });
    ({ draft } = await call(i, "GET", `/v1/interviews/${id}`));
    const { look } = await call(e, "GET", `/v1/interviews/${id}/drafts/${draft}`);
    await call(e, "PUT", `/v1/interviews/${id}/drafts/${draft}/opened`, { statements: look });
  });

  const visit = async () => {
    let shown = 0;
    for (const [p, paths] of [
      [interviewer, ["/", "/interviews", "/interviews/open", "/actions", "/settings", "/templates", `/interviews/${id}`, `/interviews/${id}/talk`, `/interviews/${id}/insights`, `/interviews/${id}/history`, `/interviews/${id}/consent`, `/interviews/${id}/prepare`]],
      [employee, ["/", "/actions", "/settings", `/interviews/${id}`, `/interviews/${id}/talk`, `/interviews/${id}/history`, `/interviews/${id}/consent`, `/interviews/${id}/prepare`]],
      [hr, ["/interviews", "/overview", "/settings", `/interviews/${id}`]],
    ]) {
      for (const path of paths) {
        await p.page.goto(path);
        await settled(p.page);
        const found = await p.page.evaluate(faults);
        check(found.length === 0, `${path}: ${found.join("; ")}`);
        if ((await p.page.locator("body").innerText()).includes("onerror=alert(1)")) shown++;
      }
    }
    return shown;
  };

  await step("no page takes any of it for its own", async () => {
    const shown = await visit();
    check(shown >= 12, `what was handed in is shown on ${shown} pages only`);
    const { page } = employee;
    await page.goto(`/interviews/${id}`);
    for (const d of await page.locator("details.quotes summary").all()) await d.click();
    check((await page.evaluate(faults)).length === 0, `quotes: ${await page.evaluate(faults)}`);
  });

  await step("typed into every field, and as the name of a file", async () => {
    for (const [p, paths] of [[interviewer, ["/", "/interviews", "/interviews/open", "/settings", "/templates", `/interviews/${id}`, `/interviews/${id}/talk`]], [employee, ["/", "/settings", `/interviews/${id}`, `/interviews/${id}/prepare`]], [hr, ["/interviews", "/overview", "/settings"]]]) {
      for (const path of paths) {
        await p.page.goto(path);
        await settled(p.page);
        for (const field of await p.page.locator("input:not([type]), input[type=text], input[type=search], input[type=email], textarea").filter({ visible: true }).all()) if (await field.isEditable()) await field.fill(evil("字").slice(0, 90));
        await p.page.waitForTimeout(400); // what is looked for as one types
        const found = await p.page.evaluate(faults);
        check(found.length === 0, `${path}, typed: ${found.join("; ")}`);
      }
    }
    const { page } = interviewer;
    await page.goto("/interviews/new");
    await settled(page);
    await page.setInputFiles("#up-files", { name: `20260520_${markup.replaceAll("/", "∕")}${turned}.m4a`, mimeType: "audio/mp4", buffer: Buffer.alloc(9000) });
    await page.locator(".up-row").first().waitFor();
    const found = await page.evaluate(faults);
    check(found.length === 0, `the name of a file: ${found.join("; ")}`);
  });

  await step("approved and exported, nothing of it is live there either", async () => {
    const { draft } = await call(employee.page, "GET", `/v1/interviews/${id}`);
    await call(employee.page, "POST", `/v1/interviews/${id}/decision`, { draft, decision: "approve", objection: evil("異議") });
    await visit();
    const read = async (format) => employee.page.evaluate(async (u) => (await fetch(u)).text(), `/v1/interviews/${id}/export?format=${format}`);
    const md = await read("md");
    check(!/(^|[^\\])<(img|script|svg)/.test(md), "the Markdown has live markup");
    for (const format of ["md", "txt"]) check(!/[\u202a-\u202e\u2066-\u2069]/.test(format === "md" ? md : await read(format)), `the ${format} has marks that turn the order around`);
  });

  quiet(hr, interviewer, employee);
});

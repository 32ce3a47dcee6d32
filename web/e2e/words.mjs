// Two people and two windows over the same words: the employee puts a sentence into their own words, the interviewer cannot
// change it any more; who was slower sees the other's text beside their own; a remark stays with its sentence when the summary
// is put in another order, and is shown when the sentence is gone; a note written in another window is not written over.
// `npm run e2e:words`.
import { accessible, call, check, person, phone, quiet, run, settled, startDemo, step } from "./browser.mjs";
import { reviewed } from "./pages.mjs";

await run(startDemo, async ({ browser, base }) => {
  const employee = await person(browser, base, "高梨 拓也", phone);
  const interviewer = await person(browser, base, "佐伯 真理");
  const { page: e } = employee;
  const { page: i } = interviewer;
  const id = (await call(e, "GET", "/v1/interviews?scope=mine&limit=50")).items[0].id;
  await reviewed(e, id);
  const at = (page, st) => page.locator(`[id="st-${st}"]`);
  const newest = async () => {
    const { draft } = await call(i, "GET", `/v1/interviews/${id}`);
    return call(i, "GET", `/v1/interviews/${id}/drafts/${draft}`);
  };
  const first = await newest();
  const own = first.sections.flatMap((s) => (s.key === "interviewer_remarks" ? [] : s.statements)).filter((s) => s.speaker === "employee" && !s.sensitive);
  check(own.length >= 4, `only ${own.length} sentences are the employee's`);
  const [a, b, c] = own.map((s) => s.id);

  await step("the employee finds 「ちがう」, writes the sentence themselves and saves it", async () => {
    await e.goto(`/interviews/${id}`);
    await settled(e);
    await at(e, a).getByRole("button", { name: "ちがう" }).click();
    await at(e, a).getByLabel(/どこがちがいますか/).fill("言い方がちがいます。");
    await at(e, a).getByRole("button", { name: /に送る/ }).click();
    await at(e, a).locator(".said").filter({ hasText: "言い方がちがいます。" }).waitFor();
    await at(e, a).getByRole("button", { name: "ちがう" }).first().click();
    await at(e, a).getByRole("button", { name: "自分で書き直す" }).click();
    const field = at(e, a).getByLabel("あなたの言葉で書き直す");
    await field.fill("自分の言葉で、こう書き直しました。");
    await accessible(e, "a sentence that the employee writes themselves");
    await e.reload(); // what is typed is kept
    await at(e, a).getByRole("button", { name: "ちがう" }).first().click();
    await at(e, a).getByRole("button", { name: "自分で書き直す" }).click();
    check((await field.inputValue()) === "自分の言葉で、こう書き直しました。", "what was typed is gone after a reload");
    await at(e, a).getByRole("button", { name: "この文で保存する" }).click();
    await at(e, a).getByText("高梨さんが直しました").waitFor();
    const d = await newest();
    const st = d.sections.flatMap((s) => s.statements).find((s) => s.id === a);
    check(d.version === first.version + 1 && st.text === "自分の言葉で、こう書き直しました。" && st.by === "person", `version ${d.version}: ${JSON.stringify(st)}`);
    check(!d.look.includes(a), "the employee is asked to look at their own words");
    await e.waitForFunction((st) => !document.querySelector(`[id="st-${st}"] [data-answer=no]`), a); // it is theirs: nothing to call wrong
    const open = (await call(i, "GET", `/v1/interviews/${id}/comments`)).items.filter((x) => x.statement === a && !x.resolved);
    check(open.length === 0, "their 「ちがう」 is still open though they put it right");
  });

  await step("the interviewer reads it and cannot change it", async () => {
    await i.goto(`/interviews/${id}`);
    await at(i, a).getByText("自分の言葉で、こう書き直しました。").first().waitFor();
    check((await at(i, a).getByRole("button", { name: "直す" }).count()) === 0, "the interviewer is offered to change the employee's own words");
    check((await at(i, b).getByRole("button", { name: "直す" }).count()) === 1, "the interviewer cannot change other sentences");
  });

  await step("who was slower sees both texts and chooses", async () => {
    await at(e, b).getByRole("button", { name: "ちがう" }).first().click();
    await at(e, b).getByRole("button", { name: "自分で書き直す" }).click();
    await at(e, b).getByLabel("あなたの言葉で書き直す").fill("本人が書いた文です。");
    const d = await newest();
    await call(i, "PATCH", `/v1/interviews/${id}/drafts/${d.version}`, { statements: [{ id: b, text: "面談者が先に直した文です。" }] }, { "If-Match": `"d${d.version}"` });
    await at(e, b).getByRole("button", { name: "この文で保存する" }).click();
    const dialog = e.getByRole("dialog");
    await dialog.getByText("面談者が先に直した文です。").waitFor();
    await dialog.getByText("本人が書いた文です。").waitFor();
    await accessible(e, "two texts side by side");
    await dialog.getByLabel(/本人が書いた文です/).check();
    await dialog.getByRole("button", { name: "選んだ文で送る" }).click();
    await dialog.waitFor({ state: "detached" });
    const st = (await newest()).sections.flatMap((s) => s.statements).find((s) => s.id === b);
    check(st.text === "本人が書いた文です。", `the sentence is ${st.text}`);
  });

  await step("the employee takes a sentence out, after being asked once", async () => {
    await e.reload();
    await at(e, c).getByRole("button", { name: "ちがう" }).first().click();
    await at(e, c).getByRole("button", { name: "自分で書き直す" }).click();
    await at(e, c).getByRole("button", { name: "この文を外す" }).click();
    await at(e, c).getByRole("button", { name: "外して保存する" }).click();
    await at(e, c).waitFor({ state: "detached" });
    check(!(await newest()).sections.some((s) => s.statements.some((x) => x.id === c)), "the sentence is still there");
  });

  await step("a remark goes with its sentence of the summary, and stays when the sentence goes", async () => {
    const d = await newest();
    check(d.summary.length >= 2 && d.summary.every((s) => s.id), `the summary has ${d.summary.length} sentences: ${JSON.stringify(d.summary.map((s) => s.id))}`);
    const said = d.summary[1];
    await at(e, said.id).getByRole("button", { name: "コメント" }).click();
    await at(e, said.id).getByRole("textbox").fill("この一文についてです。");
    await at(e, said.id).getByRole("button", { name: /に送る/ }).click();
    await at(e, said.id).locator(".said", { hasText: "この一文についてです。" }).waitFor();
    const sent = (s) => ({ id: s.id, text: s.text, evidence: s.evidence.map(({ segment, quote }) => ({ segment, quote })) });
    const turned = [said, ...d.summary.filter((s) => s !== said)];
    await call(i, "PATCH", `/v1/interviews/${id}/drafts/${d.version}`, { summary: turned.map(sent) }, { "If-Match": `"d${d.version}"` });
    await i.goto(`/interviews/${id}`);
    await at(i, said.id).getByText(said.text).first().waitFor();
    await at(i, said.id).locator(".said", { hasText: "この一文についてです。" }).waitFor();
    const order = await i.locator("section[aria-labelledby=h-summary] article").evaluateAll((list) => list.map((x) => x.dataset.statement));
    check(order[0] === said.id, `the order is ${order.join()}`);
    const n = d.version + 1;
    await call(i, "PATCH", `/v1/interviews/${id}/drafts/${n}`, { summary: turned.slice(1).map(sent) }, { "If-Match": `"d${n}"` });
    await i.goto(`/interviews/${id}`);
    const strays = i.locator("section[aria-labelledby=h-strays]");
    await strays.getByText("この一文についてです。").waitFor();
    await strays.locator("del", { hasText: said.text }).waitFor();
    await accessible(i, "a remark on a sentence that is gone");
    await strays.getByRole("button", { name: "返事を書く" }).click();
    await strays.getByRole("textbox").fill("外しました。");
    await strays.getByRole("button", { name: /に送る/ }).click();
    await strays.locator(".said", { hasText: "外しました。" }).waitFor();
  });

  await step("a note that was written in another window is shown before it is written over", async () => {
    const open = async () => {
      await i.goto(`/interviews/${id}`);
      await i.getByRole("button", { name: "そのほか" }).filter({ visible: true }).click();
      await i.getByRole("dialog").getByRole("button", { name: "メモを書く" }).click();
      await i.getByLabel("人事へのメモ").waitFor();
    };
    await call(i, "PUT", `/v1/interviews/${id}/notes`, { visibility: "hr", text: "はじめのメモ" });
    await open();
    await i.getByLabel("人事へのメモ").fill("この窓のメモ");
    await call(i, "PUT", `/v1/interviews/${id}/notes`, { visibility: "hr", text: "ほかの窓のメモ" });
    const keep = i.locator(".field", { has: i.getByLabel("人事へのメモ") }).getByRole("button", { name: "残す" });
    await keep.click();
    await i.getByText("ほかの窓のメモ").waitFor();
    check((await i.getByLabel("人事へのメモ").inputValue()) === "この窓のメモ", "what was typed is gone");
    await keep.click();
    await i.getByText("残しました").waitFor();
    const text = (await call(i, "GET", `/v1/interviews/${id}/notes`)).items.find((x) => x.visibility === "hr").text;
    check(text === "この窓のメモ", `the note is ${text}`);
  });
  // The refusals that this test provokes are answers, not faults of the page.
  interviewer.errors = interviewer.errors.filter((x) => !/412/.test(x));
  employee.errors = employee.errors.filter((x) => !/412/.test(x));
  quiet(employee, interviewer);
});

// The printed record: what only the screen needs is gone, closed matters stay closed, every sheet of an unapproved record says so,
// the words are all there. The pages are kept as e2e/artifacts/print-*.pdf to be looked at. `npm run e2e:print`.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { artifacts, call, check, person, quiet, run, settled, startDemo, step } from "./browser.mjs";
import { approve, reviewed } from "./pages.mjs";

/** Prints the page; answers with the text of each sheet (pdftotext of poppler-utils). */
async function sheets(page, name) {
  const path = join(artifacts, `print-${name}.pdf`);
  await page.pdf({ path, preferCSSPageSize: true, printBackground: false });
  return execFileSync("pdftotext", ["-layout", path, "-"], { encoding: "utf8" }).split("\f").slice(0, -1);
}

await run(startDemo, async ({ browser, base }) => {
  const employee = await person(browser, base, "高梨 拓也");
  const { page } = employee;
  const id = (await call(page, "GET", "/v1/interviews?scope=mine&limit=50")).items[0].id;
  const { draft } = await reviewed(page, id);
  const document = await call(page, "GET", `/v1/interviews/${id}/drafts/${draft}`);
  const open = document.sections.flatMap((s) => s.statements).filter((s) => !s.sensitive);
  const closed = document.sections.flatMap((s) => s.statements).filter((s) => s.sensitive);
  check(closed.length > 0 && open.length > 10, "the sample has changed");
  const flat = (text) => text.replace(/\s/g, "");

  const look = async (name, marked) => {
    await page.goto(`/interviews/${id}`);
    await settled(page);
    await page.getByRole("heading", { name: "希望" }).waitFor();
    const list = await sheets(page, name);
    const text = flat(list.join(""));
    console.log(`    ${name}: ${list.length} sheets`);
    check(list.length >= 2 && list.length <= 8, `${list.length} sheets`);
    for (const s of open) check(text.includes(flat(s.text)), `not printed: a statement of ${s.text.length} letters`);
    for (const s of closed) check(!text.includes(flat(s.text)), "a closed matter is printed");
    for (const word of ["コメントを書く", "承認する", "修正をお願いする", "メニュー", "自分の記録", "ちがう", "開いて確かめる"]) check(!text.includes(word), `${word} is printed`);
    check(text.includes("高梨拓也") && /2026年\d+月\d+日/.test(text), "name or day is missing");
    for (const [n, s] of list.entries()) check(flat(s).includes("未確認") === marked, `sheet ${n + 1} ${marked ? "does not say" : "says"} 未確認:\n${s.slice(0, 300)}`);
  };

  await step("before approval every sheet says 未確認", () => look("unconfirmed", true));
  await step("after it none does", async () => {
    await approve(page, id);
    await look("approved", false);
  });
  quiet(employee);
});

// The employee's whole way by keyboard alone, from the sign-in to the approval: every place that takes the focus shows it, has a
// name, and is not hidden under a bar; nothing holds the focus but a dialog, and that gives it back. `npm run e2e:keyboard`.
import { call, check, person, quiet, run, startDemo, step, stranger } from "./browser.mjs";
import { reviewed } from "./pages.mjs";

/** What has the focus: role and name as the browser tells them to a screen reader, and how it looks. */
async function focus(page, cdp) {
  const { result } = await cdp.send("Runtime.evaluate", { expression: "document.activeElement" });
  const { nodes } = await cdp.send("Accessibility.getPartialAXTree", { objectId: result.objectId, fetchRelatives: false });
  const looks = await page.evaluate(() => {
    const el = document.activeElement;
    if (!el || el === document.body) return { body: true };
    const ringed = (n, pseudo) => {
      const s = getComputedStyle(n, pseudo);
      return (s.outlineStyle !== "none" && Number.parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none";
    };
    const box = el.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    const free = top !== null && (el.contains(top) || top.contains(el) || top.closest("label")?.contains(el) === true);
    return {
      tag: el.tagName.toLowerCase(), statement: el.closest("[data-statement]")?.getAttribute("data-statement") ?? null, answer: el.getAttribute("data-answer"),
      ring: ringed(el) || [...el.querySelectorAll(".st-main")].some((n) => ringed(n)) || (el.closest("label, .find, .as-file") ? ringed(el.closest("label, .find, .as-file")) : false), inside, free, dialog: el.closest("[role=dialog]") !== null,
      html: el.outerHTML.slice(0, 160),
    };
  });
  const ax = nodes[0];
  return { ...looks, role: ax?.role?.value ?? "", name: ax?.name?.value ?? "" };
}

/** Whoever has the focus can see it and hear what it is. */
function clear(f, where) {
  check(!f.body, `${where}: the focus is nowhere`);
  check(f.ring, `${where}: the focus is not to be seen on ${f.html}`);
  check(f.inside && f.free, `${where}: what has the focus is ${f.inside ? "covered" : "outside of the screen"}: ${f.html}`);
  check(f.name.trim() !== "", `${where}: no name for ${f.role} ${f.html}`);
}

/** Presses Tab until the focus is on what fits; every stop on the way must be clear. Answers how many presses it took. */
async function tabTo(page, cdp, where, fits, most = 80, key = "Tab") {
  for (let n = 1; n <= most; n++) {
    await page.keyboard.press(key);
    const f = await focus(page, cdp);
    if (f.body) continue;
    clear(f, where);
    if (fits(f)) return n;
  }
  throw new Error(`${where}: not reached in ${most} presses`);
}

await run(startDemo, async ({ browser, base }) => {
  const interviewer = await person(browser, base, "佐伯 真理");
  const id = (await call(interviewer.page, "GET", "/v1/interviews?scope=mine&limit=50")).items.find((x) => x.employee.name === "高梨 拓也").id;
  await reviewed(interviewer.page, id);
  const employee = await stranger(browser, base);
  const { page } = employee;
  const cdp = await employee.context.newCDPSession(page);
  await cdp.send("Accessibility.enable");
  const named = (role, name) => (f) => f.role === role && (typeof name === "string" ? f.name === name : name.test(f.name));

  await step("sign-in and the way to the record", async () => {
    await page.goto("/signin");
    await page.getByRole("button", { name: /高梨/ }).waitFor();
    await tabTo(page, cdp, "sign-in", named("button", /高梨/));
    await page.keyboard.press("Enter");
    await page.waitForURL((u) => u.pathname === "/");
    await page.getByRole("link", { name: /開く|確認|読む|高梨|佐伯/ }).first().waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("Tab");
    const skip = await focus(page, cdp);
    check(skip.role === "link" && skip.inside && /本文/.test(skip.name), `the first stop is no way past the top bar: ${skip.html}`);
    await page.keyboard.press("Enter");
    await page.locator(`a[href^="/interviews/${id}"]`).first().waitFor();
    await tabTo(page, cdp, "home", (f) => f.role === "link" && f.html.includes(`/interviews/${id}`));
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`/interviews/${id}`));
    await page.getByRole("heading", { level: 2, name: "希望" }).waitFor();
  });

  await step("every stop of the record is seen, has a name, and lets go", async () => {
    const stops = [];
    let wrapped = false;
    await page.evaluate(() => document.activeElement?.blur());
    for (let n = 0; n < 400 && !wrapped; n++) {
      await page.keyboard.press("Tab");
      const f = await focus(page, cdp);
      if (f.body || f.tag === "html") continue;
      if (stops[0] === f.html) wrapped = true;
      else {
        if (!/class="skip"/.test(f.html)) clear(f, "record");
        stops.push(f.html);
      }
    }
    check(wrapped, `after ${stops.length} stops the first one has not come again: something holds the focus`);
    check(stops.length > 60, `only ${stops.length} stops`);
    console.log(`    ${stops.length} stops`);
    await page.keyboard.press("Shift+Tab"); // and the other way round
    clear(await focus(page, cdp), "record, backwards");
  });

  await step("a promise of the names: landmarks, headings, statements and answers", async () => {
    for (const [role, name] of [["main"], ["banner"], ["navigation", "この面談"], ["region", "承認"], ["heading", "希望"], ["heading", "不安・懸念"], ["heading", "スキルギャップ"], ["heading", "アクション"]]) {
      check((await page.getByRole(role, name ? { name } : {}).count()) >= 1, `no ${role} ${name ?? ""}`);
    }
    const statement = page.getByRole("article", { name: "見ていただきたい文" }).first();
    await statement.waitFor();
    check((await page.getByRole("group", { name: "この記述について" }).count()) > 5, "the answers to a statement are no group with a name");
    check((await page.getByRole("button", { name: "承認する" }).count()) === 1, "not one button to approve");
  });

  await step("the employee answers what is asked, with u, y, n and Tab", async () => {
    await page.evaluate(() => document.getElementById("main").focus());
    let disputed = false;
    for (let n = 0; n < 40; n++) {
      const left = await page.locator(".st.todo").count();
      if (left === 0) break;
      await page.keyboard.press("u");
      const at = await focus(page, cdp);
      check(at.statement !== null, `u leads to ${at.html}`);
      check(at.ring && at.inside && at.free, `the statement u leads to is not to be seen: ${at.html}`);
      const st = page.locator(`[id="st-${at.statement}"]`);
      if (await st.getByRole("button", { name: "開いて確かめる" }).count()) {
        await tabTo(page, cdp, "closed statement", named("button", "開いて確かめる"), 3);
        await page.keyboard.press("Enter");
        await st.getByRole("radio").first().waitFor();
        await page.evaluate((s) => document.getElementById(`st-${s}`).focus(), at.statement);
        await tabTo(page, cdp, "opened statement", (f) => f.role === "radio", 12);
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowUp");
        await tabTo(page, cdp, "choices", named("button", "決める"), 4);
        await page.keyboard.press("Enter");
      } else if (!disputed) {
        // One is disputed, by keyboard as well, and taken back again.
        disputed = true;
        await page.keyboard.press("n");
        await st.getByLabel(/どこがちがいますか/).waitFor();
        const field = await focus(page, cdp);
        check(field.role === "textbox" && /どこがちがいますか/.test(field.name), `n leads to ${field.role} ${field.name}`);
        await page.keyboard.type("日付がちがいます。");
        await page.keyboard.press("Control+Enter");
        await st.locator(".said", { hasText: "日付がちがいます。" }).waitFor();
        await page.evaluate((s) => document.getElementById(`st-${s}`).focus(), at.statement);
        await tabTo(page, cdp, "disputed statement", named("button", "「ちがう」を取り消す"), 16);
        await page.keyboard.press("Enter");
        await page.waitForTimeout(300);
        continue;
      } else await page.keyboard.press("y");
      await page.waitForFunction((c) => document.querySelectorAll(".st.todo").length < c, left);
    }
    check((await page.locator(".st.todo").count()) === 0, "not everything that is asked can be answered by keyboard");
  });

  await step("the dialog keeps the focus, Esc gives it back, Enter approves", async () => {
    await page.reload();
    await page.getByText(/件すべてを確認したものとして承認します/).first().waitFor();
    await page.evaluate(() => document.getElementById("main").focus());
    await page.keyboard.press("u"); // nothing is left to look at: the decision
    const decision = await focus(page, cdp);
    clear(decision, "decision");
    check(decision.name === "承認する", `with nothing left u leads to ${decision.name}`);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    for (let n = 0; n < 8; n++) {
      const f = await focus(page, cdp);
      check(f.dialog, `the focus left the dialog: ${f.html}`);
      clear(f, "dialog");
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement !== document.body, undefined, { timeout: 2000 }).catch(() => undefined);
    const back = await focus(page, cdp);
    check(back.name === "承認する", `after Esc the focus is on ${back.body ? "nothing" : `${back.role} ${back.name} ${back.html}`}`);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await tabTo(page, cdp, "dialog", (f) => f.dialog && f.name === "承認する", 6);
    await page.keyboard.press("Enter");
    await page.getByText(/承認済み/).first().waitFor();
  });

  quiet(interviewer, employee);
});

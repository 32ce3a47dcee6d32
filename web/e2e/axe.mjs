// axe over every page, in both languages, light and dark, wide and narrow, and on a phone the size of what is pressed. No
// finding is allowed. `npm run e2e:axe`, part of
// `make verify`; the story does the same for its main pages. AXE=name,name looks at some pages only.
import { accessible, check, quiet, run, startDemo, touchable, worded } from "./browser.mjs";
import { furnish, languages, pages, schemes, show, sizes, speak } from "./pages.mjs";

const only = process.env.AXE?.split(",");

await run(startDemo, async ({ browser, base }) => {
  const { who, ids } = await furnish(browser, base);
  const found = [];
  let looked = 0;
  for (const language of languages) {
    for (const p of Object.values(who)) await speak(p, language, base);
    for (const x of pages(ids)) {
      if (only && !only.includes(x.name)) continue;
      const { page } = who[x.who];
      for (const size of sizes) {
        // A dialog belongs to the layout it was opened in.
        await page.setViewportSize(size);
        try {
          await show(who[x.who], x);
          check((await page.evaluate(() => document.documentElement.lang)) === language, "the page does not say its language");
          await worded(page, `${x.name} ${language} ${size.width}`);
          if (size.width < 500) await touchable(page, `${x.name} ${language} ${size.width}`);
        } catch (err) {
          found.push(`${x.name} ${language} ${size.width}: ${err.message}`);
          console.error(err.message);
          continue;
        }
        for (const scheme of schemes) {
          await page.emulateMedia({ colorScheme: scheme });
          looked++;
          try {
            await accessible(page, `${x.name} ${language} ${size.width} ${scheme}`);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            check(wide <= 0, `${x.name} ${language} ${size.width}: the page is ${wide} px wider than the screen`);
          } catch (err) {
            found.push(err.message);
            console.error(err.message);
          }
        }
      }
    }
  }
  console.log(`${looked} looks, ${found.length} with findings`);
  check(found.length === 0, found.join("\n"));
  quiet(...Object.values(who));
});

import react from "@vitejs/plugin-react";
import { loadEnv, type Plugin } from "vite";
import { defineConfig } from "vitest/config";
import en from "./src/texts/en/common.json" with { type: "json" };
import ja from "./src/texts/ja/common.json" with { type: "json" };

// What each kind of page begins with, beside the app itself, and what stands there until the app does.
const bones = (shape: string, widths: number[]) => `<div class="skel skel-${shape}" aria-hidden="true">${widths.map((w) => `<i style="width:${w}%"></i>`).join("")}</div>`;
const starts: Record<string, { modules: string[]; texts: string[]; wait: string }> = {
  home: { modules: ["src/pages/Home.tsx"], texts: ["common", "list"], wait: `<main class="page wide-page">${bones("list", [40, 96, 87, 78, 96, 87, 78])}</main>` },
  record: { modules: ["src/record/Interview.tsx", "src/record/RecordTab.tsx"], texts: ["common", "record"], wait: `<div class="work alone"><main class="main"><div class="doc">${bones("record", [30, 92, 64, 38, 88, 71, 30, 90, 52, 84, 60])}</div></main></div>` },
  "": { modules: [], texts: ["common"], wait: "" },
};

/** Writes pages.json, from which the server puts into the page it sends what that kind of page begins with: the names of
 * its files, so that all are fetched at once, and the bones of the page, so that something stands there meanwhile. */
function pageFiles(): Plugin {
  return {
    name: "page-files",
    apply: "build",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((c) => c.type === "chunk");
      const filesOf = (module: string) => {
        const chunk = chunks.find((c) => c.moduleIds.some((id) => id.endsWith(`/${module}`)));
        if (!chunk) this.error(`${module} is in no chunk`);
        return [chunk.fileName, ...chunk.imports];
      };
      const pages: Record<string, Record<string, { files: string[]; wait: string }>> = {};
      for (const [kind, { modules, texts, wait }] of Object.entries(starts)) {
        const page: (typeof pages)[string] = {};
        for (const [lang, { name }] of Object.entries({ ja, en })) {
          const files = [...modules, ...texts.map((t) => `src/texts/${lang}/${t}.json`)].flatMap(filesOf);
          page[lang] = { files: [...new Set(files)].map((f) => f.replace(/^assets\//, "")), wait: `<header class="top"><span class="word">${name}</span></header>${wait}` };
        }
        pages[kind] = page;
      }
      this.emitFile({ type: "asset", fileName: "pages.json", source: JSON.stringify(pages) });
    },
  };
}

export default defineConfig(({ mode }) => {
  // The server the development pages talk to: `kikigaki demo` in another terminal.
  const server = loadEnv(mode, ".", "KIKIGAKI_").KIKIGAKI_URL ?? "http://127.0.0.1:8080";
  return {
    plugins: [react(), pageFiles()],
    build: {
      outDir: "dist",
      assetsDir: "assets",
      emptyOutDir: true,
      assetsInlineLimit: 0, // the content security policy allows no data: fonts or scripts
      modulePreload: { polyfill: false },
      target: "es2022",
      rolldownOptions: {
        output: {
          // Few, steady chunks: what every page needs in one, so that a page costs few requests.
          codeSplitting: {
            groups: [
              { name: "base", test: /node_modules\/(react|react-dom|scheduler|react-router|@tanstack\/(query-core|react-query)|i18next|cookie|set-cookie-parser)\//, priority: 3 },
              { name: "app", test: /src\/(parts\/(?!Ask|Mantine)|time|status|live|api|session|shell\/(?!Menu)|texts\/(use|i18n)|scheme|late|app|main)/, priority: 2 },
              { name: "record", test: /src\/record\/(Interview|RecordTab|context|data|player|review|replies|kept|edits|wordDiff|use\w+|Chip|Evidence|Thread|fields|Closed|StatementView|SectionView|SummaryView|DiffText|Decide|Tops|About|Facts|Log|Remarks|More|speakers)\.tsx?$/, priority: 1 },
            ],
          },
        },
      },
    },
    server: { proxy: Object.fromEntries(["/v1", "/auth", "/plain", "/openapi.json"].map((p) => [p, server])) },
    test: {
      environment: "node",
      include: ["src/**/*.test.{ts,tsx}"],
      env: { TZ: "Asia/Tokyo" },
      restoreMocks: true,
    },
  };
});

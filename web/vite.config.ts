import react from "@vitejs/plugin-react";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => {
  // The server the development pages talk to: `kikigaki demo` in another terminal.
  const server = loadEnv(mode, ".", "KIKIGAKI_").KIKIGAKI_URL ?? "http://127.0.0.1:8080";
  return {
    plugins: [react()],
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
              { name: "base", test: /node_modules\/(react|react-dom|scheduler|react-router|@tanstack\/(query-core|react-query)|i18next|react-i18next|cookie|set-cookie-parser)\//, priority: 3 },
              { name: "app", test: /src\/(parts\/(?!Ask|Mantine)|time|status|live|api|session|shell\/(?!Menu)|texts\/(use|i18n)|scheme|app|main)/, priority: 2 },
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

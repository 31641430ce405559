import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const SHIPPED = ["preact", "d3-polygon", "d3-quadtree"];

/** What ships in the built script, with its licence: each of them asks that the notice goes along. */
function notices(): string {
  const one = (name: string): string => {
    const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")) as { version: string };
    return `${name} ${version}\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}`;
  };
  return `/*!\n${SHIPPED.map(one).join("\n\n")}\n*/`;
}

// One script and one style, under names that do not change: the report carries both inside itself.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/alliance_nlp/reports/templates",
    emptyOutDir: false,
    copyPublicDir: false,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: "src/main.tsx",
      output: { format: "iife", postBanner: notices(), entryFileNames: "app.js", assetFileNames: "app[extname]" },
    },
  },
  test: { include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"], environment: "node" },
});

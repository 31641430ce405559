import { defineConfig } from "vitest/config";

// One browser at a time; reports are made once, before anything opens.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["proof/**/*.proof.ts"],
    globalSetup: ["proof/setup.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 10_000 } },
  },
});

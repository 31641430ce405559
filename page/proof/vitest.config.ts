import { defineConfig } from "vitest/config";

// One browser at a time; reports are made once, before anything opens.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["proof/**/*.proof.ts"],
    globalSetup: ["proof/setup.ts"],
    fileParallelism: false,
    retry: 2, // keys are sent within a millisecond, sooner than a focus moves: now and then one goes to where it was before
    testTimeout: 120_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 10_000 } },
  },
});

// Run a TypeScript file: node run.js tests/made_page.ts 500 made.html
import { resolve } from "node:path";
import { runnerImport } from "vite";

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) throw new Error("node run.js FILE.ts [arguments]");
process.argv = [process.argv[0] ?? "node", file, ...rest];
await runnerImport(resolve(file));

// node run.js tests/made_page.ts 500 /tmp/page.html
import { writeFileSync } from "node:fs";
import { madeData } from "./made";
import { madePage } from "./page";

const [n = "500", path = "made.html"] = process.argv.slice(2);
writeFileSync(path, madePage(madeData(Number(n), { clusters: 12 })));

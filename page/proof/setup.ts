// Reports for the proof: real ones by the library, and one from made data with words planted in the machine's view.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { madeData } from "../tests/made";
import { madePage } from "../tests/page";
import { FOLDER, PLANTED, python, SHOTS } from "./places";

export default function setup(): void {
  if (!existsSync("/usr/bin/chromium")) throw new Error("The proof needs /usr/bin/chromium: apt-get install chromium.");
  rmSync(FOLDER, { recursive: true, force: true });
  rmSync(SHOTS, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  mkdirSync(SHOTS, { recursive: true });
  execFileSync(python(), ["proof/make_reports.py", "make", FOLDER], { stdio: "inherit" });
  const data = madeData(60, { clusters: 12 });
  if (data.machine !== null) {
    data.machine.reasons = data.machine.reasons.map((_, i) => `${PLANTED} reason ${i}`);
    data.machine.how = `${PLANTED} how`;
    data.machine.name = `${PLANTED} name`;
  }
  writeFileSync(join(FOLDER, "planted.html"), madePage(data));
  const later = { ...data, ledger: { seal: "another", n_decisions: 7 }, codes: data.codes.slice(1) };
  writeFileSync(join(FOLDER, "later.html"), madePage(later));
  writeFileSync(join(FOLDER, "many.html"), madePage(madeData(10_000, { clusters: 40, seed: 3 })));
}

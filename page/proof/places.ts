// Where the proof keeps what it makes, and with which Python it does.
import { tmpdir } from "node:os";
import { join } from "node:path";

export const FOLDER = join(tmpdir(), "alliance_nlp_proof");
export const SHOTS = process.env["ALLIANCE_NLP_SHOTS"] ?? join(import.meta.dirname, "screenshots");
export const PLANTED = "ZQX-machine-sentinel";

/** The Python that has alliance_nlp: ALLIANCE_NLP_PYTHON, else that of the activated environment. */
export function python(): string {
  return process.env["ALLIANCE_NLP_PYTHON"] ?? "python";
}

export function report(name: string): string {
  return name.endsWith(".html") ? join(FOLDER, name) : join(FOLDER, name, "report.html");
}

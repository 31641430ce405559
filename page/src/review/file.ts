// An exported file opened again: everything that is wrong with it at once, or what it holds.

import { FILE_FORMAT, KINDS, lacking, ROLES, type NewCode, type Proposal, type Proposals, type Saw } from "./proposals";

export const LARGEST = 64 * 1024 * 1024;

export type Problem =
  | { what: "no JSON" | "another format" | "too large" }
  | { what: "another study"; title: string }
  | { what: "field"; field: string }
  | { what: "proposal"; row: number; field: string };

export type Read = { file: Proposals } | { problems: Problem[] };

type Row = Record<string, unknown>;

export function readFile(text: string, studyKey: string): Read {
  if (text.length > LARGEST) return { problems: [{ what: "too large" }] };
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { problems: [{ what: "no JSON" }] };
  }
  if (!isRow(found) || found.format !== FILE_FORMAT) return { problems: [{ what: "another format" }] };
  const problems = [...headProblems(found)];
  const study = isRow(found.study) ? found.study : {};
  if (typeof study.key === "string" && study.key !== studyKey)
    return { problems: [{ what: "another study", title: typeof study.title === "string" ? study.title : "" }] };
  rows(found.proposals).forEach((row, i) => {
    for (const field of proposalProblems(row)) problems.push({ what: "proposal", row: i + 1, field });
  });
  if (rows(found.saw).some((row) => !isSaw(row))) problems.push({ what: "field", field: "saw" });
  const ids = rows(found.proposals).map((row) => (isRow(row) ? row.id : undefined));
  if (new Set(ids).size < ids.length) problems.push({ what: "field", field: "id" });
  return problems.length > 0 ? { problems } : { file: plain(found) };
}

function* headProblems(found: Row): Generator<Problem> {
  const wrong = (field: string): Problem => ({ what: "field", field });
  if (!isRow(found.study) || typeof found.study.key !== "string") yield wrong("study");
  if (!isRow(found.based_on) || !isText(found.based_on.seal) || typeof found.based_on.n_decisions !== "number") yield wrong("based_on");
  if (!isText(found.by) || found.by.trim() === "") yield wrong("by");
  if (!oneOf(ROLES, found.role)) yield wrong("role");
  if (!isTime(found.exported)) yield wrong("exported");
  if (!Array.isArray(found.proposals)) yield wrong("proposals");
  if (!Array.isArray(found.saw)) yield wrong("saw");
}

function proposalProblems(row: unknown): string[] {
  if (!isRow(row)) return ["shape"];
  const bad: string[] = [];
  if (!isText(row.id) || row.id === "") bad.push("id");
  if (!isTime(row.at)) bad.push("at");
  if (!oneOf(KINDS, row.kind)) bad.push("kind");
  if (row.code !== undefined && !areTexts(row.code)) bad.push("code");
  for (const name of ["theme", "segment", "members"]) if (row[name] !== undefined && !isText(row[name])) bad.push(name);
  if (row.cluster !== undefined && !Number.isSafeInteger(row.cluster)) bad.push("cluster");
  if (row.to !== undefined && !isText(row.to) && !(Array.isArray(row.to) && row.to.every(isNewCode))) bad.push("to");
  if (!isText(row.note)) bad.push("note");
  if (row.after !== undefined && !oneOf(["machine", "others", "both"] as const, row.after)) bad.push("after");
  if (row.replaces !== undefined && !areTexts(row.replaces)) bad.push("replaces");
  return bad.length > 0 ? bad : lacking(row as unknown as Proposal);
}

/** Only the fields that are known: what else a file brings is not carried on. */
function plain(found: Row): Proposals {
  const file = found as unknown as Proposals;
  return {
    format: FILE_FORMAT,
    study: { key: file.study.key, title: isText(file.study.title) ? file.study.title : "" },
    based_on: { seal: file.based_on.seal, n_decisions: file.based_on.n_decisions },
    by: file.by,
    role: file.role,
    exported: file.exported,
    proposals: file.proposals.map(known),
    saw: file.saw.map(({ segment, what, at }) => ({ segment, what, at })),
  };
}

const FIELDS = ["id", "at", "kind", "code", "theme", "segment", "cluster", "members", "to", "note", "after", "replaces"] as const;

function known(proposal: Proposal): Proposal {
  return Object.fromEntries(FIELDS.filter((name) => proposal[name] !== undefined).map((name) => [name, proposal[name]])) as unknown as Proposal;
}

function rows(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

function isTime(value: unknown): boolean {
  return isText(value) && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
}

function oneOf<T extends string>(choices: readonly T[], value: unknown): value is T {
  return choices.includes(value as T);
}

function isNewCode(value: unknown): value is NewCode {
  return isRow(value) && ["theme", "essence", "code", "definition"].every((name) => isText(value[name]));
}

function isSaw(value: unknown): value is Saw {
  return isRow(value) && isText(value.segment) && oneOf(["machine", "others"] as const, value.what) && isTime(value.at);
}

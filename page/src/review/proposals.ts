// What one person proposes: the shape of it, in the browser and in the file that leaves it.

export const FILE_FORMAT = "alliance_nlp proposals 1";
export const KINDS = ["accept", "reject", "rename", "merge", "split", "agree", "differ", "memo"] as const;
export const ROLES = ["researcher", "coder", "participant"] as const;

export type Kind = (typeof KINDS)[number];
export type Role = (typeof ROLES)[number];
export type View = "machine" | "others";
export interface NewCode {
  theme: string;
  essence: string;
  code: string;
  definition: string;
}

/** What a proposal says; the desk adds id, time and what it replaces. */
export interface Said {
  kind: Kind;
  code?: string[];
  theme?: string;
  segment?: string;
  cluster?: number;
  members?: string;
  to?: string | NewCode[];
  note: string;
  after?: View | "both";
}

export interface Proposal extends Said {
  id: string;
  at: string;
  replaces?: string[];
}

export interface Saw {
  segment: string;
  what: View;
  at: string;
}

export interface LedgerState {
  seal: string;
  n_decisions: number;
}

export interface Person {
  by: string;
  role: Role;
}

export interface Proposals {
  format: typeof FILE_FORMAT;
  study: { key: string; title: string };
  based_on: LedgerState;
  by: string;
  role: Role;
  exported: string;
  proposals: Proposal[];
  saw: Saw[];
}

/** What a proposal decides, in the words of the ledger: a later one of the same person on the same takes its place. */
export function mattersOf(said: Said): string[] {
  const code = said.code ?? [];
  const place = said.members ?? said.segment ?? "";
  switch (said.kind) {
    case "accept":
    case "reject":
      return [key("link", place, code[0] ?? "")];
    case "rename":
    case "merge":
    case "split":
      return code.length > 0 ? code.map((path) => key("name", path)) : [key("theme", said.theme ?? "")];
    case "agree":
    case "differ": // one may hold a reading and say that the team still differs
      return [key(said.kind, place)];
    case "memo":
      return [];
  }
}

function key(...parts: string[]): string {
  return JSON.stringify(parts);
}

/** Path of a code that somebody writes down: its levels that are filled. */
export function pathOf(code: NewCode): string {
  return [code.theme, code.essence, code.code].filter((part) => part !== "").join("/");
}

/** Sentences that say what a proposal lacks; the ledger would refuse it for the same. Empty when it is complete. */
export type Lack = "reason" | "codes" | "one code" | "two codes" | "new name" | "own name" | "two new codes" | "same name" | "place";

export function lacking(said: Said): Lack[] {
  const code = said.code ?? [];
  const lacks: Lack[] = [];
  const made = Array.isArray(said.to) ? said.to : [];
  const bare = said.note.trim() === "";
  if ((said.kind === "memo" || said.kind === "differ") && bare) lacks.push("reason");
  if ((said.kind === "agree" || said.kind === "differ") && !said.segment) lacks.push("place");
  if (said.kind === "accept" || said.kind === "reject") {
    if (code.length !== 1) lacks.push("one code");
    if ((said.segment === undefined) === (said.cluster === undefined)) lacks.push("place");
  }
  if (said.kind === "rename") {
    if (code.length + (said.theme ? 1 : 0) !== 1) lacks.push("one code");
    if (typeof said.to !== "string" || said.to.trim() === "") lacks.push("new name");
  }
  if (said.kind === "merge") {
    if (new Set(code).size < 2) lacks.push("two codes");
    if (made.length !== 1 || made.some((one) => pathOf(one) === "")) lacks.push("new name");
  }
  if (said.kind === "split") {
    if (code.length !== 1) lacks.push("one code");
    if (made.length < 2 || made.some((one) => pathOf(one) === "")) lacks.push("two new codes");
    if (new Set(made.map(pathOf)).size < made.length) lacks.push("same name");
  }
  return lacks;
}

/** A name for the file that every system takes; the letters of all scripts stay. */
export function fileName(by: string, exported: string): string {
  const who = by.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 60);
  return `proposals-${who || "somebody"}-${exported.slice(0, 10)}.json`;
}

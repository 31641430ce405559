// What things are called on the page.

import type { PageData } from "../data";
import type { Words } from "../words";
import { pathOf, type Proposal } from "./proposals";

const byPath = new WeakMap<PageData, Map<string, number>>();

export function codeAt(data: PageData, path: string): number | undefined {
  let known = byPath.get(data);
  if (known === undefined) byPath.set(data, (known = new Map(data.codes.map((code, i) => [code.id, i]))));
  return known.get(path);
}

/** A code by its name, with its theme where it has one; a path that is not in the codebook as it is. */
export function codeLabel(data: PageData, path: string): string {
  const code = data.codes[codeAt(data, path) ?? -1];
  if (code === undefined) return path;
  const theme = data.themes[code.theme]?.name ?? "";
  return theme === "" || theme === code.name ? code.name : `${code.name} (${theme})`;
}

export function setLabels(data: PageData, codes: readonly number[]): string[] {
  return codes.map((code) => codeLabel(data, data.codes[code]?.id ?? ""));
}

/** Who said it, and when, as far as the page may tell. */
export function placeOf(data: PageData, segment: number, unknown: string): string {
  const { segments, people, sessions } = data;
  const person = people[segments.person[segment] ?? -1]?.label ?? unknown;
  const session = sessions[segments.session[segment] ?? -1];
  return [person, session?.label, session?.date].filter((part) => part !== undefined && part !== "").join(" · ");
}

/** What a proposal says, without what it is about. */
export function saidOf(data: PageData, proposal: Proposal, words: Words): string {
  const codes = (proposal.code ?? []).map((path) => codeLabel(data, path));
  const made = Array.isArray(proposal.to) ? proposal.to.map(pathOf) : proposal.to === undefined ? [] : [proposal.to];
  const cluster = proposal.cluster === undefined ? "" : words.review.cluster(proposal.cluster);
  switch (proposal.kind) {
    case "agree":
      return codes.length > 0 ? codes.join(", ") : words.disagreements.noCode;
    case "accept":
    case "reject":
      return [cluster, ...codes].filter((part) => part !== "").join(": ");
    case "rename":
    case "merge":
    case "split":
      return `${codes.length > 0 ? codes.join(" + ") : `${words.review.themeOf} ${proposal.theme ?? ""}`} → ${made.join(", ")}`;
    case "differ":
    case "memo":
      return [cluster, proposal.theme ?? "", ...codes].filter((part) => part !== "").join(", ");
  }
}

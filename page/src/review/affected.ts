// The page was made anew since somebody decided: what of it names things that are no longer there.

import type { PageData } from "../data";
import type { Proposal } from "./proposals";
import type { Kept } from "./desk";

export type Gone = "segment" | "code" | "theme" | "cluster";
export interface Affected {
  earlier: Kept[]; // decided on another state of the ledger than the page shows
  gone: { proposal: Proposal; what: Gone; name: string }[];
}

export function affected(data: PageData, all: readonly Kept[]): Affected {
  const known = knownIn(data);
  const earlier = all.filter((one) => one.on.seal !== data.ledger.seal);
  return { earlier, gone: all.flatMap(({ proposal }) => missing(proposal, known)) };
}

interface Known {
  segments: Set<string>;
  codes: Set<string>;
  themes: Set<string>;
  clusters: Set<string>;
}

function knownIn(data: PageData): Known {
  return {
    segments: new Set(data.segments.id),
    codes: new Set(data.codes.map((code) => code.id)),
    themes: new Set(data.themes.map((theme) => theme.name)),
    clusters: new Set(data.clusters.map((cluster) => cluster.members)),
  };
}

function missing(proposal: Proposal, known: Known): { proposal: Proposal; what: Gone; name: string }[] {
  const gone: { proposal: Proposal; what: Gone; name: string }[] = [];
  const add = (what: Gone, name: string): void => void gone.push({ proposal, what, name });
  const { segment, theme, cluster, members } = proposal;
  if (segment !== undefined && !known.segments.has(segment)) add("segment", segment);
  for (const path of proposal.code ?? []) if (!known.codes.has(path)) add("code", path);
  if (theme && !known.themes.has(theme)) add("theme", theme);
  if (cluster !== undefined && members !== undefined && !known.clusters.has(members)) add("cluster", String(cluster));
  return gone;
}

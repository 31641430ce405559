// What the report holds for this page: written by alliance_nlp, read here once at the start.

import type { View } from "./state";

export type Level = "theme" | "essence" | "code";

export interface PageData {
  format: 1;
  made: string; // "alliance_nlp 0.2.0"
  language: "en" | "nb";
  opens: View; // where it opens when the address names no view
  study: { key: string; title: string; synthetic: boolean; language: string };
  ledger: { seal: string; n_decisions: number };
  holds: { words: "quotes" | "transcripts" | "none"; people: boolean; n_words: number; n_segments: number };
  level: Level;
  themes: { name: string; description: string }[];
  codes: { id: string; theme: number; essence: string; name: string; definition: string }[];
  sessions: { label: string; date: string }[];
  people: { label: string }[];
  clusters: {
    number: number;
    n: number;
    keywords: string[];
    strength: number | null;
    stability: number | null;
    members: string;
  }[];
  links: { cluster: number; code: number; score: number | null; verdict: string }[];
  segments: Segments;
  coders: { name: string; codes: (number[] | null)[] }[]; // null: not read; []: read, no code
  consensus: (number[] | null)[] | null;
  machine: Machine | null;
  transcripts: Transcript[] | null;
}

// Columns of one length, in the order of the talk.
export interface Segments {
  id: string[];
  transcript: number[];
  session: number[]; // -1: not known
  person: number[]; // -1: not known
  turn: number[];
  cluster: number[]; // a cluster's number; -1: in none
  strength: (number | null)[];
  x: number[]; // 0 to 1; -1: has no place on the map
  y: number[];
  words: (string | null)[]; // null: not in this file
  asked: (string | null)[];
  open: boolean[]; // false: not every coder has finished its transcript
}

export interface Machine {
  name: string;
  how: string;
  level: Level;
  names: string[];
  sets: (number[] | null)[]; // indices into names; null: not asked, or it abstained
  reasons: (string | null)[];
}

export interface Transcript {
  id: string;
  session: number;
  turns: { person: number; role: string | null; start: number; end: number; text: string }[];
  notes: { turn: number; text: string }[];
}

/** Take the data out of the page: afterwards no element of the document holds them. */
export function takeData(document: Document): PageData | null {
  const element = document.getElementById("page-data");
  if (element === null) return null;
  const data = JSON.parse(element.textContent) as PageData;
  element.remove();
  if ((data.format as number) !== 1) throw new Error(`The data of this page must have format 1, not ${data.format}.`);
  return data;
}

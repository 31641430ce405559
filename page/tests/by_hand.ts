// Six passages of two people in two transcripts, small enough to count by hand.
import type { PageData } from "../src/data";

export function byHand(): PageData {
  return {
    format: 1, made: "alliance_nlp by hand", language: "en", opens: "overview",
    study: { key: "by-hand", title: "By hand", synthetic: true, language: "en" },
    ledger: { seal: "", n_decisions: 0 },
    holds: { words: "transcripts", people: true, n_words: 6, n_segments: 0 },
    level: "code",
    themes: [{ name: "Waiting", description: "" }, { name: "Trust", description: "" }],
    codes: [
      { id: "Waiting/alone", theme: 0, essence: "", name: "alone", definition: "" },
      { id: "Waiting/long", theme: 0, essence: "", name: "long", definition: "" },
      { id: "Trust/kept", theme: 1, essence: "", name: "kept", definition: "" },
    ],
    sessions: [{ label: "One", date: "" }, { label: "Two", date: "" }],
    people: [{ label: "P1" }, { label: "P2" }],
    clusters: [
      { number: 0, n: 2, keywords: ["wait", "phone"], strength: null, stability: null, members: "" },
      { number: 1, n: 3, keywords: ["face"], strength: null, stability: null, members: "" },
    ],
    links: [],
    segments: {
      id: ["A:0-7", "A:8-16", "A:17-19", "B:0-5", "B:6-9", "B:10-13"],
      transcript: [0, 0, 0, 1, 1, 1], session: [0, 0, 0, 1, 1, 1], person: [0, 1, 0, 0, 1, -1], turn: [0, 0, 1, 0, 1, 2],
      cluster: [0, 0, 1, 1, 1, -1], strength: [null, null, null, null, null, null],
      x: [0, 1, 0.5, 0.25, 0.75, -1], y: [0, 1, 0.5, 0.25, 0.75, -1],
      words: ["Waiting", "all day.", "\u{1F600}a", null, null, "Yes"], asked: [null, null, null, "How?", null, null],
      open: [true, true, true, true, true, true],
    },
    coders: [
      { name: "Ann", codes: [[0], [0, 2], [], null, [2], null] },
      { name: "Bo", codes: [[1], [0], [], [2], null, null] },
    ],
    consensus: null,
    machine: null,
    transcripts: [
      {
        id: "A", session: 0, notes: [{ turn: 1, text: "laughs" }],
        turns: [
          { person: 0, role: "participant", start: 0, end: 16, text: "Waiting all day." },
          { person: 0, role: "participant", start: 17, end: 20, text: "\u{1F600}ab" },
        ],
      },
    ],
  };
}

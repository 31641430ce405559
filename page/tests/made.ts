// Made data, no study behind them: a small page to test with, and one of any size.
import type { PageData } from "../src/data";

/** Draws that are the same on every computer (mulberry32). */
export function draws(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const THEMES: [string, string, string[]][] = [
  ["Waiting", "What waiting does to people", ["Waiting lists", "Waiting alone", "Small talk while waiting"]],
  ["Trust", "What makes trust grow or break", ["Same therapist", "Being believed", "Promises not kept"]],
  ["Everyday life", "How therapy meets the days between", ["Homework", "Family", "Work", "Sleep"]],
];
const SAID = [
  "I waited four months, and nobody called.", "It was good to see the same face every time.", "She believed me, and that was new.",
  "We never had time to talk about home.", "The exercises helped me sleep again.", "They said they would phone. They did not.",
  "In the waiting room we talked about the weather.", "My boss gave me Fridays off for it.", "I did the homework on the bus.",
  "Nobody asked how my children took it.",
];

interface Wish {
  clusters?: number;
  words?: PageData["holds"]["words"];
  machine?: boolean;
  seed?: number;
}

/** A study of n segments: three coders, one consensus, a machine that parts from them here and there. */
export function madeData(n: number, { clusters = 4, words = "transcripts", machine = true, seed = 1 }: Wish = {}): PageData {
  const draw = draws(seed);
  const pick = (size: number): number => Math.floor(draw() * size);
  const codes = THEMES.flatMap(([theme, , names], t) => names.map((name) => ({
    id: `${theme}/Essence/${name}`, theme: t, essence: "Essence", name, definition: `${name}, as people told it`,
  })));
  const sessions = [1, 2, 3, 4].map((i) => ({ label: `Focus group ${i}`, date: `2025-03-1${i}` }));
  const people = Array.from({ length: 8 }, (_, i) => ({ label: `P${i + 1}` }));
  const centres = Array.from({ length: clusters }, () => [0.1 + 0.8 * draw(), 0.1 + 0.8 * draw()] as const);
  const near = (at: number): number => Math.min(1, Math.max(0, at + (draw() + draw() + draw() - 1.5) * 0.12));
  const s: PageData["segments"] = {
    id: [], transcript: [], session: [], person: [], turn: [], cluster: [], strength: [], x: [], y: [], words: [], asked: [], open: [],
  };
  const agreed: number[][] = [];
  for (let i = 0; i < n; i += 1) {
    const session = Math.floor((i * sessions.length) / n);
    const turn = i - Math.ceil((session * n) / sessions.length);
    const cluster = draw() < 0.12 ? -1 : pick(clusters);
    const centre = centres[cluster] ?? [draw(), draw()];
    s.id.push(`T${session + 1}:${turn * 60}-${turn * 60 + 40}`);
    s.transcript.push(session);
    s.session.push(session);
    s.person.push(pick(people.length));
    s.turn.push(turn);
    s.cluster.push(cluster);
    s.strength.push(cluster < 0 ? null : 0.3 + 0.7 * draw());
    s.x.push(near(centre[0]));
    s.y.push(near(centre[1]));
    s.words.push(words === "none" || (words === "quotes" && draw() < 0.3) ? null : (SAID[pick(SAID.length)] ?? ""));
    s.asked.push(i % 7 === 0 && words !== "none" ? "What was it like to wait?" : null);
    s.open.push(true);
    agreed.push(draw() < 0.3 ? [] : [cluster < 0 ? pick(codes.length) : (cluster * 3 + pick(3)) % codes.length]);
  }
  const parting = (often: number): number[][] => agreed.map((set) => (draw() < often ? [pick(codes.length)] : [...set]));
  return {
    format: 1, made: "alliance_nlp made data", language: "en", opens: "overview",
    study: { key: `made-${n}-${seed}`, title: "A made study", synthetic: true, language: "en" },
    ledger: { seal: "", n_decisions: 0 },
    holds: { words, people: words !== "none", n_words: s.words.filter((text) => text !== null).length, n_segments: s.words.length },
    level: "code",
    themes: THEMES.map(([name, description]) => ({ name, description })),
    codes, sessions, people,
    clusters: centres.map((_, i) => ({
      number: i, n: s.cluster.filter((c) => c === i).length, keywords: words === "none" ? [] : ["waiting", "phone", "week", "face"].slice(i % 3),
      strength: 0.6, stability: 0.8, members: `members-${i}`,
    })),
    links: centres.map((_, i) => ({ cluster: i, code: (i * 3) % codes.length, score: 0.7, verdict: "suggested" })),
    segments: s,
    coders: [{ name: "Ann", codes: parting(0.15) }, { name: "Bo", codes: parting(0.2) }],
    consensus: agreed,
    machine: machine ? {
      name: "machine", how: "learnt from exemplars", level: "code", names: codes.map((code) => code.id),
      sets: parting(0.3).map((set) => (draw() < 0.1 ? null : set)), reasons: agreed.map(() => "closest to two exemplars of this code"),
    } : null,
    transcripts: words === "transcripts" ? sessions.map((_, session) => ({
      id: `T${session + 1}`, session,
      turns: s.id.flatMap((_id, i) => s.session[i] !== session ? [] : [
        { person: s.person[i] ?? -1, role: "participant", start: (s.turn[i] ?? 0) * 60, end: (s.turn[i] ?? 0) * 60 + 40, text: s.words[i] ?? "" },
      ]),
      notes: [{ turn: 1, text: "Laughter, then a long pause." }],
    })) : null,
  };
}

import { expect, test } from "vitest";
import { categoriesOf } from "../src/map/categories";
import { across, down, zoomed } from "../src/map/draw";
import { DOT, SHAPES, shapeOf } from "../src/map/shapes";
import { naturally } from "../src/parts/Filters";
import { neighbours } from "../src/parts/Passage";
import { marginsOf } from "../src/read/Margin";
import { isGap, linesOf, readable, type Turn } from "../src/read/turns";
import { choose, chooseNothing, NO_FILTERS, onSaw, sawOf, selection } from "../src/state";
import { clusterName, passing, studyOf, suggestionName, themesAt, whereSaid } from "../src/study";
import { besideOneAnother, flowsOf } from "../src/themes/cells";
import { litIn } from "../src/views/Themes";
import { en } from "../src/words/en";
import { nb } from "../src/words/nb";
import { byHand } from "./by_hand";
import { madeData } from "./made";

const study = studyOf(byHand());

test("without a consensus people's codes are what any coder gave; unread is not no code", () => {
  expect(study.people).toEqual([[0, 1], [0, 2], [], [2], [2], null]);
  expect(study.agreed).toBe(false);
  expect(studyOf({ ...byHand(), consensus: [[2], [], null, null, null, null] }).people.slice(0, 3)).toEqual([[2], [], null]);
  expect([0, 1, 2, 5].map((i) => themesAt(study, i))).toEqual([[0], [0, 1], [], null]);
});

test("filters hold together, and a search finds words in any case", () => {
  const found = (part: Partial<typeof NO_FILTERS>): number[] => passing(study, { ...NO_FILTERS, ...part });
  expect(found({})).toEqual([0, 1, 2, 3, 4, 5]);
  expect(found({ session: 1 })).toEqual([3, 4, 5]);
  expect(found({ person: 0, session: 0 })).toEqual([0, 2]);
  expect(found({ code: 2 })).toEqual([1, 3, 4]);
  expect(found({ theme: 0 })).toEqual([0, 1]);
  expect(found({ cluster: -1 })).toEqual([5]);
  expect(found({ search: " WAIT" })).toEqual([0]);
  expect(found({ search: "nothing" })).toEqual([]);
});

test("names for readers", () => {
  expect(clusterName(study, 0)).toBe("0 · wait · phone");
  expect(clusterName(study, 0, 1)).toBe("0 · wait");
  expect(whereSaid(study, 1)).toBe("One · P2");
  expect(whereSaid(study, 5)).toBe("Two");
  const machine = { name: "m", how: "", level: "code" as const, names: ["Trust/kept", "Elsewhere"], sets: [], reasons: [] };
  const with_ = studyOf({ ...byHand(), machine });
  expect([0, 1].map((k) => suggestionName(with_, k))).toEqual(["kept", "Elsewhere"]);
});

test("ten categories have a colour with a shape of its own, the others are grey, what is in none comes last", () => {
  const many = studyOf(madeData(4000, { clusters: 14 }));
  const { list, of } = categoriesOf(many, "cluster", en);
  expect(list.map(({ hue }) => hue)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, null, null, null, null, null]);
  expect(Math.min(...list.slice(0, 10).map(({ n }) => n))).toBeGreaterThanOrEqual(Math.max(...list.slice(10, 14).map(({ n }) => n)));
  expect(list.at(-1)?.name).toBe("in no cluster");
  for (const i of [0, 17, 3999]) expect(list[of[i] ?? -1]?.short).toBe((many.data.segments.cluster[i] ?? -1) < 0 ? "" : String(many.data.segments.cluster[i]));
  expect(new Set(SHAPES).size).toBe(10);
  expect([shapeOf(0), shapeOf(null)]).toEqual([SHAPES[0], DOT]);
});

test("by theme a passage stands in its first; nobody read it and no code are two things", () => {
  const { list, of } = categoriesOf(study, "theme", en);
  expect(list.map(({ name, n, hue }) => [name, n, hue])).toEqual([["Waiting", 2, 0], ["Trust", 2, 1], ["read, no code", 1, null], ["not read by people", 1, null]]);
  expect([...of]).toEqual([0, 0, 2, 1, 1, 3]);
});

test("a place on the map, and scaling about a point that stays", () => {
  const frame = { width: 152, height: 182, zoom: 1, dx: 0, dy: 0 };
  expect([across(frame, 0), across(frame, 1), down(frame, 1), down(frame, 0)]).toEqual([26, 126, 56, 156]);
  const larger = zoomed(frame, 2, [26, 56]);
  expect([across(larger, 0), down(larger, 1)]).toEqual([26, 56]);
  expect(across(larger, 1)).toBe(226);
  expect(zoomed(larger, 0.1, [5, 5])).toEqual(frame);
});

test("themes beside clusters: the largest cluster first, a passage of two themes counts in both, unread in none", () => {
  const found = besideOneAnother(study, [0, 1, 2, 3, 4, 5], "no code");
  expect(found.n).toBe(5);
  expect(found.columns).toEqual([1, 0]);
  expect(found.columnAll).toEqual([[2, 3, 4], [0, 1]]);
  expect(found.rows.map(({ name, cells, all }) => [name, cells, all])).toEqual([
    ["Waiting", [[], [0, 1]], [0, 1]], ["Trust", [[3, 4], [1]], [1, 3, 4]], ["no code", [[2], []], [2]],
  ]);
  expect(found.codesOf(0).map(({ name, all }) => [name, all])).toEqual([["alone", [0, 1]], ["long", [0]]]);
});

test("flows are as wide as they are many, and fill both sides", () => {
  const { left, right, flows } = flowsOf([[1, 3], [4, 0]], 90, 10);
  expect(left).toEqual([[0, 40], [50, 90]]);
  expect(right).toEqual([[0, 50], [60, 90]]);
  expect(flows).toEqual([
    { row: 0, column: 0, n: 1, from: [0, 10], to: [0, 10] },
    { row: 0, column: 1, n: 3, from: [10, 40], to: [60, 90] },
    { row: 1, column: 0, n: 4, from: [50, 90], to: [10, 50] },
  ]);
  expect(flowsOf([], 90, 10).flows).toEqual([]);
  expect(flowsOf([[0]], 90, 10).flows).toEqual([]);
});

test("a transcript is cut where passages begin and end, by characters as Python counts them", () => {
  const lines = linesOf(study, 0) as Turn[];
  expect(lines.map(({ person, pieces, notes }) => [person, pieces, notes])).toEqual([
    ["P1", [{ text: "Waiting", segment: 0 }, { text: " ", segment: null }, { text: "all day.", segment: 1 }], []],
    ["P1", [{ text: "\u{1F600}a", segment: 2 }, { text: "b", segment: null }], ["laughs"]],
  ]);
});

test("without transcripts the passages stand in order, the question once, gaps counted", () => {
  const data = byHand();
  data.transcripts = null;
  data.segments.words = [null, null, "a", "b", "c", null];
  data.segments.asked = [null, null, null, "How?", "How?", null];
  const own = studyOf(data);
  expect(readable(own)).toEqual([{ transcript: 0, name: "One" }, { transcript: 1, name: "Two" }]);
  expect(linesOf(own, 0).map((line) => (isGap(line) ? line.left : line.pieces[0]?.text))).toEqual([2, "a"]);
  expect(linesOf(own, 1).map((line) => (isGap(line) ? line.left : line.pieces[0]?.text))).toEqual(["How?", "b", "c", 1]);
});

test("the margin knows who read, and a machine at the level of themes by their names", () => {
  const machine = { name: "m", how: "", level: "theme" as const, names: ["Trust"], sets: [[0], null, [], null, null, null], reasons: [] };
  const margins = marginsOf(studyOf({ ...byHand(), machine }), en);
  expect(margins.map(({ name, what }) => [name, what])).toEqual([["Ann", "others"], ["Bo", "others"], ["the machine", "machine"]]);
  expect(margins.map((margin) => margin.at(0))).toEqual([[{ name: "alone", hue: 0 }], [{ name: "long", hue: 0 }], [{ name: "Trust", hue: 1 }]]);
  expect([margins[0]?.at(2), margins[0]?.at(3), margins[2]?.at(1)]).toEqual([[], null, null]);
});

test("the context of a passage stays in its transcript", () => {
  expect(neighbours(study, 2)).toEqual({ before: [0, 1], after: [] });
  expect(neighbours(study, 3)).toEqual({ before: [], after: [4, 5] });
});

test("names stand in the order in which a reader looks for them", () => {
  expect(naturally(["P3", "P10", "P1", "P2"])).toEqual([2, 3, 0, 1]);
});

test("one choice for all views, and who saw what is told", () => {
  choose([1, 2], "by hand");
  expect([...(selection.get().chosen ?? [])]).toEqual([1, 2]);
  expect(litIn([2, 3], selection.get().chosen)).toBe(1);
  chooseNothing();
  expect(litIn([2, 3], selection.get().chosen)).toBe(0);
  const told: [number, string][] = [];
  const stop = onSaw((segment, what) => { told.push([segment, what]); });
  sawOf(4, "machine");
  stop();
  sawOf(5, "others");
  expect(told).toEqual([[4, "machine"]]);
});

test("both languages have every word, no phrase is left empty or in the other language", () => {
  const flat = (part: object, path = ""): [string, unknown][] => Object.entries(part).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? flat(value, `${path}.${key}`) : [[`${path}.${key}`, value]]);
  const [english, norwegian] = [new Map(flat(en)), new Map(flat(nb))];
  expect([...norwegian.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [key, value] of norwegian) if (typeof value === "string") expect(value.trim(), key).not.toBe("");
  const same = [...english].filter(([key, value]) => typeof value === "string" && value.includes(" ") && !key.includes("keyList") && norwegian.get(key) === value);
  expect(same.map(([key]) => key)).toEqual([]);
});

import { expect, test } from "vitest";
import type { PageData } from "../../src/data";
import { againstMachine, betweenPeople, namesAt, wanting } from "../../src/review/parting";
import { NO_FILTERS, type Filters } from "../../src/state";
import { studyOf } from "../../src/study";
import { madeData } from "../made";

// codes 0, 1: theme T, essences E1, E2; 2: theme U
function small(): PageData {
  const data = madeData(8);
  const { segments } = data;
  data.themes = [{ name: "T", description: "" }, { name: "U", description: "" }];
  data.codes = [
    { id: "T/E1/a", theme: 0, essence: "E1", name: "a", definition: "" },
    { id: "T/E2/b", theme: 0, essence: "E2", name: "b", definition: "" },
    { id: "U", theme: 1, essence: "", name: "U", definition: "" },
  ];
  segments.words = ["one", "one two", "one two three", "one", "one", "one", "one", "one"];
  segments.person = [0, 1, 0, 1, 0, 1, 0, 1];
  data.coders = [
    { name: "A", codes: [[0], [0], [0], [0, 1], [0], [], null, [0]] },
    { name: "B", codes: [[1], [2], [2], [0], [0], [2], [1], [2]] },
  ];
  data.consensus = null;
  segments.open[7] = false;
  data.machine = {
    name: "m", how: "", level: "theme", names: ["T", "U"], reasons: Array<null>(8).fill(null),
    sets: [[1], [0], null, [1], [0], [], [], [1]],
  };
  return data;
}
const found = (list: { segment: number }[]): number[] => list.map((one) => one.segment);

test("names at a level are those of the library", () => {
  const data = small();
  expect(namesAt(data, "code")).toEqual(["T/E1/a", "T/E2/b", "U"]);
  expect(namesAt(data, "essence")).toEqual(["T/E1", "T/E2", "U"]);
  expect(namesAt(data, "theme")).toEqual(["T", "T", "U"]);
});

test("each kind of difference comes once before any comes twice, the commonest first, the longest of each", () => {
  // different codes: [0] against [2] twice (2 is longer), [0] against [1] once; in part: 3; nothing against 2: 5
  expect(found(betweenPeople(small(), "kinds"))).toEqual([2, 0, 3, 5, 1]);
  expect(found(betweenPeople(small(), "talk"))).toEqual([0, 1, 2, 3, 5]);
});

test("people part on the level of the comparison: two codes of one theme are one", () => {
  expect(found(betweenPeople({ ...small(), level: "theme" }, "talk"))).toEqual([1, 2, 5]);
});

test("the machine parts only from people who agree, and only where everybody has finished", () => {
  // themes of people: 0 T, 3 T, 4 T (machine T: alike), 6 T (one person read it; machine none)
  expect(found(againstMachine(small(), "talk"))).toEqual([0, 3, 6]);
  expect(found(againstMachine(small(), "kinds"))).toEqual([0, 6, 3]);
  expect(againstMachine({ ...small(), machine: null }, "talk")).toEqual([]);
});

test("filters hold for person, session, theme and code, whoever gave the code", () => {
  const data = small();
  data.consensus = Array<number[]>(8).fill([2]);
  const study = studyOf(data);
  const found = (part: Partial<Filters>): number[] => data.segments.id.flatMap((_, i) => (wanting(study, { ...NO_FILTERS, ...part })(i) ? [i] : []));
  expect(found({})).toHaveLength(8);
  expect(found({ person: 0 })).toEqual([0, 2, 4, 6]);
  expect(found({ session: 0 })).toEqual([0, 1]);
  expect(found({ code: 1 })).toEqual([0, 3, 6]);
  expect(found({ theme: 1 })).toHaveLength(8); // the consensus gave it everywhere
  expect(found({ code: 1, person: 1 })).toEqual([3]);
  expect(found({ search: "THREE" })).toEqual([2]);
});

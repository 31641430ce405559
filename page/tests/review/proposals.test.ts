import { expect, test } from "vitest";
import { affected } from "../../src/review/affected";
import { readFile } from "../../src/review/file";
import { fileName, lacking, pathOf, type Proposals } from "../../src/review/proposals";
import { madeData } from "../made";

const FILE: Proposals = {
  format: "alliance_nlp proposals 1", study: { key: "k1", title: "Made" }, based_on: { seal: "s", n_decisions: 2 }, by: "Åse", role: "coder",
  exported: "2026-11-27T10:00:00.000Z",
  proposals: [{ id: "a", at: "2026-11-27T09:00:00.000Z", kind: "agree", segment: "T:0-4", code: [], note: "" }],
  saw: [{ segment: "T:0-4", what: "machine", at: "2026-11-27T09:30:00.000Z" }],
};

test("a file is read as it was written, without what it should not hold", () => {
  expect(readFile(JSON.stringify(FILE), "k1")).toEqual({ file: FILE });
  const more = { ...FILE, other: 1, proposals: [{ ...FILE.proposals[0], extra: "x" }] };
  expect(readFile(JSON.stringify(more), "k1")).toEqual({ file: FILE });
});

test("everything that is wrong with a file is said at once", () => {
  const bad = { ...FILE, by: " ", role: "boss", proposals: [{ ...FILE.proposals[0], kind: "agree", segment: undefined }, { id: 3 }, null] };
  expect(readFile(JSON.stringify(bad), "k1")).toEqual({
    problems: [
      { what: "field", field: "by" }, { what: "field", field: "role" }, { what: "proposal", row: 1, field: "place" },
      { what: "proposal", row: 2, field: "id" }, { what: "proposal", row: 2, field: "at" }, { what: "proposal", row: 2, field: "kind" },
      { what: "proposal", row: 2, field: "note" }, { what: "proposal", row: 3, field: "shape" },
    ],
  });
  const twice = { ...FILE, proposals: [FILE.proposals[0], FILE.proposals[0]] };
  expect(readFile(JSON.stringify(twice), "k1")).toEqual({ problems: [{ what: "field", field: "id" }] });
});

test.each([
  ["{", "no JSON"], ["[]", "another format"], ['{"format":"x"}', "another format"], [JSON.stringify(FILE), "another study"],
])("%s is refused", (text, what) => {
  expect(readFile(text, "k2")).toMatchObject({ problems: [{ what }] });
});

test("what the ledger would refuse is said before it is written", () => {
  const code = { theme: "A", essence: "", code: "b", definition: "" };
  expect(lacking({ kind: "agree", segment: "T:0-4", code: [], note: "" })).toEqual([]);
  expect(lacking({ kind: "agree", code: [], note: "" })).toEqual(["place"]);
  expect(lacking({ kind: "differ", segment: "T:0-4", note: " " })).toEqual(["reason"]);
  expect(lacking({ kind: "memo", note: "" })).toEqual(["reason"]);
  expect(lacking({ kind: "accept", code: ["A"], segment: "T:0-4", cluster: 1, note: "" })).toEqual(["place"]);
  expect(lacking({ kind: "accept", code: ["A"], cluster: 0, members: "m", note: "" })).toEqual([]);
  expect(lacking({ kind: "reject", code: ["A", "B"], segment: "T:0-4", note: "" })).toEqual(["one code"]);
  expect(lacking({ kind: "rename", code: ["A"], to: " ", note: "" })).toEqual(["new name"]);
  expect(lacking({ kind: "rename", code: ["A"], theme: "B", to: "C", note: "" })).toEqual(["one code"]);
  expect(lacking({ kind: "merge", code: ["A", "A"], to: [code], note: "" })).toEqual(["two codes"]);
  expect(lacking({ kind: "merge", code: ["A", "B"], to: [], note: "" })).toEqual(["new name"]);
  expect(lacking({ kind: "split", code: ["A"], to: [code], note: "" })).toEqual(["two new codes"]);
  expect(lacking({ kind: "split", code: ["A"], to: [code, code], note: "" })).toEqual(["same name"]);
  expect(pathOf(code)).toBe("A/b");
});

test("the file's name can be written on any system and keeps the letters of a name", () => {
  expect(fileName("Åse K. / Ødegård", "2026-11-27T10:00:00.000Z")).toBe("proposals-Åse-K-Ødegård-2026-11-27.json");
  expect(fileName("../..", "2026-11-27T10:00:00.000Z")).toBe("proposals-somebody-2026-11-27.json");
  expect(fileName("王小明", "2026-11-27T10:00:00.000Z")).toBe("proposals-王小明-2026-11-27.json");
});

test("what a newer page no longer has is named", () => {
  const data = madeData(10);
  const kept = (proposal: object, seal: string): never => ({ proposal: { id: "x", at: "", note: "", ...proposal }, n: 1, exported: "", on: { seal, n_decisions: 0 } }) as never;
  const there = kept({ kind: "agree", segment: data.segments.id[0], code: [data.codes[0]?.id] }, "");
  const gone = kept({ kind: "agree", segment: "T9:0-1", code: ["No such"] }, "older");
  const cluster = kept({ kind: "accept", cluster: 0, members: "others", code: [data.codes[0]?.id] }, "older");
  const found = affected(data, [there, gone, cluster]);
  expect(found.earlier).toHaveLength(2);
  expect(found.gone.map(({ what, name }) => [what, name])).toEqual([["segment", "T9:0-1"], ["code", "No such"], ["cluster", "0"]]);
});

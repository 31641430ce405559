import { expect, test } from "vitest";
import { Desk } from "../../src/review/desk";
import { saidOf } from "../../src/review/names";
import { decidedBy, queueOf } from "../../src/review/queue";
import { en } from "../../src/words/en";
import type { Words } from "../../src/words";
import { nb } from "../../src/words/nb";
import { madeData } from "../made";
import { clock, counting, FakeShelf } from "./shelf";

function small(): ReturnType<typeof madeData> {
  const data = madeData(6);
  data.level = "code";
  data.segments.words = ["a", "b", null, "d", "e", "f"];
  data.coders = [{ name: "A", codes: [[0], [0], [0], [0], [0], [0]] }, { name: "B", codes: [[0], [1], [1], [0], [0], [1]] }];
  if (data.machine !== null) data.machine.sets = [[0], [0], [0], [2], null, [0]];
  return data;
}

test("passages in dispute stand in the order of the talk, whoever parts; those without words are counted", () => {
  expect(queueOf(small(), "disputed", null)).toEqual({ segments: [1, 3, 5], unquoted: 1 });
  expect(queueOf(small(), "people", null)).toEqual({ segments: [1, 5], unquoted: 1 });
  expect(queueOf(small(), "all", null)).toEqual({ segments: [0, 1, 3, 4, 5], unquoted: 0 });
  expect(queueOf(small(), "chosen", new Set([4, 2, 0]))).toEqual({ segments: [0, 4], unquoted: 1 });
});

test("a passage is decided by a reading or by 'we still differ', not by a memo or a verdict on the machine", () => {
  const desk = new Desk({ study: { key: "k", title: "" }, ledger: { seal: "", n_decisions: 0 } }, { by: "KL", role: "coder" }, new FakeShelf(), clock(), counting());
  desk.add({ kind: "agree", segment: "T:0-1", code: [], note: "" });
  desk.add({ kind: "differ", segment: "T:2-3", note: "why" });
  desk.add({ kind: "memo", segment: "T:4-5", note: "why" });
  desk.add({ kind: "accept", segment: "T:6-7", code: ["A"], note: "" });
  expect([...decidedBy(desk)]).toEqual(["T:0-1", "T:2-3"]);
});

test("each kind of proposal is said in words, in both languages", () => {
  const data = small();
  const [first, second] = data.codes.map((code) => code.id);
  const said = (proposal: object, words: Words = en): string => saidOf(data, { id: "", at: "", note: "", ...proposal } as never, words);
  expect(said({ kind: "agree", segment: "T:0-1", code: [] })).toBe("no code");
  expect(said({ kind: "agree", segment: "T:0-1", code: [] }, nb)).toBe("ingen kode");
  expect(said({ kind: "agree", code: [first, "Gone/code"] })).toBe("Waiting lists (Waiting), Gone/code");
  expect(said({ kind: "accept", cluster: 3, members: "m", code: [second] })).toBe("Cluster 3: Waiting alone (Waiting)");
  expect(said({ kind: "rename", theme: "Waiting", to: "Time" })).toBe("theme Waiting → Time");
  expect(said({ kind: "merge", code: [first, second], to: [{ theme: "Waiting", essence: "", code: "Both", definition: "" }] })).toBe(
    "Waiting lists (Waiting) + Waiting alone (Waiting) → Waiting/Both",
  );
});

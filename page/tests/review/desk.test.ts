import { expect, test } from "vitest";
import { clusterSight, Desk, othersHere, prefixOf, type Shelf, type Study } from "../../src/review/desk";
import type { Person, Said } from "../../src/review/proposals";
import { clock, counting, FakeShelf } from "./shelf";

const STUDY: Study = { study: { key: "k1", title: "Made" }, ledger: { seal: "s1", n_decisions: 3 } };
const KL: Person = { by: "KL", role: "coder" };

function desk(shelf: Shelf | null, { prefix = "id", person = KL, of = STUDY, start = "2026-11-27T10:00:00.000Z" } = {}): Desk {
  return new Desk(of, person, shelf, clock(start), counting(prefix));
}
const agree = (segment: string, ...code: string[]): Said => ({ kind: "agree", segment, code, note: "" });
const ids = (one: Desk): string[] => one.all().map(({ proposal }) => proposal.id);
const standing = (one: Desk): string[] => one.standing().map(({ proposal }) => proposal.id);

test("a reload finds everything, in the order in which it was made", () => {
  const shelf = new FakeShelf();
  const first = desk(shelf);
  first.add(agree("T:0-4", "A"));
  first.add({ kind: "accept", segment: "T:0-4", code: ["A"], note: "said so" });
  first.open(["T:5-9"], "others");
  const again = desk(shelf);
  expect(again.all()).toEqual(first.all());
  expect(ids(again)).toEqual(["id1", "id2"]);
  expect(again.saw()).toEqual([{ segment: "T:5-9", what: "others", at: "2026-11-27T10:00:03.000Z" }]);
});

test("two tabs lose nothing of one another, whoever writes last", () => {
  const shelf = new FakeShelf();
  const [a, b] = [desk(shelf, { prefix: "a" }), desk(shelf, { prefix: "b" })];
  a.add(agree("T:0-4", "A"));
  b.add(agree("T:5-9", "B"));
  a.add(agree("T:10-14", "C"));
  b.changedElsewhere(prefixOf("k1", "KL") + "p:a1");
  expect(ids(b)).toEqual(["a1", "b1", "a2"]);
  expect(ids(desk(shelf))).toEqual(["a1", "b1", "a2"]);
  expect(b.handOver().proposals).toHaveLength(3);
});

test("what one tab undid, another does not bring back", () => {
  const shelf = new FakeShelf();
  const [a, b] = [desk(shelf, { prefix: "a" }), desk(shelf, { prefix: "b" })];
  a.add(agree("T:0-4", "A"));
  b.add(agree("T:5-9", "B"));
  expect(a.undo("a1")).toBe(true);
  expect(b.handOver().proposals.map((one) => one.id)).toEqual(["b1"]);
  expect(ids(desk(shelf))).toEqual(["b1"]);
});

test("undo erases before export and refuses after it, also when another tab exported", () => {
  const shelf = new FakeShelf();
  const [a, b] = [desk(shelf, { prefix: "a" }), desk(shelf, { prefix: "b" })];
  a.add(agree("T:0-4", "A"));
  b.changedElsewhere(null);
  b.handOver();
  expect(a.undo("a1")).toBe(false);
  expect(a.undo("nobody")).toBe(false);
  expect(ids(a)).toEqual(["a1"]);
  expect(a.lastOpen()).toBeUndefined();
});

test("a new decision on the same names the one that it takes the place of; undone, the former stands again", () => {
  const one = desk(new FakeShelf());
  one.add(agree("T:0-4", "A"));
  one.handOver();
  one.add(agree("T:0-4", "B"));
  expect(one.get("id2")?.proposal.replaces).toEqual(["id1"]);
  expect(standing(one)).toEqual(["id2"]);
  one.undo("id2");
  expect(standing(one)).toEqual(["id1"]);
});

test("what was handed over is taken back by a memo that names it", () => {
  const one = desk(new FakeShelf());
  one.add({ kind: "merge", code: ["A", "B"], to: [{ theme: "A", essence: "", code: "", definition: "" }], note: "" });
  one.handOver();
  one.add({ kind: "memo", note: "too early" }, ["id1"]);
  expect(standing(one)).toEqual(["id2"]);
  expect(one.handOver().proposals[1]?.replaces).toEqual(["id1"]);
});

test("a merge and a rename of one of its codes are one matter, a reading and 'we still differ' are two", () => {
  const one = desk(new FakeShelf());
  one.add({ kind: "merge", code: ["A", "B"], to: [{ theme: "A", essence: "", code: "", definition: "" }], note: "" });
  one.add({ kind: "rename", code: ["B"], to: "C", note: "" });
  one.add(agree("T:0-4", "A"));
  one.add({ kind: "differ", segment: "T:0-4", note: "two readings" });
  expect(standing(one)).toEqual(["id1", "id2", "id3", "id4"].slice(1));
  expect(one.get("id2")?.proposal.replaces).toEqual(["id1"]);
  expect(one.get("id4")?.proposal.replaces).toBeUndefined();
});

test("a file names no proposal that is not in it", () => {
  const one = desk(new FakeShelf());
  one.add(agree("T:0-4", "A"));
  one.add(agree("T:0-4", "B"));
  one.undo("id1");
  expect(one.handOver().proposals).toEqual([{ id: "id2", at: "2026-11-27T10:00:02.000Z", kind: "agree", segment: "T:0-4", code: ["B"], note: "" }]);
});

test("views count as seen before deciding when they were opened first, and only then", () => {
  const one = desk(new FakeShelf());
  one.open(["T:0-4", "T:5-9"], "machine");
  one.add(agree("T:0-4", "A"));
  one.open(["T:0-4"], "others");
  one.add({ kind: "memo", segment: "T:5-9", note: "odd" });
  one.open(["T:5-9"], "others");
  expect(one.handOver().saw.map(({ segment, what }) => [segment, what])).toEqual([["T:0-4", "machine"], ["T:5-9", "machine"], ["T:5-9", "others"]]);
  expect([one.seenOn("T:0-4"), one.seenOn("T:10-14")]).toEqual(["both", undefined]);
});

test("a full storage keeps the rest in memory and says so; once there is room everything is kept", () => {
  const shelf = new FakeShelf();
  const one = desk(shelf);
  one.add(agree("T:0-4", "A"));
  shelf.room = [...shelf.lines].reduce((sum, [k, t]) => sum + k.length + t.length, 0) + 10;
  one.add(agree("T:5-9", "B"));
  expect([one.trouble, one.nAtRisk(), ids(one).length]).toEqual(["storage full", 1, 2]);
  one.changedElsewhere(prefixOf("k1", "KL") + "p:x");
  expect(ids(one)).toEqual(["id1", "id2"]);
  shelf.room = Infinity;
  one.add(agree("T:10-14", "C"));
  expect([one.trouble, one.nAtRisk(), ids(desk(shelf)).length]).toEqual(["", 0, 3]);
});

test("without storage, or with one that begins to refuse, nothing is lost while the page is open", () => {
  const without = desk(null);
  without.add(agree("T:0-4", "A"));
  expect([without.trouble, without.nAtRisk(), ids(without)]).toEqual(["no storage", 1, ["id1"]]);
  const shelf = new FakeShelf();
  const one = desk(shelf);
  one.add(agree("T:0-4", "A"));
  shelf.refuses = true;
  one.add(agree("T:5-9", "B"));
  expect(one.undo("id1")).toBe(true);
  expect([one.trouble === "", ids(one)]).toEqual([false, ["id2"]]);
});

test("a browser whose data were cleared gets everything back from the open page", () => {
  const shelf = new FakeShelf();
  const one = desk(shelf);
  one.add(agree("T:0-4", "A"));
  shelf.lines.clear();
  one.changedElsewhere(null);
  expect([ids(one), ids(desk(shelf))]).toEqual([["id1"], ["id1"]]);
});

test("a file opened on another machine continues there, and again adds nothing", () => {
  const home = desk(new FakeShelf(), { prefix: "h" });
  home.add(agree("T:0-4", "A"));
  home.open(["T:5-9"], "machine");
  const file = home.handOver();
  const away = desk(new FakeShelf(), { prefix: "a", start: "2026-11-28T10:00:00.000Z" });
  away.add(agree("T:10-14", "C"));
  expect([away.takeIn(file), away.takeIn(file)]).toEqual([1, 0]);
  expect(ids(away)).toEqual(["h1", "a1"]);
  expect([away.undo("h1"), away.undo("a1")]).toEqual([false, true]);
  expect(away.saw()).toHaveLength(1);
});

test("what two machines made in turn stands in the order in which it was made, with the day of the first export", () => {
  const home = desk(new FakeShelf(), { prefix: "h" });
  home.add(agree("T:0-4", "A"));
  home.add(agree("T:5-9", "A"));
  const first = home.handOver();
  const away = desk(new FakeShelf(), { prefix: "a", start: "2026-11-28T10:00:00.000Z" });
  away.add(agree("T:0-4", "B"));
  away.add(agree("T:10-14", "B"));
  away.takeIn(first);
  expect(ids(away)).toEqual(["h1", "h2", "a1", "a2"]);
  expect(standing(away)).toEqual(["h2", "a1", "a2"]); // the later reading of T:0-4
  away.takeIn({ ...first, exported: "2026-11-30T10:00:00.000Z" });
  expect(away.get("h1")?.exported).toBe(first.exported);
});

test("that something was handed over is not forgotten where the storage is too full to keep it", () => {
  const shelf = new FakeShelf();
  const one = desk(shelf);
  one.add(agree("T:0-4", "A"));
  shelf.room = 0;
  one.handOver();
  one.refresh();
  expect([one.undo("id1"), one.nOpen(), one.trouble]).toEqual([false, 0, "storage full"]);
});

test("a cluster's links that were opened count for what is decided on it, and are no passage in the file", () => {
  const one = desk(new FakeShelf());
  one.open([clusterSight("m1")], "machine");
  expect(one.seenOn(clusterSight("m1"))).toBe("machine");
  expect(one.handOver().saw).toEqual([]);
});

test("a file says on which state of the ledger its oldest proposal was made", () => {
  const shelf = new FakeShelf();
  desk(shelf).add(agree("T:0-4", "A"));
  const later = desk(shelf, { prefix: "l", of: { ...STUDY, ledger: { seal: "s2", n_decisions: 9 } } });
  later.add(agree("T:5-9", "B"));
  expect(later.handOver().based_on).toEqual({ seal: "s1", n_decisions: 3 });
});

test("two people on one computer do not mix, whatever their names hold", () => {
  const shelf = new FakeShelf();
  desk(shelf, { person: { by: "A", role: "coder" } }).add(agree("T:0-4", "A"));
  const b = desk(shelf, { person: { by: "A:p", role: "coder" } });
  expect(ids(b)).toEqual([]);
  b.add(agree("T:5-9", "B"));
  expect(desk(shelf, { person: { by: "A", role: "coder" } }).all().map(({ proposal }) => proposal.segment)).toEqual(["T:0-4"]);
  expect(othersHere(shelf, STUDY).people.map((one) => one.by)).toEqual(["A", "A:p"]);
});

test("proposals on another version of the study are found by its title", () => {
  const shelf = new FakeShelf();
  desk(shelf).add(agree("T:0-4", "A"));
  const found = othersHere(shelf, { study: { key: "k2", title: "Made" }, ledger: STUDY.ledger });
  expect(found).toEqual({ people: [], elsewhere: [{ key: "k1", title: "Made", by: "KL", n: 1 }] });
});

test("what others wrote under our keys is passed over", () => {
  const shelf = new FakeShelf();
  shelf.lines.set(prefixOf("k1", "KL") + "p:x", "{");
  shelf.lines.set(prefixOf("k1", "KL") + "p:y", "null");
  shelf.lines.set(prefixOf("k1", "KL") + "s:z", '{"segment":1}');
  const one = desk(shelf);
  expect([ids(one), one.saw()]).toEqual([[], []]);
});

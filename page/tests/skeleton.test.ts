import { expect, test } from "vitest";
import { viewOf } from "../src/state";
import { madeData } from "./made";
import { escaped } from "./page";

test("a hash names a view, every other hash leads into the overview", () => {
  expect(viewOf("#/map", "overview")).toBe("map");
  expect(viewOf("#/review/T1:0-40", "map")).toBe("review");
  expect(viewOf("#parting", "map")).toBe("overview");
  expect(viewOf("#/nowhere", "map")).toBe("overview");
  expect(viewOf("", "overview")).toBe("overview");
  expect(viewOf("", "map")).toBe("map"); // a report that opens there
  expect(viewOf("#/", "map")).toBe("overview");
});

test("made data have columns of one length and the same draws each time", () => {
  const data = madeData(50);
  for (const column of Object.values(data.segments)) expect(column).toHaveLength(50);
  for (const coder of data.coders) expect(coder.codes).toHaveLength(50);
  expect(madeData(50)).toEqual(data);
});

test("escaped data hold no sign that could end a script", () => {
  const data = madeData(3);
  data.segments.words[0] = "</script><!-- & \u2028";
  expect(escaped(data)).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(escaped(data))).toEqual(data);
});

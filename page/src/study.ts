// What views ask of the data again and again, worked out once.
import type { PageData } from "./data";

export interface Study {
  data: PageData;
  n: number; // segments
  at: ReadonlyMap<string, number>; // a segment's id -> its position
}

export function studyOf(data: PageData): Study {
  return { data, n: data.segments.id.length, at: new Map(data.segments.id.map((id, i) => [id, i])) };
}

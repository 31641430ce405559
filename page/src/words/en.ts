import { disagreements, review } from "./review_en";

const many = (n: number, one: string, more: string): string => `${n} ${n === 1 ? one : more}`;

export const en = {
  language: "English",
  code: "en",
  views: {
    overview: "Overview",
    map: "Map",
    themes: "Themes × clusters",
    disagreements: "Disagreements",
    review: "Review",
    read: "Read",
  },
  shell: {
    views: "Views of this report",
    switchTo: "Norsk",
    switchTitle: "Vis grensesnittet på norsk",
    soon: "This view is being built.",
    noCluster: "no cluster",
    passages: (n: number): string => many(n, "passage", "passages"),
  },
  disagreements,
  review,
};

type Wide<T> = { [K in keyof T]: T[K] extends string ? string : T[K] extends object ? (T[K] extends (...args: never[]) => unknown ? T[K] : Wide<T[K]>) : T[K] };
/** Every word of the interface. */
export type Words = Wide<typeof en>;

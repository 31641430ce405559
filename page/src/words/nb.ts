import type { Words } from "./en";
import { disagreements, review } from "./review_nb";

const many = (n: number, one: string, more: string): string => `${n} ${n === 1 ? one : more}`;

export const nb: Words = {
  language: "Norsk",
  code: "nb",
  views: {
    overview: "Oversikt",
    map: "Kart",
    themes: "Temaer × klynger",
    disagreements: "Uenighet",
    review: "Gjennomgang",
    read: "Les",
  },
  shell: {
    views: "Visninger av denne rapporten",
    switchTo: "English",
    switchTitle: "Show the interface in English",
    soon: "Denne visningen er under arbeid.",
    noCluster: "ingen klynge",
    passages: (n: number): string => many(n, "utsagn", "utsagn"),
  },
  disagreements,
  review,
};

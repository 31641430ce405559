// Who decides at this page, and everything that belongs to that person.

import type { PageData } from "../data";
import { onSaw } from "../state";
import { store, useStore } from "../store";
import { browserShelf, Desk, othersHere, type Elsewhere, type Shelf } from "./desk";
import { ROLES, type Person, type View } from "./proposals";

interface Seat {
  desk: Desk | null;
  turn: number; // counts up whenever the desk changes, so that views draw again
}

const seat = store<Seat>({ desk: null, turn: 0 });
const before: [string, View][] = []; // seen on this page before anybody gave a name
let shelf: Shelf | null = null;
let study: PageData | null = null;
let leave = (): void => undefined;

/** Watch what is shown from the start, and go on as whoever decided here last. */
export function startSeat(data: PageData): void {
  study = data;
  shelf = browserShelf();
  onSaw((segment, what) => { saw([data.segments.id[segment] ?? ""], what); });
  const last = lastPerson(data);
  if (last !== null) sitDown(last);
  addEventListener("storage", (event) => { seat.get().desk?.changedElsewhere(event.key); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") seat.get().desk?.refresh();
  });
  addEventListener("beforeunload", (event) => {
    if ((seat.get().desk?.nAtRisk() ?? 0) > 0) event.preventDefault();
  });
}

export function useDesk(): Desk | null {
  return useStore(seat).desk;
}

export function sitDown(person: Person): void {
  if (study === null) return;
  leave();
  const desk = new Desk(study, person, shelf);
  leave = desk.listen(() => { seat.set({ desk, turn: seat.get().turn + 1 }); });
  for (const [segment, what] of before.splice(0)) desk.open([segment], what);
  try {
    shelf?.setItem(lastKey(study), JSON.stringify(desk.person));
  } catch {
    // asked again next time
  }
  seat.set({ desk, turn: 0 });
}

/** Somebody else takes the seat; what was decided stays in the browser under its name. */
export function standUp(): void {
  leave();
  try {
    if (study !== null) shelf?.removeItem(lastKey(study));
  } catch {
    // nothing to forget
  }
  seat.set({ desk: null, turn: 0 });
}

/** Note that passages were shown with what others, or the machine, made of them. */
export function saw(segments: readonly string[], what: View): void {
  const { desk } = seat.get();
  if (desk !== null) desk.open(segments, what);
  else before.push(...segments.map((segment): [string, View] => [segment, what]));
}

export function here(): { people: Person[]; elsewhere: Elsewhere[] } {
  return study === null ? { people: [], elsewhere: [] } : othersHere(shelf, study);
}

function lastKey(data: PageData): string {
  return `alliance:${encodeURIComponent(data.study.key)}`;
}

function lastPerson(data: PageData): Person | null {
  try {
    const found = JSON.parse(shelf?.getItem(lastKey(data)) ?? "null") as Partial<Person> | null;
    const role = ROLES.find((one) => one === found?.role);
    return typeof found?.by === "string" && found.by.trim() !== "" && role !== undefined ? { by: found.by, role } : null;
  } catch {
    return null;
  }
}

export function currentDesk(): Desk | null {
  return seat.get().desk;
}

// What one person proposed and saw, kept in the browser.
//
// Every proposal has a key of its own, so that two tabs never write over one another: nothing is read, changed and
// written back, except the mark that a proposal was handed over. Where storage fails, memory keeps what it could not.

import {
  FILE_FORMAT, mattersOf, type LedgerState, type Person, type Proposal, type Proposals, type Said, type Saw, type View,
} from "./proposals";

const LINES = "alliance";

/** The part of `Storage` that is needed; tests give one that is full or refuses. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export interface Kept {
  proposal: Proposal;
  n: number; // order in which this person made them
  on: LedgerState; // the ledger as the page showed it then
  exported: string; // when it was first handed over; "" before
}

export interface Study {
  study: { key: string; title: string };
  ledger: LedgerState;
}

export interface Elsewhere {
  key: string;
  title: string;
  by: string;
  n: number;
}

export type Trouble = "" | "no storage" | "storage full";

export class Desk {
  readonly person: Person;
  trouble: Trouble = "";
  private readonly kept = new Map<string, Kept>();
  private readonly opened = new Map<string, Saw>(); // by segment and view, the first time
  private readonly unsaved = new Map<string, string>();
  private readonly listeners = new Set<() => void>();
  private readonly prefix: string;

  constructor(
    private readonly of: Study,
    person: Person,
    private readonly shelf: Shelf | null,
    private readonly now: () => Date = () => new Date(),
    private readonly newId: () => string = randomId,
  ) {
    this.person = { by: person.by, role: person.role };
    this.prefix = prefixOf(of.study.key, person.by);
    if (shelf === null) this.trouble = "no storage";
    this.write(this.prefix + "who", JSON.stringify({ ...this.person, title: of.study.title }));
    this.readAll();
  }

  /** All proposals that were not undone, oldest first. */
  all(): Kept[] {
    return [...this.kept.values()].sort(inOrder);
  }

  get(id: string): Kept | undefined {
    return this.kept.get(id);
  }

  saw(): Saw[] {
    return [...this.opened.values()];
  }

  /** What this person has opened on a passage, in the words of `Proposal.after`. */
  seenOn(segment: string): View | "both" | undefined {
    const machine = this.opened.has(sightKey(segment, "machine"));
    const others = this.opened.has(sightKey(segment, "others"));
    return machine && others ? "both" : machine ? "machine" : others ? "others" : undefined;
  }

  /** Proposals that stand: no later one of this person is on the same matter, and none takes it back. */
  standing(): Kept[] {
    const last = new Map<string, string>();
    const gone = new Set<string>();
    const all = this.all();
    for (const { proposal } of all) {
      for (const matter of mattersOf(proposal)) last.set(matter, proposal.id);
      for (const id of proposal.replaces ?? []) gone.add(id);
    }
    return all.filter(({ proposal }) => {
      const matters = mattersOf(proposal);
      return !gone.has(proposal.id) && (matters.length === 0 || matters.some((m) => last.get(m) === proposal.id));
    });
  }

  /** Add what somebody says; what it takes the place of is named, so that the ledger can settle it. */
  add(said: Said, takesBack: string[] = []): Proposal {
    this.readAll();
    const matters = new Set(mattersOf(said));
    const former = this.standing().filter(({ proposal }) => mattersOf(proposal).some((m) => matters.has(m)));
    const replaces = [...new Set([...former.map(({ proposal }) => proposal.id), ...takesBack])];
    const proposal: Proposal = { id: this.newId(), at: this.now().toISOString(), ...said };
    if (replaces.length > 0) proposal.replaces = replaces;
    const n = Math.max(0, ...[...this.kept.values()].map((one) => one.n)) + 1;
    this.keep({ proposal, n, on: { ...this.of.ledger }, exported: "" });
    this.tell();
    return proposal;
  }

  /** Erase a proposal that has not left the browser. False when it has, or when it is gone already. */
  undo(id: string): boolean {
    this.readAll(); // another tab may have handed it over a moment ago
    const found = this.kept.get(id);
    if (found === undefined || found.exported !== "") return false;
    this.kept.delete(id);
    this.remove(this.prefix + "p:" + id);
    this.tell();
    return true;
  }

  /** The last proposal that can still be undone. */
  lastOpen(): Kept | undefined {
    return this.all().reverse().find((one) => one.exported === "");
  }

  /** Note that this person has opened the view of others or of the machine on passages; the first time counts. */
  open(segments: readonly string[], what: View): void {
    const fresh = segments.filter((segment) => !this.opened.has(sightKey(segment, what)));
    if (fresh.length === 0) return;
    const at = this.now().toISOString();
    for (const segment of fresh) {
      const saw: Saw = { segment, what, at };
      this.opened.set(sightKey(segment, what), saw);
      this.write(this.prefix + "s:" + sightKey(segment, what), JSON.stringify(saw));
    }
    this.tell();
  }

  /** Hand over everything: the file's content. From here on each of these is a decision that only another settles. */
  handOver(): Proposals {
    this.readAll();
    const exported = this.now().toISOString();
    for (const one of this.kept.values()) if (one.exported === "") this.keep({ ...one, exported });
    this.tell();
    return this.file(exported);
  }

  private file(exported: string): Proposals {
    const all = this.all();
    const ids = new Set(all.map(({ proposal }) => proposal.id));
    const proposals = all.map(({ proposal }) => withIdsOf(proposal, ids));
    const oldest = all.map((one) => one.on).sort((a, b) => a.n_decisions - b.n_decisions)[0];
    return {
      format: FILE_FORMAT,
      study: { key: this.of.study.key, title: this.of.study.title },
      based_on: { ...(oldest ?? this.of.ledger) },
      by: this.person.by,
      role: this.person.role,
      exported,
      proposals,
      saw: this.sawBefore(),
    };
  }

  /** Views that were opened where this person had not decided yet. */
  private sawBefore(): Saw[] {
    const decided = new Map<string, string>();
    for (const { proposal } of this.all()) {
      const { segment, at, kind } = proposal;
      if (segment !== undefined && kind !== "memo" && !decided.has(segment)) decided.set(segment, at);
    }
    return this.saw()
      .filter(({ segment }) => segment.includes(":")) // a cluster is no passage
      .filter(({ segment, at }) => at <= (decided.get(segment) ?? at))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** Take in a file that this person exported, here or on another machine. Gives how many were new here. */
  takeIn(file: Proposals): number {
    this.readAll();
    let fresh = 0;
    file.proposals.forEach((proposal, i) => {
      const here = this.kept.get(proposal.id);
      if (here === undefined) fresh += 1;
      if (here?.exported) return;
      const n = here?.n ?? i + 1;
      this.keep({ proposal, n, on: here?.on ?? { ...file.based_on }, exported: file.exported });
    });
    this.renumber();
    for (const saw of file.saw) {
      const at = sightKey(saw.segment, saw.what);
      const known = this.opened.get(at);
      if (known !== undefined && known.at <= saw.at) continue;
      this.opened.set(at, saw);
      this.write(this.prefix + "s:" + at, JSON.stringify(saw));
    }
    this.tell();
    return fresh;
  }

  /** Order by time where two machines counted apart. */
  private renumber(): void {
    const all = [...this.kept.values()].sort((a, b) => (a.proposal.at < b.proposal.at ? -1 : a.proposal.at > b.proposal.at ? 1 : a.n - b.n));
    all.forEach((one, i) => {
      if (one.n !== i + 1) this.keep({ ...one, n: i + 1 });
    });
  }

  /** How many proposals closing the page would lose: neither on the shelf, which is full or missing, nor handed over. */
  nAtRisk(): number {
    return this.all().filter((one) => one.exported === "" && this.unsaved.has(this.prefix + "p:" + one.proposal.id)).length;
  }

  /** How many have not been handed over. */
  nOpen(): number {
    return [...this.kept.values()].filter((one) => one.exported === "").length;
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Another tab wrote: `key` as the browser tells it, null when everything was cleared. */
  changedElsewhere(key: string | null): void {
    if (key === null) {
      for (const one of this.kept.values()) this.unsaved.set(this.prefix + "p:" + one.proposal.id, JSON.stringify(one));
      for (const saw of this.opened.values()) this.unsaved.set(this.prefix + "s:" + sightKey(saw.segment, saw.what), JSON.stringify(saw));
      this.saveAgain();
    } else if (!key.startsWith(this.prefix)) return;
    this.refresh();
  }

  /** Look at the shelf again, as when a tab comes back to the front. */
  refresh(): void {
    this.readAll();
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private keep(one: Kept): void {
    this.kept.set(one.proposal.id, one);
    this.write(this.prefix + "p:" + one.proposal.id, JSON.stringify(one));
  }

  private write(key: string, text: string): void {
    this.unsaved.set(key, text);
    this.saveAgain();
  }

  private saveAgain(): void {
    if (this.shelf === null) return;
    try {
      for (const [key, text] of this.unsaved) {
        this.shelf.setItem(key, text);
        this.unsaved.delete(key);
      }
      this.trouble = "";
    } catch {
      this.trouble = "storage full";
    }
  }

  private remove(key: string): void {
    this.unsaved.delete(key);
    try {
      this.shelf?.removeItem(key);
    } catch {
      this.trouble = "no storage";
    }
  }

  /** Read the shelf anew: what another tab added is here, what it undid is not; what is only in memory stays. */
  private readAll(): void {
    if (this.shelf === null) return;
    try {
      const onShelf = new Set<string>();
      for (const [key, text] of entries(this.shelf, this.prefix)) {
        onShelf.add(key);
        if (!this.unsaved.has(key)) this.readOne(key, text);
      }
      for (const [id] of this.kept) {
        const key = this.prefix + "p:" + id;
        if (!onShelf.has(key) && !this.unsaved.has(key)) this.kept.delete(id);
      }
    } catch {
      this.trouble = "no storage";
    }
  }

  private readOne(key: string, text: string): void {
    const rest = key.slice(this.prefix.length);
    const found = parsed(text);
    if (rest.startsWith("p:") && isKept(found)) this.kept.set(found.proposal.id, found);
    else if (rest.startsWith("s:") && isSaw(found)) this.opened.set(sightKey(found.segment, found.what), found);
  }
}

/** Who worked on this study in this browser before, with how many proposals; other versions of it with the same title. */
export function othersHere(shelf: Shelf | null, of: Study): { people: Person[]; elsewhere: Elsewhere[] } {
  const people: Person[] = [];
  const elsewhere: Elsewhere[] = [];
  if (shelf === null) return { people, elsewhere };
  try {
    const all = entries(shelf, LINES + ":");
    for (const [key, text] of all) {
      const who = key.endsWith(":who") ? (parsed(text) as Partial<Person & { title: string }> | null) : null;
      if (who === null || typeof who.by !== "string" || who.role === undefined) continue;
      const studyKey = decodeURIComponent(key.split(":")[1] ?? "");
      const start = prefixOf(studyKey, who.by) + "p:";
      const n = all.filter(([other]) => other.startsWith(start)).length;
      if (studyKey === of.study.key) people.push({ by: who.by, role: who.role });
      else if (who.title === of.study.title && n > 0) elsewhere.push({ key: studyKey, title: who.title, by: who.by, n });
    }
  } catch {
    return { people, elsewhere };
  }
  return { people, elsewhere };
}

/** The browser's storage, or null where it refuses. */
export function browserShelf(): Shelf | null {
  try {
    const probe = LINES + ":probe";
    window.localStorage.setItem(probe, "1");
    window.localStorage.removeItem(probe);
    return window.localStorage;
  } catch (error) {
    // a full one can still be read
    return error instanceof DOMException && error.name === "QuotaExceededError" ? window.localStorage : null;
  }
}

export function prefixOf(studyKey: string, by: string): string {
  return `${LINES}:${encodeURIComponent(studyKey)}:${encodeURIComponent(by)}:`;
}

function entries(shelf: Shelf, prefix: string): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i < shelf.length; i += 1) {
    const key = shelf.key(i);
    if (key?.startsWith(prefix)) found.push([key, shelf.getItem(key) ?? ""]);
  }
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isKept(found: unknown): found is Kept {
  if (!isRow(found) || !isRow(found["proposal"]) || !isRow(found["on"])) return false;
  return typeof found["proposal"]["id"] === "string" && typeof found["n"] === "number" && typeof found["exported"] === "string";
}

function isSaw(found: unknown): found is Saw {
  return isRow(found) && typeof found["segment"] === "string" && (found["what"] === "machine" || found["what"] === "others");
}

function isRow(found: unknown): found is Record<string, unknown> {
  return typeof found === "object" && found !== null;
}

function withIdsOf(proposal: Proposal, ids: ReadonlySet<string>): Proposal {
  const { replaces, ...rest } = proposal;
  const here = (replaces ?? []).filter((id) => ids.has(id));
  return here.length > 0 ? { ...rest, replaces: here } : rest;
}

/** Under which name it is kept that somebody opened the machine's view of a cluster. */
export function clusterSight(members: string): string {
  return `cluster ${members}`;
}

function sightKey(segment: string, what: View): string {
  return `${what}:${segment}`;
}

function inOrder(a: Kept, b: Kept): number {
  return a.n - b.n || (a.proposal.at < b.proposal.at ? -1 : 1) || (a.proposal.id < b.proposal.id ? -1 : 1);
}

function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

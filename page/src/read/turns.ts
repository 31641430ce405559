// What the view Read shows of one session: turns with their passages, or, without transcripts, the passages kept here.
import type { Study } from "../study";

export interface Piece {
  text: string;
  segment: number | null; // the passage it belongs to
}

export interface Turn {
  key: string;
  person: string;
  role: string | null;
  pieces: Piece[];
  notes: string[];
}

export interface Gap {
  key: string;
  left: number; // passages whose words are not in this file
}

export type Line = Turn | Gap;

export function isGap(line: Line): line is Gap {
  return "left" in line;
}

/** Transcripts that can be read: by their number in the data, with a name. */
export function readable(study: Study): { transcript: number; name: string }[] {
  const { segments, sessions, transcripts } = study.data;
  const numbers = transcripts === null ? [...new Set(segments.transcript)] : transcripts.map((_, t) => t);
  return numbers.map((transcript) => {
    const session = transcripts?.[transcript]?.session ?? segments.session[segments.transcript.indexOf(transcript)] ?? -1;
    const known = sessions[session]?.label ?? "", id = transcripts?.[transcript]?.id ?? "";
    return { transcript, name: [known, id].filter((part, k, all) => part !== "" && all.indexOf(part) === k).join(" · ") || String(transcript + 1) };
  });
}

export function linesOf(study: Study, transcript: number): Line[] {
  const { segments, transcripts } = study.data;
  const inside: number[] = [];
  for (let i = 0; i < study.n; i += 1) if (segments.transcript[i] === transcript) inside.push(i);
  const whole = transcripts?.[transcript];
  return whole === undefined ? passagesOnly(study, inside) : wholeTurns(study, inside, whole);
}

function passagesOnly(study: Study, inside: number[]): Line[] {
  const lines: Line[] = [];
  let before = "";
  for (const i of inside) {
    const kept = study.data.segments.words[i] ?? null, last = lines.at(-1);
    if (kept === null) {
      if (last !== undefined && isGap(last)) last.left += 1;
      else lines.push({ key: `gap-${i}`, left: 1 });
      continue;
    }
    const asked = study.data.segments.asked[i] ?? null;
    if (asked !== null && asked !== before) lines.push({ key: `asked-${i}`, person: "", role: "moderator", pieces: [{ text: asked, segment: null }], notes: [] });
    before = asked ?? before;
    lines.push({ key: `passage-${i}`, person: personAt(study, study.data.segments.person[i]), role: null, pieces: [{ text: kept, segment: i }], notes: [] });
  }
  return lines;
}

type Whole = NonNullable<Study["data"]["transcripts"]>[number];

function wholeTurns(study: Study, inside: number[], whole: Whole): Turn[] {
  const spans = inside.map((i) => ({ segment: i, span: spanOf(study.data.segments.id[i] ?? "") }));
  return whole.turns.map((turn, t) => ({
    key: `turn-${t}`,
    person: personAt(study, turn.person),
    role: turn.role,
    pieces: piecesOf(turn, spans.filter(({ span }) => span !== null && span[0] < turn.end && span[1] > turn.start)),
    notes: whole.notes.filter((note) => note.turn === t).map((note) => note.text),
  }));
}

/** A segment's id ends in where it stands: "T03:120-188". */
function spanOf(id: string): [number, number] | null {
  const found = /:(\d+)-(\d+)$/.exec(id);
  return found === null ? null : [Number(found[1]), Number(found[2])];
}

/** Cut a turn where its passages begin and end. Positions count characters, not the halves in which a script keeps some. */
function piecesOf(turn: Whole["turns"][number], inside: { segment: number; span: [number, number] | null }[]): Piece[] {
  const signs = Array.from(turn.text);
  const pieces: Piece[] = [];
  let at = 0;
  const add = (to: number, segment: number | null): void => {
    if (to > at) pieces.push({ text: signs.slice(at, to).join(""), segment });
    at = Math.max(at, to);
  };
  for (const { segment, span } of inside) {
    if (span === null) continue;
    add(Math.max(0, span[0] - turn.start), null);
    add(Math.min(signs.length, span[1] - turn.start), segment);
  }
  add(signs.length, null);
  return pieces;
}

function personAt(study: Study, person: number | undefined): string {
  return study.data.people[person ?? -1]?.label ?? "";
}

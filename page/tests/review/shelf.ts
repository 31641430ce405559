// A browser's storage that tabs share, and that can be full or refuse.
import type { Shelf } from "../../src/review/desk";

export class FakeShelf implements Shelf {
  readonly lines = new Map<string, string>();
  room = Infinity; // how many signs it takes
  refuses = false;

  get length(): number {
    this.check();
    return this.lines.size;
  }
  key(i: number): string | null {
    this.check();
    return [...this.lines.keys()][i] ?? null;
  }
  getItem(key: string): string | null {
    this.check();
    return this.lines.get(key) ?? null;
  }
  setItem(key: string, text: string): void {
    this.check();
    const used = [...this.lines].reduce((sum, [k, t]) => sum + (k === key ? 0 : k.length + t.length), 0);
    if (used + key.length + text.length > this.room) throw new DOMException("full", "QuotaExceededError");
    this.lines.set(key, text);
  }
  removeItem(key: string): void {
    this.check();
    this.lines.delete(key);
  }
  private check(): void {
    if (this.refuses) throw new DOMException("no", "SecurityError");
  }
}

/** A clock that goes on by a second each time, and ids that count up. */
export function clock(start = "2026-11-27T10:00:00.000Z"): () => Date {
  let at = Date.parse(start);
  return () => new Date((at += 1000));
}
export function counting(prefix = "id"): () => string {
  let n = 0;
  return () => `${prefix}${(n += 1)}`;
}

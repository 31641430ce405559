// What somebody has ticked and written on a passage and not said yet: a reload of the tab keeps it.

export interface Draft {
  codes: readonly string[] | null; // null: nothing touched yet
  note: string;
}

const EMPTY: Draft = { codes: null, note: "" };
const memory = new Map<string, Draft>();

function keyOf(study: string, by: string, about: string): string {
  return `alliance:draft:${encodeURIComponent(study)}:${encodeURIComponent(by)}:${about}`;
}

export function draftOf(study: string, by: string, about: string): Draft {
  const key = keyOf(study, by, about);
  const known = memory.get(key);
  if (known !== undefined) return known;
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? "null") as Draft | null;
    return typeof found?.note === "string" ? found : EMPTY;
  } catch {
    return EMPTY;
  }
}

export function keepDraft(study: string, by: string, about: string, draft: Draft | null): void {
  const key = keyOf(study, by, about);
  memory.set(key, draft ?? EMPTY);
  try {
    if (draft === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // kept in memory until the page is closed
  }
}

/** The passage that was open when this tab was loaded anew. */
export function lastOpen(study: string): string {
  try {
    return sessionStorage.getItem(`alliance:open:${encodeURIComponent(study)}`) ?? "";
  } catch {
    return "";
  }
}

export function keepOpen(study: string, segment: string): void {
  try {
    sessionStorage.setItem(`alliance:open:${encodeURIComponent(study)}`, segment);
  } catch {
    // the list begins with the first open passage
  }
}

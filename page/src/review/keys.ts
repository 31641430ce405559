// Whether single keys work in the list: on, until somebody switches them off in this browser.
const KEPT = "alliance:keys";

export function keysAreOn(): boolean {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

export function keepKeys(on: boolean): void {
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // holds until the page is closed
  }
}

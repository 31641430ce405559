import { store, useStore } from "../store";
import { en, type Words } from "./en";
import { nb } from "./nb";

export type { Words };
export type Language = "en" | "nb";

const KEPT = "alliance_nlp.language";
export const language = store<{ code: Language }>({ code: "en" });

/** Start in the language that was chosen last in this browser, else in the study's. */
export function startLanguage(ofStudy: Language): void {
  const kept = remembered();
  language.set({ code: kept ?? ofStudy });
}

export function switchLanguage(): void {
  const code = language.get().code === "en" ? "nb" : "en";
  language.set({ code });
  try {
    localStorage.setItem(KEPT, code);
  } catch {
    // a browser that keeps nothing shows the choice until the page is closed
  }
}

function remembered(): Language | null {
  try {
    const kept = localStorage.getItem(KEPT);
    return kept === "en" || kept === "nb" ? kept : null;
  } catch {
    return null;
  }
}

export function useWords(): Words {
  return useStore(language).code === "nb" ? nb : en;
}

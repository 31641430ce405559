// The overview shows passages with what people coded, and some with what the machine did: whoever read them there has seen it.
import { saw } from "./seat";

const PASSAGES = ":is(#parting, #both) [data-segment]";

export function watchOverview(document: Document): void {
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      const id = target.dataset["segment"] ?? "";
      saw([id], "others");
      if (target.closest("#both") !== null) saw([id], "machine");
      watcher.unobserve(target);
    }
  }, { threshold: 0.5 });
  for (const passage of document.querySelectorAll(PASSAGES)) watcher.observe(passage);
  document.addEventListener("toggle", ({ target }) => {
    if (!(target instanceof HTMLDetailsElement) || !target.open) return;
    if (target.matches(".behind")) { // its tables and lists tell of each passage what people and machine made of it
      setTimeout(() => { // its contents come back into the document with this same event, after this listener
        const ids = [...target.querySelectorAll<HTMLElement>("[data-segment]")].map((passage) => passage.dataset["segment"] ?? "");
        saw(ids, "others");
        saw(ids, "machine");
      });
      return;
    }
    const passage = target.closest("article")?.querySelector<HTMLElement>(PASSAGES);
    if (passage !== null && passage !== undefined) saw([passage.dataset["segment"] ?? ""], "machine");
  }, true); // the event does not bubble
}

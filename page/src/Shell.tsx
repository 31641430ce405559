import type { ComponentType, JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { overviewOf } from "./folded";
import { chooseNothing, place, selection, viewOf, VIEWS, type View } from "./state";
import { useStore } from "./store";
import type { Study } from "./study";
import { Disagreements } from "./views/Disagreements";
import { MapView } from "./views/Map";
import { Read } from "./views/Read";
import { Review } from "./views/Review";
import { Themes } from "./views/Themes";
import { language, switchLanguage, useWords } from "./words";

const SHOWN: Record<Exclude<View, "overview">, ComponentType<{ study: Study }>> = {
  map: MapView,
  themes: Themes,
  disagreements: Disagreements,
  review: Review,
  read: Read,
};

export function Shell({ study }: { study: Study }): JSX.Element {
  const words = useWords();
  const { view } = useStore(place);
  const { opens } = study.data;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const follow = (): void => {
      const next = viewOf(location.hash, opens);
      const moved = next !== place.get().view;
      place.set({ view: next });
      if (moved) heading.current?.focus({ preventScroll: true });
      if (location.hash === "#/") scrollTo(0, 0); // the overview from its top, also from far down in it
    };
    follow();
    addEventListener("hashchange", follow);
    return () => { removeEventListener("hashchange", follow); };
  }, [opens]);
  useEffect(() => { // the link that skips to the content leads into the view that is open, not back into the overview
    const skip = document.querySelector<HTMLAnchorElement>("a.skip");
    const follow = (event: Event): void => {
      if (place.get().view === "overview") return;
      event.preventDefault();
      heading.current?.focus();
    };
    skip?.addEventListener("click", follow);
    return () => { skip?.removeEventListener("click", follow); };
  }, []);
  useEffect(() => {
    const { title } = study.data.study;
    document.title = view === "overview" ? title : `${words.views[view]} – ${title}`;
  }, [view, words, study]);
  const showOverview = useMemo(() => overviewOf(document), []);
  useEffect(() => {
    document.body.dataset["view"] = view;
    showOverview(view === "overview");
  }, [view, showOverview]);
  const Shown = view === "overview" ? null : SHOWN[view];
  return (
    <div lang={useStore(language).code}>
      <nav class="tabs" aria-label={words.shell.views}>
        <ul>
          {VIEWS.map((name) => (
            <li key={name}>
              <a href={name === "overview" ? "#/" : `#/${name}`} aria-current={name === view ? "page" : undefined}>
                {words.views[name]}
              </a>
            </li>
          ))}
        </ul>
        <button type="button" class="language" title={words.shell.switchTitle} lang={words.code === "en" ? "nb" : "en"} onClick={switchLanguage}>
          {words.shell.switchTo}
        </button>
      </nav>
      {Shown !== null && <Light />}
      {Shown !== null && (
        <main class="view" id="content">
          <div class="title">
            <h2 tabIndex={-1} ref={heading}>{words.views[view]}</h2>
            <p class="marks">
              {study.data.study.synthetic && <span>{words.shell.synthetic}</span>}
              {study.data.holds.n_segments > study.n && <span>{words.shell.sample(study.n, study.data.holds.n_segments)}</span>}
              <span>{words.shell.holds[study.data.holds.words](study.data.holds.n_words)}</span>
            </p>
          </div>
          <Shown study={study} />
        </main>
      )}
    </div>
  );
}

/** What lights up in every view, and the way back. */
function Light(): JSX.Element | null {
  const words = useWords();
  const { chosen, how } = useStore(selection);
  if (chosen === null) return null;
  return (
    <p class="light" role="status">
      <span dir="auto">{words.shell.lit(chosen.size, how)}</span>
      <button type="button" class="quiet" onClick={chooseNothing}>{words.shell.unlight}</button>
    </p>
  );
}

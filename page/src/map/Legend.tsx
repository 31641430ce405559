import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Swatch } from "../parts/Swatch";
import { choose, chooseNothing, selection } from "../state";
import { useStore } from "../store";
import type { Study } from "../study";
import { useWords } from "../words";
import { MOST, type Categories } from "./categories";

interface Props {
  study: Study;
  categories: Categories;
  segments: readonly number[];
}

/** Every category by its name, with its colour and shape; a press lights up its passages in every view. */
export function Legend({ categories, segments }: Props): JSX.Element {
  const words = useWords();
  const { chosen, how } = useStore(selection);
  const counts = useMemo(() => {
    const found = categories.list.map(() => 0);
    for (const i of segments) {
      const place = categories.of[i] ?? -1;
      found[place] = (found[place] ?? 0) + 1;
    }
    return found;
  }, [categories, segments]);
  const press = (place: number, name: string): void => {
    if (chosen !== null && how === name) chooseNothing();
    else choose(segments.filter((i) => categories.of[i] === place), name);
  };
  const grey = categories.list.some((category, place) => category.hue === null && place >= MOST && category.short !== "");
  return (
    <div class="legend-box">
      <ul class="legend" aria-label={words.map.legend}>
        {categories.list.map((category, place) => (
          <li key={category.name}>
            <button type="button" aria-pressed={chosen !== null && how === category.name} onClick={() => { press(place, category.name); }}>
              <Swatch hue={category.hue} /><span dir="auto">{category.name}</span> <span class="count">{counts[place]}</span>
            </button>
          </li>
        ))}
      </ul>
      {grey && <p class="small">{words.map.greyOnes}</p>}
    </div>
  );
}

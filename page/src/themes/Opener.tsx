import type { JSX } from "preact";
import type { Shown } from "../views/Themes";
import { useWords } from "../words";
import type { Row } from "./cells";

/** The name of a row: a press chooses its passages; beside a theme, what shows its codes. */
export function Opener({ row, opened, toggle, press }: { row: Row } & Pick<Shown, "opened" | "toggle" | "press">): JSX.Element {
  const words = useWords();
  const open = opened.has(row.theme);
  return (
    <span class="opener">
      {row.code === null && row.theme >= 0 && (
        <button type="button" class="more" aria-expanded={open} aria-label={words.themes.codesOf(row.name)} onClick={() => { toggle(row.theme); }}>{open ? "−" : "+"}</button>
      )}
      <button type="button" class="name" dir="auto" title={row.description} onClick={() => { press(row.all, row, null); }}>{row.name}</button>
    </span>
  );
}

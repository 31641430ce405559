import type { JSX } from "preact";
import type { Study } from "../study";
import { useWords } from "../words";

export function Themes({ study }: { study: Study }): JSX.Element {
  const words = useWords();
  return <p>{words.shell.soon} {words.shell.passages(study.n)}</p>;
}

// Open a file that was saved before, here or on another machine.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { PageData } from "../data";
import { useWords, type Words } from "../words";
import { LARGEST, readFile, type Problem } from "./file";
import { currentDesk, sitDown, useDesk } from "./seat";

function sentence(problem: Problem, words: Words["review"]): string {
  if (problem.what === "field") return words.problem.field(problem.field);
  if (problem.what === "proposal") return words.problem.proposal(problem.row, problem.field);
  return words.problem[problem.what];
}

export function FileButton({ data, text }: { data: PageData; text: string }): JSX.Element {
  const words = useWords().review;
  const desk = useDesk();
  const input = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState<string[]>([]);
  const take = (content: string): string[] => {
    const read = readFile(content, data.study.key);
    if ("problems" in read) return [words.fileRefused, ...read.problems.slice(0, 10).map((one) => sentence(one, words))];
    const { file } = read;
    if (desk !== null && desk.person.by !== file.by) return [words.otherPerson(file.by)];
    if (desk === null) sitDown({ by: file.by, role: file.role });
    return [words.tookIn(currentDesk()?.takeIn(file) ?? 0)];
  };
  const open = async (): Promise<void> => {
    const file = input.current?.files?.[0];
    if (file === undefined) return;
    setTold(file.size > LARGEST ? [words.fileRefused, words.problem["too large"]] : take(await file.text()));
    if (input.current !== null) input.current.value = ""; // the same file may be chosen again
  };
  return (
    <div class="file">
      <button type="button" onClick={() => { input.current?.click(); }}>{text}</button>
      <input ref={input} type="file" accept=".json,application/json" hidden aria-label={text} onChange={() => { void open(); }} />
      <div role="status">{told.map((line) => <p key={line}>{line}</p>)}</div>
    </div>
  );
}

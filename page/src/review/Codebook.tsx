// Other names for codes and themes, codes merged, a code split: each a proposal with its reason.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { PageData } from "../data";
import { useWords } from "../words";
import { CodePicker } from "./CodePicker";
import type { Desk } from "./desk";
import { codeLabel, saidOf } from "./names";
import { Mine } from "./PassageCard";
import { PickList } from "./PickList";
import { lacking, mattersOf, type Lack, type NewCode, type Said } from "./proposals";
import { Reason } from "./Reason";

const LIST = "codes-to-decide";
const NEW: NewCode = { theme: "", essence: "", code: "", definition: "" };
type Action = "rename" | "merge" | "split" | "memo";
type Subject = { code: number } | { theme: number };

interface Props {
  data: PageData;
  desk: Desk;
  onTell: (sentence: string) => void;
  onUndo: (id: string) => void;
}

/** Codes under their themes, each theme before its codes. */
function subjects(data: PageData): Subject[] {
  const loose = data.codes.flatMap((code, i) => (data.themes[code.theme] === undefined ? [{ code: i }] : []));
  return [...data.themes.flatMap((_, t): Subject[] => [{ theme: t }, ...data.codes.flatMap((code, i) => (code.theme === t ? [{ code: i }] : []))]), ...loose];
}

export function Codebook({ data, desk, onTell, onUndo }: Props): JSX.Element {
  const words = useWords().review;
  const [active, setActive] = useState(0);
  const list = subjects(data);
  const subject = list[active];
  if (subject === undefined) return <p>{words.noSuchCode}</p>;
  return (
    <div class="desk">
      <PickList id={LIST} label={words.codeList} n={list.length} active={active} onActive={setActive}
        onKey={(key) => {
          if (key === "Enter") document.getElementById("deciding")?.focus();
          return key === "Enter";
        }}
        row={(i) => {
          const one = list[i];
          if (one === undefined) return null;
          const theme = "theme" in one;
          return (
            <>
              <span class="line" dir="auto">{theme ? <b>{data.themes[one.theme]?.name}</b> : data.codes[one.code]?.name}</span>
              <span class="line soft" dir="auto">{theme ? words.themeOf : data.codes[one.code]?.definition}</span>
            </>
          );
        }} />
      <SubjectCard key={active} data={data} desk={desk} subject={subject} onTell={onTell} onUndo={onUndo} onBack={() => document.getElementById(LIST)?.focus()} />
    </div>
  );
}

function levelsOf(data: PageData, index: number): NewCode {
  const code = data.codes[index];
  if (code === undefined) return NEW;
  const theme = data.themes[code.theme]?.name ?? "";
  const own = code.id === [theme, code.essence].filter((part) => part !== "").join("/");
  return { theme, essence: code.essence, code: own ? "" : code.name, definition: "" };
}

function SubjectCard({ data, desk, subject, onTell, onUndo, onBack }: Props & { subject: Subject; onBack: () => void }): JSX.Element {
  const all = useWords();
  const words = all.review;
  const path = "code" in subject ? (data.codes[subject.code]?.id ?? "") : "";
  const theme = "theme" in subject ? (data.themes[subject.theme]?.name ?? "") : "";
  const start = "code" in subject ? levelsOf(data, subject.code) : NEW;
  const fresh = { ...start, code: "" };
  const id = useId();
  const [action, setAction] = useState<Action>("rename");
  const [name, setName] = useState("");
  const [others, setOthers] = useState<ReadonlySet<string>>(new Set());
  const [made, setMade] = useState<NewCode[]>([start, fresh]);
  const [note, setNote] = useState("");
  const [lack, setLack] = useState<Lack | "undo first" | null>(null);
  const here = desk.standing().filter(({ proposal }) => (path !== "" ? proposal.segment === undefined && proposal.cluster === undefined && proposal.code?.includes(path) === true : proposal.theme === theme));
  const said = (): Said => {
    const about = path !== "" ? { code: [path] } : { theme };
    const reason = { note: note.trim() };
    if (action === "rename") return { kind: "rename", ...about, to: name.trim(), ...reason };
    if (action === "merge") return { kind: "merge", code: [path, ...others], to: made.slice(0, 1).map(trimmed), ...reason };
    if (action === "split") return { kind: "split", code: [path], to: made.map(trimmed), ...reason };
    return { kind: "memo", ...about, ...reason };
  };
  const propose = (): void => {
    const whole = said();
    const matters = new Set(mattersOf(whole));
    const unsaved = desk.standing().some(({ proposal, exported }) => exported === "" && mattersOf(proposal).some((matter) => matters.has(matter)));
    const own = action === "rename" && whole.to === (path !== "" ? (data.codes["code" in subject ? subject.code : -1]?.name ?? "") : theme);
    const unnamed = start.code !== "" && Array.isArray(whole.to) && whole.to.some((one) => one.code === ""); // a code left empty would be a theme
    const lacks = unsaved ? "undo first" : own ? "own name" : unnamed ? (action === "split" ? "two new codes" : "new name") : (lacking(whole)[0] ?? null);
    setLack(lacks);
    if (lacks !== null) return;
    const proposal = desk.add(whole);
    setNote("");
    setName("");
    setOthers(new Set());
    setMade([start, fresh]);
    onTell(words.said.kept(`${words.kind[proposal.kind]}: ${saidOf(data, proposal, all)}`));
  };
  const actions: Action[] = path !== "" ? ["rename", "merge", "split", "memo"] : ["rename", "memo"];
  const used = data.coders.length === 0 || !("code" in subject) ? null : data.segments.id.filter((_, i) => data.coders.some((coder) => coder.codes[i]?.includes(subject.code) === true)).length;
  return (
    <article class="card decide" onKeyDown={(event) => { if (event.key === "Escape") onBack(); }}>
      <h3 tabIndex={-1} id="deciding" dir="auto">{path !== "" ? codeLabel(data, path) : theme}</h3>
      <p dir="auto">{("code" in subject ? data.codes[subject.code]?.definition : data.themes[subject.theme]?.description) || <span class="soft">{words.noDefinition}</span>}</p>
      {used !== null && <p class="soft">{words.coded(used)}</p>}
      <fieldset class="roles">
        <legend>{words.action}</legend>
        {actions.map((one) => (
          <label key={one} class="tick">
            <input type="radio" name={`${id}-action`} checked={action === one} onChange={() => { setAction(one); setLack(null); }} /> {words[one]}
          </label>
        ))}
      </fieldset>
      {action === "rename" && (
        <p>
          <label for={`${id}-name`}>{words.newName}</label>
          <input id={`${id}-name`} type="text" value={name} dir="auto" aria-invalid={lack === "new name" || lack === "own name"} onInput={(event) => { setName(event.currentTarget.value); setLack(null); }} />
        </p>
      )}
      {action === "merge" && <CodePicker data={data} legend={words.mergeWith} chosen={others} without={path} onChange={setOthers} />}
      {action === "merge" && <NewCodes legend={() => words.oneNew} made={made.slice(0, 1)} onMade={(one) => { setMade([...one, fresh]); setLack(null); }} />}
      {action === "split" && <NewCodes legend={words.newCode} made={made} onMade={(list) => { setMade(list); setLack(null); }} onMore={() => { setMade([...made, fresh]); }} />}
      <Reason note={note} lack={lack} onNote={(text) => { setNote(text); setLack(null); }} onDone={propose} />
      <p class="buttons"><button type="button" class="main" onClick={propose}>{words.propose}</button></p>
      <Mine data={data} kept={here} onUndo={onUndo} />
    </article>
  );
}

function trimmed(code: NewCode): NewCode {
  return { theme: code.theme.trim(), essence: code.essence.trim(), code: code.code.trim(), definition: code.definition.trim() };
}

interface NewProps {
  legend: (i: number) => string;
  made: readonly NewCode[];
  onMade: (made: NewCode[]) => void;
  onMore?: () => void;
}

function NewCodes({ legend, made, onMade, onMore }: NewProps): JSX.Element {
  const words = useWords().review;
  const fields = ["theme", "essence", "code", "definition"] as const;
  const set = (at: number, field: keyof NewCode, text: string): void => { onMade(made.map((one, i) => (i === at ? { ...one, [field]: text } : one))); };
  return (
    <>
      {made.map((one, i) => (
        <fieldset key={i} class="new-code">
          <legend>{legend(i + 1)}</legend>
          {fields.map((field) => (
            <label key={field}>{words[field]} <input type="text" dir="auto" value={one[field]} onInput={(event) => { set(i, field, event.currentTarget.value); }} /></label>
          ))}
        </fieldset>
      ))}
      {onMore !== undefined && <p class="buttons"><button type="button" onClick={onMore}>{words.addCode}</button></p>}
    </>
  );
}

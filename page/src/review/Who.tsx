// Who decides: asked once.
import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import type { PageData } from "../data";
import { inFrame } from "../inFrame";
import { useWords } from "../words";
import { FileButton } from "./FileButton";
import { ROLES, type Role } from "./proposals";
import { here, sitDown } from "./seat";

export function Who({ data }: { data: PageData }): JSX.Element {
  const words = useWords().review;
  const [by, setBy] = useState("");
  const [role, setRole] = useState<Role | null>(null);
  const [missing, setMissing] = useState(false);
  const [noRole, setNoRole] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const { people, elsewhere } = here();
  const begin = (event: Event): void => {
    event.preventDefault();
    const name = by.replace(/\p{Surrogate}/gu, "").trim().replace(/\s+/g, " ");
    setMissing(name === "");
    setNoRole(role === null);
    if (name === "") field.current?.focus();
    else if (role === null) document.getElementById(`${id}-${ROLES[0]}`)?.focus();
    else {
      sitDown({ by: name, role });
      setTimeout(() => document.getElementById("deciding")?.focus()); // the form, and the focus in it, are gone
    }
  };
  return (
    <form class="card who" onSubmit={begin}>
      <h3>{words.who.title}</h3>
      <p>{inFrame() ? words.who.inNotebook : words.who.why}</p>
      <p>
        <label for={id}>{words.who.name}</label>
        <input id={id} ref={field} type="text" maxLength={80} value={by} autocomplete="off" aria-invalid={missing} aria-describedby={missing ? `${id}-missing` : undefined}
          onInput={(event) => { setBy(event.currentTarget.value); }} />
        {missing && <span id={`${id}-missing`} class="wrong" role="alert">{words.who.missing}</span>}
      </p>
      <fieldset class="roles">
        <legend>{words.who.role}</legend>
        {ROLES.map((one) => (
          <label key={one} class="tick">
            <input type="radio" id={`${id}-${one}`} name={`${id}-role`} checked={role === one} aria-describedby={noRole ? `${id}-no-role` : undefined}
              onChange={() => { setRole(one); setNoRole(false); }} /> {words.roles[one]}
          </label>
        ))}
        {noRole && <span id={`${id}-no-role`} class="wrong" role="alert">{words.who.noRole}</span>}
      </fieldset>
      <p class="buttons"><button type="submit" class="main">{words.who.start}</button></p>
      {people.length > 0 && (
        <p class="buttons">
          {words.who.before}
          {people.map((one) => <button key={one.by} type="button" onClick={() => { sitDown(one); }}>{one.by}</button>)}
        </p>
      )}
      <FileButton data={data} text={words.who.open} />
      {elsewhere.map((one) => <p key={`${one.key} ${one.by}`} class="banner">{words.elsewhere(one.n, one.by)}</p>)}
    </form>
  );
}

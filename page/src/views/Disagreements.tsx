import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { PageData } from "../data";
import { againstMachine, betweenPeople, wanting, type Difference, type Order } from "../review/parting";
import { FilterRow } from "../parts/Filters";
import { MachineView, Others, Passage } from "../review/Passage";
import { saw, useDesk } from "../review/seat";
import { filters, focusOn, NO_FILTERS, selection } from "../state";
import { useStore } from "../store";
import type { Study } from "../study";
import { useWords } from "../words";

const AT_ONCE = 20;

/** First what people part on, then where the machine parts from all of them; never by what the machine is sure of. */
export function Disagreements({ study }: { study: Study }): JSX.Element {
  const words = useWords().disagreements;
  const { data } = study;
  const wanted = useStore(filters);
  const [order, setOrder] = useState<Order>("kinds");
  const desk = useDesk();
  const people = useMemo(() => betweenPeople(data, order), [data, order]);
  const machine = useMemo(() => againstMachine(data, order), [data, order]);
  const fits = useMemo(() => wanting(study, wanted), [study, wanted]);
  const key = JSON.stringify([wanted, order]); // other filters begin at the top again
  const closed = data.segments.open.filter((one) => !one).length;
  const none = data.coders.length === 0 ? words.noCoder : data.coders.length === 1 ? words.oneCoder : words.alike;
  return (
    <div class="disagreements">
      <p>{words.intro} {words.level[data.level]}</p>
      {closed > 0 && <p class="soft">{words.unfinished(closed)}</p>}
      <FilterRow study={study} />
      <p class="which">
        <label>{words.order} <select value={order} onChange={(event) => { setOrder(event.currentTarget.value as Order); }}>
          <option value="kinds">{words.kinds}</option>
          <option value="talk">{words.talk}</option>
        </select></label>
      </p>
      {desk !== null && <p class="soft">{words.seen}</p>}
      <List key={`people ${key}`} data={data} title={words.people} counted={words.nPeople} none={none} all={people} fits={fits} />
      <List key={`machine ${key}`} data={data} title={words.machine} counted={words.nMachine} none={data.machine === null ? words.noMachine : words.alikeMachine} all={machine} fits={fits} />
    </div>
  );
}

interface ListProps {
  data: PageData;
  title: string;
  counted: (n: number) => string;
  none: string;
  all: Difference[];
  fits: (segment: number) => boolean;
}

function List({ data, title, counted, none, all, fits }: ListProps): JSX.Element {
  const words = useWords().disagreements;
  const [n, setN] = useState(AT_ONCE);
  const found = useMemo(() => all.filter((one) => fits(one.segment)), [all, fits]);
  const shown = useMemo(() => found.slice(0, n), [found, n]);
  useEffect(() => { saw(shown.map((one) => data.segments.id[one.segment] ?? ""), "others"); }, [data, shown]);
  const clear = (): void => { filters.set(NO_FILTERS); };
  return (
    <section>
      <h3>{title}</h3>
      {all.length === 0 && <p>{none}</p>}
      {all.length > 0 && found.length === 0 && <p role="status">{words.noHit(all.length)} <button type="button" class="link" onClick={clear}>{words.clear}</button></p>}
      {found.length > 0 && <p class="soft">{counted(found.length)}. {words.showing(shown.length, found.length)}</p>}
      <ol class="cards-list">
        {shown.map((one) => <Card key={one.segment} data={data} segment={one.segment} />)}
      </ol>
      {found.length > n && (
        <p class="buttons"><button type="button" onClick={() => { setN(n + AT_ONCE); }}>{words.more(Math.min(AT_ONCE, found.length - n), found.length - n)}</button></p>
      )}
    </section>
  );
}

function Card({ data, segment }: { data: PageData; segment: number }): JSX.Element {
  const words = useWords().disagreements;
  const [open, setOpen] = useState(false);
  const { focus, chosen } = useStore(selection);
  const id = data.segments.id[segment] ?? "";
  const lit = focus === segment || chosen?.has(segment) === true;
  const lead = (view: string): void => {
    focusOn(segment);
    location.hash = `#/${view}`;
  };
  return (
    <li class={lit ? "card lit" : "card"}>
      <Passage data={data} segment={segment} />
      <Others data={data} segment={segment} />
      <p class="buttons">
        {data.machine !== null && (
          <button type="button" aria-expanded={open} onClick={() => {
            if (!open) saw([id], "machine");
            setOpen(!open);
          }}>{open ? words.hideMachine : words.showMachine}</button>
        )}
        <button type="button" onClick={() => { lead("review"); }}>{words.decide}</button>
        <button type="button" onClick={() => { lead("read"); }}>{words.read}</button>
      </p>
      {open && <MachineView data={data} segment={segment} />}
    </li>
  );
}

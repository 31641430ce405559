// A student's coding sheet: the talk, the codes, and what this student chose; nothing leaves the file but by its button.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("sheet-data").textContent);
  const words = data.words;
  const NO_CODE = words.no_code;
  const prefix = `alliance_nlp sheet ${data.id} `;
  const BEGUN = `${prefix}begun`;
  const toCode = data.turns.filter((turn) => !turn.asks);
  const given = new Map(toCode.map((turn) => [turn.key, { codes: [], none: false, note: "" }]));
  const parts = new Map(); // by turn: what of the page shows it
  let shelf = null;
  let waits = false; // something is in no file yet
  let open = null;

  /* ---- words ---- */
  const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
  const clock = () => new Date().toLocaleTimeString(data.language, { hour: "2-digit", minute: "2-digit" });

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /* ---- what is kept in the browser: one entry a turn, so that two tabs never write over one another ---- */
  function warn(name) {
    const line = document.getElementById("trouble");
    line.textContent = name === "" ? "" : say(name);
    line.hidden = name === "";
  }

  function status(text) {
    document.getElementById("status").textContent = text;
  }

  function keep(key) {
    waits = true;
    const one = given.get(key);
    try {
      if (shelf === null) throw new Error("no storage");
      if (shelf.getItem(BEGUN) === null) {
        for (const [other, value] of given) if (isReached(value) || value.note) shelf.setItem(prefix + other, JSON.stringify(value));
        shelf.setItem(BEGUN, new Date().toISOString());
        warn("cleared");
      }
      shelf.setItem(prefix + key, JSON.stringify(one));
      status(say("saved", { time: clock() }));
    } catch {
      status("");
      warn("not_kept");
    }
    progress();
  }

  function taken(text) {
    try {
      const value = JSON.parse(text);
      const known = new Set(data.codes.map((code) => code.name));
      const codes = Array.isArray(value.codes) ? value.codes.filter((code) => known.has(code)) : [];
      return { codes, none: value.none === true && codes.length === 0, note: typeof value.note === "string" ? value.note : "" };
    } catch {
      return null;
    }
  }

  /** Take over what another tab of this browser wrote; give how many turns changed. */
  function readAll() {
    let changed = 0;
    if (shelf === null) return changed;
    for (const key of given.keys()) {
      const text = shelf.getItem(prefix + key);
      const found = text === null ? null : taken(text);
      if (found !== null && JSON.stringify(found) !== JSON.stringify(given.get(key))) {
        given.set(key, found);
        changed += 1;
      }
    }
    return changed;
  }

  function begin() {
    try {
      shelf = window.localStorage;
      const test = `${prefix}test`;
      shelf.setItem(test, "1");
      shelf.removeItem(test);
      if (shelf.getItem(BEGUN) === null) {
        shelf.setItem(BEGUN, new Date().toISOString());
        status(say("fresh"));
      } else {
        readAll();
        status(say("continued", { n: reached(), of: toCode.length }));
      }
    } catch {
      shelf = null;
      warn("not_kept");
    }
  }

  function lookAgain() {
    if (shelf === null) return;
    try {
      if (shelf.getItem(BEGUN) === null) { // cleared behind our back: what is on the page is all there is
        for (const key of given.keys()) if (isReached(given.get(key)) || given.get(key).note) keep(key);
        shelf.setItem(BEGUN, new Date().toISOString());
        warn("cleared");
        return;
      }
      if (readAll() > 0) {
        warn("elsewhere");
        for (const key of given.keys()) show(key);
        progress();
      }
    } catch {
      warn("not_kept");
    }
  }

  /* ---- what was chosen ---- */
  const isReached = (one) => one.none || one.codes.length > 0;
  const reached = () => [...given.values()].filter(isReached).length;

  function progress() {
    document.getElementById("progress").textContent = say("progress", { n: reached(), of: toCode.length });
  }

  function choose(key, name, on) {
    const one = given.get(key);
    if (name === null) {
      one.none = on;
      if (on) one.codes = [];
    } else {
      if (on) one.none = false;
      const chosen = new Set(one.codes);
      if (on) chosen.add(name);
      else chosen.delete(name);
      one.codes = data.codes.map((code) => code.name).filter((code) => chosen.has(code));
    }
    keep(key);
    show(key);
  }

  function show(key) {
    const { state, box, section } = parts.get(key);
    const one = given.get(key);
    state.textContent = one.none ? NO_CODE : one.codes.length > 0 ? one.codes.join(" + ") : say("not_reached");
    section.classList.toggle("reached", isReached(one));
    for (const input of box.querySelectorAll("input")) {
      input.checked = input.value === "" ? one.none : one.codes.includes(input.value);
    }
    const note = box.querySelector("textarea");
    if (note !== null && note !== document.activeElement) note.value = one.note;
  }

  /* ---- the page ---- */
  function choice(key, at, code) {
    const id = `${key}-${at}`;
    const input = make("input", { type: "checkbox", id, value: code === null ? "" : code.name });
    input.addEventListener("change", () => choose(key, code === null ? null : code.name, input.checked));
    const label = make("label", { for: id, dir: "auto", lang: code === null ? data.language : data.codes_language }, code === null ? NO_CODE : code.name);
    const meaning = code === null ? say("no_code_means") : code.meaning;
    const line = make("div", { class: "choice" }, input, label);
    if (meaning) {
      input.setAttribute("aria-describedby", `${id}-means`);
      line.append(make("p", { class: "meaning", id: `${id}-means`, dir: "auto", lang: code === null ? data.language : data.codes_language }, meaning));
    }
    return line;
  }

  /** The boxes of a turn, made when it is opened for the first time. */
  function fill(turn) {
    const { box } = parts.get(turn.key);
    if (box.childElementCount > 0) return;
    box.append(choice(turn.key, 0, null));
    let theme = null;
    let group = null;
    data.codes.forEach((code, at) => {
      if (group === null || code.theme !== theme) {
        theme = code.theme;
        group = make("div", { role: "group", class: "theme" });
        if (theme) {
          group.setAttribute("aria-label", theme);
          group.append(make("p", { class: "theme-name", dir: "auto", lang: data.codes_language, "aria-hidden": "true" }, theme));
        }
        box.append(group);
      }
      group.append(choice(turn.key, at + 1, code));
    });
    const id = `${turn.key}-note`;
    const note = make("textarea", { id, rows: "2", dir: "auto" });
    note.addEventListener("input", () => {
      given.get(turn.key).note = note.value;
      keep(turn.key);
    });
    const next = make("button", { type: "button", class: "next" }, say("next"));
    next.addEventListener("click", () => goOn(turn));
    box.append(make("label", { for: id, class: "why" }, say("note")), note, next);
    show(turn.key);
  }

  function opened(turn, on) {
    const { button, box } = parts.get(turn.key);
    if (on) {
      if (open !== null && open !== turn) opened(open, false);
      fill(turn);
    }
    open = on ? turn : open === turn ? null : open;
    button.setAttribute("aria-expanded", String(on));
    box.hidden = !on;
  }

  function goOn(turn) {
    const next = toCode[toCode.indexOf(turn) + 1];
    if (next === undefined) {
      opened(turn, false);
      document.getElementById("export").focus();
      return;
    }
    opened(next, true);
    const { button, section } = parts.get(next.key);
    button.focus({ preventScroll: true });
    section.scrollIntoView({ block: "start" });
  }

  function spoken(turn, tag) {
    return make(tag, { class: "words", dir: "auto", lang: data.talk_language }, turn.withheld ? make("i", { lang: data.language }, say("withheld")) : turn.text);
  }

  function who(turn) {
    return make("span", { class: "who" }, `${say("turn")} ${turn.turn} `, make("bdi", {}, turn.speaker));
  }

  function laidOut(turn) {
    if (turn.asks) return make("div", { class: "asked" }, make("p", {}, who(turn)), spoken(turn, "p"));
    const state = make("span", { class: "state", dir: "auto" });
    const box = make("div", { class: "box", id: `${turn.key}-box` });
    box.hidden = true;
    const button = make("button", { type: "button", class: "open", "aria-expanded": "false", "aria-controls": `${turn.key}-box` },
      make("span", { class: "quiet" }, `${say("codes_of", { turn: turn.turn })} `), state);
    button.addEventListener("click", () => opened(turn, button.getAttribute("aria-expanded") === "false"));
    const section = make("div", { class: "said", role: "group", "aria-labelledby": `${turn.key}-who` },
      make("p", { id: `${turn.key}-who` }, who(turn)), spoken(turn, "p"), button, box);
    parts.set(turn.key, { state, box, button, section });
    return section;
  }

  /* ---- out ---- */
  // what a spreadsheet would run begins with an apostrophe, as in every table of the library; its reader takes it away
  const BREAKS = /^[\t\r\n]/;
  const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?$/;
  const UNSEEN = /^[\p{C}\p{M}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*/u;
  // eslint-disable-next-line no-control-regex
  const UNPRINTABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]|\p{Cs}/gu;

  function guarded(text) {
    const clean = text.replace(UNPRINTABLE, "\ufffd");
    const bare = clean.replace(/^'+/, "");
    if (NUMBER.test(bare)) return clean;
    const first = [...bare.replace(UNSEEN, "")][0] ?? "";
    return BREAKS.test(bare) || /^[=+\-@]/.test(first.normalize("NFKC")) ? `'${clean}` : clean;
  }

  function table() {
    const rows = [["coder", "transcript", "turn", "code", "note"]];
    for (const turn of toCode) {
      const one = given.get(turn.key);
      const codes = one.none ? [NO_CODE] : one.codes.length > 0 ? one.codes : [""];
      codes.forEach((code, at) => rows.push([data.coder, turn.transcript, String(turn.turn), code, at === 0 ? one.note : ""]));
    }
    return rows.map((row) => row.map((cell) => `"${guarded(cell).replaceAll('"', '""')}"`).join(",")).join("\r\n") + "\r\n";
  }

  function handOver() {
    const text = table();
    const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
    const name = `codings-${data.coder.replace(/[\p{C}/\\:*?"<>|]/gu, "_")}.csv`;
    const link = make("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    waits = false;
    document.getElementById("copy").value = text;
    document.getElementById("instead").hidden = false;
    status(say("exported", { name, n: reached(), of: toCode.length }));
  }

  function forget() {
    try {
      for (const key of given.keys()) shelf?.removeItem(prefix + key);
      shelf?.removeItem(BEGUN);
    } catch { /* nothing was kept there */ }
    shelf = null;
    for (const key of given.keys()) {
      given.set(key, { codes: [], none: false, note: "" });
      show(key);
    }
    waits = false;
    progress();
    status(say("forgotten"));
  }

  function wire() {
    const talk = document.getElementById("talk");
    for (const turn of data.turns) talk.append(laidOut(turn));
    begin();
    for (const key of given.keys()) show(key);
    progress();
    document.getElementById("export").addEventListener("click", handOver);
    document.getElementById("meanings").addEventListener("change", (event) => document.body.classList.toggle("meanings", event.target.checked));
    const sure = document.getElementById("forget-sure");
    document.getElementById("forget").addEventListener("click", () => {
      sure.hidden = false;
      sure.focus();
    });
    sure.addEventListener("click", () => {
      sure.hidden = true;
      forget();
      document.getElementById("forget").focus();
    });
    window.addEventListener("storage", lookAgain);
    window.addEventListener("focus", lookAgain);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) lookAgain(); });
    window.addEventListener("beforeunload", (event) => { if (waits && shelf === null) event.preventDefault(); });
    document.getElementById("with-script").hidden = false;
  }

  wire();
})();

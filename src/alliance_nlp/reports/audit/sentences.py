"""What the records say of how a study was made, sentence by sentence; what they do not say is left to the authors."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from alliance_nlp.comparison.counting import said_of_naming
from alliance_nlp.errors import counted, listed
from alliance_nlp.ledger import PROGRAM
from alliance_nlp.numeric import grouped
from alliance_nlp.records import Row, format_cell
from alliance_nlp.reports.audit.facts import Facts
from alliance_nlp.reports.audit.people_said import asked, read_differently
from alliance_nlp.reports.audit.said import Said, left_open, said
from alliance_nlp.segments import segment

MOST_PAIRS = 3  # of more coders than give so many pairs, the range over pairs is said, and the table holds the rest


def methods(facts: Facts) -> list[Said]:
    """Give the sentences of the methods paragraph."""
    study, book = facts.study, facts.study.codebook
    n_sessions = len({t.session_name for t in study.transcripts})
    material = (
        f"The material is {counted(n_sessions, 'session')} with {counted(len(facts.people), 'participant')}, "
        f"{counted(facts.n_turns, 'turn')}."
    )
    vague = facts.unknown_roles
    found = []
    if study.synthetic:
        found.append(said("This study is synthetic; its figures are no evidence.", "study.toml: synthetic", True))
    found.append(said(material, "transcripts and participants", n_sessions, len(facts.people), facts.n_turns))
    if vague:
        text = f"Of {len(vague)} of them no record says whether they took part or led the talk: {', '.join(vague)}."
        found.append(said(text, "roles of the speakers", len(vague), vague))
    found += [*significance(facts), *coders(facts), *agreed(facts)]
    if book is not None:
        sizes = f"The codebook holds {counted(len(book), 'code')} under {counted(len(book.themes), 'theme')}."
        found.append(said(sizes, "codebook", len(book), len(book.themes)))
        found.append(left_open("who wrote essences, themes and composite descriptions; the library fills in none"))
    found += [*machine(facts), *compared(facts), *decided(facts), *asked(facts), *read_differently(facts)]
    if facts.saturation:
        found.append(said(f"Saturation: {facts.saturation}.", "assess_saturation()", facts.saturation))
    return [*found, *_not_on_record(facts), *software(facts)]


def significance(facts: Facts) -> Iterator[Said]:
    """Say who marked significant statements, of how many that they read, and how far each two of them agree."""
    if facts.marks is None or not facts.marks.marks:
        yield left_open("who marked significant statements, and how; no reader's marks are on record")
        return
    for reader in facts.marks.readers:
        own = facts.marks.by(reader)
        n, days = sum(m.significant for m in own.marks), sorted({m.date for m in own.marks if m.date is not None})
        when = f", {days[0].isoformat()} to {days[-1].isoformat()}" if days else ""
        read = (
            next((row for row in facts.readers.per_reader if row["reader"] == reader), None) if facts.readers else None
        )
        of = f"; of {counted(read['read'], 'turn')} read, marked: {read['marked']}" if read is not None else ""
        yield said(f"{reader} marked {counted(n, 'statement')} as significant{when}{of}.", "marks.csv", reader, n,
                   days, read or {})  # fmt: skip
    pairs = facts.readers.pairs if facts.readers is not None else ()
    for row in pairs if len(pairs) <= MOST_PAIRS else ():
        ends = format_cell(row["interval"]) or "no interval"
        yield said(
            f"On {counted(row['n_both_read'], 'turn')} that both read, {row['reader']} and {row['other']} both marked "
            f"{row['both']}: Cohen's kappa {format_cell(row['kappa'])} ({ends}).",
            "readers_compared.csv", row["n_both_read"], row["reader"], row["other"], row["both"],
            format_cell(row["kappa"]), ends,
        )  # fmt: skip
    if len(pairs) > MOST_PAIRS:
        kappas = [row["kappa"] for row in pairs]
        low, high = format_cell(min(kappas)), format_cell(max(kappas))
        yield said(f"Cohen's kappa of their marks is {low} to {high} over {len(pairs)} pairs of readers.",
                   "readers_compared.csv", low, high, len(pairs))  # fmt: skip


def coders(facts: Facts) -> Iterator[Said]:
    """Say who coded, who saw suggestions and when, and what nobody wrote down."""
    if not facts.coders:
        return
    n = counted(len(facts.coders), "person", "people")
    yield said(f"{n} coded: {', '.join(facts.coders)}.", "coding of the study", len(facts.coders), facts.coders)
    yield from _read(facts)
    for name in facts.machines:
        yield said(f"What {name} applied is suggested by a machine, all of it.", "coding of the study: status", name)
    lines = grouped((line.by, line) for line in facts.saw_before)
    for coder, saw in facts.saw.items():
        seen = [*lines.get(coder, ()), *lines.get("anybody", ())]
        if saw and seen:
            when = listed([f"{line.date.isoformat()} (decision {line.number})" for line in seen], "and")
            yield said(f"{coder} saw machine suggestions before having finished coding, on {when}.",
                       "ledger: saw suggestions", coder, when)  # fmt: skip
    states = {True: "saw machine suggestions before coding; when is not on record",
              False: "saw no machine suggestions before coding"}  # fmt: skip
    for state, words in states.items():
        names = [c for c, saw in facts.saw.items() if saw is state and not (saw and (c in lines or "anybody" in lines))]
        if names:
            yield said(f"{listed(names, 'and')} {words}.", "study: saw_suggestions", {c: facts.saw[c] for c in names})
    unknown = [coder for coder, saw in facts.saw.items() if saw is None]
    if unknown:
        yield left_open(f"whether {listed(unknown, 'and')} saw machine suggestions before coding; it is not on record")
    if len(facts.coders) > 1:
        yield left_open("whether they coded without knowing each other's codes")


def _read(facts: Facts) -> Iterator[Said]:
    """Say how many turns each coder read, where they did not all read the same number."""
    coding, turns = facts.study.coding, segment(facts.study.transcripts, roles=("participant", None))
    if coding is None or len(facts.coders) < 2:
        return
    laid = coding.on(turns)
    read = {coder: sum(one is not None for one in laid.sets[coder]) for coder in facts.coders if coder in laid.sets}
    if len(set(read.values())) > 1:
        words = ", ".join(f"{coder} {n}" for coder, n in read.items())
        text = f"Of {counted(len(turns), 'turn')} that can be coded they read: {words}."
        yield said(text, "coding of the study: read", len(turns), read)


def agreed(facts: Facts) -> Iterator[Said]:
    """Say how far coders agreed before consensus, each two of them, how intervals were drawn, and what came after."""
    if facts.pairs:
        yield _kappas(facts)
        basis = facts.pairs[0].basis
        yield said(basis.on_intervals, "agreement of the coders: settings", basis.on_intervals)
    consensus = facts.study.consensus
    if consensus is not None:
        behind = facts.study.settings.get("consensus", {})
        who = tuple(map(str, behind.get("coders", ()))) if isinstance(behind, dict) else ()
        of = f" of {listed(who, 'and')}" if who else ""
        n = len({(a.transcript_id, a.start, a.end) for a in consensus.applied if a.code_id})
        yield said(f"The study holds a consensus{of}: {counted(n, 'passage')} with a code.",
                   "consensus of the study", n, who)  # fmt: skip


def _kappas(facts: Facts) -> Said:
    """Cohen's kappa of each two coders; over many pairs, from the lowest to the highest."""
    before = " before consensus" if facts.study.consensus is not None else ""
    record = "agreement_before_consensus.csv"
    held = [(p.basis.name_a, p.basis.name_b, _kappa(row)) for p in facts.pairs for row in p.main]
    if len(facts.pairs) > MOST_PAIRS:
        spans = grouped((row["code"], row["kappa"]) for pair in facts.pairs for row in pair.main)
        rows = "; ".join(_range(code, kappas) for code, kappas in spans.items())
        n = len(facts.pairs)
        text = (
            f"Agreement{before} of each two of {len(facts.coders)} coders was, as Cohen's kappa from the lowest to the "
            f"highest of {n} pairs: {rows}; intervals stand in {record}."
        )
        return said(text, record, len(facts.coders), n, rows, held)
    rows = "; ".join(
        f"{pair.basis.name_a} and {pair.basis.name_b}: {', '.join(map(_kappa, pair.main))}" for pair in facts.pairs
    )
    return said(f"Agreement{before} was, as Cohen's kappa with its interval: {rows}.", record, held)


def _range(code: str, kappas: list[float]) -> str:
    """From the lowest to the highest; of how many pairs it is undefined."""
    defined = [kappa for kappa in kappas if not math.isnan(kappa)]
    n = len(kappas) - len(defined)
    none = f" (undefined in {counted(n, 'pair')})" if n else ""
    ends = f"{format_cell(min(defined))} to {format_cell(max(defined))}" if defined else "undefined"
    return f"{code} {ends}{none if defined else ''}"


def _kappa(row: Row) -> str:
    return f"{row['code']} {format_cell(row['kappa'])} ({format_cell(row['kappa_interval']) or 'no interval'})"


def machine(facts: Facts) -> Iterator[Said]:
    """Say whether a machine took part, what it learnt from, and where that is kept."""
    found = [*_suggesting(facts), *_asking(facts), *_clustering(facts)]
    if not found and facts.comparison is not None and facts.comparison.basis.machine is not None:
        what = facts.comparison.basis.machine_is
        found = [said(f"One side of the comparison is a machine's ({what}).", "comparison: settings", what)]
        found.append(left_open("what made it, and what it had learnt from; the records do not hold it"))
    yield from found
    if not found:
        yield said("This folder holds no comparison with a machine.", "files of this folder", "no machine's side")
        if facts.saw_before or any(facts.saw.values()):
            yield left_open("which machine made the suggestions that coders saw")


def _suggesting(facts: Facts) -> Iterator[Said]:
    settings = facts.suggested
    if not settings:
        return
    n, level, from_whom = settings.get("n_learnt", 0), settings.get("level"), settings.get("learnt_from", {})
    encoder, out = facts.encoder, settings.get("held_out", "")
    source = f"from {counted(n, 'segment')} that people had read" if n else "from the codebook"
    coded_by = tuple(map(str, from_whom.get("coders", ()))) if n else ()
    by = f", coded by {listed(coded_by, 'and')}" if coded_by else ""
    left_out = f"; held out: {out}" if out and n else ""
    with_encoder = f", with {encoder}" if encoder else ""
    yield said(f"A machine suggested codes {source}{by} (level: {level}{with_encoder}{left_out}).",
               "settings of what suggested", n, coded_by, level, encoder, out)  # fmt: skip
    if n:
        yield said("What it learnt stands in no file of this folder.", "files of this folder", "no learnt model")
        yield left_open("whether what it learnt was kept elsewhere, and where")


def _asking(facts: Facts) -> Iterator[Said]:
    """Say which language model coded, by which prompt."""
    for of in facts.language_models:
        prompt, n = of.get("prompt", {}), of.get("n_segments", 0)
        name, sha256 = prompt.get("name"), str(prompt.get("sha256"))[:12]
        revision = f" ({of['revision']})" if of.get("revision") else ""
        yield said(
            f"The language model {of.get('model')}{revision} coded {counted(n, 'segment')} (level: {of.get('level')}) "
            f"by the prompt {name} (SHA-256 {sha256}) at temperature {of.get('temperature')}; a code counted where its "
            "quote stood in the segment.",
            "settings of the language model", of.get("model"), of.get("revision"), n, of.get("level"), name, sha256,
            of.get("temperature"),
        )  # fmt: skip
        yield left_open("whether transcripts or codings like these may have been in the model's training")


def _clustering(facts: Facts) -> Iterator[Said]:
    comparison, clusters = facts.comparison, facts.clusters
    if comparison is None or clusters is None:
        return
    settings, n, aside = clusters.settings, clusters.n_clusters, len(clusters.set_aside)
    recipe, seed, unit = settings.get("recipe"), settings.get("random_state"), clusters.segments.unit
    yield said(
        f"Segments ({len(clusters.segments)}, unit: {unit}) were embedded with {facts.encoder} and grouped into "
        f"{counted(n, 'cluster')} (recipe {recipe}, seed {seed}); set aside as near-empty: "
        f"{counted(aside, 'segment')}.",
        "settings of the clusters", len(clusters.segments), unit, facts.encoder, n, recipe, seed, aside,
    )  # fmt: skip
    if settings.get("guided"):
        yield said("The clusters were guided by the codebook.", "settings of the clusters", "guided")
    if comparison.mapping is not None:
        n_links, n_decided = len(comparison.mapping.links), facts.n_decided
        yield said(
            f"The machine suggested {counted(n_links, 'link')} between clusters and codes; people decided on "
            f"{n_decided}.", "mapping, decisions that stand", n_links, n_decided,
        )  # fmt: skip


def compared(facts: Facts) -> Iterator[Said]:
    """Say what was compared, how intervals were drawn, whether the machine was named, and how many were run."""
    if facts.comparison is None:
        lines = [decision.note for decision in facts.decided("comparison")]
        if lines:
            n, different = len(lines), len(set(lines))
            text = f"Comparisons that the ledger counts: {n}, {different} of them different; this folder holds none."
            yield said(text, "ledger: comparison", n, different)
        return
    basis, record = facts.comparison.basis, "settings of the comparison"
    yield said(f"{basis.name_a} was laid beside {basis.name_b} on {counted(basis.n_compared, 'segment')}.",
               record, basis.name_a, basis.name_b, basis.n_compared)  # fmt: skip
    yield said(basis.on_intervals, record, basis.on_intervals)
    lines = [decision.note for decision in facts.decided("comparison")]
    for text in said_of_naming(basis, lines):
        yield said(text, f"{record}; ledger: comparison", text)


def decided(facts: Facts) -> Iterator[Said]:
    """Say how many decisions the ledger holds, of whom, and what is open."""
    shortened = sum(decision.is_shortened for decision in facts.ledger)
    made = [d for d in facts.ledger if d.role != PROGRAM and d.kind != "saw suggestions" and not d.is_shortened]
    if shortened:
        n = counted(sum(not d.is_shortened for d in facts.decided("withdrawal")) or 1, "withdrawal")
        yield said(f"{n} took the words of {counted(shortened, 'entry', 'entries')} of the ledger.",
                   "ledger: withdrawal", n, shortened)  # fmt: skip
    if not made:
        if facts.ledger:
            n = counted(len(facts.ledger), "line")
            yield said(f"The ledger holds {n}, and no entry of people.", "ledger of decisions", len(facts.ledger))
        return
    by, kinds = Counter(d.by for d in made), Counter(d.kind for d in made)
    first, last = (day.isoformat() for day in (min(d.date for d in made), max(d.date for d in made)))
    names = listed([f"{who} ({n})" for who, n in by.items()], "and")
    n = counted(len(made), "entry", "entries")
    when = first if first == last else f"{first} to {last}"
    yield said(f"The ledger holds {n} of people, dated {when}, by {names}.",
               "ledger of decisions", len(made), first, last, dict(by))  # fmt: skip
    yield said(
        f"They are: {', '.join(f'{kind} {n}' for kind, n in kinds.items())}.", "ledger of decisions", dict(kinds)
    )
    for d in facts.decided("rename"):
        if d.theme and facts.codebook is not None and facts.codebook.find_theme(d.theme):
            yield said(f"The theme {d.theme!r} was renamed to {d.to!r}; figures stand under the name that it had.",
                       f"decision {d.number}", d.theme, d.to)  # fmt: skip
    if facts.standing is not None:
        n_conflicts, n_not = len(facts.standing.conflicts), len(facts.standing.not_applied)
        n_differ = len(facts.decided("differ"))
        differ = f"; on {counted(n_differ, 'matter')} both readings stand by decision" if n_differ else ""
        yield said(
            f"After replaying them {counted(n_conflicts, 'conflict')} and {counted(n_not, 'decision')} that could not "
            f"be applied are open{differ}.",
            "replayed ledger", n_conflicts, n_not, n_differ,
        )  # fmt: skip


def software(facts: Facts) -> Iterator[Said]:
    """Name versions, encoder and seed."""
    named = [f"{name} {number}" for name, number in facts.versions.items()]
    own, beside = ", ".join(named[:2]), ", ".join(named[2:])
    used = f"{own}; installed beside it, whether a figure used it or not: {beside}" if beside else own
    encoder = f"; encoder {facts.encoder}" if facts.encoder else ""
    seed = facts.comparison.settings["random_state"] if facts.comparison is not None else None
    seeded = f"; seed {seed}" if seed is not None else ""
    yield said(f"Software: {used}{encoder}{seeded}.", "versions and settings of this run", facts.versions,
               facts.encoder, seed)  # fmt: skip


def _not_on_record(facts: Facts) -> Iterator[Said]:
    missing = []
    of_groups = facts.decided("workshop reply")
    missing += ["answers of participants to the themes"] if not (facts.answered or of_groups) else []
    missing += ["expectations"] if not facts.study.expectations else []
    missing += ["a ledger of decisions"] if facts.standing is None else []
    missing += [f"agreement between coders ({'; '.join(facts.no_agreement)})"] if facts.no_agreement else []
    if missing:
        yield said(f"Not on record: {'; '.join(missing)}.", "what this folder lacks", missing)

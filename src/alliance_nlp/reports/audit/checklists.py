"""Drafts for COREQ and SRQR: what the records answer, with where it comes from; the rest is for the authors."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from alliance_nlp.records import Row, Table, format_cell, moderates, session_dates
from alliance_nlp.reports.audit.facts import Facts

AUTHORS = "for the authors"


class Answer(NamedTuple):
    """A drafted answer and the record it rests on."""

    text: str
    source: str


Drafter = Callable[[Facts], Answer | None]


def coreq_draft(facts: Facts) -> Table:
    """Draft answers for the 32 items of COREQ, named in our own words.

    Parameters
    ----------
    facts : Facts
        What `gather_facts` gave.

    Returns
    -------
    Table
        Number, what it asks (our paraphrase), draft, where the draft comes from; the rest is "for the authors".

    Notes
    -----
    The checklist is Tong, Sainsbury and Craig 2007 (doi:10.1093/intqhc/mzm042); its text is under copyright and is not
    repeated here. A draft is to be read and confirmed by a person. COREQ has no item for agreement between coders.
    """
    return _draft(facts, COREQ, "COREQ draft (doi:10.1093/intqhc/mzm042), items in our own words")


def srqr_draft(facts: Facts) -> Table:
    """Draft answers for the 21 items of SRQR, named in our own words.

    Parameters
    ----------
    facts : Facts
        What `gather_facts` gave.

    Returns
    -------
    Table
        As `coreq_draft`.

    Notes
    -----
    The checklist is O'Brien and others 2014 (doi:10.1097/ACM.0000000000000388); its text is under copyright and is not
    repeated here. Agreement between coders goes under item 15.
    """
    return _draft(facts, SRQR, "SRQR draft (doi:10.1097/ACM.0000000000000388), items in our own words")


def _draft(facts: Facts, items: tuple[tuple[str, Drafter | None], ...], title: str) -> Table:
    rows: list[Row] = []
    for number, (asks, drafter) in enumerate(items, start=1):
        answer = drafter(facts) if drafter is not None else None
        rows.append({
            "item": number, "asks": asks, "draft": answer.text if answer else AUTHORS,
            "from": answer.source if answer else "",
        })  # fmt: skip
    drafted = sum(bool(row["from"]) for row in rows)
    notes = (f"{drafted} of {len(rows)} items drafted from records, to be confirmed by a person; the rest is yours.",)
    return Table.of(rows, columns=("item", "asks", "draft", "from"), title=title, notes=notes)


def _moderators(facts: Facts) -> Answer | None:
    people = [p for p in facts.study.participants if moderates(p.role)]
    text = "; ".join(f"{p.role}: {p.description or p.id}" for p in people)
    return Answer(text, "participants of the study, by role") if people else None


def _n_participants(facts: Facts) -> Answer | None:
    n = len(facts.people)
    return Answer(f"{n} participants, moderators apart.", "participants and speakers of the transcripts") if n else None


def _who(facts: Facts) -> Answer | None:
    told = [p for p in facts.study.participants if p.role == "participant" and p.description]
    text = " ".join(f"{p.id}: {p.description}" for p in told)
    return Answer(text, "descriptions of the participants; mind small groups") if told else None


def _guide(facts: Facts) -> Answer | None:
    n = len(facts.study.guide)
    return Answer(f"A guide of {n} questions; it stands in the audit trail.", "guide of the study") if n else None


def _repeats(facts: Facts) -> Answer | None:
    dates = session_dates(facts.study.transcripts)
    if not dates:
        return None
    both = sum(len(sessions) == len(dates) for sessions in facts.people.values())
    days = sorted(date for date in dates.values() if date is not None)
    between = f", {(days[-1] - days[0]).days} days between the first and the last" if len(days) > 1 else ""
    return Answer(f"{len(dates)} sessions{between}; {both} participants attended all.", "session dates and attendance")


def _notes(facts: Facts) -> Answer | None:
    n, by = len(facts.study.notes), sorted({note.by for note in facts.study.notes if note.by})
    return Answer(f"{n} field notes, by {', '.join(by) or 'nobody named'}.", "field notes of the study") if n else None


def _duration(facts: Facts) -> Answer | None:
    ends = {
        t.session_name: max((x.end_s or x.begin_s or 0 for x in t.turns), default=0) for t in facts.study.transcripts
    }
    known = {name: end for name, end in ends.items() if end > 0}
    if known:
        text = "; ".join(f"{name}: {end / 60:.0f} minutes" for name, end in known.items())
        return Answer(text + " (to the last time stamp).", "time stamps of the transcripts")
    sessions = facts.study.settings.get("sessions", ())
    stated = [s for s in sessions if isinstance(s, dict) and s.get("duration_minutes")]
    text = "; ".join(f"{s.get('id', 'session')}: {s['duration_minutes']} minutes" for s in stated)
    return Answer(text + " (as stated).", "study.toml") if stated else Answer("unknown: no time stamps.", "transcripts")


def _saturation(facts: Facts) -> Answer | None:
    return (
        Answer(facts.saturation, "assess_saturation(), doi:10.1371/journal.pone.0232076") if facts.saturation else None
    )


def _returned(facts: Facts) -> Answer | None:
    table = facts.member_checks
    if table is None:
        return Answer("No member checks are on record.", "ledger of decisions") if facts.standing is not None else None
    asked = max((row["asked"] for row in table), default=0)
    return Answer(f"Own statements were returned with the themes, to at most {asked} people a theme.", "member checks")


def _coders(facts: Facts) -> Answer | None:
    saw = facts.study.coding.saw_suggestions if facts.study.coding is not None else {}
    seen = [f"{coder} {'saw' if saw[coder] else 'did not see'} machine suggestions first" for coder in saw]
    text = f"{len(facts.coders)} coded alone: {', '.join(facts.coders)}." + (f" {'; '.join(seen)}." if seen else "")
    machine = " The machine made suggestions and coded nothing." if facts.encoder else ""
    return Answer(text + machine, "coding of the study") if facts.coders else None


def _tree(facts: Facts) -> Answer | None:
    book, n = facts.codebook, len(facts.standing.versions) if facts.standing is not None else 1
    if book is None:
        return None
    return Answer(
        f"{len(book)} codes under {len(book.themes)} themes, {n} versions; see codebook.csv.", "codebook, ledger"
    )


def _origin(facts: Facts) -> Answer | None:
    if facts.voices is None:
        return None
    n = sum(row["statements"] for row in facts.voices.rows())
    machine = f" Clusters by machine ({facts.encoder}) were laid beside them as suggestions." if facts.encoder else ""
    return Answer(
        f"Themes were written by people, from {n} links of statements with themes.{machine}", "chain of every quote"
    )


def _software(facts: Facts) -> Answer:
    text = ", ".join(f"{name} {number}" for name, number in facts.versions.items())
    seed = f"; encoder {facts.encoder}; seed {facts.comparison.settings['random_state']}" if facts.comparison else ""
    return Answer(text + seed, "versions of this run")


def _feedback(facts: Facts) -> Answer | None:
    if facts.member_checks is None:
        return None
    text = "; ".join(
        f"{row['theme']}: {row['status']} ({row['yes']} yes, {row['partly']} partly, {row['no']} no, "
        f"{row['no_answer']} no answer)"
        for row in facts.member_checks
    )
    return Answer(text, "member checks in the ledger; no answer is not agreement")


def _quotations(facts: Facts) -> Answer | None:
    if facts.quotes is None:
        return None
    missing = ", ".join(f"{person} ({why})" for person, why in facts.quotes.not_represented)
    return Answer(
        f"{len(facts.quotes)} quotes with pseudonyms proposed. Without one: {missing or 'nobody'}.", "choose_quotes()"
    )


def _themes(facts: Facts) -> Answer | None:
    if facts.voices is None:
        return None
    n = len(facts.people)
    text = "; ".join(
        f"{row['theme']}: {row['speaking']} of {n} people speak for it{row['one_voice'] and ', ' + row['one_voice']}"
        for row in facts.voices.rows()
    )
    return Answer(text, "count_voices(): spread over people, not counts")


def _expected(facts: Facts) -> Answer | None:
    if facts.expectations is None:
        return None
    n, late = len(facts.study.expectations), facts.expectations.n_late
    return Answer(f"{n} expectations on record, {late} of them undated or late.", "compare_expectations()")


def _ethics(facts: Facts) -> Answer:
    where = f"encoder {facts.encoder} run" if facts.encoder else "processed"
    return Answer(f"Data protection: {where} on the researchers' own computer; see data_protection.md.", "this run")


def _units(facts: Facts) -> Answer:
    n_turns = sum(len(t.turns) for t in facts.study.transcripts)
    return Answer(
        f"{len(facts.study.transcripts)} transcripts, {n_turns} turns, {len(facts.people)} participants.", "transcripts"
    )


def _trust(facts: Facts) -> Answer | None:
    parts = [f"{len(facts.coders)} coders, each alone, then consensus"] if len(facts.coders) > 1 else []
    if facts.agreement is not None:
        rows = [
            f"{row['code']} {format_cell(row['kappa'])} {format_cell(row['kappa_interval'])}" for row in facts.agreement
        ]
        parts.append(f"agreement before consensus (Cohen's kappa with interval): {'; '.join(rows)}")
    parts += ["member checks"] if facts.member_checks is not None else []
    parts += ["an append-only ledger of decisions"] if facts.standing is not None else []
    return Answer("; ".join(parts) + ".", "coding, comparison, ledger") if parts else None


COREQ: tuple[tuple[str, Drafter | None], ...] = (
    ("who led the sessions", _moderators), ("their degrees", None), ("their work at the time", None),
    ("their gender", None), ("their training and experience", None), ("whether they knew the participants", None),
    ("what participants knew of them", None), ("their interests and assumptions", _expected),
    ("the methodological stance", None), ("how participants were chosen", None), ("how they were approached", None),
    ("how many took part", _n_participants), ("who declined or left, and why", None), ("where it took place", None),
    ("who else was there", None), ("who the participants were", _who), ("the guide", _guide),
    ("repeated sessions", _repeats), ("how it was recorded", None), ("field notes", _notes),
    ("how long it took", _duration), ("saturation", _saturation), ("what was returned to participants", _returned),
    ("how many coded", _coders), ("the codebook", _tree), ("where the themes came from", _origin),
    ("software", _software), ("what participants said of the findings", _feedback),
    ("quotations with identifiers", _quotations), ("whether findings fit the material", None),
    ("the main themes", _themes), ("lesser themes and differing voices", None),
)  # fmt: skip
SRQR: tuple[tuple[str, Drafter | None], ...] = (
    ("title", None), ("abstract", None), ("the problem", None), ("the question", None), ("approach and paradigm", None),
    ("who the researchers are, reflexivity", _expected), ("context", None), ("sampling", _n_participants),
    ("ethics", _ethics), ("how material was collected", _repeats), ("instruments", _guide),
    ("what was studied", _units),
    ("how material was processed", _software), ("how it was analyzed", _origin), ("what makes it trustworthy", _trust),
    ("what was found", _themes), ("its ground in the material", _quotations), ("links to earlier work", None),
    ("limits", None), ("interests", None), ("funding", None),
)  # fmt: skip

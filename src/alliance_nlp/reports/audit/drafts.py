"""Drafts for reporting: COREQ and SRQR, every sentence from a record; the rest is for the authors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from alliance_nlp.errors import counted, listed
from alliance_nlp.records import Row, Study, Table, moderates, session_dates, took_back
from alliance_nlp.reports.audit.facts import Facts
from alliance_nlp.reports.audit.people_said import asked, positions, read_differently, stances, withdrawn
from alliance_nlp.reports.audit.protection import consented, data_protection
from alliance_nlp.reports.audit.said import AUTHORS, Said, beside_records, paragraph, records_of, said
from alliance_nlp.reports.audit.sentences import agreed, coders, compared, decided, machine, methods, software

Subject = Literal[
    "moderators", "participants", "left", "who", "knew", "guide", "sessions", "notes", "duration", "units", "coders",
    "codebook", "origin", "software", "ethics", "saturation", "trust", "returned", "feedback", "quotations", "themes",
    "expected", "differing",
]  # fmt: skip
Answers = dict[Subject, list[Said]]  # nothing where the records are silent
Items = tuple[tuple[str, Subject | None], ...]


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


def methods_paragraph(facts: Facts) -> str:
    """Draft a methods paragraph from the records: counts, coders, machine, seed, who decided, what was not done.

    Parameters
    ----------
    facts : Facts
        What `gather_facts` gave.

    Returns
    -------
    str
        Plain sentences without adjectives, to be read and changed by the authors.
    """
    return paragraph(methods(facts))


def data_protection_paragraph(facts: Facts, *, quotes: bool) -> str:
    """Draft a paragraph on data protection for an ethics board, from the records of this study.

    Parameters
    ----------
    facts : Facts
        What `gather_facts` gave.
    quotes : bool
        Whether this audit trail holds participants' words.

    Returns
    -------
    str
        Plain sentences; what only the authors know is named in brackets.
    """
    return paragraph(data_protection(facts, quotes=quotes))


def sentences_beside_records(facts: Facts, *, quotes: bool) -> Table:
    """Lay each sentence of every draft beside the record that it came from, and what that record holds.

    Parameters
    ----------
    facts : Facts
        What `gather_facts` gave.
    quotes : bool
        Whether the audit trail holds participants' words.

    Returns
    -------
    Table
        Draft, item, sentence, record, and what the record holds; one row a sentence.
    """
    answers = _answers(facts)
    lists = (("COREQ", COREQ), ("SRQR", SRQR))
    items = [
        (name, str(number), answers[subject])
        for name, entries in lists
        for number, (_, subject) in enumerate(entries, start=1)
        if subject is not None
    ]
    whole = [("methods", "", methods(facts)), ("data protection", "", data_protection(facts, quotes=quotes))]
    return beside_records([*whole, *items])


def _draft(facts: Facts, items: Items, title: str) -> Table:
    answers = _answers(facts)
    rows = []
    for number, (asks, subject) in enumerate(items, start=1):
        sentences = answers[subject] if subject is not None else []
        known = any(not one.is_authors for one in sentences)
        rows.append((number, asks, paragraph(sentences) if known else AUTHORS, records_of(sentences) if known else ""))
    drafted = sum(bool(source) for *_, source in rows)
    note = f"{drafted} of {len(rows)} items drafted from records, to be confirmed by a person; the rest is yours."
    return Table(("item", "asks", "draft", "from"), tuple(rows), title, notes=(note,))


def _answers(facts: Facts) -> Answers:
    return _of_material(facts) | _of_analysis(facts) | _of_findings(facts)


def _of_material(facts: Facts) -> Answers:
    study, people, notes = facts.study, counted(len(facts.people), "participant"), facts.study.notes
    led = {f"{p.role} {p.id}": p.description or p.id for p in study.participants if moderates(p.role)}
    told = {p.id: p.description for p in study.participants if p.role == "participant" and p.description}
    by = sorted({note.by for note in notes if note.by})
    units = f"{counted(len(study.transcripts), 'transcript')}, {counted(facts.n_turns, 'turn')}, {people}."
    vague = facts.unknown_roles
    apart = f"; of {len(vague)} no record says whether they led the talk" if vague else ", moderators apart"
    took = [said(f"{people}{apart}.", "participants and speakers of the transcripts", len(facts.people),
                 tuple(facts.people), len(vague))] if facts.people else []  # fmt: skip
    noted = f"{counted(len(notes), 'field note')}, by {', '.join(by) or 'nobody named'}."
    return {
        "moderators": [said(f"{who.split(' ')[0]}: {what}", "participants of the study, by role", what)
                       for who, what in led.items()],
        "participants": took,
        "left": list(withdrawn(facts)),
        "who": [said(f"{who}: {what}", "descriptions of the participants; mind small groups", who, what)
                for who, what in told.items()],
        "knew": list(positions(facts)),
        "guide": [said(f"A guide of {counted(len(study.guide), 'question')}; it stands in the audit trail.",
                       "guide of the study", len(study.guide))] if study.guide else [],
        "sessions": list(_sessions(facts)),
        "notes": [said(noted, "field notes of the study", len(notes), by)] if notes else [],
        "duration": list(_duration(study)),
        "units": [said(units, "transcripts", len(study.transcripts), facts.n_turns, len(facts.people))],
    }  # fmt: skip


def _sessions(facts: Facts) -> Iterator[Said]:
    dates = session_dates(facts.study.transcripts)
    if not dates:
        return
    both = sum(len(attended) == len(dates) for attended in facts.people.values())
    days = sorted(date for date in dates.values() if date is not None)
    apart = (days[-1] - days[0]).days if len(days) > 1 else None
    between = f", {apart} days between the first and the last" if apart is not None else ""
    text = f"{counted(len(dates), 'session')}{between}; {counted(both, 'participant')} attended all."
    yield said(text, "session dates and attendance", len(dates), apart, both, dates)


def _duration(study: Study) -> Iterator[Said]:
    ends = {t.session_name: max((x.end_s or x.begin_s or 0 for x in t.turns), default=0) for t in study.transcripts}
    timed = {name: f"{end / 60:.0f} minutes" for name, end in ends.items() if end > 0}
    sessions = [s for s in study.settings.get("sessions", ()) if isinstance(s, dict) and s.get("duration_minutes")]
    stated = {str(s.get("id", "session")): f"{s['duration_minutes']} minutes" for s in sessions}
    found, how, record = (timed, "to the last time stamp", "time stamps of the transcripts") if timed else (
        stated, "as stated", "study.toml")  # fmt: skip
    if found:
        words = "; ".join(f"{name}: {minutes}" for name, minutes in found.items())
        yield said(f"{words} ({how}).", record, found)


def _of_analysis(facts: Facts) -> Answers:
    book, n_versions = facts.codebook, len(facts.standing.versions) if facts.standing is not None else 1
    sizes = (len(book), len(book.themes), n_versions) if book else (0, 0, 0)
    tree = (
        f"{counted(sizes[0], 'code')} under {counted(sizes[1], 'theme')}, {counted(sizes[2], 'version')}; see "
        f"codebook.csv."
    )
    coded = facts.study.statements() if facts.voices is not None else ()
    under = {x.segment_id for x in coded if x.person in facts.people}  # of two themes: once
    verb = "stands" if len(under) == 1 else "stand"
    origin = f"{counted(len(under), 'statement')} of participants {verb} under a theme of the codebook."
    saturation = f"{facts.saturation}."
    return {
        "coders": list(coders(facts)),
        "codebook": [said(tree, "codebook, ledger", *sizes)] if book else [],
        "origin": [said(origin, "codes of people, chain of every quote", len(under)), *machine(facts)]
        if facts.voices is not None
        else [],
        "software": list(software(facts)),
        "ethics": list(consented(facts)),
        "saturation": [said(saturation, "assess_saturation(), doi:10.1371/journal.pone.0232076", saturation)]
        if facts.saturation
        else [],
        "trust": [*coders(facts), *agreed(facts), *asked(facts), *decided(facts), *compared(facts)],
    }


def _of_findings(facts: Facts) -> Answers:
    quotes, expected, n_people = facts.quotes, facts.expectations, len(facts.people)
    without = [  # who took back what they said is counted where it is asked who left, and named nowhere
        f"{person} ({why})"
        for person, why in (quotes.not_represented if quotes is not None else ())
        if not took_back(facts.study.transcripts, person)
    ]
    missing = ", ".join(without)
    proposed = (
        f"{counted(len(quotes or ()), 'quote')} proposed, under names of the study. Without one: {missing or 'nobody'}."
    )
    late = expected.n_late if expected is not None else 0
    unsaid = sum(row["written"] == "the analysis has no date" for row in expected.beside) if expected is not None else 0
    more = f"; of {unsaid} nothing says whether they were written before the analysis" if unsaid else ""
    held = f"{counted(len(facts.study.expectations), 'expectation')} on record, {late} of them undated or late{more}."
    return {
        "returned": list(asked(facts)),
        "feedback": list(_feedback(facts)),
        "quotations": [said(proposed, "choose_quotes()", len(quotes), missing)] if quotes is not None else [],
        "themes": [
            said(f"{row['theme']}: statements of {row['speaking']} of {counted(n_people, 'person', 'people')} stand "
                 f"under it{_mostly_one(row)}.",
                 "count_voices(): spread over people, not counts, and no stance", row["theme"], row["speaking"],
                 n_people, row["one_voice"])
            for row in (facts.voices.rows() if facts.voices is not None else ())
        ],
        "expected": [
            *([said(held, "compare_expectations()", len(facts.study.expectations), late, unsaid)]
              if expected is not None else []),
            *_verdicts(facts), *read_differently(facts),
        ],
        "differing": list(stances(facts)),
    }  # fmt: skip


def _feedback(facts: Facts) -> Iterator[Said]:
    for d in facts.decided("workshop reply"):
        who, verdict = listed(d.people, "and") or "somebody", f" ({d.verdict})" if d.verdict else ""
        of = f" of {d.theme}" if d.theme else ""
        words = facts.study.quotable(d.note)
        yield said(f"At {d.about} {who} said{of}{verdict}: {words}", f"decision {d.number}", d.about, d.people, d.theme,
                   d.verdict, words)  # fmt: skip
    record = "member checks in the ledger; no answer is not agreement"
    for row in facts.member_checks or ():
        yield said(
            f"{row['theme']}: {row['yes']} yes, {row['partly']} partly, {row['no']} no; no answer of "
            f"{row['no_answer']}; not asked on record: {counted(row['not_asked'], 'other')} with statements under it.",
            record, row,
        )  # fmt: skip


def _verdicts(facts: Facts) -> Iterator[Said]:
    """Say what each person judged of each expectation."""
    for d in facts.decided("expectation"):
        yield said(
            f"Expectation {d.about!r}: {d.verdict}, by {d.by}.", f"decision {d.number}", d.about, d.verdict, d.by
        )


COREQ: Items = (
    ("who led the sessions", "moderators"), ("their degrees", None), ("their work at the time", None),
    ("their gender", None), ("their training and experience", None), ("whether they knew the participants", "knew"),
    ("what participants knew of them", None), ("their interests and assumptions", "expected"),
    ("the methodological stance", None), ("how participants were chosen", None), ("how they were approached", None),
    ("how many took part", "participants"), ("who declined or left, and why", "left"), ("where it took place", None),
    ("who else was there", None), ("who the participants were", "who"), ("the guide", "guide"),
    ("repeated sessions", "sessions"), ("how it was recorded", None), ("field notes", "notes"),
    ("how long it took", "duration"), ("saturation", "saturation"), ("what was returned to participants", "returned"),
    ("how many coded", "coders"), ("the codebook", "codebook"), ("where the themes came from", "origin"),
    ("software", "software"), ("what participants said of the findings", "feedback"),
    ("quotations with identifiers", "quotations"), ("whether findings fit the material", None),
    ("the main themes", "themes"), ("lesser themes and differing voices", "differing"),
)  # fmt: skip
SRQR: Items = (
    ("title", None), ("abstract", None), ("the problem", None), ("the question", None), ("approach and paradigm", None),
    ("who the researchers are, reflexivity", "expected"), ("context", None), ("sampling", "participants"),
    ("ethics", "ethics"), ("how material was collected", "sessions"), ("instruments", "guide"),
    ("what was studied", "units"), ("how material was processed", "software"), ("how it was analyzed", "origin"),
    ("what makes it trustworthy", "trust"), ("what was found", "themes"),
    ("its ground in the material", "quotations"), ("links to earlier work", None),
    ("limits", None), ("interests", None), ("funding", None),
)  # fmt: skip


def _mostly_one(theme: Row) -> str:
    more = "; more than half of them are by one person" if theme["speaking"] > 1 else ""
    return f"{more} ({theme['one_voice']})" if theme["one_voice"] else ""

"""Drafts for reporting: COREQ, SRQR, methods and data protection, from the records; the rest is for the authors."""

from __future__ import annotations

from typing import Literal

from alliance_nlp.comparison.counting import said_of_naming
from alliance_nlp.errors import counted, listed
from alliance_nlp.records import Row, Study, Table, format_cell, moderates, session_dates
from alliance_nlp.reports.audit.facts import Facts

AUTHORS = "for the authors"
Subject = Literal[
    "moderators", "participants", "who", "guide", "sessions", "notes", "duration", "units", "coders", "codebook",
    "origin", "software", "ethics", "saturation", "trust", "returned", "feedback", "quotations", "themes", "expected",
]  # fmt: skip
Answers = dict[Subject, tuple[str, str]]  # the draft, empty where the records are silent, and what it rests on
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


def _draft(facts: Facts, items: Items, title: str) -> Table:
    answers = _of_material(facts) | _of_analysis(facts) | _of_findings(facts)
    rows = []
    for number, (asks, subject) in enumerate(items, start=1):
        draft, source = answers[subject] if subject is not None else ("", "")
        rows.append((number, asks, draft or AUTHORS, source if draft else ""))
    drafted = sum(bool(source) for *_, source in rows)
    note = f"{drafted} of {len(rows)} items drafted from records, to be confirmed by a person; the rest is yours."
    return Table(("item", "asks", "draft", "from"), tuple(rows), title, notes=(note,))


def _of_material(facts: Facts) -> Answers:
    study, people, notes = facts.study, counted(len(facts.people), "participant"), facts.study.notes
    led = [f"{p.role}: {p.description or p.id}" for p in study.participants if moderates(p.role)]
    told = [f"{p.id}: {p.description}" for p in study.participants if p.role == "participant" and p.description]
    by = ", ".join(sorted({note.by for note in notes if note.by})) or "nobody named"
    guide, turns = counted(len(study.guide), "question"), sum(len(t.turns) for t in study.transcripts)
    units = f"{counted(len(study.transcripts), 'transcript')}, {counted(turns, 'turn')}, {people}."
    return {
        "moderators": ("; ".join(led), "participants of the study, by role"),
        "participants": (f"{people}, moderators apart." if facts.people else "",
                         "participants and speakers of the transcripts"),
        "who": (" ".join(told), "descriptions of the participants; mind small groups"),
        "guide": (f"A guide of {guide}; it stands in the audit trail." if study.guide else "", "guide of the study"),
        "sessions": (_sessions(facts), "session dates and attendance"),
        "notes": (f"{counted(len(notes), 'field note')}, by {by}." if notes else "", "field notes of the study"),
        "duration": _duration(study), "units": (units, "transcripts"),
    }  # fmt: skip


def _sessions(facts: Facts) -> str:
    dates = session_dates(facts.study.transcripts)
    both = counted(sum(len(attended) == len(dates) for attended in facts.people.values()), "participant")
    days = sorted(date for date in dates.values() if date is not None)
    between = f", {(days[-1] - days[0]).days} days between the first and the last" if len(days) > 1 else ""
    return f"{counted(len(dates), 'session')}{between}; {both} attended all." if dates else ""


def _duration(study: Study) -> tuple[str, str]:
    ends = {t.session_name: max((x.end_s or x.begin_s or 0 for x in t.turns), default=0) for t in study.transcripts}
    timed = [f"{name}: {end / 60:.0f} minutes" for name, end in ends.items() if end > 0]
    sessions = [s for s in study.settings.get("sessions", ()) if isinstance(s, dict) and s.get("duration_minutes")]
    stated = [f"{s.get('id', 'session')}: {s['duration_minutes']} minutes" for s in sessions]
    if timed:
        return f"{'; '.join(timed)} (to the last time stamp).", "time stamps of the transcripts"
    return (
        (f"{'; '.join(stated)} (as stated).", "study.toml") if stated else ("unknown: no time stamps.", "transcripts")
    )


def _of_analysis(facts: Facts) -> Answers:
    book, coders, encoder, comparison = facts.codebook, facts.coders, facts.encoder, facts.comparison
    who = [f"{len(coders)} coded: {', '.join(coders)}.", *_seen(facts)]
    versions = counted(len(facts.standing.versions) if facts.standing is not None else 1, "version")
    tree = f"{counted(len(book), 'code')} under {counted(len(book.themes), 'theme')}, {versions}" if book else ""
    n_links = sum(row["statements"] for row in facts.voices.rows()) if facts.voices is not None else 0
    beside = f" Clusters by machine ({encoder}) were laid beside them." if facts.clusters is not None else ""
    used = ", ".join(f"{name} {number}" for name, number in facts.versions.items())
    seed = f"; encoder {encoder}; seed {comparison.settings['random_state']}" if comparison is not None else ""
    where = f"encoder {encoder} run" if encoder else "processed"
    return {
        "coders": (" ".join(who) if coders else "", "coding of the study"),
        "codebook": (f"{tree}; see codebook.csv." if tree else "", "codebook, ledger"),
        "origin": (f"Themes were written by people, from {counted(n_links, 'link')} of statements with themes.{beside}"
                   if facts.voices is not None else "", "chain of every quote"),
        "software": (used + seed, "versions of this run"),
        "ethics": (f"Data protection: {where} on the researchers' own computer; see data_protection.md.", "this run"),
        "saturation": (facts.saturation, "assess_saturation(), doi:10.1371/journal.pone.0232076"),
        "trust": (_trust(facts), "coding, comparison, ledger"),
    }  # fmt: skip


def _seen(facts: Facts) -> list[str]:
    """Say who saw machine suggestions before coding, and what nobody wrote down."""
    of = {said: [coder for coder, saw in facts.saw.items() if saw is said] for said in (True, False, None)}
    alone = "Whether they coded without knowing each other's codes is for the authors to state."
    return [
        *([f"{listed(of[True], 'and')} saw machine suggestions before coding."] if of[True] else []),
        *([f"{listed(of[False], 'and')} saw no machine suggestions before coding."] if of[False] else []),
        *([f"Whether {listed(of[None], 'and')} saw machine suggestions is not on record."] if of[None] else []),
        *([alone] if len(facts.coders) > 1 else []),
    ]


def _kappa(row: Row) -> str:
    return f"{row['code']} {format_cell(row['kappa'])} ({format_cell(row['kappa_interval']) or 'no interval'})"


def _trust(facts: Facts) -> str:
    kappas = [_kappa(row) for row in facts.agreement or ()]
    then = ", then consensus" if facts.study.consensus is not None else ""
    parts = [f"{len(facts.coders)} coders{then}"] if len(facts.coders) > 1 else []
    parts += (
        [f"agreement before consensus{_of_whom(facts)} (Cohen's kappa with interval): {'; '.join(kappas)}"]
        if kappas
        else []
    )
    parts += ["member checks"] if facts.member_checks is not None else []
    parts += ["an append-only ledger of decisions"] if facts.standing is not None else []
    parts += [said.removesuffix(".") for said in _tried(facts)]
    return f"{'; '.join(parts)}." if parts else ""


def _tried(facts: Facts) -> list[str]:
    """Say whether the machine was named beforehand, and how many comparisons were counted."""
    if facts.comparison is None:
        return []
    counted_ones = facts.standing.comparisons if facts.standing is not None else ()
    return said_of_naming(facts.comparison.basis, [decision.note for decision in counted_ones])


def _of_findings(facts: Facts) -> Answers:
    checks, quotes, expected = facts.member_checks, facts.quotes, facts.expectations
    answers = counted(len(facts.answered), "person", "people")
    returned = (
        f"Own statements were returned with the themes; answers of {answers} are on record. To whom else they were "
        "returned is for the authors to state."
    )
    none = "No member checks are on record." if facts.standing is not None else ""
    replies = [
        f"{row['theme']}: {row['yes']} yes, {row['partly']} partly, {row['no']} no; no answer on record of "
        f"{counted(row['no_answer'], 'other')} who spoke to it"
        for row in checks or ()
    ]
    missing = ", ".join(f"{person} ({why})" for person, why in quotes.not_represented) if quotes is not None else ""
    spread = [
        f"{row['theme']}: {row['speaking']} of {counted(len(facts.people), 'person', 'people')} speak for it"
        f"{row['one_voice'] and ', ' + row['one_voice']}"
        for row in (facts.voices.rows() if facts.voices is not None else ())
    ]
    late = f"{expected.n_late} of them undated or late" if expected is not None else ""
    return {
        "returned": (none, "ledger of decisions") if checks is None else (returned, "member checks"),
        "feedback": ("; ".join(replies), "member checks in the ledger; no answer is not agreement"),
        "quotations": (f"{counted(len(quotes), 'quote')} with pseudonyms proposed. Without one: {missing or 'nobody'}."
                       if quotes is not None else "", "choose_quotes()"),
        "themes": ("; ".join(spread), "count_voices(): spread over people, not counts"),
        "expected": (f"{counted(len(facts.study.expectations), 'expectation')} on record, {late}." if late else "",
                     "compare_expectations()"),
    }  # fmt: skip


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
    study = facts.study
    sessions = counted(len({t.session_name for t in study.transcripts}), "session")
    turns = counted(sum(len(t.turns) for t in study.transcripts), "turn")
    said = ["This study is synthetic; its figures are no evidence."] if study.synthetic else []
    said.append(f"The material is {sessions} with {counted(len(facts.people), 'participant')}, {turns}.")
    if facts.coders:
        n = counted(len(facts.coders), "person", "people")
        said += [f"{n} ({', '.join(facts.coders)}) coded the transcripts.", *_seen(facts)]
    said += _agreed(facts)
    if study.codebook is not None:
        codes, themes = counted(len(study.codebook), "code"), counted(len(study.codebook.themes), "theme")
        said.append(f"The codebook holds {codes} under {themes}.")
    said += [*_machine(facts), *_tried(facts)]
    said.append("Essences, themes and composite descriptions were written by people.")
    said += [f"Saturation: {facts.saturation}."] if facts.saturation else []
    said += _not_done(facts)
    software = ", ".join(f"{name} {number}" for name, number in facts.versions.items())
    return " ".join([*said, f"Software: {software}."])


def _of_whom(facts: Facts) -> str:
    """Say whether it was before a consensus, and name the two whose agreement is reported where there are more."""
    n, before = len(facts.coders), " before consensus" if facts.study.consensus is not None else ""
    return before + (f" (of {' and '.join(facts.coders[:2])}, the first two of {n} coders)" if n > 2 else "")


def _agreed(facts: Facts) -> list[str]:
    said = []
    if facts.agreement is not None:
        rows = "; ".join(map(_kappa, facts.agreement))
        said.append(f"Agreement{_of_whom(facts)} was, as Cohen's kappa with its interval: {rows}.")
    if facts.study.consensus is not None:
        said.append("They then agreed on one coding.")
    return said


def _machine(facts: Facts) -> list[str]:
    said, comparison = [*_suggesting(facts), *_clustering(facts)], facts.comparison
    if not said and comparison is not None and comparison.basis.machine is not None:
        return [f"One side of the comparison is a machine's ({comparison.basis.machine_is})."]
    return said or ["This trail holds no comparison with a machine."]


def _suggesting(facts: Facts) -> list[str]:
    """Say what suggested codes, and from how much it learnt."""
    settings = facts.suggested
    if not settings:
        return []
    n_learnt = settings.get("n_learnt", 0)
    source = f"from {counted(n_learnt, 'segment')} that people had read" if n_learnt else "from the codebook"
    out = f"; held out: {settings['held_out']}" if settings.get("held_out") and n_learnt else ""
    encoder = f", with {facts.encoder}" if facts.encoder else ""
    return [f"A machine suggested codes {source} (level: {settings.get('level')}{encoder}{out})."]


def _clustering(facts: Facts) -> list[str]:
    comparison, clusters = facts.comparison, facts.clusters
    if comparison is None or clusters is None:
        return []
    settings = clusters.settings
    said = [
        f"Segments ({len(clusters.segments)}, unit: {clusters.segments.unit}) were embedded with {facts.encoder} and "
        f"grouped into {counted(clusters.n_clusters, 'cluster')} (recipe {settings.get('recipe')}, seed "
        f"{settings.get('random_state')}); set aside as near-empty: {counted(len(clusters.set_aside), 'segment')}."
    ]
    if comparison.mapping is not None:
        n_links = counted(len(comparison.mapping.links), "link")
        said.append(f"The machine suggested {n_links} between clusters and codes; people decided on {facts.n_decided}.")
    return said


def _not_done(facts: Facts) -> list[str]:
    missing = []
    missing += ["participants were not asked about the themes"] if facts.member_checks is None else []
    missing += ["expectations were not recorded"] if not facts.study.expectations else []
    missing += ["decisions were not kept in a ledger"] if facts.standing is None else []
    missing += [f"agreement before consensus ({facts.no_agreement})"] if facts.agreement is None else []
    return [f"Not done, or not on record: {'; '.join(missing)}."] if missing else []


def data_protection_paragraph(facts: Facts, *, quotes: bool) -> str:
    """Draft a paragraph on data protection for an ethics board, from what this library does and wrote.

    Parameters
    ----------
    facts : Facts
        What `gather_facts` gave.
    quotes : bool
        Whether this audit trail holds participants' words.

    Returns
    -------
    str
        Plain sentences; what only the authors know is named at the end.
    """
    model = (
        f"The language model ({facts.encoder}) was run on the researchers' own computer from files on its disk."
        if facts.encoder
        else "No language model took part in what this folder holds."
    )
    words = (
        "This folder holds participants' words and must be kept as the transcripts are."
        if quotes
        else "This folder holds hashes and counts in place of participants' words; notes that people wrote in the "
        "ledger, in field notes and in definitions stand as they wrote them and may name participants by pseudonym."
    )
    return (
        f"Transcripts were processed by the open-source library alliance_nlp. {model} The library sends nothing over "
        f"the network unless it is asked to: a model may be fetched (download=True), and names for clusters may be "
        f"asked of an endpoint that the researchers name (allow_send=True), which then receives quotes; whether that "
        f"was done is for the researchers to state here. It has no telemetry, and no words "
        f"go into logs, error messages or names of files. Nothing was used to train a model that leaves the computer. "
        f"Embeddings are derived from personal data and are treated like it; those kept between runs lie in the user's "
        f"cache folder and can be deleted there. {words} For the authors to add: who has access, how long material is "
        f"kept and how it is deleted, who pseudonymised it, and whether the consent covers this processing."
    )


COREQ: Items = (
    ("who led the sessions", "moderators"), ("their degrees", None), ("their work at the time", None),
    ("their gender", None), ("their training and experience", None), ("whether they knew the participants", None),
    ("what participants knew of them", None), ("their interests and assumptions", "expected"),
    ("the methodological stance", None), ("how participants were chosen", None), ("how they were approached", None),
    ("how many took part", "participants"), ("who declined or left, and why", None), ("where it took place", None),
    ("who else was there", None), ("who the participants were", "who"), ("the guide", "guide"),
    ("repeated sessions", "sessions"), ("how it was recorded", None), ("field notes", "notes"),
    ("how long it took", "duration"), ("saturation", "saturation"), ("what was returned to participants", "returned"),
    ("how many coded", "coders"), ("the codebook", "codebook"), ("where the themes came from", "origin"),
    ("software", "software"), ("what participants said of the findings", "feedback"),
    ("quotations with identifiers", "quotations"), ("whether findings fit the material", None),
    ("the main themes", "themes"), ("lesser themes and differing voices", None),
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

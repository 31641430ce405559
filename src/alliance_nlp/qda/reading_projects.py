"""REFI-QDA projects in: transcripts, codebook, codings, what stands around them, and what did not come over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from alliance_nlp.errors import check_choice, counted
from alliance_nlp.files import checked_path, own_errors
from alliance_nlp.numeric import counting
from alliance_nlp.qda.around import Around
from alliance_nlp.qda.code_trees import LevelRule
from alliance_nlp.qda.containers import open_container
from alliance_nlp.qda.held_texts import HeldText
from alliance_nlp.qda.losses import LossReport, QdaTrouble
from alliance_nlp.qda.markup import guid_of, parse
from alliance_nlp.qda.own_data import OwnData, hash_of
from alliance_nlp.qda.positions import WAYS
from alliance_nlp.qda.projects import QdaProject
from alliance_nlp.qda.taken_apart import Held, Rules, take_apart
from alliance_nlp.qda.told import counts_of, selections_of
from alliance_nlp.reading.plain import read_plain
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.sources import reported
from alliance_nlp.reading.speakers import check_roles
from alliance_nlp.records import Codebook, CodedSpan, Coding, Marks, Study, Transcript


def read_qdpx(
    path: str | Path,
    *,
    levels: LevelRule = "top",
    offsets: str | None = None,
    roles: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
) -> QdaProject:
    """Read a project that a QDA program exported as REFI-QDA (.qdpx): NVivo, ATLAS.ti, MAXQDA, QualCoder and others.

    Parameters
    ----------
    path : str or Path
        The file; a zip whatever its name, or the description (.qde) alone.
    levels : {"top", "bottom", "flat"} or function, default "top"
        How a tree of codes becomes theme, essence and code. "top": the first name is the theme, the second the essence
        where there are three or more, what is deeper stays in the code (``waiting/long``); a name alone at the top is
        a code. "bottom": the last name is the code, the one above it the essence, those above are the theme.
        "flat": the whole path is the code. A function takes the names and gives theme, essence and code.
    offsets : str, optional
        How positions are counted, as a loss report names it; by default as the program is known to, where quotes and
        edges of words agree, else as they show.
    roles : dict of str to {"participant", "moderator", "co-moderator"} or None
        Role of speakers by name, as in `read_transcripts`.
    encoding : str, optional
        Encoding of the texts, where they have no byte order mark and are not UTF-8.

    Returns
    -------
    QdaProject
        Its ``study``, what stands around it, and ``losses``: each kind of thing that the file held, how many came over,
        how many are passed on by `write_qdpx`, how many are lost, and why.

    Raises
    ------
    InputError
        When the file is damaged, holds more than it may, or a text of it cannot be decoded.

    Notes
    -----
    Coders are the users of the project; a coding without one belongs to "unknown". What a coder read and left without a
    code is not in such a file, so ``study.coding.read`` is empty: not coded is not the same as no code. Positions that
    fit no way of counting are not placed and not guessed; the codings are listed in ``selections``. A coding of
    a whole source is a span over all of its text.

    Examples
    --------
    >>> from alliance_nlp.qda import write_qdpx
    >>> talk = Transcript("talk", "No time.")
    >>> study = Study((talk,), None, Coding((CodedSpan("KL", "talk", 0, 8, "rush"),), ()))
    >>> file = getfixture("tmp_path") / "made.qdpx"
    >>> _ = write_qdpx(study, file)
    >>> project = read_qdpx(file)
    >>> project.study.coding, project.losses.lost
    (Coding(1 application by 1 coder: 'KL'), 0)
    """
    file = checked_path(path, "The path of a project")
    remarks = Remarks(file.name)
    with own_errors(file.name):
        rules = Rules(levels, offsets, check_roles(roles), encoding, remarks)
        project = project_of(file, rules)
    remarks.warn()
    return project


def project_of(file: Path, rules: Rules) -> QdaProject:
    """Read a project, with remarks gathered and not yet said."""
    if rules.offsets is not None:
        check_choice("offsets", tuple(WAYS), rules.offsets)
    container = open_container(file)
    markup = parse(container.description, file.name, "Project")
    held = take_apart(markup.root, container, rules, (*container.remarks, *markup.remarks))
    known = held.own.get("codebook", len(held.tree.nodes) > 0)  # whether there is a codebook
    transcripts = _transcripts(held.placed.texts, held.own, rules)
    whole = held.own.codebook(held.tree) or held.tree.codebook({c.span.code_id for c in held.codings if c.span})
    book = whole if known else None
    spans, twice = _spans(held)
    study, suggestions = _study(held, transcripts, book, spans)
    around = Around.of(held)
    troubles = _troubles(held, twice)
    for trouble in troubles:
        where = f"{trouble.where}: " if trouble.where else ""
        rules.remarks.keep("noticed", f"{where}{trouble.what}")
    _say(held, troubles, rules.remarks)
    report = LossReport(counts_of(held, twice, around), held.placed.offsets, troubles)
    return QdaProject(
        study, report, held.root.get("name", ""), held.origin, suggestions, around.memos, around.cases,
        around.variables, around.sets, around.links, selections_of(held),
        {h.guid: h.transcript_id for h in held.placed.texts if h.text is not None},
        {guid: node.code_id for guid, node in held.tree.by_guid.items()}, {t.id: hash_of(t.text) for t in transcripts},
        ElementTree.tostring(held.root, encoding="unicode"), file,
    )  # fmt: skip


def _transcripts(texts: tuple[HeldText, ...], own: OwnData, rules: Rules) -> tuple[Transcript, ...]:
    found: list[Transcript] = []
    with counting("reading texts", len(texts), "text") as done:
        for held in texts:
            done(1)
            if held.text is None:
                continue
            same = own.transcript(held.transcript_id, held.text)
            if same is None:
                about = rules.remarks.about(held.transcript_id)
                # names that roles tell of may stand in another source of the project
                read = read_plain(held.text, held.transcript_id, held.source, rules.roles, about)
                same = reported([read], about)[0]
            found.append(same)
    return tuple(found)


def _spans(held: Held) -> tuple[list[CodedSpan], int]:
    """Applications, each once, as they were where the file is ours; and how many stood there again."""
    found = [(guid_of(c.coding), c.span) for c in held.codings if c.span is not None]
    placed = [held.own.span(guid, span) for guid, span in held.own.in_order(found)]
    keyed: dict[tuple[Any, ...], CodedSpan] = {}
    for span in placed:  # the same code again by the same person is one application, whatever else differs
        keyed.setdefault((span.coder, span.segment_id, span.code_id, span.status), span)
    return [*keyed.values(), *held.own.rows("uncoded")], len(placed) - len(keyed)


def _study(
    held: Held, transcripts: tuple[Transcript, ...], book: Codebook | None, spans: list[CodedSpan]
) -> tuple[Study, Coding | None]:
    """Give the study, and apart from it what machines suggested."""
    own = held.own
    kinds = {"coded": "coding", "consensus": "consensus"}
    by_kind: dict[str, list[CodedSpan]] = {"coding": [], "consensus": [], "machine": []}
    for span in spans:
        by_kind[kinds.get(span.status, "machine")].append(span)
    agreed = {s.coder for s in by_kind["consensus"]} | set(own.get("agreed", ()))
    read = own.rows("read")
    coded = tuple(by_kind["coding"])
    mine = tuple(r for r in read if r.coder not in agreed)
    saw = {c: bool(s) for c, s in own.get("saw_suggestions", {}).items() if c in {x.coder for x in (*coded, *mine)}}
    coding = Coding(coded, mine, book, saw) if coded or mine else None
    consensus = None
    if agreed:
        theirs = tuple(r for r in read if r.coder in agreed)
        consensus = Coding(tuple(by_kind["consensus"]), theirs, book, made_from=coding, ledger=own.ledger)
    suggested = Coding(tuple(by_kind["machine"]), (), book) if by_kind["machine"] else None
    same = own.get("same_people")
    study = Study(
        transcripts, book, coding, consensus, own.rows("guide"),
        own.rows("participants"), own.rows("expectations"), own.rows("notes"),
        title=own.get("title", held.root.get("name", "")), synthetic=bool(own.get("synthetic", False)),
        same_people=tuple(same) if isinstance(same, list) else same,
        marks=Marks(own.rows("marks"), own.rows("marks_read")) if own.get("marks") or own.get("marks_read") else None,
    )  # fmt: skip
    return study, suggested


def _troubles(held: Held, twice: int) -> tuple[QdaTrouble, ...]:
    """Single things that a person should know of, those of one kind and reason together."""
    found = [QdaTrouble("file", held.container.path.name, remark) for remark in held.remarks]
    if held.own.damaged:
        told = "the note with data of alliance_nlp was changed and is not believed; who read what is not known"
        found.append(QdaTrouble("codings", "", told))
    found += [QdaTrouble("codes", code, what) for code, what in held.tree.odd]
    found += [QdaTrouble("positions", where, what) for where, what in held.placed.doubts]
    found += [QdaTrouble("sources", h.transcript_id, h.why) for h in held.placed.texts if h.text is None]
    renamed = [
        h for h in held.placed.texts if h.transcript_id.endswith(")") and not h.source.startswith(h.transcript_id)
    ]
    found += [QdaTrouble("sources", h.transcript_id, f"another source is called {h.source!r}, too") for h in renamed]
    why: dict[tuple[str, str], int] = {}
    for coding in held.codings:
        if coding.span is None and coding.text.text is not None:
            key = (coding.text.transcript_id, coding.why)
            why[key] = why.get(key, 0) + 1
    found += [
        QdaTrouble("codings", where, f"{counted(n, 'coding')} not placed: {what}") for (where, what), n in why.items()
    ]
    empty: dict[str, int] = {}
    for coding in held.codings:
        if coding.span is not None and coding.span.start == coding.span.end:
            empty[coding.span.transcript_id] = empty.get(coding.span.transcript_id, 0) + 1
    found += [
        QdaTrouble("codings", where, f"{counted(n, 'coding')} of no letter at all; kept, and on no segment")
        for where, n in empty.items()
    ]
    unknown = sum(c.span is not None and c.span.coder == "unknown" for c in held.codings)
    if unknown:
        found.append(
            QdaTrouble("codings", "", f"{counted(unknown, 'coding')} by nobody that the file names: 'unknown'")
        )
    if twice:
        found.append(QdaTrouble("codings", "", f"{counted(twice, 'coding')} stand there twice and count once"))
    return tuple(found)


def _say(held: Held, troubles: tuple[QdaTrouble, ...], remarks: Remarks) -> None:
    """Put into the warning what changes results: guessed positions, codings and texts that are not there."""
    for trouble in troubles:
        if trouble.kind in ("positions", "codings", "codes"):
            where = f"{trouble.where}: " if trouble.where else ""
            remarks.doubts.append(f"{remarks.source}: {where}{trouble.what}")
    absent = [h.transcript_id for h in held.placed.texts if h.text is None]
    if absent:
        names = ", ".join(map(repr, absent[:6]))
        remarks.doubts.append(f"{remarks.source}: {counted(len(absent), 'source')} without a text: {names}")

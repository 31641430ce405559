"""What people recorded of themes, quotes and cases, as tables: stances, relations, translations, cases, memos."""

from __future__ import annotations

from alliance_nlp.ledger import Decision, Standing
from alliance_nlp.ledger.decisions import STANCES
from alliance_nlp.method.translations import translations_of, unmatched_checks
from alliance_nlp.numeric import grouped
from alliance_nlp.records import Row, Study, Table, not_counted, still_in

NOT_MARKED = "not marked"


def who_spoke_for(study: Study, standing: Standing) -> Table:
    """Say who spoke for each theme, against it, or not at all, by people's marks.

    Parameters
    ----------
    study : Study
        The study.
    standing : Standing
        What `replay` gave; its decisions of kind "stance" are the marks.

    Returns
    -------
    Table
        One row a theme: participants marked for, against, neither; those on whom markers differ; those whom nobody
        marked; by whom; and whether all were marked for it.

    Notes
    -----
    To carry a theme's code is not to speak for it, and silence is no consent: who is not marked is not counted as for.
    "All agreed" holds only where everybody who took part is marked for, by every marker who marked them.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> from alliance_nlp.records import Code, Codebook, Transcript, Turn
    >>> study = Study((Transcript("T", "No time.", (Turn(0, 8, "Ann", "participant"),)),), Codebook((Code("Time"),)))
    >>> mark = {"kind": "stance", "by": "KL", "role": "coder", "date": "2025-05-14", "theme": "Time", "about": "Ann"}
    >>> rows = [{**mark, "verdict": "for"}, {**mark, "by": "MR", "verdict": "against"}]
    >>> row = who_spoke_for(study, replay(Ledger.of(rows), codebook=study.codebook)).rows()[0]
    >>> row["markers_differ"], row["all_agreed"]
    (('Ann',), 'no: markers differ on Ann')
    """
    people = tuple(still_in(study))
    marks = standing.of_kind("stance")
    rows: list[Row] = []
    for theme in dict.fromkeys([*(theme.name for theme in study.book.themes), *(d.theme for d in marks)]):
        own = [d for d in marks if d.theme == theme]
        said = {person: {d.verdict for d in own if d.about == person} for person in people}
        of = {verdict: tuple(p for p in people if said[p] == {verdict}) for verdict in STANCES}
        differ = tuple(p for p in people if len(said[p]) > 1)
        silent = tuple(p for p in people if not said[p])
        all_for = _all_agreed(of["against"] + of["neither"], differ, silent) if people else "no: nobody took part"
        rows.append({
            "theme": theme, **of, "markers_differ": differ, "not_marked": silent,
            "marked_by": tuple(dict.fromkeys(d.by for d in own)),
            "all_agreed": all_for,
        })  # fmt: skip
    notes = ("By people's marks. A theme's code is no stance, and silence is no consent.", *not_counted(study))
    columns = ("theme", *STANCES, "markers_differ", "not_marked", "marked_by", "all_agreed")
    return Table.of(rows, columns=columns, title="Who spoke for each theme", notes=notes)


def _all_agreed(otherwise: tuple[str, ...], differ: tuple[str, ...], silent: tuple[str, ...]) -> str:
    why = [
        *([f"{', '.join(otherwise)} not for it"] if otherwise else []),
        *([f"markers differ on {', '.join(differ)}"] if differ else []),
        *([f"{', '.join(silent)} {NOT_MARKED}"] if silent else []),
    ]
    return f"no: {'; '.join(why)}" if why else "yes"


def recorded_relations(study: Study, standing: Standing) -> Table:
    """List the directed relations between themes that people recorded, with the groups of both themes.

    Parameters
    ----------
    study : Study
        The study, for the groups ("overarching", "practical") that people gave its themes.
    standing : Standing
        What `replay` gave; its decisions of kind "relation".

    Returns
    -------
    Table
        One row a relation: from which theme to which, how, by whom. They stand beside the counts of `relate_themes`.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> recorded_relations(Study(()), replay(Ledger(()))).rows()
    []
    """
    book = standing.codebook if len(standing.codebook) else study.book
    groups = {theme.name: theme.group for theme in book.themes}
    group = {name: groups.get(book.find_theme(name) or name, "")  # of a theme that was renamed since, too
             for d in standing.of_kind("relation") for name in (d.theme, str(d.to))}  # fmt: skip
    rows: list[Row] = [
        {"theme": d.theme, "group": group[d.theme], "bears_on": str(d.to),
         "its_group": group[str(d.to)], "how": study.quotable(d.note), "segment_id": d.segment, "by": d.by,
         "date": d.date}
        for d in standing.of_kind("relation")
    ]  # fmt: skip
    columns = ("theme", "group", "bears_on", "its_group", "how", "segment_id", "by", "date")
    strange = {name: number for d in standing.of_kind("relation") for name, number in ((d.theme, d.number),
               (str(d.to), d.number)) if book.find_theme(name) is None}  # fmt: skip
    notes = tuple(
        f"Decision {number} relates {name!r}, which is no theme of the codebook." for name, number in strange.items()
    )
    return Table.of(rows, columns=columns, title="Relations that people recorded", notes=notes)


def translated_quotes(study: Study, standing: Standing, *, original: bool = True, translation: bool = True) -> Table:
    """List quotes with the translations that people made: who translated, when, and who checked it.

    Parameters
    ----------
    study : Study
        The study with the originals.
    standing : Standing
        What `replay` gave; its decisions of kind "translation" and "translation check".
    original, translation : bool, default True
        Which of the two to show.

    Returns
    -------
    Table
        One row a translation. Offsets (``segment_id``) hold to the original; words are in ``rows()``, not in ``print``.

    Notes
    -----
    Words of people who did not agree to be quoted get a mark, in both languages. A check is of a language and a quote:
    an earlier translation that was replaced keeps no check.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> from alliance_nlp.records import Transcript
    >>> row = {"kind": "translation", "by": "MR", "role": "researcher", "date": "2025-05-14", "segment": "T:0-9",
    ...        "language": "en", "to": "No time."}
    >>> found = translated_quotes(Study((Transcript("T", "Ikke tid."),)), replay(Ledger.of([row])))
    >>> [(row["original"], row["translation"], row["checked"]) for row in found.rows()]
    [('Ikke tid.', 'No time.', 'not checked')]
    """
    rows: list[Row] = [
        {"segment_id": t.segment_id, "original": t.original, "translation": t.text, "language": t.language,
         "translated_by": t.by, "date": t.date, "checked": "; ".join(t.checks) or "not checked"}
        for t in translations_of(study, standing)
    ]  # fmt: skip
    notes = tuple(
        f"Decision {d.number} by {d.by} checks a translation of {d.segment} into {d.language!r} that is not on record "
        f"before it."
        for d in unmatched_checks(standing)
    )
    columns = ("segment_id", *(["original"] if original else []), *(["translation"] if translation else []), "language",
               "translated_by", "date", "checked")  # fmt: skip
    quoting = tuple(name for name in ("original", "translation") if name in columns)
    return Table.of(rows, columns=columns, title="Translated quotes", quoting=quoting, notes=notes)


def case_matrix(study: Study, standing: Standing) -> Table:
    """Lay people's own summaries out as a matrix of cases and themes (framework analysis).

    Parameters
    ----------
    study : Study
        The study.
    standing : Standing
        What `replay` gave; its decisions of kind "case summary".

    Returns
    -------
    Table
        One row a case, one column a theme; where two people summarized the same, both stand with their names.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> row = {"kind": "case summary", "by": "KL", "role": "coder", "date": "2025-05-14", "theme": "Time",
    ...        "about": "P1", "to": "Owns her time."}
    >>> case_matrix(Study(()), replay(Ledger.of([row]))).rows()
    [{'case': 'P1', 'Time': 'KL: Owns her time.'}]
    """
    cells = grouped(((d.about, d.theme), d) for d in standing.of_kind("case summary"))
    named = dict.fromkeys(theme for _, theme in cells)
    themes = [*(t.name for t in study.book.themes if t.name in named), *(t for t in named if not _known(t, study))]
    rows: list[Row] = [
        {"case": case, **{theme: _cell(study, cells.get((case, theme), [])) for theme in themes}}
        for case in dict.fromkeys(case for case, _ in cells)
    ]
    return Table.of(rows, columns=("case", *themes), title="Cases and themes, as people summarized them")


def _known(theme: str, study: Study) -> bool:
    return any(each.name == theme for each in study.book.themes)


def _cell(study: Study, summaries: list[Decision]) -> str:
    return "; ".join(f"{d.by}: {study.quotable(str(d.to))}" for d in summaries)


def written_notes(study: Study, standing: Standing) -> Table:
    """List memos, negative cases, versions of a theme's description, and what people still differ on, in order.

    Parameters
    ----------
    study : Study
        The study.
    standing : Standing
        What `replay` gave.

    Returns
    -------
    Table
        One row an entry: what it is, number, date, author, what it is about, its words; of a theme's description every
        version of each author stands, not the last alone. Of "differ" the decisions that it leaves side by side.

    Examples
    --------
    >>> from alliance_nlp.ledger import Ledger, replay
    >>> row = {"kind": "memo", "by": "KL", "role": "coder", "date": "2025-05-14", "note": "Whose?", "theme": "Time"}
    >>> [(r["what"], r["about"], r["words"]) for r in written_notes(Study(()), replay(Ledger.of([row]))).rows()]
    [('memo', "theme 'Time'", 'Whose?')]
    """
    kinds = ("memo", "negative case", "theme description", "differ", "read differently", "position")
    rows: list[Row] = [
        {"what": d.kind, "number": d.number, "date": d.date, "by": d.by, "about": d.about or d.subject,
         "words": study.quotable(str(d.to) or d.note), "both_stand": d.settles}
        for d in standing.written(*kinds)  # type: ignore[arg-type]
    ]  # fmt: skip
    return Table.of(rows, columns=("what", "number", "date", "by", "about", "words", "both_stand"), title="As written")

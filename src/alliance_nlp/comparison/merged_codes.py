"""The codes of several projects as one codebook: nothing is overwritten, and what does not fit is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from alliance_nlp.errors import InputError, did_you_mean
from alliance_nlp.records import Code, Codebook, Row, Study, fold

_RENAMED = "has the id that {other!r} has in {first}: renamed in one of the two? Kept as two codes"
_ALIKE = "may be {other!r} of {first}, which {name} lacks: other case, or another place in the tree. Kept as two codes"
_APART = "has another id in {first}, though other codes have the same: made twice under one name? Taken for one code"


def lay_codes(
    names: Sequence[str], studies: Sequence[Study], ids: Sequence[Mapping[str, str]], same: Mapping[str, str]
) -> tuple[Codebook | None, list[Row]]:
    """Give the codes of all projects, and a row for each that is new, or does not fit.

    Parameters
    ----------
    names : sequence of str
        What the projects are called.
    studies : sequence of Study
        Their studies.
    ids : sequence of dict of str to str
        Of each project the ids that its codes have in the file, by path.
    same : dict of str to str
        Codes that are another one: path to path.
    """
    books = [_with_used(study, same) for study in studies]
    _refuse_unknown(same, studies)
    merged = {code.id: code for code in books[0]}
    themes = {theme.name: theme for theme in books[0].themes}
    rows: list[Row] = []
    for name, book, own in zip(names[1:], books[1:], ids[1:], strict=True):
        rows += _odd(names[0], name, (books[0], ids[0]), (book, own))
        for code in book:
            first = merged.get(code.id)
            if first is None:
                rows.append(_row(code.id, name, "new"))
                merged[code.id] = code
            elif code.definition and code.definition != first.definition:
                rows.append(_row(code.id, name, "defined in other words; the first are kept, these stand in its notes",
                                 code.definition))  # fmt: skip
                merged[code.id] = _with_note(first, name, code.definition)
        for theme in book.themes:
            known = themes.setdefault(theme.name, theme)
            if theme.description not in ("", known.description):
                told = "a theme described in other words; the first are kept"
                rows.append(_row(theme.name, name, told, theme.description))
    if not merged:
        return None, rows
    used = {code.theme for code in merged.values()}
    former = dict.fromkeys(path for book in books for path in book.former if path not in merged)
    return Codebook(tuple(merged.values()), tuple(t for t in themes.values() if t.name in used), tuple(former)), rows


def _row(code: str, name: str, what: str, words: str = "") -> Row:
    return {"code": code, "project": name, "what": what, "other_words": words}


def _with_used(study: Study, same: Mapping[str, str]) -> Codebook:
    """Give the codes of a project, those that only its codings name among them, without those that are another one."""
    book = study.book
    codings = [c for c in (study.coding, study.consensus) if c is not None]
    used = dict.fromkeys(s.code_id for c in codings for s in c.applied if s.code_id and s.code_id not in book.paths)
    codes = [code for code in book if code.id not in same] + [Code(code=path) for path in used if path not in same]
    named = {code.theme for code in codes}
    former = tuple(path for path in book.former if path not in same)
    return Codebook(tuple(codes), tuple(t for t in book.themes if t.name in named), former)


def _with_note(code: Code, name: str, definition: str) -> Code:
    told = f"In {name} defined as: {definition}"
    return code if told in code.notes else replace(code, notes=f"{code.notes}\n{told}".strip())


def _refuse_unknown(same: Mapping[str, str], studies: Sequence[Study]) -> None:
    known = {path for study in studies for path in study.book.paths} | {
        span.code_id for study in studies if study.coding is not None for span in study.coding.applied
    }
    for path in (path for pair in same.items() for path in pair):
        if path not in known:
            raise InputError(
                f"same_codes must name codes of the projects. None of them has {path!r}. {did_you_mean(path, known)}"
            )
    if chained := sorted(set(same) & set(same.values())):
        raise InputError(
            f"same_codes must lead to codes that stay. {chained[0]!r} is said to be another code itself. "
            f"Name the code that stays."
        )


def _odd(
    first: str, name: str, one: tuple[Codebook, Mapping[str, str]], other: tuple[Codebook, Mapping[str, str]]
) -> list[Row]:
    """Say which codes may be one under two names, or two under one."""
    (kept, kept_ids), (book, ids) = one, other
    by_id = {guid: path for path, guid in kept_ids.items()}
    missing = [code.id for code in kept if code.id not in book]
    alike: dict[str, list[str]] = {}
    for path in missing:
        alike.setdefault(fold(path.rpartition("/")[2]), []).append(path)
    shared = [code.id for code in book if code.id in kept_ids and code.id in ids]
    matching = [path for path in shared if kept_ids[path] == ids[path]]
    rows = []
    for code in book:
        renamed = by_id.get(ids.get(code.id, ""))
        if code.id not in kept and renamed in missing:
            rows.append(_row(code.id, name, _RENAMED.format(other=renamed, first=first)))
        elif code.id not in kept and (near := alike.get(fold(code.id.rpartition("/")[2]))):
            rows.append(_row(code.id, name, _ALIKE.format(other=near[0], first=first, name=name)))
        elif matching and code.id in shared and code.id not in matching:
            rows.append(_row(code.id, name, _APART.format(first=first)))
    return rows

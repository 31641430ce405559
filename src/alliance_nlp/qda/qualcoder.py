"""Projects of QualCoder: a folder (.qda) with a SQLite database, data.qda."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alliance_nlp.files import checked_path, own_errors
from alliance_nlp.qda.code_trees import LevelRule
from alliance_nlp.qda.database_projects import HeldCode, HeldMark, HeldProject, day_of, project_from
from alliance_nlp.qda.databases import Database, open_database
from alliance_nlp.qda.losses import QdaCount
from alliance_nlp.qda.projects import QdaCase, QdaMemo, QdaProject
from alliance_nlp.qda.taguette import check_levels
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import check_roles

DATA = "data.qda"
NEEDED = {
    "source": ("id", "name", "fulltext"), "code_name": ("cid", "name"), "code_cat": ("catid", "name", "supercatid"),
    "code_text": ("cid", "fid", "pos0", "pos1", "owner"),
}  # fmt: skip
_APART = {
    "code_image": "picture selections", "code_av": "selections of sound and film", "annotation": "annotations",
    "journal": "journals", "attribute": "attributes", "stored_sql": "stored questions", "graph": "graphs",
}  # fmt: skip


def database_of(path: str | Path) -> Path:
    """Give the database of a project: the file, or the one in the folder."""
    given = checked_path(path, "The path of a project")
    return given / DATA if given.is_dir() else given


def read_qualcoder(
    path: str | Path, *, levels: LevelRule = "top", roles: Mapping[str, str | None] | None = None
) -> QdaProject:
    """Read a project of QualCoder from its folder (.qda), without locking or changing its database.

    Parameters
    ----------
    path : str or Path
        The folder, or ``data.qda`` in it.
    levels : {"top", "bottom", "flat"} or function, default "top"
        How categories and codes become theme, essence and code, as in `read_qdpx`.
    roles : dict of str to {"participant", "moderator", "co-moderator"} or None, optional
        Role of speakers by name, as in `read_transcripts`.

    Returns
    -------
    QdaProject
        With its loss report. Coders are the owners of the codings.

    Raises
    ------
    InputError
        When there is no database of QualCoder, it is damaged, or holds more than it may.

    Notes
    -----
    QualCoder counts code points; each coding is held against the words that are kept with it, and one that stands
    elsewhere is listed, not moved. Who read what stands in no such file: `alliance-nlp agreement` says what that means.

    Examples
    --------
    >>> read_qualcoder("absent.qda")
    Traceback (most recent call last):
    alliance_nlp.errors.InputError: absent.qda does not exist. Name the database of a QualCoder project.
    """
    check_levels(levels)
    file = database_of(path)
    name = file.resolve().parent.stem if file.name == DATA else file.stem
    remarks = Remarks(Path(path).name)
    with own_errors(Path(path).name), open_database(file, "QualCoder", NEEDED) as database:
        found = project_from(_held(database, name), levels, check_roles(roles), remarks)
    remarks.warn()
    return found


def _held(database: Database, name: str) -> HeldProject:
    held = HeldProject(name, "QualCoder", "code points", remarks=database.remarks)
    without = 0
    for row in database.rows("source", ("id", "name", "fulltext", "memo")):
        if row["fulltext"]:
            held.texts[row["id"]] = (str(row["name"] or ""), str(row["fulltext"]))
        without += not row["fulltext"]
    above = {row["catid"]: (str(row["name"] or ""), row["supercatid"])
             for row in database.rows("code_cat", ("catid", "name", "supercatid"))}  # fmt: skip
    for row in database.rows("code_name", ("cid", "name", "memo", "catid")):
        path = (*_categories(row["catid"], above), str(row["name"] or "") or "(no name)")
        held.codes[row["cid"]] = HeldCode(path, str(row["memo"] or ""))
    for row in database.rows("code_text", ("cid", "fid", "pos0", "pos1", "owner", "seltext", "memo", "date")):
        held.marks.append(_mark(row))
    held.memos, held.cases = _memos(database), _cases(database, held)
    held.counts += [QdaCount("sources without a text", without, 0, 0, "sound, film, pictures")] if without else []
    for table, kind in _APART.items():
        n = len(database.rows(table, ("rowid",))) if table in database.tables else 0
        held.counts += [QdaCount(kind, n, 0, 0, "no record for them; they stay in the program")] if n else []
    return held


def _categories(number: Any, above: Mapping[Any, tuple[str, Any]]) -> tuple[str, ...]:
    """Names of the categories that a code stands under, the topmost first; a circle ends where it began."""
    names: list[str] = []
    seen: set[Any] = set()
    while number in above and number not in seen:
        seen.add(number)
        name, number = above[number]
        names.append(name or "(no name)")
    return tuple(reversed(names))


def _mark(row: Mapping[str, Any]) -> HeldMark:
    edges = [row[name] if isinstance(row[name], int) else None for name in ("pos0", "pos1")]
    return HeldMark(
        row["fid"], row["cid"], edges[0], edges[1], str(row["owner"] or "").strip() or "unknown",
        str(row["seltext"] or ""), str(row["memo"] or ""), day_of(row["date"]),
        {name: row[name] for name in ("pos0", "pos1") if isinstance(row[name], int)},
    )  # fmt: skip


def _memos(database: Database) -> tuple[QdaMemo, ...]:
    """Memos of the project and of texts."""
    told: list[tuple[Any, tuple[str, ...]]] = [(row["memo"], ()) for row in database.rows("project", ("memo",))]
    told += [(row["memo"], (f"source {row['name']}",)) for row in database.rows("source", ("name", "memo"))]
    return tuple(QdaMemo(str(text), about=about) for text, about in told if str(text or "").strip())


def _cases(database: Database, held: HeldProject) -> tuple[QdaCase, ...]:
    """Cases; which parts of which texts belong to them stays in the program."""
    rows = database.rows("cases", ("caseid", "name", "memo"))
    return tuple(QdaCase(str(row["name"]), "case", description=str(row["memo"] or "")) for row in rows if row["name"])

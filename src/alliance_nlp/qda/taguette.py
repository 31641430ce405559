"""Projects of Taguette: its SQLite database, with positions in bytes of a text in HTML."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, check_choice, counted
from alliance_nlp.files import own_errors
from alliance_nlp.qda.code_trees import RULES, LevelRule
from alliance_nlp.qda.database_projects import HeldCode, HeldMark, HeldProject, day_of, project_from
from alliance_nlp.qda.databases import Database, open_database
from alliance_nlp.qda.losses import QdaCount
from alliance_nlp.qda.projects import QdaProject
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import check_roles

NEEDED = {
    "projects": ("id", "name"), "documents": ("id", "project_id", "name", "contents"), "tags": ("id", "path"),
    "highlights": ("id", "document_id", "start_offset", "end_offset"), "highlight_tags": ("highlight_id", "tag_id"),
}  # fmt: skip
_BLOCKS = frozenset({
    "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section",
    "article", "br", "hr",
})  # fmt: skip


class _Text(HTMLParser):
    """The words of a page, as Taguette counts their bytes; a block that has no line break gets one, uncounted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.counted: list[bool] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
        self.counted.append(True)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._line()

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        if tag in _BLOCKS:
            self._line()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("br", "hr"):
            self._line()

    def _line(self) -> None:
        self.parts.append("\n")
        self.counted.append(False)

    def laid_out(self) -> tuple[str, list[int], list[int]]:
        """Give the text, places of its counted characters, and the byte at which each of them begins."""
        parts = [(part, own) for part, own in zip(self.parts, self.counted, strict=True) if part]
        after = "\n"
        kept = []
        for part, own in reversed(parts):  # a line break of ours is one too many where the page has its own
            if own or not after.lstrip(" \t").startswith(("\n", "\r")):
                kept.append((part, own))
                after = part
        places, starts, at, byte = [], [], 0, 0
        for part, own in reversed(kept):
            for sign in part if own else "":
                places.append(at)
                starts.append(byte)
                at, byte = at + 1, byte + len(sign.encode("utf-8", "surrogatepass"))
            at += 0 if own else len(part)
        text = "".join(part for part, _ in reversed(kept))
        return text, [*places, len(text)], [*starts, byte]


def text_of_page(page: str) -> tuple[str, list[int], list[int]]:
    """Words of a page, and where which byte of them stands.

    Examples
    --------
    >>> text_of_page("<p>é &amp; b</p>")[0].strip(), text_of_page("<p>éa</p>")[2]
    ('é & b', [0, 2, 3])
    """
    parser = _Text()
    parser.feed(page)
    parser.close()
    return parser.laid_out()


def read_taguette(
    path: str | Path, *, project: str | None = None, levels: LevelRule = "top",
    roles: Mapping[str, str | None] | None = None,
) -> QdaProject:  # fmt: skip
    """Read a project of Taguette from its database (.sqlite3), without locking or changing the file.

    Parameters
    ----------
    path : str or Path
        The database: "Export, project" in Taguette, or the file of a server.
    project : str, optional
        Name of the project, where the database holds several.
    levels : {"top", "bottom", "flat"} or function, default "top"
        How the name of a tag becomes theme, essence and code, as in `read_qdpx`; parts are parted by a dot.
    roles : dict of str to {"participant", "moderator", "co-moderator"} or None, optional
        Role of speakers by name, as in `read_transcripts`.

    Returns
    -------
    QdaProject
        With its loss report. Coders are those who made, or last changed, a highlight.

    Raises
    ------
    InputError
        When the file is no database of Taguette, is damaged, holds more than it may, or several projects.

    Notes
    -----
    Taguette counts bytes of the text without its HTML; each highlight is held against its own quote, and one that
    stands elsewhere is listed, not moved. Who read what stands in no such file.

    Examples
    --------
    >>> read_taguette("absent.sqlite3")
    Traceback (most recent call last):
    alliance_nlp.errors.InputError: absent.sqlite3 does not exist. Name the database of a Taguette project.
    """
    check_levels(levels)
    file = Path(path)
    remarks = Remarks(file.name)
    with own_errors(file.name), open_database(file, "Taguette", NEEDED) as database:
        found = project_from(_held(database, project), levels, check_roles(roles), remarks)
    remarks.warn()
    return found


def check_levels(levels: LevelRule) -> None:
    """Refuse a rule for the levels of a tree that is none."""
    if not callable(levels):
        check_choice("levels", RULES, levels)


def _held(database: Database, wanted: str | None) -> HeldProject:
    number, name = _project(database, wanted)
    held = HeldProject(name, "Taguette", "UTF-8 bytes", remarks=database.remarks)
    places = {}
    for row in database.rows("documents", ("id", "project_id", "name", "contents")):
        if row["project_id"] == number:
            text, *places[row["id"]] = text_of_page(str(row["contents"] or ""))
            held.texts[row["id"]] = (str(row["name"] or ""), text)
    for row in database.rows("tags", ("id", "project_id", "path", "description")):
        if row["project_id"] in (number, None):
            parts = tuple(p.strip() for p in str(row["path"]).split(".") if p.strip()) or (
                str(row["path"]) or "(no name)",
            )
            held.codes[row["id"]] = HeldCode(parts, str(row["description"] or ""))
    tags: dict[Any, list[Any]] = {}
    for row in database.rows("highlight_tags", ("highlight_id", "tag_id")):
        tags.setdefault(row["highlight_id"], []).append(row["tag_id"])
    makers, bare = _makers(database), 0
    for row in database.rows("highlights", ("id", "document_id", "start_offset", "end_offset", "snippet")):
        if row["document_id"] in held.texts:
            held.marks += [_mark(row, tag, places[row["document_id"]], makers) for tag in tags.get(row["id"], ())]
            bare += row["id"] not in tags
    if bare:
        held.counts.append(QdaCount("highlights without a tag", bare, 0, 0, "no code was given"))
    return held


def _project(database: Database, wanted: str | None) -> tuple[Any, str]:
    rows = database.rows("projects", ("id", "name"))
    named = [(row["id"], str(row["name"] or "")) for row in rows if wanted is None or row["name"] == wanted]
    if len(named) != 1:
        names = ", ".join(repr(str(row["name"])) for row in rows[:8]) or "none"
        raise InputError(
            f"{database.name} holds {counted(len(rows), 'project')}: {names}. Name one of them: project='...'."
        )
    return named[0]


def _makers(database: Database) -> dict[Any, tuple[str, Any]]:
    """Who made, or last changed, a highlight, and when: from the log of commands, where there is one."""
    found = {}
    for row in database.rows("commands", ("date", "user_login", "payload")):
        try:
            told = json.loads(row["payload"])
        except (TypeError, ValueError, RecursionError):
            continue
        if isinstance(told, dict) and told.get("type") == "highlight_add" and isinstance(told.get("highlight_id"), int):
            found[told["highlight_id"]] = (str(row["user_login"] or ""), row["date"])
    return found


def _mark(row: Mapping[str, Any], tag: Any, places: list[list[int]], makers: Mapping[Any, tuple[str, Any]]) -> HeldMark:
    at, starts = places
    edges = [_character(row[name], at, starts) for name in ("start_offset", "end_offset")]
    coder, date = makers.get(row["id"], ("", None))
    quote = text_of_page(str(row["snippet"] or ""))[0]
    if edges[1] is not None and edges[1] > 0:
        edges[1] = at[bisect_left(at, edges[1]) - 1] + 1  # a line break of ours is not in it
    return HeldMark(
        row["document_id"], tag, edges[0], edges[1], coder or "unknown", quote, "", day_of(date),
        {name: row[name] for name in ("start_offset", "end_offset") if isinstance(row[name], int)},
    )  # fmt: skip


def _character(byte: Any, places: list[int], starts: list[int]) -> int | None:
    """Place of the character that begins at a byte; None where none does."""
    if not isinstance(byte, int):
        return None
    found = bisect_left(starts, byte)
    return places[found] if found < len(starts) and starts[found] == byte else None

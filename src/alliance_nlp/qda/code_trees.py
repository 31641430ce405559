"""A tree of codes of any depth to theme, essence and code, by a rule that the caller sees and can set; and back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from alliance_nlp.errors import InputError, check_choice
from alliance_nlp.files import CODES, refuse_count
from alliance_nlp.qda.markup import Element, add, guid_of, stable_id, text_of
from alliance_nlp.records import Code, Codebook, Theme

Path = tuple[str, ...]
LevelRule = Literal["top", "bottom", "flat"] | Callable[[tuple[str, ...]], tuple[str, str, str]]
RULES = ("top", "bottom", "flat")
TRUE = {"true", "1"}
_AGAIN = uuid.UUID("b6d1f6a2-6f0e-5d0b-9a53-7c1d2e8f4a11")


@dataclass(frozen=True)
class Node:
    """One code of a tree."""

    guid: str
    path: Path
    code: Code  # its row, with theme, essence and code by the rule
    element: Element
    codable: bool
    leaf: bool
    notes: tuple[str, ...] = ()

    @property
    def code_id(self) -> str:
        """Path of the code in the codebook."""
        return self.code.id


@dataclass(frozen=True)
class Tree:
    """The codes of a file in order, and what was odd about them."""

    nodes: tuple[Node, ...] = ()
    odd: tuple[tuple[str, str], ...] = ()
    aside: tuple[Node, ...] = ()  # those that stand for codes of the codebook in a branch for a machine's suggestions

    @property
    def by_guid(self) -> dict[str, Node]:
        """Codes by their ids; the first where two have one."""
        found: dict[str, Node] = {}
        for node in (*self.nodes, *self.aside):
            found.setdefault(node.guid, node)
        return found

    def codebook(self, used: Collection[str]) -> Codebook:
        """Rows of the codebook: every code but those that only hold others, of which nothing is said or coded."""
        rows, themes = [], []
        for node in self.nodes:
            holds = not node.codable and not node.leaf and node.code_id not in used and len(node.path) < 3
            if holds and node.code.theme == node.code_id:
                themes.append(Theme(node.code.theme, description=node.code.definition))
            elif not (holds and node.code.essence and not node.code.code and not node.code.definition):
                rows.append(node.code)
        named = {row.theme for row in rows}
        return Codebook(tuple(rows), tuple(theme for theme in themes if theme.name in named))


def levels_of(path: Path, rule: LevelRule, *, leaf: bool = True) -> tuple[str, str, str]:
    """Theme, essence and code of a path of names.

    Parameters
    ----------
    path : tuple of str
        Names from the top of the tree down.
    rule : {"top", "bottom", "flat"} or function
        "top": the first name is the theme, the second the essence where there are three or more; what is deeper
        stays in the code, parted by /. A name that is alone at the top is a code. "bottom": the last name is the
        code, the one above it the essence where there are three or more, those above are the theme. "flat": all of
        it is the code. A function of the path gives the three names.
    leaf : bool, default True
        Whether nothing stands below; a name at the top with others below it is a theme.

    Examples
    --------
    >>> levels_of(("a", "b", "c", "d"), "top"), levels_of(("a", "b", "c", "d"), "bottom")
    (('a', 'b', 'c/d'), ('a/b', 'c', 'd'))
    >>> levels_of(("a",), "top", leaf=False), levels_of(("a", "b"), "flat")
    (('a', '', ''), ('', '', 'a/b'))
    """
    if callable(rule):
        return rule(path)
    if rule == "flat":
        return "", "", "/".join(path)
    if len(path) == 1:
        return ("", "", path[0]) if leaf else (path[0], "", "")
    if len(path) == 2:
        return (path[0], "", path[1]) if leaf or rule == "bottom" else (path[0], path[1], "")
    if rule == "top":
        return path[0], path[1], "/".join(path[2:])
    return "/".join(path[:-2]), path[-2], path[-1]


def read_tree(codes: Element | None, rule: LevelRule, source: str, notes: Mapping[str, str]) -> Tree:
    """Read the codes of a file.

    Raises
    ------
    InputError
        When there are more than a codebook may hold, or the rule gives something else than three names.
    """
    if not callable(rule):
        check_choice("levels", RULES, rule)
    found = list(_walk(codes, ())) if codes is not None else []
    refuse_count(source, len(found), "code", CODES)
    odd: list[tuple[str, str]] = []
    nodes, guids, ids = [], set(), set()
    for path, element in found:
        leaf = element.find("Code") is None
        own, n = _named(levels_of(path, rule, leaf=leaf), path), 1
        first = own
        while (code_id := "/".join(part for part in own if part)) in ids:
            n += 1
            own = _again(first, n)
        ids.add(code_id)
        if n > 1:
            odd.append((code_id, "another code has this path; this one has a number behind its name"))
        guid = guid_of(element)
        if guid in guids:
            odd.append((code_id, "has the id of another code; codings with that id were given to the first"))
        if guid in guids or not guid:  # what is written of it again needs one of its own
            guid = stable_id(_AGAIN, f"{guid}\0{code_id}")
            element.set("guid", guid)
        guids.add(guid)
        told = tuple(notes[note] for ref in element.findall("NoteRef") if (note := guid_of(ref, "targetGUID")) in notes)
        row = Code(*own, definition=text_of(element, "Description"))
        codable = element.get("isCodable", "true").strip().lower() in TRUE
        nodes.append(Node(guid, path, row, element, codable, leaf, told))
    return Tree(tuple(nodes), tuple(odd))


def _walk(parent: Element, above: Path) -> Iterator[tuple[Path, Element]]:
    waiting = [(above, child) for child in reversed(parent.findall("Code"))]
    while waiting:  # a tree may be deeper than Python's stack
        over, element = waiting.pop()
        path = (*over, element.get("name", "").strip() or "(no name)")
        yield path, element
        waiting += [(path, child) for child in reversed(element.findall("Code"))]


def _named(levels: object, path: Path) -> tuple[str, str, str]:
    if not isinstance(levels, tuple | list) or len(levels) != 3 or not all(isinstance(x, str) for x in levels):
        raise InputError(f"levels must give theme, essence and code, three texts. For {path!r} it gave {levels!r}.")
    if not any(levels):
        raise InputError(f"levels must fill one of theme, essence and code. For {path!r} it filled none.")
    return levels[0], levels[1], levels[2]


def _again(levels: tuple[str, str, str], n: int) -> tuple[str, str, str]:
    """Name a code that has the path of another one."""
    theme, essence, code = levels
    if code:
        return theme, essence, f"{code} ({n})"
    return (theme, f"{essence} ({n})", code) if essence else (f"{theme} ({n})", essence, code)


def path_of(code: Code) -> Path:
    """Names from the top of the tree down, as a codebook is written."""
    return tuple(part for part in (code.theme, code.essence, code.code) if part)


def write_tree(
    parent: Element, codebook: Codebook, guid: Callable[[str, str], str], there: Mapping[str, Element] | None = None
) -> dict[str, str]:
    """Write a codebook below an element, themes and essences above their codes; give the ids of all paths.

    Codes that are there keep their place; their description becomes that of the codebook.
    """
    rows = {code.id: code for code in codebook}
    described = {theme.name: theme.description for theme in codebook.themes}
    made: dict[str, Element] = dict(there or {})
    for key, there_already in made.items():
        if key in rows:
            describe(there_already, rows[key].definition or described.get(key, ""))
    for code in codebook:
        if code.id in made:
            continue
        parts = path_of(code)
        for depth in range(1, len(parts) + 1):
            key = "/".join(parts[:depth])
            if key in made:
                continue
            row = rows.get(key)
            above = made.get("/".join(parts[: depth - 1]), parent)
            element = add(above, "Code", guid=guid("code", key), name=parts[depth - 1],
                          isCodable="true" if row is not None else "false")  # fmt: skip
            said = (
                row.definition if row is not None and row.definition else described.get(key, "") if depth == 1 else ""
            )
            if said:
                add(element, "Description", said)
            made[key] = element
    return {key: element.get("guid", "") for key, element in made.items()}


def describe(element: Element, words: str) -> None:
    """Put a description on a code, or take it off, where it says something else."""
    if text_of(element, "Description") == words.strip():
        return
    for old in element.findall("Description"):
        element.remove(old)
    if words:
        add(element, "Description", words)
        element.insert(0, element[-1])
        del element[-1]

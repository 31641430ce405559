"""How decisions change a codebook: one version after another, what became of each code, and a diff to read."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from alliance_nlp.errors import counted
from alliance_nlp.ledger.decisions import Decision
from alliance_nlp.records import LEVELS, Code, Codebook, CodedSpan, Coding, Record, Table, Theme
from alliance_nlp.records.fields import Count

CHANGES_CODEBOOK = frozenset({"rename", "merge", "split", "add code", "change definition"})


@dataclass(frozen=True, eq=False, repr=False)
class CodebookVersion(Record):
    """A codebook as it stood after one decision.

    Parameters
    ----------
    number : int
        0 for the codebook that everything began with.
    codebook : Codebook
        The codebook.
    decision : int
        Number of the decision that made it; 0 for the first.
    date : datetime.date or None
        When.
    by : str
        Who.
    """

    number: Count
    codebook: Codebook
    decision: Count = 0
    date: datetime.date | None = None
    by: str = ""

    def _summary(self) -> str:
        return f"version {self.number}, {counted(len(self.codebook), 'code')}"


class BookInWork:
    """A codebook that decisions work on: every code keeps a number of its own, whatever its path becomes."""

    def __init__(self, book: Codebook) -> None:
        self.codes = dict(enumerate(book.codes))
        self.themes = {theme.name: theme for theme in book.themes}
        self.became: dict[int, tuple[int, ...]] = {}
        self.start = {code.id: key for key, code in self.codes.items()}
        self.former = dict(self.start)
        self.renamed_themes: list[tuple[str, str]] = []
        self.under_old_theme: dict[str, int] = {}  # paths of codes of which nothing but the theme was renamed since

    def key_of(self, path: str) -> int | None:
        """Find the code that has this path now."""
        return next((key for key, code in self.codes.items() if code.id == path), None)

    def paths_of(self, key: int) -> tuple[str, ...]:
        """Paths of what a code has become."""
        if key in self.codes:
            return (self.codes[key].id,)
        return tuple(path for follower in self.became.get(key, ()) for path in self.paths_of(follower))

    def paths_from(self, path: str, *, start: bool = False) -> tuple[str, ...]:
        """Paths that a path stands for now: of the first codebook, or of whatever time it comes from."""
        key = self.start.get(path) if start else self.key_of(path)
        key = self.former.get(path) if key is None else key
        return self.paths_of(key) if key is not None else self._above(path)

    def _above(self, path: str) -> tuple[str, ...]:
        """Path, by today's names, of a theme or an essence that has codes below it."""
        above = {code.at(level) for code in self.codes.values() for level in LEVELS}
        for old, new in self.renamed_themes if path not in above else ():
            path = new if path == old else f"{new}{path[len(old) :]}" if path.startswith(f"{old}/") else path
        return (path,) if path in above else ()

    def codebook(self) -> Codebook:
        """Codebook as it stands."""
        used = {code.theme for code in self.codes.values()}
        themes = tuple(theme for name, theme in self.themes.items() if name in used)
        now = {code.id for code in self.codes.values()}
        split = (path for path, key in self.former.items() if len(self.paths_of(key)) > 1 and path not in now)
        return Codebook(tuple(self.codes.values()), themes, tuple(split))

    def apply(self, decision: Decision) -> str | None:
        """Change the codebook; or say why that is impossible."""
        found = {path: self.under_old_theme.get(path) if (key := self.key_of(path)) is None else key
                 for path in decision.code}  # fmt: skip
        missing = [path for path, key in found.items() if key is None]
        if missing:
            return self._why_missing(missing[0])
        if decision.theme:
            return self._rename_theme(decision.theme, str(decision.to))
        keys = [key for key in found.values() if key is not None]
        new = _new_codes(decision, [self.codes[key] for key in keys])
        if any(self.key_of(path) is None for path in found):  # said under the theme's old name, of new codes as well
            new = [replace(code, theme=self._theme_now(code.theme)) for code in new]
        staying = {code.id for key, code in self.codes.items() if key not in keys}
        taken = [code.id for code in new if code.id in staying]
        if taken or len({code.id for code in new}) < len(new):
            return f"the codebook already has a code {(taken or [new[0].id])[0]!r}"
        self._exchange(keys, new)
        return None

    def _why_missing(self, path: str) -> str:
        if path in self.former:
            now = " and ".join(map(repr, self.paths_from(path)))
            return f"the code {path!r} had become {now or 'another one'} by then"
        return f"the codebook has no code {path!r}"

    def _exchange(self, keys: list[int], new: list[Code]) -> None:
        """Put the new codes in the place of the first old one; one for one keeps the number."""
        fresh = range(max([*self.codes, *self.became, *self.former.values(), -1]) + 1, 10**9)
        numbered = dict(zip(keys if len(keys) == len(new) == 1 else fresh, new, strict=False))
        order: dict[int, Code] = {}
        for key, code in self.codes.items():
            if keys and key == keys[0]:
                order.update(numbered)
            elif key not in keys:
                order[key] = code
        order.update(numbered)
        self.became.update({key: tuple(numbered) for key in keys if key not in numbered})
        self.codes = order
        self.former.update({code.id: key for key, code in numbered.items()})
        self.under_old_theme = {path: key for path, key in self.under_old_theme.items() if key not in keys}

    def _theme_now(self, name: str) -> str:
        """Name of a theme today."""
        themes = {code.theme for code in self.codes.values()}
        for old, new in self.renamed_themes if name not in themes else ():
            name = new if name == old else name
        return name

    def _rename_theme(self, old: str, new: str) -> str | None:
        themes = {code.theme for code in self.codes.values()}
        if old not in themes:
            return f"the codebook has no theme {old!r}"
        if new in themes:
            return f"the codebook already has a theme {new!r}"
        self.renamed_themes.append((old, new))
        self.under_old_theme |= {code.id: key for key, code in self.codes.items() if code.theme == old}
        theme = self.themes.get(old, Theme(old))
        self.themes[new] = replace(theme, name=new, aliases=(*theme.aliases, old))
        self.codes = {k: replace(c, theme=new) if c.theme == old else c for k, c in self.codes.items()}
        self.former.update({code.id: key for key, code in self.codes.items()})
        return None


def _new_codes(decision: Decision, old: list[Code]) -> list[Code]:
    if decision.kind == "change definition":
        return [replace(old[0], definition=str(decision.to))]
    if decision.kind == "rename" and not decision.made:
        level = "code" if old[0].code else "essence" if old[0].essence else "theme"
        names: dict[str, Any] = {level: str(decision.to)}
        return [_inherits(replace(old[0], **names), old)]
    if decision.kind in ("rename", "merge"):
        return [_inherits(decision.made[0], old)]
    return list(decision.made)


def _inherits(new: Code, old: list[Code]) -> Code:
    """Give a code the exemplars, and as aliases the names, of what it comes from; its definition only from its own."""
    own = old[0] if len(old) == 1 else next((code for code in old if code.id == new.id), None)
    names = [name for code in old for name in (code.name, *code.aliases) if name != new.name]
    return replace(
        new,
        definition=new.definition or (own.definition if own else ""),
        exemplars=tuple(dict.fromkeys([*new.exemplars, *(text for code in old for text in code.exemplars)])),
        aliases=tuple(dict.fromkeys([*new.aliases, *names])),
    )


def carry_coding(coding: Coding, paths: Mapping[str, tuple[str, ...]], codebook: Codebook) -> tuple[Coding, int]:
    """Carry a coding over to a later codebook.

    Parameters
    ----------
    coding : Coding
        The coding under the earlier codebook.
    paths : dict of str to tuple of str
        Per path what it has become.
    codebook : Codebook
        The later codebook.

    Returns
    -------
    coding : Coding
        The same applications under the paths of today; one application where a merge makes two alike. The coding
        that a consensus was made from is carried over with it.
    n_waiting : int
        Applications of codes that were split: nobody has decided yet which of the new codes they carry, so they keep
        the old path, which the codebook lists as a former one.
    """
    carried: dict[tuple[object, ...], CodedSpan] = {}
    waiting = 0
    for span in coding.applied:
        now = paths.get(span.code_id, (span.code_id,))
        waiting += len(now) > 1
        moved = replace(span, code_id=now[0]) if len(now) == 1 else span
        carried.setdefault((moved.coder, moved.transcript_id, moved.start, moved.end, moved.code_id), moved)
    behind = coding.made_from  # the coders behind a consensus are compared with it, so they must share its codebook
    if isinstance(behind, Coding):
        behind = carry_coding(behind, paths, codebook)[0]
    gone = sorted({span.code_id for span in carried.values() if span.code_id} - codebook.paths)
    book = replace(codebook, former=(*codebook.former, *gone))
    return replace(coding, applied=tuple(carried.values()), codebook=book, made_from=behind), waiting


def diff_codebooks(before: Codebook, after: Codebook) -> Table:
    """Say what changed between two codebooks, so that a person can read it.

    Parameters
    ----------
    before, after : Codebook
        The earlier and the later one.

    Returns
    -------
    Table
        One row a change: "added", "removed", "renamed", "definition", "exemplars", "theme renamed", "description";
        words taken out stand in ``[-…-]``, words put in in ``{+…+}``.

    Notes
    -----
    A code that is gone counts as renamed when exactly one new code has its name among its aliases, or its definition.

    Examples
    --------
    >>> from alliance_nlp.records import LEVELS, Code, Codebook
    >>> old, new = (Codebook((Code("Time", "", "rush", text),)) for text in ("too little time", "no time"))
    >>> print(diff_codebooks(old, new))
    change      code       what
    definition  Time/rush  [-too little-] {+no+} time
    """
    renamed = renamed_codes(before, after)
    rows: list[tuple[str, str, str]] = []
    themes, later = ({theme.name: theme for theme in book.themes} for book in (before, after))
    for theme in after.themes:
        old_name = next((a for a in theme.aliases if a in themes and a not in later), None)
        if old_name is not None and theme.name not in themes:
            rows.append(("theme renamed", theme.name, f"was {old_name!r}"))
        earlier = themes.get(old_name or theme.name)
        if earlier is not None and earlier.description != theme.description:
            rows.append(("description", theme.name, _words_changed(earlier.description, theme.description)))
    for code in before:
        now = after[code.id] if code.id in after else renamed.get(code.id)
        rows += [("removed", code.id, "")] if now is None else _changes(code, now)
    known = {*before.ids, *(code.id for code in renamed.values())}
    rows += [("added", code.id, code.definition) for code in after if code.id not in known]
    return Table(("change", "code", "what"), tuple(rows))


def _changes(old: Code, new: Code) -> list[tuple[str, str, str]]:
    rows = [("renamed", new.id, f"was {old.id!r}")] if old.id != new.id else []
    if old.definition != new.definition:
        rows.append(("definition", new.id, _words_changed(old.definition, new.definition)))
    if set(old.exemplars) != set(new.exemplars):
        out, into = set(old.exemplars) - set(new.exemplars), set(new.exemplars) - set(old.exemplars)
        rows.append(("exemplars", new.id, f"{len(into)} added, {len(out)} removed"))
    return rows


def renamed_codes(before: Codebook, after: Codebook) -> dict[str, Code]:
    """Codes of the earlier codebook that have another path in the later one, with what they became."""
    new = [code for code in after if code.id not in before]
    found: dict[str, Code] = {}
    for code in before:
        if code.id in after:
            continue
        fits = [n for n in new if code.name in n.aliases or n.name == code.name
                or (code.definition and n.definition == code.definition)]  # fmt: skip
        if len(fits) == 1 and fits[0] not in found.values():
            found[code.id] = fits[0]
    return found


def _words_changed(old: str, new: str) -> str:
    a, b = old.split(), new.split()
    parts: list[str] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += a[i:j]
            continue
        parts += [f"[-{' '.join(a[i:j])}-]"] if j > i else []
        parts += [f"{{+{' '.join(b[k:m])}+}}"] if m > k else []
    return " ".join(parts)

"""What people agreed the material means: theme > essence > code, with definitions and exemplars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

from alliance_nlp.errors import InputError, check_choice, counted, did_you_mean
from alliance_nlp.numeric import grouped
from alliance_nlp.records.base import Record
from alliance_nlp.records.fields import Checked, Name, refuse_twice
from alliance_nlp.records.tables import Table, Tabular

Level = Literal["code", "essence", "theme"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Code(Checked):
    """One row of a codebook: a named, defined cluster of meaning under its essence and theme.

    Parameters
    ----------
    theme, essence, code : str
        Names of the three levels; an empty string where a level is missing, but not all three.
    definition : str
        What is in and what is out, written by people.
    exemplars : tuple of str
        Statements that show the code.
    aliases : tuple of str
        Other names of the code.
    include, exclude : str
        When to give the code and when not, where people wrote that apart from the definition.
    notes : str
        What else people wrote about it.

    Examples
    --------
    >>> Code("Trust", "", "demanding").id
    'Trust/demanding'
    """

    theme: str = ""
    essence: str = ""
    code: str = ""
    definition: str = ""
    exemplars: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    include: str = ""
    exclude: str = ""
    notes: str = ""

    def _check(self) -> None:
        if not (self.theme or self.essence or self.code):
            raise InputError("A code needs a name on at least one of the levels theme, essence, code. Got none.")

    @property
    def id(self) -> str:
        """Path ``theme/essence/code``, empty levels left out."""
        return "/".join(part for part in (self.theme, self.essence, self.code) if part)

    @property
    def name(self) -> str:
        """Name on the lowest level that is filled."""
        return self.code or self.essence or self.theme

    def at(self, level: Level) -> str:
        """Path of this code rolled up to a level; a code without that level stands for itself.

        Examples
        --------
        >>> Code("Trust", "takes time", "demanding").at("theme")
        'Trust'
        """
        if level == "code":
            return self.id
        if not (self.theme if level == "theme" else self.essence):
            return self.id
        kept = (self.theme,) if level == "theme" else (self.theme, self.essence)
        return "/".join(part for part in kept if part)


@dataclass(frozen=True, slots=True)
class Theme(Checked):
    """What people wrote about one theme: other names, its group, the composite description.

    Parameters
    ----------
    name : str
        The theme's name as in the codebook.
    aliases : tuple of str
        Other names it goes by.
    group : str
        What it belongs with among the themes, for instance "practical" or "overarching".
    description : str
        The composite description. Only people write it; the library carries it and never fills it.
    """

    name: Name
    aliases: tuple[str, ...] = ()
    group: str = ""
    description: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Codebook(Tabular, Record):
    """The codes that people validated, under their essences and themes.

    Parameters
    ----------
    codes : tuple of Code
        One a row; no two of the same path.
    themes : tuple of Theme, default ()
        What is known of each theme beyond its name; themes that occur only in `codes` are added.
    former : tuple of str, default ()
        Paths that were codes once: split or taken out since. Codings may still carry them until somebody decides.
    report : Table or None
        How it was read: what was assumed and left out, with rows. Not compared and not kept by `save`.

    Raises
    ------
    InputError
        When two codes have the same path, a theme is described twice or has no code, or a former path is a code.

    Examples
    --------
    >>> book = Codebook((Code("Trust", "", "demanding"), Code("Time", "", "too little")))
    >>> [theme.name for theme in book.themes], book.find("demanding")
    (['Trust', 'Time'], ('Trust/demanding',))
    """

    codes: tuple[Code, ...]
    themes: tuple[Theme, ...] = field(default=())
    former: tuple[Name, ...] = ()
    report: Table | None = field(default=None, compare=False)

    def _check(self) -> None:
        twice = sorted(path for path, n in Counter(code.id for code in self.codes).items() if n > 1)
        if twice:
            raise InputError(
                f"Codes must have paths of their own. Given more than once: {', '.join(map(repr, twice))}."
            )
        refuse_twice("Codebook.themes", (theme.name for theme in self.themes))
        refuse_twice("Codebook.former", (*self.former, *self.ids))
        used = list(dict.fromkeys(code.theme for code in self.codes if code.theme))
        described = {theme.name: theme for theme in self.themes}
        unknown = [name for name in described if name not in used]
        if unknown:
            raise InputError(
                f"Themes are described that no code belongs to: {', '.join(map(repr, unknown))}. "
                f"The codebook's themes are {', '.join(map(repr, used)) or 'none'}."
            )
        object.__setattr__(self, "themes", tuple(described.get(name, Theme(name)) for name in used))

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes)

    def __contains__(self, code_id: object) -> bool:
        return code_id in self._by_id

    def __getitem__(self, code_id: str) -> Code:
        if code_id not in self._by_id:
            hint = did_you_mean(code_id, self._by_id) or f"The codebook has {len(self)} codes; see `.ids`."
            raise InputError(f"No code has the path {code_id!r}. {hint}")
        return self._by_id[code_id]

    @cached_property
    def _by_id(self) -> dict[str, Code]:
        return {code.id: code for code in self.codes}

    @property
    def ids(self) -> tuple[str, ...]:
        """Paths of the codes, in order."""
        return tuple(self._by_id)

    @cached_property
    def paths(self) -> frozenset[str]:
        """Paths that a coding may name: of codes, of whatever stands above them, and of former codes."""
        levels = {code.at(level) for code in self.codes for level in LEVELS}
        return frozenset(levels | _above_themes(self.codes)) | frozenset(self.former)

    def refuse_unknown(self, paths: Iterable[str], where: str, *, level: Level | None = None) -> None:
        """Refuse paths that the codebook does not have, with the nearest that it has; the empty path is none.

        Raises
        ------
        InputError
            When there are any; at a level only the paths of that level, and former ones, are known.
        """
        known = self.paths if level is None else {*(code.at(level) for code in self.codes), *self.former}
        unknown = sorted(set(paths) - known - {""})
        if unknown:
            more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
            raise InputError(
                f"{where} must name codes of the codebook, which has {counted(len(self), 'code')}. It does not have "
                f"{unknown[0]!r}{more}. {did_you_mean(unknown[0], known)}".rstrip()
            )

    def find(self, name: str) -> tuple[str, ...]:
        """Paths that a name can mean: a path, the end of a path, or an alias; upper and lower case are one.

        Returns
        -------
        tuple of str
            Empty when nothing has the name; more than one when it is ambiguous.
        """
        if name in self._by_id:
            return (name,)
        wanted = name.strip().casefold()
        return tuple(code.id for code in self.codes if wanted in self._names[code.id])

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        return {code.id: _names_of(code) for code in self.codes}

    def find_theme(self, name: str) -> str | None:
        """Name of the theme that goes by this name or alias; None when there is none."""
        wanted = name.strip().casefold()
        for theme in self.themes:
            if wanted in {theme.name.casefold(), *(alias.casefold() for alias in theme.aliases)}:
                return theme.name
        return None

    def place(self, path: str) -> Code:
        """Place a path among the three levels.

        Parameters
        ----------
        path : str
            Path of a code, or of an essence or theme that has codes below it and no row of its own.

        Returns
        -------
        Code
            Its row, or a row that only names it; a path that the codebook does not know is a code without essence and
            theme.

        Examples
        --------
        >>> book = Codebook((Code("Trust", "takes time", "demanding"),))
        >>> book.place("Trust/takes time").at("theme"), book.place("other/thing").at("theme")
        ('Trust', 'other/thing')
        """
        return self._by_id.get(path) or self._above.get(path) or Code(code=path)

    @cached_property
    def _above(self) -> dict[str, Code]:
        """Codings may name a theme, or an essence, that has no row of its own."""
        themes = {code.theme: Code(code.theme) for code in self.codes if code.theme}
        both = [code for code in self.codes if code.essence and code.theme]
        return themes | {code.at("essence"): Code(code.theme, code.essence) for code in both}

    def roll_up(self, code_id: str, level: Level) -> str:
        """Path of a code, essence or theme at a level; a path that the codebook does not know stays as it is."""
        return self.place(code_id).at(level)

    def names_at(self, level: Level, used: Iterable[str] = ()) -> list[str]:
        """Paths at a level in the order of the codebook, then those of `used` that it does not know."""
        return list(dict.fromkeys([*self.at(level).ids, *used]))

    def at(self, level: Level) -> Codebook:
        """Roll the codebook up to a level.

        Parameters
        ----------
        level : {"code", "essence", "theme"}
            "code" gives the codebook itself.

        Returns
        -------
        Codebook
            One row for each path on that level, with the exemplars of everything below it. Definitions stay only
            where people wrote one for that level.

        Raises
        ------
        InputError
            When the level is none of the three.

        Examples
        --------
        >>> book = Codebook((Code("Trust", "", "demanding"), Code("Trust", "", "slow")))
        >>> book.at("theme").ids
        ('Trust',)
        """
        check_choice("level", LEVELS, level)
        if level == "code":
            return self
        groups = grouped((code.at(level), code) for code in self.codes)
        return Codebook(tuple(_rolled(path, rows, level) for path, rows in groups.items()), self.themes, self.former)

    @property
    def depth(self) -> int:
        """How many levels the deepest code stands on; a path such as ``a/b/c/d`` has four."""
        return max((len(code.id.split("/")) for code in self.codes), default=0)

    def viewed(self, *, theme: int = 1, essence: int | None = None) -> Codebook:
        """View a codebook of any depth with other levels as its themes and essences; no path changes.

        Parameters
        ----------
        theme : int, default 1
            On which level, counted from 1, the themes of the view stand; a code that ends above it is a theme itself.
        essence : int, optional
            On which level the essences stand, below the themes; by default the next one.

        Returns
        -------
        Codebook
            The same codes with the same paths, definitions and exemplars: whatever was coded stays valid. A theme of
            the view keeps the group of the theme above it, and its description and aliases where it is that theme.

        Raises
        ------
        InputError
            When a level is below 1, or the essences do not stand below the themes.

        Notes
        -----
        Levels are the parts of a path between ``/``. A name that holds a ``/`` itself is cut there, too.

        Examples
        --------
        >>> book = Codebook((Code("Care", "Trust", "of patients/slow/earned"),))
        >>> book.depth, book.viewed(theme=3).at("theme").ids, book.viewed(theme=3).ids == book.ids
        (5, ('Care/Trust/of patients',), True)
        """
        return _viewed(self, theme, theme + 1 if essence is None else essence)

    def table(self) -> Table:
        """Give one row a code; its exemplars are in ``rows()`` and HTML, not in ``print``."""
        columns = ("theme", "essence", "code", "definition", "exemplars", "aliases")
        told = [name for name in ("include", "exclude", "notes") if any(getattr(c, name) for c in self.codes)]
        values = ((c.id, *(getattr(c, name) for name in (*columns, *told))) for c in self.codes)
        return Table(("code_id", *columns, *told), tuple(values), quoting=("exemplars",))

    def _summary(self) -> str:
        return f"{counted(len(self.codes), 'code')} under {counted(len(self.themes), 'theme')}"


class UnderCodebook:
    """What codings, studies and chains share: a codebook, or none."""

    codebook: Codebook | None

    @property
    def book(self) -> Codebook:
        """The codebook; an empty one where there is none."""
        return self.codebook or Codebook(())


def _names_of(code: Code) -> frozenset[str]:
    """Names that a code goes by, in lower case: its path, the ends of it, its aliases."""
    ends = ((code.name,), (code.essence, code.code), (code.theme, code.code))
    names = (code.id, *("/".join(filter(None, parts)) for parts in ends), *code.aliases)
    return frozenset(name.casefold() for name in names) - {""}


def _above_themes(codes: Iterable[Code]) -> set[str]:
    """Paths above the themes of a view of a deeper codebook."""
    return {"/".join(parts[:n]) for code in codes for parts in [code.theme.split("/")] for n in range(1, len(parts))}


def _viewed(book: Codebook, theme: int, essence: int) -> Codebook:
    if not 1 <= theme < essence:
        raise InputError(
            f"theme and essence must be levels from 1, the essences below the themes. Got theme={theme}, "
            f"essence={essence}."
        )
    codes = tuple(_regrouped(code, theme, essence) for code in book.codes)
    own = {one.name: one for one in book.themes}
    tops = {new.theme: old.theme for new, old in zip(codes, book.codes, strict=True) if new.theme}
    told = [own.get(name) or Theme(name, group=own[top].group if top in own else "") for name, top in tops.items()]
    return replace(book, codes=codes, themes=tuple(told))


def _regrouped(code: Code, theme: int, essence: int) -> Code:
    parts = code.id.split("/")
    first, second, third = ("/".join(own) for own in (parts[:theme], parts[theme:essence], parts[essence:]))
    return replace(code, theme=first, essence=second, code=third)


def _rolled(path: str, rows: Sequence[Code], level: Level) -> Code:
    own = next((row for row in rows if row.id == path), None)
    exemplars = tuple(dict.fromkeys(text for row in rows for text in row.exemplars))
    first = rows[0]
    if own is not None and first.at(level) == own.id:
        return replace(own, exemplars=exemplars)
    return Code(first.theme, first.essence if level == "essence" else "", "", "", exemplars)

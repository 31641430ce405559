"""How themes relate: turns that carry two of them, which follows which, and how people grouped them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations, product
from typing import Any, Literal, get_args

import numpy as np

from alliance_nlp.errors import InputError, check_choice, counted
from alliance_nlp.ledger import Standing
from alliance_nlp.method.recorded import recorded_relations
from alliance_nlp.numeric import Floats, grouped, ratio
from alliance_nlp.records import Codebook, Level, Record, Study, Table, Tabular
from alliance_nlp.records.fields import Name, refuse_twice

Turns = Mapping[str, Sequence[frozenset[str]]]
NO_GROUP = "(not grouped)"
What = Literal["both", "share", "follows", "recorded"]


@dataclass(frozen=True, eq=False, repr=False)
class Relations(Tabular, Record):
    """How themes relate.

    Parameters
    ----------
    names : tuple of str
        The themes, in the codebook's order.
    overlap : Table
        One row a pair: turns that carry both, how many chance would give, their share of all turns of either.
    sequence : Table
        One row a pair in order: how often a turn of the second follows one of the first, and how often chance would.
    groups : Table
        The groups that people made of the themes: turns, turns that carry two themes of the group, and of two groups.
    recorded : Table
        Directed relations that people recorded, with the groups of both themes; empty where none is on record. They
        stand beside the counts and are not made of them.
    """

    names: tuple[Name, ...]
    overlap: Table
    sequence: Table
    groups: Table
    recorded: Table = field(default_factory=partial(Table, (), ()))

    def _check(self) -> None:
        refuse_twice("Relations.names", self.names)

    def matrix(self, what: What = "both") -> Floats:
        """Give the pairs as a square array in the order of `names`, for a figure.

        Parameters
        ----------
        what : {"both", "share", "follows", "recorded"}, default "both"
            Turns that carry both; their share; how often the column's theme follows the row's; or how many people
            recorded that the row's theme bears on the column's.
        """
        check_choice("what", get_args(What), what)
        place = {name: index for index, name in enumerate(self.names)}
        values = np.zeros((len(self.names), len(self.names)))
        if what == "recorded":
            for theme, other, _ in {(row["theme"], row["bears_on"], row["by"]) for row in self.recorded}:
                if theme in place and other in place:
                    values[place[theme], place[other]] += 1
            return values
        for row in self.sequence if what == "follows" else self.overlap:
            values[place[row["theme"]], place[row["other"]]] = row[what]
            if what != "follows":
                values[place[row["other"]], place[row["theme"]]] = row[what]
        return values

    def tables(self) -> tuple[Table, ...]:
        """Give what is spoken of in one turn, what follows what, people's groups, and what they recorded."""
        return self.overlap, self.sequence, self.groups, *([self.recorded] if len(self.recorded) else [])

    @property
    def group_of(self) -> dict[str, str]:
        """Group that people gave each theme, such as "practical" or "overarching"."""
        return {name: row["group"] for row in self.groups for name in row["themes"]}

    def _summary(self) -> str:
        return f"{counted(len(self.names), 'theme')}, {counted(len(self.overlap), 'pair')}"


def relate_themes(
    study: Study, *, level: Level = "theme", coder: str | None = None, standing: Standing | None = None
) -> Relations:
    """Say how themes relate: which are spoken of in one turn, which follows which, how people grouped them.

    Parameters
    ----------
    study : Study
        A study with a coding; its consensus counts where it has one.
    level : {"theme", "essence", "code"}, default "theme"
        What is related. Of a deeper codebook ``study.viewed(theme=3)`` relates what stands on its third level.
    coder : str, optional
        Use only what this coder applied.
    standing : Standing, optional
        What `replay` gave; its decisions of kind "relation" are what people recorded.

    Returns
    -------
    Relations
        Tables of overlap, sequence, groups, and what people recorded.

    Raises
    ------
    InputError
        When the level is none of the three, nobody has coded anything, or there is only one theme.

    Notes
    -----
    Counted over turns that carry at least one theme, within each session. Chance for two themes in one turn: the
    product of their turns divided by all coded turns of the session. Chance for one after the other: what a shuffle of
    the session's coded turns gives on average, (n_first * n_second - n_both) / n. Turns of a talk follow from one
    another, so a difference from chance is a reason to look, not a test. Groups are those that people wrote down.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
    >>> t = Transcript("T", "No time. Tired.", (Turn(0, 8, "P1"), Turn(9, 15, "P2")))
    >>> spans = [CodedSpan("A", "T", *place) for place in ((0, 8, "Time"), (9, 15, "Load"), (9, 15, "Time"))]
    >>> book = Codebook((Code("Time"), Code("Load")))
    >>> relate_themes(Study((t,), book, Coding(tuple(spans), (), book))).rows()[0]["both"]
    1
    """
    names, turns = _turns(study, level, coder)
    if len(names) < 2:
        raise InputError(f"Relations need two themes or more. Got {len(names)}. Choose a lower level, or code more.")
    groups, sessions = _groups(study.book, names), _carried(names, turns)
    recorded = recorded_relations(study, standing) if standing is not None else Table((), ())
    people = grouped(((row["theme"], row["bears_on"]), row["by"]) for row in recorded)
    notes = ("Chance: turns of a session shuffled. Turns follow from one another; this is no test.",)
    return Relations(
        tuple(names),
        Table(OVERLAP, tuple(_overlap(names, sessions)), "In one turn", notes=notes),
        Table(SEQUENCE, tuple((*row, tuple(people.get(row[:2], ()))) for row in _sequence(names, sessions)),
              "One after the other", notes=(*notes, SAID)),
        Table(GROUPS, tuple(_group_rows(groups, turns)), "Groups that people made"), recorded,
    )  # fmt: skip


OVERLAP = ("theme", "other", "turns", "other_turns", "both", "by_chance", "ratio", "share")
SEQUENCE = ("theme", "other", "follows", "by_chance", "ratio", "recorded_by")
SAID = "Recorded by: who wrote down that the first bears on the second. To follow is not to bear on."
GROUPS = ("group", "themes", "turns", "two_of_the_group", "with_another_group")


def _turns(study: Study, level: Level, coder: str | None) -> tuple[list[str], Turns]:
    """Names at the level, and per transcript the names of each turn that carries one, in order."""
    carried: dict[str, dict[int, set[str]]] = {transcript.id: {} for transcript in study.transcripts}
    used: dict[str, None] = {}
    for statement in study.statements(level=level, coder=coder):
        if statement.turn is not None:
            used[statement.at(level)] = None
            carried[statement.transcript_id].setdefault(statement.turn, set()).add(statement.at(level))
    names = [name for name in study.book.names_at(level, used) if name in used]
    return names, {name: [frozenset(own[i]) for i in sorted(own)] for name, own in carried.items()}


def _carried(names: Sequence[str], turns: Turns) -> list[Floats]:
    """Per session an array of shape (n_turns, n_names): 1 where a turn carries a name."""
    place = {name: index for index, name in enumerate(names)}
    arrays = []
    for own in turns.values():
        array = np.zeros((len(own), len(names)))
        for row, carried in zip(array, own, strict=True):
            row[[place[name] for name in carried]] = 1
        arrays += [array] if len(own) else []
    return arrays


def _overlap(names: Sequence[str], sessions: Sequence[Floats]) -> list[tuple[Any, ...]]:
    both: Floats = np.sum([x.T @ x for x in sessions], axis=0)
    chance: Floats = np.sum([_products(x) / len(x) for x in sessions], axis=0)
    rows = []
    for (i, a), (j, b) in combinations(enumerate(names), 2):
        n, n_a, n_b = int(both[i, j]), int(both[i, i]), int(both[j, j])
        by_chance = float(chance[i, j])
        rows.append((a, b, n_a, n_b, n, by_chance, float(ratio(n, by_chance)), n / (n_a + n_b - n)))
    return rows


def _sequence(names: Sequence[str], sessions: Sequence[Floats]) -> list[tuple[Any, ...]]:
    follows: Floats = np.sum([x[:-1].T @ x[1:] for x in sessions], axis=0)
    chance: Floats = np.sum([(_products(x) - x.T @ x) / len(x) for x in sessions], axis=0)
    return [
        (a, b, int(follows[i, j]), float(chance[i, j]), float(ratio(follows[i, j], chance[i, j])))
        for (i, a), (j, b) in product(enumerate(names), repeat=2)
    ]


def _products(carried: Floats) -> Floats:
    """Multiply the turns of each name with those of each other."""
    counts = carried.sum(axis=0)
    return np.outer(counts, counts)


def _groups(book: Codebook, names: Sequence[str]) -> dict[str, list[str]]:
    """Group -> names, as people wrote it down for the theme that a name belongs to."""
    of_theme = {theme.name: theme.group for theme in book.themes}
    return grouped((of_theme.get(book.place(name).theme, "") or NO_GROUP, name) for name in names)


def _group_rows(groups: Mapping[str, Sequence[str]], turns: Turns) -> list[tuple[Any, ...]]:
    rows = []
    for group, names in groups.items():
        members = set(names)
        own = [carried for session in turns.values() for carried in session if carried & members]
        two, beyond = sum(len(carried & members) > 1 for carried in own), sum(bool(x - members) for x in own)
        rows.append((group, tuple(names), len(own), two, beyond))
    return rows

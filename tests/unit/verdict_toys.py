"""Small tables of who carries which theme and stands in which cluster, each with the verdict to expect.

The verdicts are **the developers' expectations, not people's**: nobody outside the project was asked. They were written
down before the rule of docs/decisions/0102 was, and before it was run on any study. Where rule and expectation part,
the record says so; the expectation is not changed afterwards.

A toy is a talk of two sessions and three speakers unless it says otherwise; its segments stand in an order that is
drawn once from its name. ``python tests/unit/verdict_toys.py`` prints what is expected beside what `compare` says.
"""

from __future__ import annotations

import sys
import warnings
import zlib
from typing import NamedTuple

import numpy as np

import alliance_nlp as an
from alliance_nlp.records import (
    Clusters,
    CodedSpan,
    Embeddings,
    EncoderInfo,
    Link,
    Mapping,
    ReadSpan,
    Transcript,
    Turn,
)

MOST, PART, TOGETHER, NOT, LITTLE = "most of", "part of", "together with", "not", "too little to say"


class Cell(NamedTuple):
    """So many segments with these themes ("" for none, "a+b" for two) in this cluster (-1 for none)."""

    themes: str
    cluster: int
    n: int


class Toy(NamedTuple):
    """A table, the verdict to expect on some of its themes, and how its segments lie along the talk."""

    name: str
    cells: tuple[tuple[str, int, int], ...]
    expected: dict[str, str]
    # "shuffled", "in order" (cell after cell), or "runs" (themes and clusters in runs of their own, drawn apart)
    laid: str = "shuffled"
    links: tuple[tuple[int, str], ...] = ()  # clusters that the machine links to a theme
    speakers: int = 3
    sessions: int = 2


def spread(themes: str, clusters: range, n: int) -> tuple[tuple[str, int, int], ...]:
    """So many segments dealt to clusters, one after another."""
    return tuple((themes, k, n // len(clusters) + (i < n % len(clusters))) for i, k in enumerate(clusters))


def perfect(n_theme: int, n: int) -> tuple[tuple[str, int, int], ...]:
    """One theme in one cluster, everything else in another."""
    return (("care", 0, n_theme), ("", 1, n - n_theme))


TOYS = (
    # the seven of the first sketch, each a kind
    Toy("A: 45 of 50 in no cluster", (("care", -1, 45), ("care", 1, 5), ("time", 0, 50)), {"care": NOT, "time": MOST}),
    Toy("A: half in no cluster", (("care", -1, 25), ("care", 1, 25), ("time", 0, 50)), {"care": PART, "time": MOST}),
    Toy("A: a fifth in no cluster", (("care", -1, 10), ("care", 1, 40), ("time", 0, 50)), {"care": MOST}),
    Toy("B: on 130 of 200, a cluster of 175",
        (("care", 0, 120), ("care", 1, 10), ("time", 0, 55), ("time", 1, 15)), {"care": NOT}),
    Toy("B: on 130 of 200, a cluster of 190", (("care", 0, 130), ("", 0, 60), ("", 1, 10)), {"care": NOT}),
    Toy("B: all 40 with 140 of the 160 others", (("care", 0, 40), ("", 0, 140), ("", 1, 20)), {"care": NOT}),
    Toy("B: all 40 with 110 of the 160 others", (("care", 0, 40), ("", 0, 110), ("", 1, 50)), {"care": TOGETHER}),
    Toy("C: a third, purely", (("care", 0, 14), *spread("care", range(1, 5), 26), *spread("", range(1, 5), 60)),
        {"care": PART}),
    Toy("C: a third, purely, in a longer talk",
        (("care", 0, 40), *spread("care", range(1, 5), 80), *spread("", range(1, 5), 240)), {"care": PART}),
    Toy("C: half, purely", (("care", 0, 30), *spread("care", range(1, 5), 30), *spread("", range(1, 5), 240)),
        {"care": PART}),
    Toy("C: a third, half of the cluster",
        (("care", 0, 30), ("", 0, 30), *spread("care", range(1, 5), 60), *spread("", range(1, 5), 240)),
        {"care": PART}),
    Toy("D: all ten of a small theme with thirty of a larger one",
        (("big", 0, 30), ("small", 0, 10), ("other", 1, 40)), {"small": TOGETHER, "big": MOST, "other": MOST}),
    Toy("D: the same in a longer talk", (("big", 0, 30), ("small", 0, 10), *spread("", range(1, 5), 200)),
        {"small": TOGETHER, "big": MOST}),
    Toy("D: twenty with sixty", (("big", 0, 60), ("small", 0, 20), *spread("", range(1, 5), 240)),
        {"small": TOGETHER, "big": MOST}),
    Toy("D: twenty with sixty that carry no code", (("care", 0, 20), ("", 0, 60), *spread("", range(1, 5), 240)),
        {"care": TOGETHER}),
    Toy("E: four themes of two segments each", tuple((t, k, 2) for k, t in enumerate("abcd")),
        dict.fromkeys("abcd", LITTLE), laid="in order"),
    Toy("E: four themes of two in a longer talk", (*((t, k, 2) for k, t in enumerate("abcd")), ("", 4, 192)),
        dict.fromkeys("abcd", LITTLE)),
    Toy("F: a theme of three in a cluster of ten",
        (("rare", 0, 3), ("", 0, 7), ("", 1, 25), ("", 2, 25)), {"rare": LITTLE}),
    Toy("F: a theme of three in a longer talk", (("rare", 0, 3), *spread("", range(1, 9), 297)), {"rare": LITTLE}),
    Toy("G: one cluster, theme on a third", (("care", 0, 60), ("", 0, 120)), {"care": NOT}),
    Toy("G: one cluster, theme on two thirds", (("care", 0, 120), ("", 0, 60)), {"care": NOT}),
    # how common a theme is
    Toy("on 20 of 400, perfectly", perfect(20, 400), {"care": MOST}),
    Toy("on 60 of 300, perfectly", perfect(60, 300), {"care": MOST}),
    Toy("on half, perfectly", perfect(150, 300), {"care": MOST}),
    Toy("on 270 of 300, perfectly", perfect(270, 300), {"care": MOST}),
    Toy("on every segment", (*spread("care", range(4), 200),), {"care": LITTLE}),
    Toy("on no segment but two", (("care", 0, 2), *spread("", range(4), 200)), {"care": LITTLE}),
    # how many clusters
    Toy("three of thirty clusters, purely", (*spread("care", range(3), 60), *spread("", range(3, 30), 540)),
        {"care": MOST}),
    Toy("over two clusters, purely", (*spread("care", range(2), 60), *spread("", range(2, 6), 240)), {"care": MOST}),
    Toy("over five clusters, purely", (*spread("care", range(5), 100), *spread("", range(5, 10), 300)),
        {"care": MOST}),
    Toy("half purely, half beside twice as many others",
        (("care", 0, 30), ("care", 1, 30), ("", 1, 60), *spread("", range(2, 5), 180)), {"care": PART}),
    Toy("nothing in a cluster", (("care", -1, 60), ("", -1, 140)), {"care": NOT}),
    Toy("evenly over five clusters", (*spread("care", range(5), 60), *spread("", range(5), 240)), {"care": NOT}),
    # several themes
    Toy("two themes of thirty in one cluster", (("a", 0, 30), ("b", 0, 30), *spread("", range(1, 5), 240)),
        {"a": TOGETHER, "b": TOGETHER}),
    Toy("two themes on the same segments", (("a+b", 0, 40), *spread("", range(1, 5), 200)), {"a": MOST, "b": MOST}),
    Toy("four themes, each its cluster, one in five astray",
        tuple((t, k, 40 if k == i else 3) for i, t in enumerate("abcd") for k in range(4)),
        dict.fromkeys("abcd", MOST)),
    Toy("a theme in half of everything", (("care", 0, 10), ("", 0, 90), ("", 1, 100)), {"care": TOGETHER}),
    # just on either side of a bar
    Toy("34 of 60, purely", (("care", 0, 34), *spread("care", range(1, 5), 26), *spread("", range(1, 5), 240)),
        {"care": MOST}),
    Toy("all 60, with 36 others", (("care", 0, 60), ("", 0, 36), *spread("", range(1, 5), 204)), {"care": MOST}),
    Toy("all 60, with 48 others", (("care", 0, 60), ("", 0, 48), *spread("", range(1, 5), 192)), {"care": TOGETHER}),
    Toy("12 of 60, with 8 others",
        (("care", 0, 12), ("", 0, 8), *spread("care", range(1, 5), 48), *spread("", range(1, 5), 232)),
        {"care": PART}),
    Toy("7 of 60, with 8 others",
        (("care", 0, 7), ("", 0, 8), *spread("care", range(1, 5), 53), *spread("", range(1, 5), 232)), {"care": NOT}),
    # the talk itself
    Toy("in one stretch of talk only", (("care", 0, 28), *spread("", range(1, 5), 272)), {"care": LITTLE},
        laid="in order"),
    Toy("noise", (("care", 0, 60), ("time", 1, 60), ("", 2, 180)), {"care": NOT, "time": NOT}, laid="runs of 1"),
    Toy("noise in runs along the talk", (("care", 0, 60), ("time", 1, 60), ("", 2, 180)), {"care": NOT, "time": NOT},
        laid="runs of 8"),
    Toy("clusters that are blocks of neighboring turns", (("care", 0, 90), ("", 1, 210)), {"care": NOT},
        laid="blocks of 13"),
    Toy("answers of a survey, one each", perfect(40, 160), {"care": MOST}, speakers=160, sessions=1),
    Toy("twelve interviews, one person each", perfect(60, 360), {"care": MOST}, speakers=1, sessions=12),
    Toy("weak in six clusters, linked to them all",
        (*spread("care", range(6), 24), *spread("", range(6), 70), *spread("care", range(6, 20), 24),
         *spread("", range(6, 20), 342)),
        {"care": PART}, links=tuple((k, "care") for k in range(6))),
    Toy("six segments", (("care", 0, 3), ("", 1, 3)), {"care": LITTLE}),
)  # fmt: skip


def laid_out(toy: Toy) -> list[tuple[str, int]]:
    """Give themes and cluster of each segment along the talk."""
    rng = np.random.default_rng(zlib.crc32(toy.name.encode()))
    units = [(themes, cluster) for themes, cluster, n in toy.cells for _ in range(n)]
    if toy.laid == "in order":
        return units
    if toy.laid == "shuffled":
        return [units[i] for i in rng.permutation(len(units))]
    how, _, length = toy.laid.rpartition(" ")
    themes = _in_runs(rng, [said for said, _ in units], 8 if how == "blocks of" else int(length))
    if how == "blocks of":
        return [(said, at // int(length)) for at, said in enumerate(themes)]
    return list(zip(themes, _in_runs(rng, [cluster for _, cluster in units], int(length)), strict=True))


def _in_runs(rng: np.random.Generator, values: list, length: int) -> list:
    """Put equal values into runs of about this length, and the runs into an order that is drawn."""
    runs = []
    for value in dict.fromkeys(values):
        left = values.count(value)
        while left:
            n = min(left, int(rng.geometric(1 / length)))
            runs.append([value] * n)
            left -= n
    return [value for i in rng.permutation(len(runs)) for value in runs[i]]


def people_of(toy: Toy, n: int) -> tuple[list[str], list[str]]:
    """Session and speaker of each segment."""
    rng = np.random.default_rng(zlib.crc32(toy.name.encode()) + 1)
    sessions = [f"S{at * toy.sessions // n + 1:02}" for at in range(n)]
    if toy.speakers == n:
        return sessions, [f"P{at}" for at in range(n)]
    if toy.speakers == 1:
        return sessions, [f"P of {session}" for session in sessions]
    return sessions, [f"P{k}" for k in rng.integers(toy.speakers, size=n)]


def compared(toy: Toy):
    """Compare the codes of one person with a machine whose clusters are those of the table."""
    units = laid_out(toy)
    sessions, people = people_of(toy, len(units))
    transcripts, spans = [], []
    for session in dict.fromkeys(sessions):
        inside = [at for at in range(len(units)) if sessions[at] == session]
        turns = tuple(Turn(6 * i, 6 * i + 5, people[at], "participant") for i, at in enumerate(inside))
        transcripts.append(Transcript(session, "words " * len(inside), turns))
        spans += [
            CodedSpan("A", session, 6 * i, 6 * i + 5, theme)
            for i, at in enumerate(inside)
            for theme in units[at][0].split("+")
            if theme
        ]
    book = an.Codebook(tuple(an.Code(name) for name in sorted({span.code_id for span in spans})))
    human = an.Coding(tuple(spans), tuple(ReadSpan("A", t.id, 0, len(t.text)) for t in transcripts), book)
    segments = an.segment(transcripts)
    labels = np.array([cluster for _, cluster in units])
    clusters = Clusters(
        Embeddings(segments, np.ones((len(units), 1)), EncoderInfo("toy")), labels, settings={"assigned": True}
    )
    machine = Mapping(clusters, book, tuple(Link(k, name, 0.5) for k, name in toy.links)).to_coding()
    return an.compare(human, machine, n_draws=100)


def rows(toys: tuple[Toy, ...] = TOYS) -> list[tuple[str, str, str, str]]:
    """Give toy, theme, verdict expected and verdict got, for every verdict expected."""
    found = []
    for toy in toys:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", an.AllianceWarning)
            got = {row["theme"]: row["verdict"] for row in compared(toy).theme_recovery.rows()}
        found += [(toy.name, theme, verdict, got[theme]) for theme, verdict in toy.expected.items()]
    return found


if __name__ == "__main__":
    sys.stdout.write(an.Table(("toy", "theme", "expected", "got"), tuple(rows())).to_markdown())

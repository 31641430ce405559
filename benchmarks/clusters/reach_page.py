"""The part of the page that says which new segments are in no cluster."""

from __future__ import annotations

from benchmarks.clusters.reach import CHOSEN, HOWS
from benchmarks.rows import Row, figures
from benchmarks.scoring import mean_defined
from benchmarks.tables import number, section, table

SAID = f"""\
Segments of a set are clustered with the defaults; new ones of that set are put into these clusters, of other sessions
or people where the set says whose they are, up to 500 distinct ones, and segments of another kind: 200 of each other
set, a synthetic study in Norwegian (the encoder reads English), random vectors, clinc150's questions out of scope.
Shares in no cluster: of the same kind it should be small (the clusters leave out none of theirs), of another kind
large. {CHOSEN} is `an.assign`; other shares of the clustered segments that reach may fall short of stand beside it,
"none" is no bound at all, "as made" the reach before
[decision 0252](../decisions/0252-reach-of-a-new-segment.md). AMI and ARI of the same kind's labels (those in no cluster
as one group) with what clustering old and new together gives, then with people's codes (in brackets: of clustering
together). Beside seven or twenty segments, many others of the set are of a kind that none of these is. DEVELOPMENT
figures: the share was chosen on these sets.
"""
HEADS = [
    "clustered", "sets", "reach", "same", "other sets", "Norwegian", "random", "out of scope",
    "AMI, ARI with together", "AMI with codes", "ARI with codes",
]  # fmt: skip


def reach_section(rows: list[Row]) -> list[str]:
    """Write one line a size and reach, means over sets (each the mean of its draws), then one a set at its largest."""
    if not rows:
        return []
    sizes = sorted({int(row["n"]) for row in rows})
    groups = [([row for row in rows if row["n"] == n], f"{n:,}") for n in sizes]
    names = list(dict.fromkeys(str(row["set"]) for row in rows))
    largest = {name: max(int(row["n"]) for row in rows if row["set"] == name) for name in names}
    each = [
        ([row for row in rows if (row["set"], row["n"]) == (name, n)], f"{name}, {n:,}") for name, n in largest.items()
    ]
    heads = ["set, clustered", *HEADS[2:]]
    return section(
        "New segments: which are in no cluster?", SAID, table(HEADS, _lines(groups, HOWS, with_sets=True)),
        "\nEach set at its largest size:\n", table(heads, _lines(each, (CHOSEN, "as made"), with_sets=False)),
    )  # fmt: skip


def _lines(groups: list[tuple[list[Row], str]], hows: tuple[str, ...], *, with_sets: bool) -> list[list[object]]:
    lines: list[list[object]] = []
    for own, said in groups:
        for how in hows:
            some = [row for row in own if row["how"] == how]
            sets = sorted({str(row["set"]) for row in some})
            lines.append([said, *([len(sets)] if with_sets else []), how, *_cells(some, sets)])
    return lines


def _cells(rows: list[Row], sets: list[str]) -> list[str]:
    def mean(key: str) -> float:
        each = [mean_defined(list(figures([row for row in rows if row["set"] == name], key))) for name in sets]
        return mean_defined(each)

    shares = ("none_same", "none_other", "none_language", "none_random", "none_out_of_scope")
    shown = [number(mean(key), 2) for key in shares]
    agreed = [f"{mean(f'{figure}_codes'):.3f} ({mean(f'{figure}_codes_together'):.3f})" for figure in ("ami", "ari")]
    return [*shown, f"{mean('ami_together'):.3f}, {mean('ari_together'):.3f}", *agreed]

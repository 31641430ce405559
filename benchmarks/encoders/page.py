"""The page that says what each encoder is good for, and what it costs."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from benchmarks.encoders.measuring import BUDGETS, ENCODERS
from benchmarks.rows import Row
from benchmarks.running import Stored, measured
from benchmarks.scoring import mean_defined
from benchmarks.tables import number, provenance, section, table

HEAD = """\
# Encoders: what each is good for, and what it costs

Made by `python benchmarks/encoders/run.py --data FOLDER` from `benchmarks/encoders/results/`. Both are called by name:
`an.embed(segments, encoder="multilingual-e5-small")`. {provenance}

- all-MiniLM-L6-v2, the default: English. It comes with the base install and needs torch.
- multilingual-e5-small: other languages, several languages in one study, machines without torch; English too, where
  several times the time does not matter (below). Extra `[multilingual]`: weights in four bits, 91 MB, ready-built for
  Linux.
"""
FIGURES_SAID = """\
AMI of `cluster()` with the first code of coded segments, and kappa of `suggest_codes()` from names alone, from three
exemplars a code, and from the coding of half of the documents, mean over two draws of halves. All sets are English. The
constants of the library were chosen with all-MiniLM-L6-v2 on these sets: DEVELOPMENT figures, in its favour."""
LANGUAGES_SAID = """\
Twenty sentences written for this project and their twins (`tests/unit/twins.py`): for how many the nearest sentence of
the other language is the twin, from English and back; by chance 1 of 20."""
COST_SAID = """\
A new process that imports, loads the weights and encodes answers of one set, with nothing cached; beside other work on
a machine of two cores, so that one beside the other says more than either."""


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    lines = [
        HEAD.format(provenance=provenance(measured(stored))),
        *section("Agreement with people, English", FIGURES_SAID, _figures(stored["figures"])),
        *section("Other languages", LANGUAGES_SAID, _languages(stored["languages"])),
        *section("Cost", COST_SAID, _cost(stored["cost"])),
    ]  # fmt: skip
    return {"benchmarks/encoders.md": "\n".join(lines).rstrip() + "\n"}


def _figures(rows: list[Row]) -> list[str]:
    names = ("ami", *(f"kappa_{budget}" for budget in BUDGETS))
    of: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        of[row["set"], row["encoder"]].append(row)
    means = {
        key: [mean_defined(np.array([row[name] for row in found], dtype=float)) for name in names]
        for key, found in of.items()
    }
    lines = [[name, encoder, *(number(value, 3) for value in means[name, encoder])] for name, encoder in means]
    for encoder in ENCODERS:
        own = [values for (_, other), values in means.items() if other == encoder]
        if own:
            mean = [mean_defined(np.array(column)) for column in zip(*own, strict=True)]
            lines.append([f"mean of {len(own)} sets", encoder, *(number(value, 3) for value in mean)])
    return table(["set", "encoder", "AMI", "kappa, names", "kappa, 3 exemplars", "kappa, half"], lines)


def _languages(rows: list[Row]) -> list[str]:
    lines = [[row["language"], row["encoder"], f"{row['found']} of {row['n']}", f"{row['found_back']} of {row['n']}"]
             for row in sorted(rows, key=lambda row: (row["language"], row["encoder"]))]  # fmt: skip
    return table(["language", "encoder", "from English", "to English"], lines)


def _cost(rows: list[Row]) -> list[str]:
    lines = [
        [row["encoder"], *(number(row[key], 1) for key in ("seconds", "processor_seconds")), number(row["peak_mb"], 0),
         number(row["dimensions"], 0), str(row["n"])]
        for row in rows
    ]  # fmt: skip
    return table(["encoder", "seconds", "processor seconds", "peak MB", "dimensions", "texts"], lines)

"""Agreement tables of two real studies: ten coders of counselling talk, two coders of survey answers.

Run: python benchmarks/agreement_tables.py [--data DIR]
DIR (default: the environment variable ALLIANCE_NLP_DATA, else ../shared/data) holds annomi/ and proctoring_survey/.
Writes benchmarks/results/agreement_tables.jsonl and agreement_tables.md: figures only, no words of the studies but
the names of their codes.
"""

from __future__ import annotations

import argparse
import csv
import functools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp import agreement as ag

RESULTS = Path(__file__).parent / "results"
Row = dict[str, Any]
MANY = (ag.percent_agreement, ag.fleiss_kappa, ag.conger_kappa, ag.krippendorff_alpha, ag.gwet_ac1, ag.brennan_prediger)


def read(folder: Path) -> list[dict[str, str]]:
    with (folder / "segments.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shown(value: float | None, low: float = float("nan"), high: float = float("nan")) -> str:
    if value is None or np.isnan(value):
        return "undefined"
    return f"{value:.3f}" + ("" if np.isnan(low) else f" ({low:.3f} to {high:.3f})")


def with_interval(statistic: Any, ratings: Any, by: list[str]) -> str:
    interval = ag.bootstrap_interval(statistic, ratings, by=by)
    over = "transcripts"
    if interval.n_groups < 10:  # too few to draw from, so segments are drawn, and that is said
        interval, over = ag.bootstrap_interval(statistic, ratings), "segments"
    drawn = shown(interval.value, interval.low, interval.high)
    return f"{drawn}: {interval.reason}" if interval.reason else f"{drawn} over {over}"


def annomi_overall(rows: list[dict[str, str]], coders: list[str]) -> Iterator[Row]:
    for speaker in ("client", "therapist"):
        mine = [row for row in rows if row["speaker"] == speaker]
        ratings = [[row[coder] or None for row in mine] for coder in coders]
        by = [row["document"] for row in mine]
        for statistic in MANY:
            result = statistic(ratings)
            yield {
                "study": "annomi",
                "speaker": speaker,
                "statistic": statistic.__name__,
                "segments": result.n_units,
                "coders": result.n_coders,
                "transcripts": len(set(by)),
                "categories": len(result.categories),
                "value (95% interval)": with_interval(statistic, ratings, by),
            }


def annomi_codes(rows: list[dict[str, str]], coders: list[str]) -> Iterator[Row]:
    for code in sorted({row[coder] for row in rows for coder in coders} - {""}):
        mine = [row for row in rows if row["speaker"] == code.split(":")[0]]
        by = [row["document"] for row in mine]
        ratings = [[int(row[coder] == code) for row in mine] for coder in coders]
        used = [sum(row) for row in ratings]
        yield {
            "study": "annomi",
            "code": code,
            "segments": len(mine),
            "uses, fewest to most": f"{min(used)} to {max(used)}",
            "alpha (95% interval)": with_interval(ag.krippendorff_alpha, ratings, by),
            "Fleiss": shown(float(ag.fleiss_kappa(ratings))),
            "AC1": shown(float(ag.gwet_ac1(ratings, categories=[0, 1]))),
            "percent": shown(float(ag.percent_agreement(ratings))),
        }


def annomi_pairs(rows: list[dict[str, str]], coders: list[str]) -> Iterator[Row]:
    for speaker in ("client", "therapist"):
        mine = [row for row in rows if row["speaker"] == speaker]
        kappas = [
            float(ag.cohen_kappa([row[x] for row in mine], [row[y] for row in mine]))
            for i, x in enumerate(coders)
            for y in coders[i + 1 :]
        ]
        yield {
            "study": "annomi",
            "speaker": speaker,
            "pairs of coders": len(kappas),
            "mean kappa": round(float(np.mean(kappas)), 3),
            "lowest": round(min(kappas), 3),
            "highest": round(max(kappas), 3),
        }


def as_set(text: str) -> frozenset[str] | None:
    return frozenset(part.strip() for part in text.split(" | ")) if text else None


def survey_overall(rows: list[dict[str, str]]) -> Iterator[Row]:
    for question in sorted({row["document"] for row in rows}):
        mine = [row for row in rows if row["document"] == question]
        ratings = [[as_set(row[coder]) for row in mine] for coder in ("coder_1", "coder_2")]
        masi, exact = (ag.krippendorff_alpha(ratings, level=level) for level in ("masi", "nominal"))
        interval = ag.bootstrap_interval(functools.partial(ag.krippendorff_alpha, level="masi"), ratings)
        yield {
            "study": "proctoring_survey",
            "question": question,
            "answers": len(mine),
            "read by both": masi.n_units,
            "codes": len(masi.categories),
            "MASI alpha (95% interval over answers)": shown(interval.value, interval.low, interval.high),
            "alpha of exact sets": shown(float(exact)),
            "Holsti": shown(float(ag.holsti(*ratings))),
        }


def survey_codes(rows: list[dict[str, str]]) -> Iterator[Row]:
    both = [row for row in rows if row["coder_1"] and row["coder_2"]]
    for question in sorted({row["document"] for row in both}):
        mine = [row for row in both if row["document"] == question]
        sets = [[as_set(row[coder]) for row in mine] for coder in ("coder_1", "coder_2")]
        codes = sorted({code for side in sets for applied in side for code in applied or ()})
        a, b = ([[int(code in (applied or ())) for applied in side] for code in codes] for side in sets)
        tables = ag.binary_tables(a, b)
        kappas = ag.per_code_intervals(ag.cohen_kappa, a, b)
        alpha, ac1, f1 = (
            ag.table_values(s, tables) for s in (ag.krippendorff_alpha, ag.gwet_ac1, ag.positive_agreement)
        )
        for i, code in enumerate(codes):
            if tables[i, 1, :].sum() + tables[i, :, 1].sum() >= 6:
                yield {
                    "study": "proctoring_survey",
                    "code": code,
                    "read by both": len(mine),
                    "uses": f"{tables[i, 1, :].sum()} and {tables[i, :, 1].sum()}",
                    "both": int(tables[i, 1, 1]),
                    "kappa (95% interval over answers)": shown(kappas[i].value, kappas[i].low, kappas[i].high),
                    "alpha": shown(alpha[i]),
                    "AC1": shown(ac1[i]),
                    "positive agreement": shown(f1[i]),
                    "why no interval": (kappas[i].reason or "")[:60],
                }


def as_table(rows: list[Row]) -> str:
    columns = [key for key in rows[0] if key != "study"]
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(row[column]) for column in columns) + " |" for row in rows]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("ALLIANCE_NLP_DATA", "../shared/data")))
    data = parser.parse_args().data
    talk = read(data / "annomi")
    coders = [name for name in talk[0] if name.startswith("coder_")]
    shared = [row for row in talk if sum(bool(row[coder]) for coder in coders) > 1]
    survey = read(data / "proctoring_survey")
    sections = {
        "Counselling talk (annomi), ten coders: overall": annomi_overall(shared, coders),
        "Counselling talk: Cohen's kappa of all pairs of coders": annomi_pairs(shared, coders),
        "Counselling talk: code by code": annomi_codes(shared, coders),
        "Survey answers (proctoring_survey), two coders, sets of codes: question by question": survey_overall(survey),
        "Survey answers: codes used six times or more by the two together": survey_codes(survey),
    }
    text = ["# Agreement in two real studies", "", "Made by benchmarks/agreement_tables.py; 2,000 draws, seed 0.", ""]
    lines = []
    for title, rows in sections.items():
        listed = list(rows)
        lines += [json.dumps({"table": title} | row) + "\n" for row in listed]
        text += [f"## {title}", "", as_table(listed), ""]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "agreement_tables.jsonl").write_text("".join(lines), encoding="utf-8")
    (RESULTS / "agreement_tables.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()

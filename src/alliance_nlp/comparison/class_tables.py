"""What a class coded, as tables: the turns on which it parts, how far it agrees, each student by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.comparison.class_words import told_in, words_in
from alliance_nlp.numeric import Floats, grouped, nan_mean
from alliance_nlp.reading.empty_studies import NO_CODES, FormLanguage
from alliance_nlp.records import CodeSet, Level, Row, Segments, Study, Table, code_table

TO_DISCUSS = 5
ALL = "all together"  # the row of whole sets of codes, for scripts; readers see it in their language


@dataclass(frozen=True)
class Figures:
    """Agreement of the whole class, on sets of codes and on each code."""

    sets: dict[str, list[CodeSet | None]]
    codes: list[str]
    n_draws: int
    random_state: int
    language: FormLanguage

    def per_code(self, level: Level) -> Table:
        """Give one row a code, and first one on whole sets of codes."""
        tables = [code_table(own, self.codes) for own in self.sets.values()]
        rows = [self._row(ALL, list(self.sets.values()), level="masi")]
        rows += [self._row(code, [table[at] for table in tables]) for at, code in enumerate(self.codes)]
        for row, at in zip(rows[1:], range(len(self.codes)), strict=True):
            row["given"] = int(sum(np.nansum(table[at]) for table in tables))
            row["students"] = sum(bool(np.nansum(table[at])) for table in tables)
        rows[0]["given"] = sum(row["given"] for row in rows[1:])
        rows[0]["students"] = sum(any(own) for own in self.sets.values())
        why = grouped((row["why_not"], row["code"]) for row in rows if row["why_not"])
        words = words_in(self.language)["collected"]
        named = {reason: ", ".join(words["all"] if code == ALL else code for code in of) for reason, of in why.items()}
        notes = [words["alpha"], words["masi"], words["drawn"],
                 *(words["no_interval"].format(codes=of, why=reason) for reason, of in named.items())]  # fmt: skip
        columns = ("code", "given", "students", "agreement", "disagreement", "chance", "alpha", "interval", "why_not")
        return Table.of(rows, columns=columns, title=words[f"per_{level}"], notes=notes)

    def _row(self, code: str, ratings: Sequence[object], level: agreement.alpha.Level = "nominal") -> Row:
        statistic = partial(agreement.krippendorff_alpha, level=level)
        alpha = statistic(ratings)
        interval = agreement.bootstrap_interval(
            statistic, ratings, n_draws=self.n_draws, random_state=self.random_state
        )
        reason = alpha.reason or interval.reason
        return {
            "code": code, "agreement": float(agreement.percent_agreement(ratings)), "disagreement": alpha.observed,
            "chance": alpha.expected, "alpha": float(alpha), "interval": (interval.low, interval.high),
            "why_not": told_in(self.language, "why_no_interval", reason) if reason else "",
        }  # fmt: skip


def to_discuss(
    turns: Segments, sets: dict[str, list[CodeSet | None]], short: Mapping[str, str], language: FormLanguage
) -> Table:
    """List the turns on which most pairs of students part, with who gave which codes."""
    rows: list[tuple[int, Row]] = []
    none, told = NO_CODES[language], words_in(language)["collected"]
    for i, turn in enumerate(turns):
        known = {student: own[i] for student, own in sets.items() if own[i] is not None}
        parted = sum(a != b for a, b in combinations(known.values(), 2))
        if parted:
            said = grouped((codes, student) for student, codes in known.items())
            in_order = sorted(said.items(), key=lambda each: sorted(each[0] or ()))
            words = "; ".join(f"{_named(codes, short, none)}: {', '.join(who)}" for codes, who in in_order)
            given = "; ".join(f"{_named(codes, short, none)}: {len(who)}" for codes, who in in_order)
            alone = "; ".join(_named(codes, short, none) for codes, _ in in_order)
            at = None if turn.turn is None else turn.turn + 1
            pairs = len(known) * (len(known) - 1) // 2
            rows.append((parted, {
                "transcript_id": turn.transcript_id, "turn": at, "students": len(known), "parted": parted / pairs,
                "given": given, "readings": words, "codes": alone, "quote": turn.shown,
            }))  # fmt: skip
    first = sorted(rows, key=lambda each: -each[0])[:TO_DISCUSS]
    columns = ("transcript_id", "turn", "students", "parted", "given", "readings", "codes", "quote")
    return Table.of(
        [row for _, row in first], columns=columns, title=told["to_discuss"], quoting=("quote",),
        notes=(told["order"], told["parted"]),
    )  # fmt: skip


def per_turn(
    turns: Segments, sets: dict[str, list[CodeSet | None]], codes: Sequence[str], language: FormLanguage
) -> Table:
    """Count, for each turn in the order of the talk, how many students gave it which codes."""
    rows: list[Row] = []
    for i, turn in enumerate(turns):
        known = [own[i] for own in sets.values() if own[i] is not None]
        given = {code: sum(code in (seen or ()) for seen in known) for code in codes}
        at = {"transcript_id": turn.transcript_id, "turn": None if turn.turn is None else turn.turn + 1}
        found = [(code, n) for code, n in given.items() if n] or [("", 0)]
        rows += [{**at, "code": code, "given": n, "students": len(known)} for code, n in found]
    columns = ("transcript_id", "turn", "code", "given", "students")
    return Table.of(rows, columns=columns, title=words_in(language)["collected"]["per_turn"])


def _named(codes: CodeSet | None, short: Mapping[str, str], none: str) -> str:
    return " + ".join(short.get(code, code) for code in sorted(codes or ())) or none


def short_names(study: Study, level: Level) -> dict[str, str]:
    """Give codes their names without a path, where a name is one code's only."""
    if level != "code":
        return {}
    book = study.codebook or ()
    times = Counter(code.name for code in book)
    return {code.id: code.name for code in book if times[code.name] == 1}


def by_student(
    sets: dict[str, list[CodeSet | None]], agreed: list[CodeSet | None], codes: list[str], language: FormLanguage
) -> Table:
    """Lay every student beside the others and beside the consensus, by name."""
    tables = {student: code_table(own, codes) for student, own in sets.items()}
    kappas = {frozenset(pair): _kappa(*(tables[name] for name in pair)) for pair in combinations(tables, 2)}
    consensus = code_table(agreed, codes) if agreed else None
    rows: list[Row] = []
    for student, own in sets.items():
        others = [kappas[frozenset((student, other))] for other in sets if other != student]
        rows.append({
            "student": student, "read": sum(codes is not None for codes in own),
            "applied": sum(len(codes or ()) for codes in own),
            "kappa_others": float(nan_mean(np.array(others))) if others else float("nan"),
            "kappa_consensus": float("nan") if consensus is None else _kappa(tables[student], consensus),
        })  # fmt: skip
    words, drawn = (words_in(language)[part] for part in ("collected", "pictures"))  # its picture says the same
    beside = drawn["one_reading"] if consensus is not None else words["no_consensus"]
    notes = (drawn["no_ranking"], words["kappa"], beside)
    columns = ("student", "read", "applied", "kappa_others", "kappa_consensus")
    return Table.of(rows, columns=columns, title=drawn["students_title"], notes=notes)


def _kappa(one: Floats, other: Floats) -> float:
    return float(agreement.pooled_kappa(one, other))

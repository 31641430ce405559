"""QualCoder's coder comparison: each figure as that program computes it, and beside it what it is called elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.errors import InputError, check_choice, check_type, counted
from alliance_nlp.numeric import Ints
from alliance_nlp.qda import QdaProject
from alliance_nlp.records import CodedSpan, Coding, Row, Study, Table, Transcript

_COLUMNS = (
    "code", "agree", "a_and_b", "not_a_not_b", "disagree", "coded_only", "kappa_shown", "cohen_kappa", "n_a", "n_b",
    "n_both", "n_characters", "why",
)  # fmt: skip
_NOTES = (
    "agree to coded only, in %, and kappa shown: as QualCoder computes them, over characters of all texts",
    "kappa shown is not Cohen's: it leaves out what both left uncoded, and multiplies two parts of chance that Cohen "
    "adds (docs/agreement.md, 3)",
    "cohen kappa, n: each character once a coder; what a coder left uncoded counts as read",
)


def compare_like_qualcoder(project: Study | QdaProject, a: str | None = None, b: str | None = None) -> Table:
    """Compute QualCoder's coder comparison as that program does, with Cohen's kappa beside it.

    Parameters
    ----------
    project : Study or QdaProject
        A project with the codings of two coders or more, such as `read_qualcoder` gives.
    a, b : str, optional
        The two coders; by default those there are, where they are two.

    Returns
    -------
    Table
        One row a code. The program's columns ``agree`` (Agree %), ``a_and_b`` (A and B %), ``not_a_not_b``,
        ``disagree``, ``coded_only`` (Agree coded only %) and ``kappa_shown`` (Kappa), rounded as there; then Cohen's
        kappa over the same characters, what it rests on, and in ``why`` what makes the two differ beyond the formula.

    Raises
    ------
    InputError
        When the coders are not two of the project's.

    Notes
    -----
    The program counts a character once for each coding: where two codings of one person overlap under one code, that
    person's second counts as the other person's agreement. Cohen's kappa over characters says that whoever left text
    uncoded had read it; long codings weigh more than short ones. For turns, intervals and what was read see
    `compare_projects` and `compare`.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript
    >>> spans = (CodedSpan("A", "talk", 0, 10, "rush"), CodedSpan("B", "talk", 5, 15, "rush"))
    >>> study = Study((Transcript("talk", "abcdefghijklmnopqrst"),), None, Coding(spans, ()))
    >>> row = compare_like_qualcoder(study).rows()[0]
    >>> row["agree"], row["kappa_shown"], row["cohen_kappa"]
    (50.0, 0.2987, 0.0)
    """
    check_type("compare_like_qualcoder() takes a Study or a QdaProject", Study | QdaProject, project)
    study = project.study if isinstance(project, QdaProject) else project
    coding = study.coding if study.coding is not None else Coding((), ())
    pair = _pair(coding, a, b)
    spans = [[s for s in coding.applied if s.coder == coder and s.counts] for coder in pair]
    used = {span.code_id for own in spans for span in own}
    codes = [*(code.id for code in study.book), *sorted(used - set(study.book.ids))]
    rows = [_row(code, study.transcripts, [[s for s in own if s.code_id == code] for own in spans]) for code in codes]
    notes = list(_NOTES)
    if isinstance(project, QdaProject) and (n := project.losses.of("codings").left):
        notes.append(f"{counted(n, 'coding')} that could not be placed: left out here; the program counts them")
    return Table.of(rows, columns=_COLUMNS, title=f"QualCoder's comparison of {pair[0]} (a) and {pair[1]} (b)",
                    notes=notes)  # fmt: skip


def _pair(coding: Coding, a: str | None, b: str | None) -> tuple[str, str]:
    if a is None and b is None and len(coding.coders) == 2:
        return coding.coders[0], coding.coders[1]
    if a is None or b is None or a == b:
        raise InputError(
            f"QualCoder compares two coders. Name two as a and b; got {a!r} and {b!r}. The project has "
            f"{', '.join(map(repr, coding.coders)) or 'none'}."
        )
    for coder in (a, b):
        check_choice("coder", coding.coders or ("(no coders)",), coder)
    return a, b


def _row(code: str, texts: Iterable[Transcript], spans: list[list[CodedSpan]]) -> Row:
    """One code: counts over all texts, in both ways of counting."""
    times = [np.concatenate([_times(text, own) for text in texts] or [np.zeros(0, dtype=np.int64)]) for own in spans]
    together = times[0] + times[1]
    n, twice, once, never = together.size, *(int((together == k).sum()) for k in (2, 1, 0))
    first, second = (own > 0 for own in times)
    both = int((first & second).sum())
    n_a, n_b = int(first.sum()), int(second.sum())
    table = [[n - n_a - n_b + both, n_b - both], [n_a - both, both]]
    agree = _percent(twice + never, n)
    return {
        "code": code, "agree": agree, "a_and_b": _percent(twice, n), "not_a_not_b": _percent(never, n),
        "disagree": round(100 - agree, 2), "coded_only": _percent(twice, twice + once),
        "kappa_shown": _shown(int(times[0].sum()), int(times[1].sum()), twice),
        "cohen_kappa": float(agreement.table_values(agreement.cohen_kappa, table)),
        "n_a": n_a, "n_b": n_b, "n_both": both, "n_characters": n, "why": _why(times, n_a, n_b, n),
    }  # fmt: skip


def _times(text: Transcript, spans: Iterable[CodedSpan]) -> Ints:
    """How often each character of a text was coded."""
    edges = np.zeros(len(text.text) + 1, dtype=np.int64)
    for span in spans:
        if span.transcript_id == text.id:
            edges[span.start] += 1
            edges[span.end] -= 1
    return np.cumsum(edges)[:-1]


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else math.nan


def _shown(coded_a: int, coded_b: int, twice: int) -> float:
    """Compute what the program shows as kappa; nan where it divides by nothing."""
    either = coded_a + coded_b - twice
    if not either:
        return math.nan
    observed = twice / either
    yes = coded_a / either * coded_b / either
    no = (either - coded_a) / either * (either - coded_b) / either
    return round((observed - yes * no) / (1 - yes * no), 4)


def _why(times: list[Ints], n_a: int, n_b: int, n: int) -> str:
    """Say what makes the figures undefined, or differ beyond the formula."""
    if not n_a and not n_b:
        return "nobody gave the code"
    again = [name for name, own in zip("ab", times, strict=True) if (own > 1).any()]
    found = [f"codings of {' and of '.join(again)} overlap: the program takes that for agreement"] if again else []
    if n_a == n_b == n:
        found.append("both coded every character: Cohen's kappa is undefined")
    return "; ".join(found)

"""How far a language model agrees with itself: asked again, in other words, with codes in another order, in samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.errors import InputError, counted
from alliance_nlp.models import ask_what_is_served, key_in
from alliance_nlp.numeric import Floats
from alliance_nlp.records import Codebook, Level, Record, Segments, Study, Table, Tabular
from alliance_nlp.records.fields import Shares, refuse_shape
from alliance_nlp.suggesting.with_model.answers import ANSWERED
from alliance_nlp.suggesting.with_model.calling import Asker, Wishes, run_calls
from alliance_nlp.suggesting.with_model.coding_with_model import gather_answers
from alliance_nlp.suggesting.with_model.kept_answers import AnswerCache, answers_kept
from alliance_nlp.suggesting.with_model.model_suggestions import ModelSuggestions
from alliance_nlp.suggesting.with_model.preparing import MOST_PARALLEL, Prepared, check_number, prepare
from alliance_nlp.suggesting.with_model.prompting import PROMPTS, AnswerFormat, read_prompt

MOST_SAMPLES = 50
RUNS = ("run", "n_segments", "same_codes", "kappa", "n_codes", "reason")
PER_CODE = ("code", "given", "share_of_samples", "alpha", "n_segments", "reason")


@dataclass(frozen=True, eq=False, repr=False)
class ModelStability(Tabular, Record):
    """Hold how far a language model agrees with itself.

    Parameters
    ----------
    segments : Segments
        The segments.
    codebook : Codebook
        The codes, on the level that was asked for.
    shares : array of shape (n_segments, n_codes)
        Share of the samples that gave the code, of those whose answer could be used; nan where none could.
    runs : Table
        One row a run beside the first: segments that both answered, share of them with the same codes, kappa over all
        decisions on a code and a segment, codes given.
    per_code : Table
        Per code: how often it was given first, its share in the samples, and how far the samples agree (alpha).
    settings : dict
        Model, prompt, samples, temperature, requests.

    Notes
    -----
    A coder that agrees with itself can be wrong every time. One that does not cannot be relied on.
    """

    segments: Segments
    codebook: Codebook
    shares: Shares
    runs: Table
    per_code: Table
    settings: Mapping[str, Any] = field(default_factory=dict)

    def _check(self) -> None:
        shape = (len(self.segments), len(self.codebook))
        refuse_shape("ModelStability.shares", self.shares, shape, "segments and codes")
        if self.runs.columns != RUNS or self.per_code.columns != PER_CODE:
            raise InputError(f"ModelStability needs runs with {RUNS} and per_code with {PER_CODE} as columns.")

    def table(self) -> Table:
        """Give one row a run."""
        return self.runs

    def tables(self) -> tuple[Table, ...]:
        """Give the runs, then the codes."""
        return (self.runs, self.per_code)

    def _summary(self) -> str:
        return f"{counted(len(self.runs), 'run')} beside the first, {counted(len(self.segments), 'segment')}"


class _Run(NamedTuple):
    """One way of asking: what it is called, how it asks, and whether answers that were kept are taken."""

    name: str
    wishes: Wishes
    kept: bool = True


def stability_with_model(
    segments: Segments,
    codebook: Codebook | None,
    *,
    endpoint: str,
    model: str,
    n_samples: int = 5,
    temperature: float = 0.7,
    level: Level = "code",
    context: int = 0,
    batch: int = 1,
    prompt: str | Path = "coding-1",
    answer_format: AnswerFormat = "json_schema",
    allow_remote: bool = False,
    study: Study | None = None,
    key_variable: str | None = None,
    model_revision: str | None = None,
    cache: str | Path | bool | None = True,
    n_parallel: int = 1,
    timeout: float = 300.0,
    thinking_tokens: int = 0,
    random_state: int = 0,
) -> ModelStability:
    """Ask a language model the same in several ways, and say how far it agrees with itself.

    Parameters
    ----------
    segments : Segments
        The segments; some fifty show most. Each is asked about `n_samples` + 4 times.
    codebook, endpoint, model, level, context, batch, prompt, answer_format, allow_remote, study : as there
        What is asked of whom; see `suggest_with_model`.
    n_samples : int, default 5
        Samples at `temperature`, each with a seed and an order of the codes of its own.
    temperature : float, default 0.7
        Of the samples; above 0.
    key_variable, model_revision, cache, n_parallel, timeout, thinking_tokens : as there
        See `suggest_with_model`. The run that asks the same again takes nothing that was kept.
    random_state : int, default 0
        Seed of the first run, of the samples' seeds and of the orders.

    Returns
    -------
    ModelStability
        Runs beside the first (asked again, codes in another order, prompt in other words, each sample), codes, and the
        share of samples that gave each code; prints as two tables.

    Raises
    ------
    InputError
        As `suggest_with_model`, or when `n_samples` or `temperature` is out of range.

    Notes
    -----
    Agreement with itself bounds what agreement with people can mean; it does not stand in for it. Kappa runs over
    decisions on all codes and segments and is high where most codes are rarely given: read it beside `same_codes`.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> study = an.load_study("focus_group")
    >>> wishes = {"endpoint": "http://localhost:11434/v1", "model": "small", "n_samples": 0}
    >>> an.stability_with_model(an.segment(study.transcripts), study.codebook, **wishes)
    Traceback (most recent call last):
    alliance_nlp.errors.InputError: n_samples must be a whole number from 1 to 50. Got 0.
    """
    check_number("n_samples", n_samples, 1, MOST_SAMPLES)
    check_number("n_parallel", n_parallel, 1, MOST_PARALLEL)
    if not 0 < temperature <= 2:
        raise InputError(f"temperature must be above 0 and at most 2. Got {temperature}.")
    key = key_in(key_variable) if key_variable is not None else None
    ready = prepare(
        segments, codebook, endpoint=endpoint, model=model, level=level, context=context, batch=batch, prompt=prompt,
        answer_format=answer_format, allow_remote=allow_remote, study=study, timeout=timeout,
        random_state=random_state, caller="stability_with_model", thinking_tokens=thinking_tokens,
    )  # fmt: skip
    ready.plan()
    served = ask_what_is_served(ready.asked, key=key)
    revision = model_revision or served.digest
    kept = answers_kept(cache, ready.asked.host, revision)
    asker = Asker(ready.asked, key, kept, n_parallel, random_state, served)
    found = [_asked(ready, run, asker, kept, revision, level) for run in _runs(ready, n_samples, temperature)]
    return _stability(ready, found, n_samples, temperature)


def _runs(ready: Prepared, n_samples: int, temperature: float) -> Iterator[_Run]:
    first = ready.wishes
    rng = np.random.default_rng(first.seed)

    def shuffled() -> tuple[int, ...]:
        return tuple(rng.permutation(len(ready.codebook)).tolist())

    other = next(name for name in PROMPTS[::-1] if name != first.prompt.name)
    yield _Run("first", first)
    yield _Run("asked again", first, kept=False)
    yield _Run("codes in another order", first._replace(order=shuffled()))
    yield _Run(f"prompt {other}", first._replace(prompt=read_prompt(other)))
    for number in range(1, n_samples + 1):
        wishes = first._replace(temperature=float(temperature), seed=first.seed + number, order=shuffled())
        yield _Run(f"sample {number} at temperature {temperature:g}", wishes)


def _asked(
    ready: Prepared, run: _Run, asker: Asker, kept: AnswerCache | None, revision: str | None, level: Level
) -> tuple[str, ModelSuggestions]:
    way = ready._replace(wishes=run.wishes)
    plan = way.plan()
    found, tally = run_calls(plan, asker._replace(cache=kept if run.kept else None))
    return run.name, gather_answers(way, plan, found, tally, revision, level)


def decisions_of(made: ModelSuggestions) -> Floats:
    """Lay out what a model decided: 1 given, 0 not given, nan where it was not asked or has no answer."""
    answered = np.array([outcome in ANSWERED for outcome in made.outcomes], dtype=bool)
    return np.where(answered[:, None], made.given.astype(np.float64), np.nan)


def _stability(
    ready: Prepared, found: list[tuple[str, ModelSuggestions]], n_samples: int, temperature: float
) -> ModelStability:
    tables = [(name, decisions_of(made)) for name, made in found]
    first, samples = tables[0][1], np.stack([table for _, table in tables[-n_samples:]])
    n_used = np.isfinite(samples).sum(axis=0)
    shares = np.where(n_used > 0, np.nansum(samples, axis=0) / np.maximum(n_used, 1), np.nan)
    runs = tuple(_beside(name, first, table) for name, table in tables[1:])
    codes = tuple(
        _of_code(code, first[:, at], shares[:, at], samples[:, :, at]) for at, code in enumerate(ready.codebook.ids)
    )
    settings = found[0][1].settings
    more = {"n_samples": n_samples, "sample_temperature": float(temperature),
            "n_requests": sum(made.settings["n_requests"] for _, made in found)}  # fmt: skip
    notes = (
        "kappa: over all decisions on a code and a segment that both runs answered.",
        "A coder that agrees with itself can be wrong every time.",
    )
    return ModelStability(
        ready.permission.segments, ready.codebook, shares,
        Table(RUNS, runs, "The model beside its own first run", notes=notes),
        Table(PER_CODE, codes, "Agreement among the samples, by code"), {**settings, **more},
    )  # fmt: skip


def _beside(name: str, first: Floats, other: Floats) -> tuple[object, ...]:
    both = np.isfinite(first).all(axis=1) & np.isfinite(other).all(axis=1)
    n = int(both.sum())
    same = float((first[both] == other[both]).all(axis=1).mean()) if n else np.nan
    kappa = agreement.cohen_kappa(first.ravel(), other.ravel())
    return name, n, same, float(kappa), int(np.nansum(other)), kappa.reason


def _of_code(code: str, first: Floats, shares: Floats, samples: Floats) -> tuple[object, ...]:
    alpha = agreement.krippendorff_alpha(samples)
    used = np.isfinite(shares)
    share = float(shares[used].mean()) if used.any() else np.nan
    return code, int(np.nansum(first)), share, float(alpha), int(used.sum()), alpha.reason

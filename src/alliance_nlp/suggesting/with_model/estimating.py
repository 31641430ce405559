"""What asking a language model would take: calls, bytes, tokens; nothing is sent."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from alliance_nlp.errors import InputError, counted
from alliance_nlp.models import ask_what_is_served, key_in
from alliance_nlp.records import Codebook, Level, Segments, Study, Table
from alliance_nlp.suggesting.with_model.calling import Asker, Call, Plan, run_calls
from alliance_nlp.suggesting.with_model.kept_answers import answers_kept
from alliance_nlp.suggesting.with_model.model_suggestions import COUNTED
from alliance_nlp.suggesting.with_model.preparing import check_number, prepare
from alliance_nlp.suggesting.with_model.prompting import AnswerFormat, letters_asked

MOST_MEASURED = 50  # calls
LETTERS_A_TOKEN = 4  # of English, about: the rule of thumb that makers of tokenizers give; other languages need more


def estimate_with_model(
    segments: Segments,
    codebook: Codebook | None,
    *,
    endpoint: str,
    model: str,
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
    timeout: float = 300.0,
    thinking_tokens: int = 0,
    random_state: int = 0,
    seconds_a_call: float | None = None,
    measure: int = 0,
) -> Table:
    """Count the calls, bytes and tokens that `suggest_with_model` would take; nothing is sent unless you say measure=.

    Parameters
    ----------
    segments, codebook, endpoint, model, level, context, batch, prompt, answer_format, allow_remote, study : as there
        What would be asked of whom; see `suggest_with_model`.
    key_variable, timeout, thinking_tokens, random_state : as there
        As there; the first two are used where calls are measured.
    model_revision : str, optional
        As there; with it, or where calls are measured, those that were answered before are counted.
    cache : bool, str or Path, default True
        As there.
    seconds_a_call : float, optional
        What one call takes, where you know it: then the minutes stand in the table. Without it no time is guessed.
    measure : int, default 0
        So many of the calls, spread over the segments, are asked really, one after the other: words are sent, to whom
        and of whom as in `suggest_with_model`. Answers are kept as there, so that they are not asked for again.

    Returns
    -------
    Table
        What would be sent, and what would not for want of consent; where it was measured, seconds and minutes.

    Raises
    ------
    InputError
        As `suggest_with_model` does before it sends anything, and, where calls are measured, as it does after; when
        `measure` and `seconds_a_call` are both given.

    Notes
    -----
    Tokens are letters divided by four, a rule of thumb for English; tokens of answers are the most that are allowed.
    A server whose context is shorter than the longest call cuts it off or declines it. The first call that is measured
    is left out of the time where there are others: a server may load the model then. How long a call takes depends on
    the length of its answer, on other calls at a time, and on what else the computer does.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> study = an.load_study("focus_group")
    >>> wishes = {"endpoint": "http://localhost:11434/v1", "model": "small", "batch": 10}
    >>> an.estimate_with_model(an.segment(study.transcripts), study.codebook, **wishes)[0]
    {'what': 'calls', 'n': 47}
    """
    if seconds_a_call is not None and not seconds_a_call > 0:
        raise InputError(f"seconds_a_call must be above 0. Got {seconds_a_call}.")
    check_number("measure", measure, 0, MOST_MEASURED)
    if measure and seconds_a_call is not None:
        raise InputError("Give measure= or seconds_a_call=, not both: one measures what the other says.")
    key = key_in(key_variable) if key_variable is not None else None
    ready = prepare(
        segments, codebook, endpoint=endpoint, model=model, level=level, context=context, batch=batch, prompt=prompt,
        answer_format=answer_format, allow_remote=allow_remote, study=study, timeout=timeout,
        random_state=random_state, caller="estimate_with_model", thinking_tokens=thinking_tokens,
    )  # fmt: skip
    plan = ready.plan()
    served = ask_what_is_served(ready.asked, key=key) if measure and plan.calls else None
    kept = answers_kept(cache, ready.asked.host, model_revision or (served.digest if served is not None else None))
    asker = Asker(ready.asked, key, kept, 1, random_state, served)
    to_ask = _to_ask(plan, asker)
    seconds = [_seconds(plan, call, asker) for call in _spread(to_ask, measure)]
    if seconds:
        seconds_a_call = float(np.median(seconds[1:] or seconds))
        to_ask = _to_ask(plan, asker)
    rows = _rows(plan, to_ask)
    if seconds_a_call is not None:
        measured = {"seconds a call, in the median": round(seconds_a_call, 3)} if seconds else {}
        rows |= {**measured, "minutes, one call at a time": len(to_ask) * seconds_a_call / 60}
    rows |= {name.replace("_", " "): n for name, n in plan.counts.items()}
    notes = _notes(
        f"{ready.asked.host}, {'this' if ready.asked.here else 'another'} computer", seconds, kept is not None
    )
    return Table(COUNTED, tuple(rows.items()), "What asking the language model would take", notes=notes)


def _to_ask(plan: Plan, asker: Asker) -> list[Call]:
    """Give the calls without an answer that is kept, each once."""
    kept, codes = asker.cache, plan.codebook.ids
    calls = [call for call in plan.calls if kept is None or kept.read(call.body, call.texts, codes) is None]
    return list({call.body: call for call in calls}.values())


def _spread(calls: Sequence[Call], n: int) -> list[Call]:
    """Take so many calls, from the first to the last."""
    places = np.unique(np.linspace(0, len(calls) - 1, min(n, len(calls))).astype(int)) if n and calls else ()
    return [calls[place] for place in places]


def _seconds(plan: Plan, call: Call, asker: Asker) -> float:
    """Ask one call and say how long that took."""
    began = time.perf_counter()
    run_calls(replace(plan, calls=(call,)), asker)
    return time.perf_counter() - began


def _rows(plan: Plan, to_ask: Sequence[Call]) -> dict[str, float]:
    letters = [letters_asked(call.body) for call in to_ask]
    most = [json.loads(call.body)["max_tokens"] for call in to_ask]
    tokens = [-(-n // LETTERS_A_TOKEN) for n in letters]
    return {
        "calls": len(plan.calls), "calls still to be asked": len(to_ask),
        "segments": sum(len(c.rows) for c in plan.calls),
        "bytes to be sent": sum(len(call.body) for call in to_ask),
        "tokens to be read, about": -(-sum(letters) // LETTERS_A_TOKEN),
        "tokens of answers, at most": sum(most),
        "tokens of the longest call, with its answer, about": max(map(sum, zip(tokens, most, strict=True)), default=0),
    }  # fmt: skip


def _notes(where: str, seconds: Sequence[float], kept: bool) -> tuple[str, ...]:
    told = f"Nothing was sent. It would go to {where}."
    if seconds:
        how = "kept" if kept else "not kept, for want of a model_revision= or of a cache"
        told = (
            f"{counted(len(seconds), 'call')} went to {where}, and took {sum(seconds):.1f} seconds; answers are {how}."
        )
    return (told, "Tokens to be read: letters divided by four, a rule of thumb for English.")

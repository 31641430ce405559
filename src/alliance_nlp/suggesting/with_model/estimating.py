"""What asking a language model would take: calls, bytes, tokens; nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path

from alliance_nlp.errors import InputError
from alliance_nlp.records import Codebook, Level, Segments, Study, Table
from alliance_nlp.suggesting.with_model.kept_answers import answers_kept
from alliance_nlp.suggesting.with_model.model_suggestions import COUNTED
from alliance_nlp.suggesting.with_model.preparing import prepare
from alliance_nlp.suggesting.with_model.prompting import AnswerFormat

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
    model_revision: str | None = None,
    cache: str | Path | bool | None = True,
    random_state: int = 0,
    seconds_a_call: float | None = None,
) -> Table:
    """Count the calls, bytes and tokens that `suggest_with_model` would take; nothing is sent, not even a greeting.

    Parameters
    ----------
    segments, codebook, endpoint, model, level, context, batch, prompt, answer_format, allow_remote, study : as there
        What would be asked of whom; see `suggest_with_model`.
    model_revision : str, optional
        As there; with it, calls that were answered before are counted.
    cache : bool, str or Path, default True
        As there.
    random_state : int, default 0
        As there.
    seconds_a_call : float, optional
        What one call takes, as a first run on a few segments shows; with it the minutes stand in the table.

    Returns
    -------
    Table
        What would be sent, and what would not for want of consent.

    Raises
    ------
    InputError
        As `suggest_with_model` does before it sends anything.

    Notes
    -----
    Tokens are letters divided by four, a rule of thumb for English; tokens of answers are the most that are allowed.

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
    ready = prepare(
        segments, codebook, endpoint=endpoint, model=model, level=level, context=context, batch=batch, prompt=prompt,
        answer_format=answer_format, allow_remote=allow_remote, study=study, timeout=1.0, random_state=random_state,
        caller="estimate_with_model",
    )  # fmt: skip
    plan = ready.plan()
    kept = answers_kept(cache, ready.asked.host, model_revision)
    codes = plan.codebook.ids
    to_ask = [call for call in plan.calls if kept is None or kept.read(call.body, call.texts, codes) is None]
    to_ask = list({call.body: call for call in to_ask}.values())
    bodies = [json.loads(call.body) for call in to_ask]
    letters = sum(len(message["content"]) for body in bodies for message in body["messages"])
    minutes = {} if seconds_a_call is None else {"minutes, one call at a time": len(to_ask) * seconds_a_call / 60}
    rows: dict[str, float] = {
        "calls": len(plan.calls), "calls still to be asked": len(to_ask),
        "segments": sum(len(c.rows) for c in plan.calls),
        "bytes to be sent": sum(len(call.body) for call in to_ask),
        "tokens to be read, about": -(-letters // LETTERS_A_TOKEN),
        "tokens of answers, at most": sum(body["max_tokens"] for body in bodies),
        **minutes,
        **{name.replace("_", " "): n for name, n in plan.counts.items()},
    }  # fmt: skip
    where = "this computer" if ready.asked.here else "another computer"
    notes = (f"Nothing was sent. It would go to {ready.asked.host}, {where}.",
             "Tokens to be read: letters divided by four, a rule of thumb for English.")  # fmt: skip
    return Table(COUNTED, tuple(rows.items()), "What asking the language model would take", notes=notes)

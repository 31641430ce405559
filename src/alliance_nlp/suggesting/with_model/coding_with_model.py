"""A language model as one more coder: asked segment by segment, checked, and compared as any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp.errors import counted, warn
from alliance_nlp.models import ask_what_is_served, key_in
from alliance_nlp.records import Codebook, CodedSpan, Coding, Level, ReadSpan, Segments, Study, Table
from alliance_nlp.suggesting.with_model.answers import ANSWERED, OUTCOMES, Answers, Judged
from alliance_nlp.suggesting.with_model.calling import Asker, Plan, Tally, run_calls
from alliance_nlp.suggesting.with_model.kept_answers import answers_kept
from alliance_nlp.suggesting.with_model.model_suggestions import COUNTED, EVIDENCE, NOT_SENT, NOTES, ModelSuggestions
from alliance_nlp.suggesting.with_model.preparing import MOST_PARALLEL, Prepared, check_number, prepare
from alliance_nlp.suggesting.with_model.prompting import AnswerFormat, letters_asked

MOST_LETTERS_A_TOKEN = 10
MUCH_LOST = 0.05  # of the segments sent: from which on it is said at once that no answer could be used there


def suggest_with_model(
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
    n_parallel: int = 1,
    timeout: float = 300.0,
    thinking_tokens: int = 0,
    coder: str | None = None,
    random_state: int = 0,
    progress: bool | None = None,
) -> Coding:
    """Let a language model on a server that you name code segments by your codebook, as one more coder.

    Parameters
    ----------
    segments : Segments
        The segments to code.
    codebook : Codebook
        The codes. Names, definitions, rules when to give a code and when not, and exemplars make the prompt.
    endpoint : str
        Base address of a server that speaks the chat interface of OpenAI (Ollama, llama.cpp, vLLM, LM Studio), such as
        ``"http://localhost:11434/v1"``. Nothing is sent anywhere else.
    model : str
        Name of the model there.
    level : {"code", "essence", "theme"}, default "code"
        Level of the codebook on which to code.
    context : int, default 0
        Turns before a segment that are sent with it, to be understood and not coded. On a form: the question, if any.
    batch : int, default 1
        Segments a call; several are faster, and each is read beside the others.
    prompt : str or Path, default "coding-1"
        A shipped prompt ("coding-1", "coding-1-other-words"), or a text file of your own with ``{{codes}}`` in it.
    answer_format : {"json_schema", "json_object", "words"}, default "json_schema"
        How the server is told to answer in JSON only: by OpenAI's field (Ollama, vLLM, llama.cpp, LM Studio), by that
        of llama-cpp-python, or by the words of the prompt alone.
    allow_remote : bool, default False
        Must be True for a server that is not this computer.
    study : Study, optional
        Who agreed to what. Needed for a server elsewhere: only words of people of whom it is recorded that they agreed
        to a remote model (`Participant.remote_model`) are sent.
    key_variable : str, optional
        Name of the environment variable that holds the server's key, where it wants one. Never the key itself.
    model_revision : str, optional
        What tells these weights from others of the same name, such as the hash of their file. By default what the
        server tells (Ollama does). Without either, answers are not kept.
    cache : bool, str or Path, default True
        Whether answers are kept for another run, and in which folder; by default the library's own. Kept are numbers,
        no words.
    n_parallel : int, default 1
        Calls at a time, at most 16.
    timeout : float, default 300.0
        Seconds to wait for each answer.
    thinking_tokens : int, default 0
        Tokens that a model may spend on thinking before its answer, beside 400 a segment and 100. One that thinks is
        cut off with 0; some servers let you turn thinking off instead.
    coder : str, optional
        Name the model goes by; by default its name with prompt and revision, so that another prompt or model is another
        coder.
    random_state : int, default 0
        Seed that is sent, and of the pauses between attempts.
    progress : bool, optional
        Whether a bar shows the calls and the time that is left, by those that were answered; by default in a terminal,
        where it takes longer than two seconds.

    Returns
    -------
    Coding
        Status "suggested"; "abstained" where no answer could be used. It has read what was sent, and nothing else.
        ``made_from`` is the `ModelSuggestions` record: quotes, outcomes, counts of what was rejected, what was sent.

    Raises
    ------
    InputError
        When a value is not what it must be, the server is elsewhere and `allow_remote` or the record of consent is
        missing, or the server does not answer. What was answered by then is kept, so that the same call goes on.

    Notes
    -----
    Temperature is 0. A code counts where the codebook has it and its quote stands in the segment; what does not count
    is rejected, and counted. So words inside a transcript that read as an instruction can at most bring about codes
    that exist, for words that are there. They can still bring about wrong ones. Words of people who refused a machine
    are not sent anywhere; whatever copies them in the codebook is left out. Exemplars are not shown in the call in
    which they stand. A language model may have seen published transcripts and codings in its training; then a
    comparison says little.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> segments = an.segment(an.read_transcripts(["We never have enough minutes."]))
    >>> book = an.Codebook((an.Code("", "", "lack of time"),))
    >>> an.suggest_with_model(segments, book, endpoint="http://example.org/v1", model="small")
    Traceback (most recent call last):
    alliance_nlp.errors.InputError: endpoint is example.org, unencrypted, which is not this computer. Nothing was sent.
        If your ethics approval and consent forms cover that, say allow_remote=True and pass study=, with
        remote_model = true for each participant who agreed: only their words are sent.
    """
    check_number("n_parallel", n_parallel, 1, MOST_PARALLEL)
    key = key_in(key_variable) if key_variable is not None else None
    ready = prepare(
        segments, codebook, endpoint=endpoint, model=model, level=level, context=context, batch=batch, prompt=prompt,
        answer_format=answer_format, allow_remote=allow_remote, study=study, timeout=timeout,
        random_state=random_state, caller="suggest_with_model", thinking_tokens=thinking_tokens,
    )  # fmt: skip
    plan = ready.plan()
    served = ask_what_is_served(ready.asked, key=key) if plan.calls and not model_revision else None
    revision = model_revision or (served.digest if served is not None else None)
    kept = answers_kept(cache, ready.asked.host, revision)
    asker = Asker(ready.asked, key, kept, n_parallel, random_state, served, progress)
    found, tally = run_calls(plan, asker)
    made = gather_answers(ready, plan, found, tally, revision, level)
    _warn_of(made)
    return as_coding(made, codebook, coder_name(made) if coder is None else coder)


def coder_name(made: ModelSuggestions) -> str:
    """Name a coder by model, revision and prompt, so that a change of any is another coder."""
    of, prompt = made.settings, made.settings["prompt"]
    revision = f" ({str(of['revision']).removeprefix('sha256:')[:12]})" if of["revision"] else ""
    return f"{of['model']}{revision}, {prompt['name']} {prompt['sha256'][:8]}"


def gather_answers(
    ready: Prepared, plan: Plan, found: Sequence[Answers], tally: Tally, revision: str | None, level: Level
) -> ModelSuggestions:
    """Make the record of what was answered."""
    segments, codes = plan.segments, plan.codebook.ids
    given = np.zeros((len(segments), len(codes)), dtype=bool)
    of: dict[int, Judged] = {
        row: judged
        for call, answers in zip(plan.calls, found, strict=True)
        for row, judged in zip(call.rows, answers.judged, strict=True)
    }
    evidence = []
    for row, judged in sorted(of.items()):
        for each in judged.given:
            given[row, each.code] = True
            start = segments[row].start
            evidence.append((segments[row].id, codes[each.code], start + each.start, start + each.end))
    outcomes = tuple(of[row].outcome if row in of else NOT_SENT for row in range(len(segments)))
    return ModelSuggestions(
        segments, plan.codebook, given, outcomes, Table(EVIDENCE, tuple(evidence)),
        _counts(plan, found, tally, list(of.values())), _settings(ready, plan, found, tally, revision, level),
    )  # fmt: skip


def _counts(plan: Plan, found: Sequence[Answers], tally: Tally, judged: Sequence[Judged]) -> Table:
    outcomes = Counter[str](each.outcome for each in judged)
    left_out = {name.replace("_", " "): n for name, n in plan.counts.items()}
    rows = {
        "calls": len(plan.calls), "calls answered from what was kept": tally.from_cache,
        "calls that are the same as another, asked once": tally.same,
        "requests sent": tally.asked, "requests sent again after a fault": tally.again,
        "segments sent": len(judged),
        **{f"segments: {outcome}": outcomes[outcome] for outcome in OUTCOMES},
        "codes that count": sum(len(each.given) for each in judged),
        "codes rejected: not in the codebook": sum(each.unknown for each in judged),
        "codes rejected: quote not in the segment": sum(each.unquoted for each in judged),
        "codes given twice to a segment, counted once": sum(each.repeated for each in judged),
        "entries on segments that were not asked for": sum(answers.strangers for answers in found),
        "answers in a Markdown fence, which was taken off": sum(answers.in_fence for answers in found),
        "answers with thoughts before them, which were taken off": sum(answers.thought_aloud for answers in found),
        "answers that name another model": sum(answers.named_other for answers in found),
        **left_out,
    }  # fmt: skip
    return Table(COUNTED, tuple(rows.items()), "What was asked and answered", notes=NOTES)


def _settings(
    ready: Prepared, plan: Plan, found: Sequence[Answers], tally: Tally, revision: str | None, level: Level
) -> dict[str, Any]:
    asked, wishes = ready.asked, ready.wishes
    return {
        "level": level, "model": asked.name, "revision": revision, "host": asked.host, "remote": not asked.here,
        "unencrypted": asked.in_the_open,
        "prompt": {"name": wishes.prompt.name, "sha256": wishes.prompt.sha256, "text": wishes.prompt.text},
        "answer_format": wishes.answer_format, "temperature": wishes.temperature, "random_state": wishes.seed,
        "context": wishes.context, "batch": wishes.batch, "thinking_tokens": wishes.thinking_tokens,
        "n_calls": len(plan.calls), "n_requests": tally.asked,
        "n_segments": sum(len(call.rows) for call in plan.calls), "bytes_asked": plan.n_bytes,
        "bytes_sent": tally.bytes_sent, "asked_sha256": plan.sha256,
        "tokens_in": sum(answers.tokens_in for answers in found),
        "tokens_out": sum(answers.tokens_out for answers in found), "answered_as": tuple(sorted(tally.names)),
        "perhaps_cut": _perhaps_cut(plan, found),
    }  # fmt: skip


def _perhaps_cut(plan: Plan, found: Sequence[Answers]) -> int:
    """Count calls where the server read far fewer tokens than there can be, of all: it may leave out what is too long.

    A server that tells of no tokens says nothing. A token has 4 letters of English, and hardly ever 10. Some servers
    leave out of their count what they still know of the call before; of the first they know nothing.
    """
    read = [(call, answers.tokens_in) for call, answers in zip(plan.calls, found, strict=True) if answers.tokens_in]
    whole = any(tokens * MOST_LETTERS_A_TOKEN >= letters_asked(call.body) for call, tokens in read)
    return 0 if whole else len(read)


def _warn_of(made: ModelSuggestions) -> None:
    """Say at once what was not sent, and where many answers could not be used."""
    held_back = len(made.outcomes) - int(made.asked.sum())
    n_sent, lost = int(made.asked.sum()), int(made.abstained.sum())
    if held_back:
        warn(f"{counted(held_back, 'segment')} of {len(made.outcomes)} not sent to the language model, for want of "
             "consent or of words; unread by it. See .made_from.counts.")  # fmt: skip
    if n_sent and lost / n_sent > MUCH_LOST:
        thinks = (
            " Most were cut off: a model that thinks before it answers needs more, such as thinking_tokens=2000; or "
            "turn its thinking off at the server."
        )
        warn(f"No answer that can be used on {lost} of {counted(n_sent, 'segment')} sent: the language model abstains "
             f"there. See .made_from.counts.{thinks if 2 * made.outcomes.count('cut off') > n_sent else ''}"
        )  # fmt: skip
    of, counts = made.settings, dict(made.counts.values)
    if n := counts["answers that name another model"]:
        names = ", ".join(map(repr, of["answered_as"])) or "another name"
        warn(f"{of['model']!r} was asked, and {counted(n, 'answer')} came under {names}: see that the server runs the "
             "model you mean. A model of another name is another coder.")  # fmt: skip
    if n := of["perhaps_cut"]:
        warn(f"The server at {of['host']} read fewer tokens of {counted(n, 'call')} than were sent: it may have cut "
             "codebook or segment off without a word. Give it a longer context (Ollama: OLLAMA_CONTEXT_LENGTH), or "
             "code on level='theme' or with a smaller batch=.")  # fmt: skip


def as_coding(made: ModelSuggestions, codebook: Codebook | None, coder: str) -> Coding:
    """Make a coding of what a model gave."""
    applied: list[CodedSpan] = []
    for segment, given, outcome in zip(made.segments, made.given, made.outcomes, strict=True):
        where = (coder, segment.transcript_id, segment.start, segment.end)
        applied += [CodedSpan(*where, made.codebook.ids[code], "suggested") for code in np.flatnonzero(given).tolist()]
        if outcome not in (*ANSWERED, NOT_SENT):
            applied.append(CodedSpan(*where, "", "abstained"))
    kept = made.segments.take(np.flatnonzero(made.asked))
    read = tuple(ReadSpan(coder, s.transcript_id, s.start, s.end) for s in kept)
    return Coding(tuple(applied), read, codebook, made_from=made)

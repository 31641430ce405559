"""What is asked of a language model, checked before anything is sent: address, consent, codebook, prompt, numbers."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, get_args

from alliance_nlp.errors import InputError, check_choice, check_type, counted, present
from alliance_nlp.models import LanguageModel, language_model
from alliance_nlp.records import Codebook, Level, Segments, Study
from alliance_nlp.suggesting.with_model.calling import Plan, Wishes, plan_calls
from alliance_nlp.suggesting.with_model.permitted import Permission
from alliance_nlp.suggesting.with_model.prompting import AnswerFormat, read_prompt

MOST_PARALLEL, MOST_BATCH, MOST_CONTEXT, MOST_THOUGHTS = 16, 20, 20, 100_000


class Prepared(NamedTuple):
    """Whom to ask, and all that would be sent."""

    asked: LanguageModel
    permission: Permission
    codebook: Codebook
    wishes: Wishes

    def plan(self, wishes: Wishes | None = None) -> Plan:
        """Lay the calls out, as wished or otherwise.

        Raises
        ------
        InputError
            When there are segments, and none may be sent.
        """
        segments = self.permission.segments
        found = plan_calls(segments, self.codebook, self.permission, self.asked.name, wishes or self.wishes)
        if len(segments) and not found.calls:
            n = found.counts["segments_without_consent"]
            who = (
                "of whom it is recorded that they agreed to a remote model"
                if self.permission.remote
                else "who did not refuse machines"
            )
            raise InputError(
                f"None of {counted(len(segments), 'segment')} may be sent to the language model at {self.asked.host}: "
                f"{n} are not words of people {who}, the others hold no word. Nothing was sent."
            )
        return found


def prepare(
    segments: Segments, codebook: Codebook | None, *, endpoint: str, model: str, level: Level, context: int, batch: int,
    prompt: str | Path, answer_format: AnswerFormat, allow_remote: bool, study: Study | None, timeout: float,
    random_state: int, caller: str, thinking_tokens: int = 0,
) -> Prepared:  # fmt: skip
    """Check what is asked; nothing is sent.

    Raises
    ------
    InputError
        When a value is not what it must be, or the server is elsewhere and permission or record of consent is missing.
    """
    check_type(f"{caller}() takes Segments, as an.segment() gives", Segments, segments)
    codebook = present(codebook, "codebook", f"{caller}()", "Read one with an.read_codebook().")
    if not isinstance(codebook, Codebook) or not len(codebook):
        raise InputError(f"{caller}() needs a codebook with at least one code. Read one with an.read_codebook().")
    check_choice("answer_format", get_args(AnswerFormat), answer_format)
    check_number("context", context, 0, MOST_CONTEXT)
    check_number("batch", batch, 1, MOST_BATCH)
    check_number("thinking_tokens", thinking_tokens, 0, MOST_THOUGHTS)
    check_number("random_state", random_state, 0, 2**31 - 1)
    if not timeout > 0:
        raise InputError(f"timeout must be above 0 seconds. Got {timeout}.")
    asked = language_model(endpoint, model, timeout=timeout)
    if not asked.here and (allow_remote is not True or study is None):
        raise _elsewhere(asked, allow_remote=allow_remote is True)
    wishes = Wishes(
        read_prompt(prompt), context, batch, answer_format, seed=random_state, thinking_tokens=thinking_tokens
    )
    return Prepared(asked, Permission.of(segments, study, remote=not asked.here), codebook.at(level), wishes)


def check_number(name: str, value: int, least: int, most: int) -> None:
    """Refuse what is no whole number between two others.

    Raises
    ------
    InputError
        When it is not.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InputError(f"{name} must be a whole number from {least} to {most}. Got {value!r}.")


def _elsewhere(asked: LanguageModel, *, allow_remote: bool) -> InputError:
    unsafe = ", unencrypted" if asked.in_the_open else ""
    study = (
        "Pass study=, with remote_model = true for each participant who agreed to that: only their words are sent."
        if allow_remote
        else "If your ethics approval and consent forms cover that, say allow_remote=True and pass study=, with "
        "remote_model = true for each participant who agreed: only their words are sent."
    )
    return InputError(f"endpoint is {asked.host}{unsafe}, which is not this computer. Nothing was sent. {study}")

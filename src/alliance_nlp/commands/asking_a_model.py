"""What a language model gives, on a server that is named: `suggest --endpoint`, `compare --endpoint`."""

from __future__ import annotations

import argparse
from typing import Any, NamedTuple

import alliance_nlp as an
from alliance_nlp.commands.printing import say, show
from alliance_nlp.errors import InputError, present


def add_model(command: argparse.ArgumentParser) -> None:
    """Let a command name a language model, and say what it is asked, of whom, and whether it is asked at all."""
    model = command.add_argument_group("a language model on a server that you name")
    model.add_argument("--endpoint", metavar="URL", help="its address, such as http://localhost:11434/v1")
    model.add_argument("--model", metavar="NAME", help="name of the model there")
    model.add_argument(
        "--model-revision", metavar="HASH", help="tells these weights from others; Ollama says it itself"
    )
    agreed = "another computer: only words of people with remote_model = true in study.toml"
    model.add_argument("--allow-remote", action="store_true", help=agreed)
    model.add_argument("--key-variable", metavar="NAME", help="environment variable with the server's key")
    model.add_argument("--context", type=int, default=0, metavar="N", help="turns before a segment that go with it")
    model.add_argument("--batch", type=int, default=1, metavar="N", help="segments a call (default 1)")
    model.add_argument("--prompt", default="coding-1", help="coding-1 (default), coding-1-other-words, or a file")
    model.add_argument("--answer-format", default="json_schema", metavar="FORM",
                       help="json_schema (default), json_object (llama-cpp-python), or words")  # fmt: skip
    model.add_argument("--thinking-tokens", type=int, default=0, metavar="N", help="for models that think first: 2000")
    model.add_argument("--parallel", type=int, default=1, metavar="N", help="calls at a time (default 1)")
    model.add_argument("--timeout", type=float, default=300.0, metavar="SECONDS", help="for each answer (default 300)")
    model.add_argument(
        "--measure", type=int, default=0, metavar="N", help="ask N calls first, and say how long it takes"
    )
    model.add_argument("--estimate", action="store_true", help="say what it would take, and end")


def is_asked(options: argparse.Namespace) -> bool:
    """Whether a language model is to suggest.

    Raises
    ------
    InputError
        When what is said of one names no place.
    """
    first = getattr(options, "first", None)
    if options.endpoint is None and (options.model is not None or options.estimate or options.measure or first):
        raise InputError(
            "--model, --estimate, --measure and --first go with --endpoint, the address of a language model."
        )
    if first is not None and first < 1:
        raise InputError(f"--first must be a whole number from 1. Got {first}.")
    return options.endpoint is not None


class Asked(NamedTuple):
    """What a model gave, and whether there are segments on which no answer could be used: a person has to look."""

    coding: an.Coding
    left_open: bool


def ask(study: Any, segments: Any, codebook: Any, options: argparse.Namespace) -> Asked | None:
    """Say what it takes, then let the model code; None where only that was to be said."""
    if (first := getattr(options, "first", None)) is not None:
        segments = segments.take(range(min(first, len(segments))))
    wishes = {
        "endpoint": options.endpoint, "model": options.model, "level": options.level, "context": options.context,
        "batch": options.batch, "prompt": options.prompt, "answer_format": options.answer_format,
        "allow_remote": options.allow_remote, "study": study, "key_variable": options.key_variable,
        "model_revision": options.model_revision, "timeout": options.timeout,
        "thinking_tokens": options.thinking_tokens, "random_state": options.seed,
    }  # fmt: skip
    people = None
    abstain = getattr(options, "abstain", None)
    if abstain is not None:
        people = present(study.coding, "coding", "--abstain", "Put codings.csv into the study's folder.")
    estimate = an.estimate_with_model(segments, codebook, measure=options.measure, **wishes)
    if options.estimate:
        show(estimate, options)
        return None
    if not options.quiet:
        say(_in_short(estimate))
    progress = False if options.quiet else None
    made = an.suggest_with_model(segments, codebook, n_parallel=options.parallel, progress=progress, **wishes)
    left_open = bool(made.made_from.abstained.any())
    return Asked(made if people is None else an.promise_with_model(made, people, abstain=abstain), left_open)


def _in_short(estimate: Any) -> str:
    of = dict(estimate.values)
    minutes = of.get("minutes, one call at a time")
    time = "" if minutes is None else f"; about {minutes:.1f} minutes, one call at a time"
    where = estimate.notes[0].replace("Nothing was sent. It would go to", "Words go to")
    return (
        f"{where} Calls: {of['calls still to be asked']} of {of['calls']}, "
        f"{of['bytes to be sent']:,} bytes, about {of['tokens to be read, about']:,} tokens to be read, at most "
        f"{of['tokens of answers, at most']:,} of answers{time}."
    )

"""What a language model gives, on a server that is named: `suggest --endpoint`, `compare --endpoint`."""

from __future__ import annotations

import argparse
from typing import Any

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
    if options.endpoint is None and (options.model is not None or options.estimate or options.measure):
        raise InputError("--model, --estimate and --measure go with --endpoint, the address of a language model.")
    return options.endpoint is not None


def ask(study: Any, segments: Any, codebook: Any, options: argparse.Namespace) -> Any:
    """Say what it takes, then let the model code; None where only that was to be said."""
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
    return made if people is None else an.promise_with_model(made, people, abstain=abstain)


def _in_short(estimate: Any) -> str:
    of = dict(estimate.values)
    minutes = of.get("minutes, one call at a time")
    time = "" if minutes is None else f"; about {minutes:.1f} minutes, one call at a time"
    return (
        f"{estimate.notes[0]} Calls: {of['calls still to be asked']} of {of['calls']}, "
        f"{of['bytes to be sent']:,} bytes, about {of['tokens to be read, about']:,} tokens to be read, at most "
        f"{of['tokens of answers, at most']:,} of answers{time}."
    )


def is_left_open(made: Any) -> bool:
    """Whether there are segments on which no answer could be used: a person has to look."""
    record = made.made_from
    return bool(record.abstained.any()) if isinstance(record, an.ModelSuggestions) else False

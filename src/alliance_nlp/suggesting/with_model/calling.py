"""Calls to a language model: laid out before anything is sent, then asked, kept and counted."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from alliance_nlp.errors import InputError, counted, warn
from alliance_nlp.files import FileError
from alliance_nlp.models import (
    LanguageModel,
    Reply,
    Served,
    UnansweredError,
    ask_what_is_served,
    converse,
    patiently,
    refuse_handed_on,
)
from alliance_nlp.numeric import grouped
from alliance_nlp.provenance import hash_words
from alliance_nlp.records import Codebook, Segments
from alliance_nlp.suggesting.gathering import stand_in
from alliance_nlp.suggesting.with_model.answers import Answers, Judged, last_part, read_answer
from alliance_nlp.suggesting.with_model.kept_answers import AnswerCache
from alliance_nlp.suggesting.with_model.permitted import Permission
from alliance_nlp.suggesting.with_model.prompting import PLACE, AnswerFormat, Prompt, code_line, request_for

MOST_NAMES = 5  # of models that are said to have answered
_NAME = re.compile(r"[\w.:@+-]{1,100}", re.ASCII)
TOO_MUCH = frozenset({400, 413, 422})  # the server says that this request is wrong, or too long for the model


class Wishes(NamedTuple):
    """How segments are put to a model."""

    prompt: Prompt
    context: int
    batch: int
    answer_format: AnswerFormat
    temperature: float = 0.0
    seed: int = 0
    order: tuple[int, ...] = ()  # of the codes in the prompt; empty for the codebook's own
    thinking_tokens: int = 0  # that an answer may have beside itself


class Call(NamedTuple):
    """One request: the rows of its segments, their words, and the bytes that are sent."""

    rows: tuple[int, ...]
    texts: tuple[str, ...]
    body: bytes


@dataclass(frozen=True)
class Plan:
    """All calls, and what is not sent."""

    segments: Segments
    codebook: Codebook
    calls: tuple[Call, ...]
    counts: dict[str, int]

    @property
    def n_bytes(self) -> int:
        """Bytes of all requests, their headers left out."""
        return sum(len(call.body) for call in self.calls)

    @property
    def sha256(self) -> str:
        """Hash of all that is sent, in order."""
        return hash_words(*(call.body.decode("ascii") for call in self.calls))


def plan_calls(
    segments: Segments, codebook: Codebook, permission: Permission, model: str, wishes: Wishes
) -> Plan:  # fmt: skip
    """Lay out what would be sent: nothing is sent yet.

    Exemplars that stand in a segment of a call, or in what is said before it, are not shown in that call: they would
    give its codes away.
    """
    rows = [i for i, s in enumerate(segments) if permission.may(s) and re.search(r"\w", s.text)]
    cleared = [permission.cleared(code) for code in codebook]
    book = Codebook(tuple(code for code, _ in cleared))
    order = wishes.order or tuple(range(len(book)))
    counts = Counter(
        segments_without_consent=sum(not permission.may(s) for s in segments),
        segments_without_words=sum(permission.may(s) and not re.search(r"\w", s.text) for s in segments),
        texts_of_codebook_left_out=sum(n for _, n in cleared),
    )
    calls = []
    for part in _batches(segments, rows, wishes.batch):
        texts = tuple(segments[i].text for i in part)
        before, n_unsent = permission.before(segments[part[0]], wishes.context)
        shown = [_unshown(code.exemplars, [*texts, *(each["text"] for each in before)]) for code in book]
        lines = [code_line(book.codes[at], codebook, shown[at]) for at in order]
        prompt = wishes.prompt.text.replace(PLACE, "\n".join(lines))
        body = request_for(
            model, prompt, texts, before, [book.ids[at] for at in order], answer_format=wishes.answer_format,
            temperature=wishes.temperature, seed=wishes.seed, thinking_tokens=wishes.thinking_tokens,
        )  # fmt: skip
        calls.append(Call(part, texts, body))
        counts["turns_before_without_consent"] += n_unsent
        counts["exemplars_not_shown"] += sum(len(c.exemplars) - len(s) for c, s in zip(book, shown, strict=True))
    return Plan(segments, codebook, tuple(calls), dict(counts))


def _batches(segments: Segments, rows: Sequence[int], size: int) -> Iterable[tuple[int, ...]]:
    """Put segments that follow one another in a transcript into calls of at most so many."""
    held: list[int] = []
    for row in rows:
        if held and (len(held) == size or segments[row].transcript_id != segments[held[-1]].transcript_id):
            yield tuple(held)
            held = []
        held.append(row)
    if held:
        yield tuple(held)


def _unshown(exemplars: tuple[str, ...], texts: list[str]) -> list[str]:
    there = stand_in(exemplars, texts)
    return [text for text, stands in zip(exemplars, there, strict=True) if not stands]


@dataclass
class Tally:
    """What was asked, kept and asked again, counted while calls run side by side."""

    asked: int = 0
    from_cache: int = 0
    same: int = 0
    again: int = 0
    bytes_sent: int = 0
    cannot_keep: bool = False
    names: set[str] = field(default_factory=set)  # of models that are said to have answered
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **more: int) -> None:
        """Add to some counts."""
        with self.lock:
            for name, n in more.items():
                setattr(self, name, getattr(self, name) + n)

    def named(self, model: str) -> None:
        """Note who is said to have answered, where that can be a model's name and is no words."""
        name = last_part(model)
        with self.lock:
            if _NAME.fullmatch(name) and len(self.names) < MOST_NAMES:
                self.names.add(name)


class Asker(NamedTuple):
    """Whom to ask, with which key, how many at a time, where answers are kept, and what the server tells of itself."""

    model: LanguageModel
    key: str | None
    cache: AnswerCache | None
    n_parallel: int
    random_state: int
    served: Served | None = None  # None where it was not asked yet
    progress: bool | None = None


def run_calls(plan: Plan, asker: Asker) -> tuple[list[Answers], Tally]:
    """Ask everything that was not answered before; what is the same letter by letter ("Mm.", say) once.

    The first call goes alone: where the server declines that one, all are wrong. Later a request that the server
    declines as wrong or too long is one without an answer.

    Raises
    ------
    InputError
        When the server does not answer, and it says how many calls were answered and kept; or when it is on this
        computer and hands what it is asked on to another.
    """
    tally, codes = Tally(), plan.codebook.ids
    found: list[Answers | None] = [
        asker.cache.read(call.body, call.texts, codes) if asker.cache is not None else None for call in plan.calls
    ]
    same = grouped((call.body, number) for number, call in enumerate(plan.calls) if found[number] is None)
    waiting = [numbers[0] for numbers in same.values()]
    tally.add(from_cache=sum(kept is not None for kept in found))
    if waiting and asker.model.here:
        served = asker.served if asker.served is not None else ask_what_is_served(asker.model, key=asker.key)
        refuse_handed_on(asker.model, served)

    def one(number: int, *, first: bool = False) -> None:
        found[number] = _ask(plan.calls[number], number, codes, asker, tally, first=first)

    try:
        with _shown(len(waiting), asker.progress) as bar:
            for number in waiting[:1]:
                one(number, first=not tally.from_cache)
                bar.update()
            _side_by_side(waiting[1:], one, asker.n_parallel, bar.update)
    except UnansweredError as err:
        trouble = err
    else:
        for first, *others in same.values():
            for number in others:
                found[number] = _again(found[first])
        tally.add(same=sum(len(numbers) - 1 for numbers in same.values()))
        if tally.cannot_keep:
            warn("Answers of the language model could not be kept on disk: another run asks again.")
        return [each for each in found if each is not None], tally
    raise _stopped(trouble, sum(each is not None for each in found), len(found), kept=asker.cache is not None)


def _again(answers: Answers | None) -> Answers | None:
    """Give the answers to a call that was the same as another; its tokens were used once."""
    return answers._replace(tokens_in=0, tokens_out=0) if answers is not None else None


def _side_by_side(
    numbers: Sequence[int], one: Callable[[int], None], n_parallel: int, done: Callable[[], object]
) -> None:
    """Ask some calls at a time; after the first that fails no other is begun."""
    failed = threading.Event()

    def guarded(number: int) -> None:
        if failed.is_set():
            return
        try:
            one(number)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(max_workers=n_parallel) as pool:
        try:
            for _ in pool.map(guarded, numbers):
                done()
        except BaseException:  # somebody who presses Ctrl-C does not wait for what was not begun
            failed.set()
            raise


def _ask(call: Call, number: int, codes: tuple[str, ...], asker: Asker, tally: Tally, *, first: bool) -> Answers:
    def once() -> Reply:
        tally.add(asked=1, bytes_sent=len(call.body))
        return converse(asker.model, call.body, key=asker.key)

    try:
        reply = patiently(once, str(number), random_state=asker.random_state, again=lambda: tally.add(again=1))
    except UnansweredError as err:
        if first or err.status not in TOO_MUCH:
            raise
        return Answers((Judged("no answer"),) * len(call.texts))
    tally.named(reply.model)
    answers = read_answer(reply, call.texts, codes, asker.model.name)
    if asker.cache is not None:
        try:
            asker.cache.add(call.body, codes, answers)
        except FileError:
            tally.cannot_keep = True
    return answers


def _stopped(err: UnansweredError, n_answered: int, n: int, *, kept: bool) -> InputError:
    how = (
        "they are kept, and the same call goes on from there"
        if kept
        else "they are not kept, for nothing tells this model from the next: give model_revision= to go on from there"
    )
    return InputError(f"{err} {n_answered} of {counted(n, 'call')} were answered; {how}.")


def _shown(n: int, progress: bool | None) -> Any:
    """Show a bar over calls, with the time that is left, where they take longer than two seconds."""
    from tqdm import tqdm

    hidden = None if progress is None else not progress
    return tqdm(total=n, desc="asking the language model", unit="call", delay=2, disable=hidden, leave=False)

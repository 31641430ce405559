"""What counts in a language model's answer: codes that exist, each with words that stand in the segment.

Nothing is mended in silence: whatever does not count is counted. An answer is kept as numbers, never as words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

from alliance_nlp.models import Reply

Outcome = Literal[
    "coded", "no code",
    "nothing valid", "missing", "not JSON", "cut off", "refused", "no answer",  # the model abstains
]  # fmt: skip
OUTCOMES: tuple[str, ...] = get_args(Outcome)
ANSWERED = ("coded", "no code")
MOST_GIVEN = 200  # codes on one segment that are looked at
_FENCE = re.compile(r"\s*```(?:json)?\s*(.*?)\s*```\s*", re.DOTALL)
_QUOTES = {"'": "['’‘]", "’": "['’‘]", '"': '["“”„«»]'}


class Given(NamedTuple):
    """A code by its place in the codebook, and where in the segment the quote stands."""

    code: int
    start: int
    end: int


class Judged(NamedTuple):
    """What came of one segment: the outcome, the codes that count, and how many did not, by reason."""

    outcome: Outcome
    given: tuple[Given, ...] = ()
    unknown: int = 0  # codes that the codebook does not have
    unquoted: int = 0  # codes whose quote does not stand in the segment
    repeated: int = 0  # codes given to the segment once more


class Answers(NamedTuple):
    """What came of one call: each of its segments, entries on segments that it did not hold, whose name it is under."""

    judged: tuple[Judged, ...]
    strangers: int = 0
    in_fence: bool = False
    named_other: bool = False  # the server says that another model answered
    thought_aloud: bool = False
    tokens_in: int = 0
    tokens_out: int = 0


def read_answer(reply: Reply, texts: Sequence[str], codes: Sequence[str], model: str = "") -> Answers:
    """Judge one answer on some segments, asked of a model of this name.

    Examples
    --------
    >>> said = '{"segments": [{"segment": 1, "codes": [{"code": "rush", "quote": "no time"}]}]}'
    >>> read_answer(Reply(said, "stop"), ["There is no time."], ["rush"]).judged[0].given
    (Given(code=0, start=9, end=16),)
    """
    told, thought = _without_thoughts(reply.text)
    rest = (is_other(reply.model, model), thought, reply.tokens_in, reply.tokens_out)
    if reply.refused or reply.finish == "length":
        return Answers((Judged("refused" if reply.refused else "cut off"),) * len(texts), 0, False, *rest)
    fenced = _FENCE.fullmatch(told)
    entries = _entries(fenced[1] if fenced else told)
    if entries is None:
        return Answers((Judged("not JSON"),) * len(texts), 0, False, *rest)
    found: dict[int, list[Any]] = {}
    strangers = 0
    for entry in entries:
        number = entry.get("segment") if isinstance(entry, dict) else None
        if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= len(texts):
            found.setdefault(number, []).extend(_list(entry.get("codes")))
        else:
            strangers += 1
    place = {code: at for at, code in enumerate(codes)}
    judged = tuple(
        _judge(found[number], text, place) if number in found else Judged("missing")
        for number, text in enumerate(texts, 1)
    )
    return Answers(judged, strangers, fenced is not None, *rest)


def _without_thoughts(text: str) -> tuple[str, bool]:
    """Leave out what a model thought before it answered, where the server did not; a server may leave out its start."""
    thoughts, mark, told = text.partition("</think>")
    return (told, True) if mark and not thoughts.lstrip().startswith("{") else (text, False)


def last_part(name: str) -> str:
    """Give a model's name without what stands before it: some servers tell the place of its file on their computer.

    Examples
    --------
    >>> last_part("/home/somebody/small.gguf"), last_part("maker/small")
    ('small.gguf', 'small')
    """
    return re.split(r"[/\\]", name)[-1]


def is_other(told: str, asked: str) -> bool:
    """Whether a server names another model than it was asked for; silence is none, and one name may say more.

    Examples
    --------
    >>> is_other("small-2026-01", "small"), is_other("models/small.gguf", "small"), is_other("small/large", "small")
    (False, False, True)
    """
    one, other = last_part(told).casefold(), last_part(asked).casefold()
    return bool(one and other) and one not in other and other not in one


def _entries(text: str) -> list[Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    entries = found.get("segments") if isinstance(found, dict) else None
    return entries if isinstance(entries, list) else None


def _list(value: Any) -> list[Any]:
    """Codes of an entry; anything but a list counts as one code that does not exist."""
    return value[:MOST_GIVEN] if isinstance(value, list) else [value]


def _judge(codes: list[Any], text: str, place: Mapping[str, int]) -> Judged:
    given: dict[int, Given] = {}
    unknown = unquoted = repeated = 0
    for each in codes:
        name, quote = (each.get("code"), each.get("quote")) if isinstance(each, dict) else (None, None)
        at = place.get(name) if isinstance(name, str) else None
        where = find_quote(quote, text) if isinstance(quote, str) else None
        if at is None:
            unknown += 1
        elif where is None:
            unquoted += 1
        elif at in given:
            repeated += 1
        else:
            given[at] = Given(at, *where)
    outcome: Outcome = "coded" if given else "nothing valid" if codes else "no code"
    return Judged(outcome, tuple(given[at] for at in sorted(given)), unknown, unquoted, repeated)


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Find where a quote stands in a text, as whole words; spaces between words and forms of quotation marks are one.

    Examples
    --------
    >>> find_quote("don't  wait", "We don’t wait."), find_quote("wait", "We waited."), find_quote("", "We wait.")
    ((3, 13), None, None)
    """
    words = quote.split()
    if not re.search(r"\w", quote) or len(quote) > len(text) + 2 * len(words):
        return None
    pattern = r"\s+".join("".join(_QUOTES.get(sign, re.escape(sign)) for sign in word) for word in words)
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text)
    return found.span() if found is not None else None


def to_kept(answers: Answers) -> dict[str, Any]:
    """Turn answers into plain numbers, as they are kept: there is no word of anybody in them."""
    rows = [[OUTCOMES.index(j.outcome), [list(g) for g in j.given], j.unknown, j.unquoted, j.repeated]
            for j in answers.judged]  # fmt: skip
    return {"judged": rows, "rest": [int(value) for value in answers[1:]]}


def from_kept(kept: Any, texts: Sequence[str], n_codes: int) -> Answers | None:
    """Read what was kept; None where it does not fit these segments and codes."""
    try:
        judged = tuple(
            Judged(OUTCOMES[number], tuple(Given(*each) for each in given), *faults)
            for number, given, *faults in kept["judged"]
        )
        strangers, fenced, other, thought, *tokens = kept["rest"]
        found = Answers(judged, strangers, bool(fenced), bool(other), bool(thought), *tokens)
    except (ValueError, LookupError, TypeError):
        return None
    fits = len(judged) == len(texts) and all(
        (j.outcome == "coded") == bool(j.given) and _are_counts(*j[2:], *(n for each in j.given for n in each))
        and all(each.code < n_codes and each.start < each.end <= len(text) for each in j.given)
        and len({each.code for each in j.given}) == len(j.given)
        for j, text in zip(judged, texts, strict=True)
    )  # fmt: skip
    return found if fits and len(tokens) == 2 and _are_counts(strangers, *tokens) else None


def _are_counts(*values: Any) -> bool:
    return all(isinstance(value, int) and value >= 0 for value in values)

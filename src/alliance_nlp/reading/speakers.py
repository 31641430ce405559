"""Who speaks: the cast of a transcript, each with one spelling, a role, and the visible rule that gives it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, cast

from alliance_nlp.errors import InputError, choice_error
from alliance_nlp.reading.aliases import introduced
from alliance_nlp.reading.names import NOBODY, bare_name, joint_parts
from alliance_nlp.reading.role_words import LETTER_PAIRS, Told, told_by
from alliance_nlp.records import (
    ROLES,
    FileRead,
    FoundSpeaker,
    ReadReport,
    Role,
    SamePeople,
    Transcript,
    Turn,
    fold,
    moderates,
)

_ASKS = re.compile(r"[?？؟\u037e](?:[\s\W]|$)")
_WHY = {3: "the word in the label says so", 2: "I and a number, and nobody is called interviewer",
        1: "a single letter, and no other label tells a moderator"}  # fmt: skip
_ANSWERS = "numbered letters that never ask, beside somebody who does"
_NOTHING = "nothing tells it"
_RENDERS = "says again what others said: say the role in roles={...}"
_LETTERS = "of two letters, such as those for question and answer, this one {}"


def role_of(name: str) -> Role | None:
    """Role that a name alone tells; None when it tells none.

    Parameters
    ----------
    name : str
        Speaker as written: "Interviewer 2", "I", "Co-moderator", "P3", "FG1-P3", "Ordstyrer", "Enquêtrice".

    Returns
    -------
    {"moderator", "co-moderator", "participant"} or None
        "M1" and "F2" tell nothing: they number male and female voices as often as moderators. In a transcript a single
        letter counts only where no other label tells a moderator.

    Examples
    --------
    >>> [role_of(name) for name in ("Interviewer 2", "co-moderator", "P3", "Deltaker 1", "Anna")]
    ['moderator', 'co-moderator', 'participant', 'participant', None]
    """
    told = told_by(name)
    return told.role if told is not None else None


class Voice(NamedTuple):
    """Somebody who speaks in one transcript: how they are called, their role, and what tells it."""

    name: str | None  # None for several people at once
    role: Role | None
    why: str
    guessed: bool = False


class Asked(NamedTuple):
    """How many turns somebody has, and how many of them ask something."""

    turns: int
    questions: int

    @property
    def share(self) -> float:
        """Part of the turns that ask."""
        return self.questions / self.turns if self.turns else 0.0


def asked_by(said: Iterable[tuple[str | None, str]]) -> dict[str, Asked]:
    """Count by folded name who asks, of names and words."""
    turns: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    for name, words in said:
        if name is not None:
            turns[fold(name)] += 1
            questions[fold(name)] += _ASKS.search(words) is not None
    return {name: Asked(n, questions[name]) for name, n in turns.items()}


def cast_of(
    names: Iterable[str | None], given: Mapping[str, Role | None], *, rest: Role | None = None,
    legend: Mapping[str, Role | None] | None = None, asked: Mapping[str, Asked] | None = None,
) -> dict[str, Voice]:  # fmt: skip
    """Give everybody who speaks in one transcript a spelling, the first one, and a role; by the folded name.

    The role is the caller's word, what a legend says, what the name tells, or, where somebody is the moderator,
    participant.

    Examples
    --------
    >>> voices = cast_of(["Moderator", "anna", None, "Anna:"], {})
    >>> [(key, voice.name, voice.role) for key, voice in voices.items()]
    [('moderator', 'Moderator', 'moderator'), ('anna', 'anna', 'participant')]
    """
    spelled: dict[str, str] = {}
    for name in names:
        if name is not None and fold(name) and fold(name) not in NOBODY:
            spelled.setdefault(fold(name), " ".join(name.split()))
    given = {fold(name): role for name, role in given.items()}
    same = _joined(spelled, given)
    own = {folded: name for folded, name in spelled.items() if same[folded] == folded}
    several = {f: parts for f, name in own.items() if f not in given and (parts := _several(name, own))}
    alone = {folded: name for folded, name in own.items() if folded not in several}
    voices = _with_roles(alone, given, rest, legend or {}, asked or {})
    for folded, parts in several.items():
        roles = {voices[part].role for part in parts}
        voices[folded] = Voice(None, roles.pop() if len(roles) == 1 else None, "several people at once", True)
    return {folded: voices[same[folded]] for folded in spelled}


def _joined(spelled: Mapping[str, str], given: Mapping[str, Role | None]) -> dict[str, str]:
    """Under which folded name each goes: "P 1" is "P1" where the numbers are the same and the caller has not both."""
    first: dict[tuple[str, ...], str] = {}
    same: dict[str, str] = {}
    for folded in sorted(spelled, key=lambda name: name not in given):
        key = ("".join(folded.split()), *re.findall(r"\d+", folded))
        same[folded] = folded if folded in given else first.get(key, folded)
        first.setdefault(key, folded)
    for short, full in introduced({f: name for f, name in spelled.items() if same[f] == f and f not in given}).items():
        same = {one: full if of == short else of for one, of in same.items()}
    return same


def _several(name: str, own: Mapping[str, str]) -> list[str]:
    """Folded names of those who speak together under a label such as "Anna and Per"; empty for one person."""
    parts = [fold(part) for part in joint_parts(name)]
    return parts if len(parts) > 1 and all(part in own for part in parts) else []


def _with_roles(
    names: Mapping[str, str], given: Mapping[str, Role | None], rest: Role | None, legend: Mapping[str, Role | None],
    asked: Mapping[str, Asked],
) -> dict[str, Voice]:  # fmt: skip
    told = {f: told_by(name) for f, name in names.items() if f not in given and f not in legend}
    moderated = [*(given.get(f) for f in names), *(legend.get(f) for f in names if f not in given)]
    ranks = [one.rank for one in told.values() if one is not None and moderates(one.role)]
    best = max([4 * any(map(moderates, moderated)), *ranks])
    asking = _who_asks([f for f, one in told.items() if one is not None and one.rank == best], told, best, asked)
    answering = {f for f, one in told.items() if best == 2 and not asking and one is not None and one.rank == 2}
    pair = {} if best else _by_letters(names, asked)
    voices: dict[str, Voice] = {}
    for folded, name in names.items():
        one = told.get(folded)
        if folded in pair and folded not in given and folded not in legend:
            voices[folded] = Voice(name, *pair[folded], True)
        elif folded in given:
            voices[folded] = Voice(name, given[folded], "the caller or the study says so")
        elif folded in legend:
            voices[folded] = Voice(name, legend[folded], "the legend above the talk says so")
        elif folded in answering:
            voices[folded] = Voice(name, "participant", _ANSWERS, True)
        elif one is not None and (not moderates(one.role) or one.rank == 3 or folded in asking):
            voices[folded] = Voice(name, one.role, _WHY[one.rank], one.rank < 3)
        else:
            voices[folded] = Voice(name, None, _NOTHING)
    if not any(moderates(voice.role) for voice in voices.values()) and (asks := _only_asks(voices, asked, answering)):
        voices[asks] = Voice(voices[asks].name, "moderator", "asks, and whoever answers is called so", True)
    if any(moderates(voice.role) for voice in voices.values()):
        rest, why = "participant", "somebody else is the moderator"
    else:
        why = "the column holds participants"
    if rest is None:
        return voices
    renders = {f for f, one in told.items() if one is not None and one.role is None}
    if not any(not moderates(voice.role) for f, voice in voices.items() if f not in renders):
        renders = set()  # interpreters are whom this study asks
    return {
        f: Voice(voice.name, None, _RENDERS, True) if f in renders
        else voice if voice.role is not None or f in given else Voice(voice.name, rest, why, True)
        for f, voice in voices.items()
    }  # fmt: skip


def _only_asks(voices: Mapping[str, Voice], asked: Mapping[str, Asked], answering: Collection[str]) -> str | None:
    """Give the one voice without a role that asks in most turns, where words call all others participants."""
    unknown = [f for f, voice in voices.items() if voice.role is None and voice.why == _NOTHING]
    others = [f for f, voice in voices.items() if f not in unknown]
    sure = [f for f in others if voices[f].role == "participant" and (not voices[f].guessed or f in answering)]
    if len(unknown) != 1 or not others or len(sure) < len(others):
        return None
    one = asked.get(unknown[0], Asked(0, 0))
    answer = max((asked[f].share for f in others if f in asked), default=0.0)
    return unknown[0] if one.turns > 1 and one.share >= 0.6 and answer <= 0.2 else None


def _by_letters(names: Mapping[str, str], asked: Mapping[str, Asked]) -> dict[str, tuple[Role, str]]:
    """Roles of two letters that stand for question and answer in some language, where the turns of one ask."""
    if len(names) != 2 or any(f not in asked for f in names):
        return {}
    asks, answers = sorted(names, key=lambda f: -asked[f].share)
    if (asks, answers) not in LETTER_PAIRS or asked[asks].share < 0.5 or asked[asks].share < 2 * asked[answers].share:
        return {}
    return {asks: ("moderator", _LETTERS.format("asks")), answers: ("participant", _LETTERS.format("answers"))}


def _who_asks(found: Sequence[str], told: Mapping[str, Told | None], best: int, asked: Mapping[str, Asked]) -> set[str]:
    """Of labels that tell a moderator by a letter, those who are believed: only where no word tells one.

    Of several letters the one whose turns ask; of one letter none whose turns never ask beside somebody whose turns do.
    """
    if best not in (1, 2):
        return set()
    share = {name: asked[name].share if name in asked else 0.0 for name in told}
    order = sorted(found, key=lambda name: (-round(share[name], 1), "imq".index(name[0])))
    others = max((share[name] for name in told if name not in found), default=0.0)
    if best == 2:  # I1 and I2 may be informants of somebody who asks
        return set() if others >= 0.6 and max(share[name] for name in found) <= 0.2 else set(found)
    return set(order[:1]) if share[order[0]] >= 0.15 or others < 0.4 else set()


@dataclass(frozen=True, slots=True)
class Said:
    """What one voice said: its name as written, the words, the times, and a role where more than the name tells it."""

    name: str | None
    words: str
    begin_s: float | None = None
    end_s: float | None = None
    role: Role | None = None


def transcript_of(
    said: Sequence[Said], name: str, source: str | None, roles: Mapping[str, Role | None], *, rest: Role | None = None,
    taken_off: Sequence[str] = (),
) -> Transcript:  # fmt: skip
    """Build the text of a transcript out of what was said: one turn a line, blanks kept, nothing parsed."""
    said = [replace(one, name=bare_name(one.name)) if one.name else one for one in said]
    voices = cast_of(
        (one.name for one in said), roles, rest=rest, asked=asked_by((one.name, one.words) for one in said)
    )
    turns, at = [], 0
    for one in said:
        voice = voices.get(fold(one.name or ""))
        speaker, role = (voice.name, voice.role) if voice is not None else (None, one.role)
        turns.append(Turn(at, at + len(one.words), speaker, role, one.begin_s, one.end_s))
        at += len(one.words) + 1
    text = "\n".join(one.words for one in said)
    return Transcript(
        name, text, tuple(turns), source=source, report=report_of(name, turns, voices.values(), taken_off)
    )


def report_of(name: str, turns: Sequence[Turn], voices: Iterable[Voice], taken_off: Iterable[str] = ()) -> ReadReport:
    """Report who was found in a transcript; what was left out and guessed joins it when its file has been read."""
    spoken = Counter(turn.speaker for turn in turns)
    found = {voice.name: voice for voice in voices if voice.name is not None}
    speakers = tuple(
        FoundSpeaker(name, voice.role, spoken[name], voice.why, voice.guessed) for name, voice in found.items()
    )
    timed = sum(turn.begin_s is not None or turn.end_s is not None for turn in turns)
    return ReadReport((FileRead(name, len(turns), timed, spoken[None], speakers, (), tuple(taken_off)),))


def check_roles(roles: Mapping[str, str | None] | None) -> dict[str, Role | None]:
    """Roles that the caller gave, checked."""
    for name, role in (roles or {}).items():
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"roles must give a role per speaker's name. Got {type(name).__name__} as a name.")
        if role is not None and role not in ROLES:
            raise choice_error(f"roles[{name!r}]", ROLES, role)
    return {name: cast(Role | None, role) for name, role in (roles or {}).items()}


def check_speakers(speakers: Sequence[str] | None) -> tuple[str, ...]:
    """Names that the caller gave, checked."""
    if isinstance(speakers, str) or not all(isinstance(name, str) and name.strip() for name in speakers or ()):
        raise InputError("speakers must be a list of names as they stand in the files, such as ['Berg, Anna', '204'].")
    return tuple(speakers or ())


def check_same_people(said: object, transcripts: Sequence[Transcript]) -> SamePeople:
    """Give what study.toml or the caller says of labels that recur, checked: a label that stands nowhere is a slip."""
    if said is None or isinstance(said, bool):
        return said
    if isinstance(said, str) or not isinstance(said, Iterable):
        raise InputError(f"same_people must be true, false, or a list of labels. Got {said!r} instead.")
    labels, spoken = tuple(map(str, said)), list(dict.fromkeys(name for t in transcripts for name in t.speakers))
    for label in labels:
        if fold(label) not in set(map(fold, spoken)):
            raise choice_error("a label in same_people", spoken or ("(nobody is named)",), label)
    return labels

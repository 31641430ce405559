"""Who speaks: names as they stand in transcripts, and the visible rule that gives them a role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from alliance_nlp.errors import InputError, choice_error
from alliance_nlp.records import ROLES, Role, SamePeople, Transcript, Turn, fold

# Words before a colon that are no people: headings and remarks of transcribers.
NO_NAMES = frozenset({
    "note", "notes", "nb", "ps", "e.g", "example", "figure", "table", "http", "https", "www", "date", "time", "place",
    "location", "title", "duration", "length", "subject", "topic", "question", "answer", "warning", "interview",
    "session", "transcript", "file", "recording", "participants", "present", "absent", "transcribed", "transcriber",
    "language", "project", "study", "page",
})  # fmt: skip
_MARKS = frozenset({
    "inaudible", "unclear", "unintelligible", "laughter", "laughs", "laughing", "laugh", "pause", "silence",
    "crosstalk", "cough", "coughs", "music", "applause", "sigh", "sighs", "sic", "recording", "beep", "noise",
    "crying", "whispers", "overlap", "overlapping", "foreign", "redacted", "name", "clinic", "town", "place",
})  # fmt: skip
NOBODY = frozenset({
    "all", "everyone", "everybody", "several", "many", "multiple", "group", "various", "unknown", "unidentified",
    "crosstalk", "?", "??", "multiple speakers", "several speakers", "all speakers", "unknown speaker",
    "unidentified speaker", "several voices", "multiple voices",
})  # fmt: skip

_CO = re.compile(
    r"(?:co|assistant|second|2nd)[ _-]*(?:moderator|facilitator|interviewer)(?:in)?|observer|note[ -]?taker"
)
_MODERATOR = re.compile(
    r"moderator(?:in)?|moderador[a]?|mod|interviewer(?:in)?|entrevistador[a]?|intervieweur|int|iv|i|m|q|"
    r"facilitator|fac|researcher"
)
_PARTICIPANT = re.compile(
    r"(?:p|pt|pp|part|participants?|participante|teilnehmer(?:in)?|befragter?|respondent|resp|informant|interviewee|"
    r"client|patient|subject|case|id)"
)
_NUMBERED_ONLY = re.compile(r"(?:p|pt|pp|id|case|b|r|s|tn|fp|mp)[ _.#-]*\d+[a-z]?")
_VOICE = re.compile(r"(?:speaker|spk|voice|person|male|female|man|woman|[a-z]{1,2})[ _.#-]*\d+[a-z]?")
_NUMBER = re.compile(r"[ _.#-]*\(?\d+[a-z]?\)?$")


def role_of(name: str) -> Role | None:
    """Role that a name alone tells; None when it tells none.

    Parameters
    ----------
    name : str
        Speaker as written: "Interviewer 2", "I", "Co-moderator", "P3", "FG1-P3", "Participant 4".

    Returns
    -------
    {"moderator", "co-moderator", "participant"} or None
        "M1" and "F2" tell nothing: they number male and female voices as often as moderators.

    Examples
    --------
    >>> [role_of(name) for name in ("Interviewer 2", "co-moderator", "P3", "Anna")]
    ['moderator', 'co-moderator', 'participant', None]
    """
    folded = fold(name)
    bare = _NUMBER.sub("", folded)
    numbered = bare != folded
    if _CO.fullmatch(bare):
        return "co-moderator"
    if _MODERATOR.fullmatch(bare) and not (numbered and bare in ("m", "q")):
        return "moderator"
    last = re.split(r"[ _/-]+(?=[a-z]+\d)", folded)[-1]
    if _NUMBERED_ONLY.fullmatch(folded) or _NUMBERED_ONLY.fullmatch(last):
        return "participant"
    return "participant" if _PARTICIPANT.fullmatch(bare) and (numbered or len(bare) > 4) else None


def cast_of(
    names: Iterable[str | None], given: Mapping[str, Role | None], *, rest: Role | None = None
) -> dict[str, tuple[str, Role | None]]:
    """Give everybody who speaks in one transcript a spelling, the first one, and a role; by the folded name.

    The role is the caller's word, what the name tells, or, where somebody is the moderator, participant.

    Examples
    --------
    >>> cast_of(["Moderator", "anna", None, "Anna:"], {})
    {'moderator': ('Moderator', 'moderator'), 'anna': ('anna', 'participant')}
    """
    spelled: dict[str, str] = {}
    for name in names:
        if name is not None and fold(name) and fold(name) not in NOBODY:
            spelled.setdefault(fold(name), " ".join(name.split()))
    told = {fold(name): role for name, role in given.items()}
    roles = {folded: told.get(folded, role_of(name)) for folded, name in spelled.items()}
    if any(role in ("moderator", "co-moderator") for role in roles.values()):
        rest = "participant"
    return {
        folded: (name, roles[folded] if roles[folded] is not None or folded in told else rest)
        for folded, name in spelled.items()
    }


@dataclass(frozen=True, slots=True)
class Said:
    """What one voice said: its name as written, the words, the times, and a role where more than the name tells it."""

    name: str | None
    words: str
    begin_s: float | None = None
    end_s: float | None = None
    role: Role | None = None


def transcript_of(
    said: Sequence[Said], name: str, source: str | None, roles: Mapping[str, Role | None], *, rest: Role | None = None
) -> Transcript:
    """Build the text of a transcript out of what was said: one turn a line, blanks kept, nothing parsed."""
    voices = cast_of((one.name for one in said), roles, rest=rest)
    turns, at = [], 0
    for one in said:
        speaker, role = voices.get(fold(one.name or ""), (None, one.role))
        turns.append(Turn(at, at + len(one.words), speaker, role, one.begin_s, one.end_s))
        at += len(one.words) + 1
    return Transcript(name, "\n".join(one.words for one in said), tuple(turns), source=source)


def check_roles(roles: Mapping[str, str | None] | None) -> dict[str, Role | None]:
    """Roles that the caller gave, checked."""
    for name, role in (roles or {}).items():
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"roles must give a role per speaker's name. Got {type(name).__name__} as a name.")
        if role is not None and role not in ROLES:
            raise choice_error(f"roles[{name!r}]", ROLES, role)
    return {name: cast(Role | None, role) for name, role in (roles or {}).items()}


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


def is_name(words: str) -> bool:
    """Whether words before a colon can be a name: up to four of them, no sentence, no heading."""
    folded = fold(words)
    parts = folded.split()
    if not 1 <= len(parts) <= 4 or len(folded) > 40 or not re.match(r"[^\W\d_]|\?", folded):
        return False
    return not (NO_NAMES & {folded, parts[0]} and role_of(words) is None) and not re.search(
        r"[?!;,]\s|\.{2}|//", folded
    )


def is_label(name: str) -> bool:
    """Whether a name is a label that nobody uses as a word: it tells a role, or numbers a voice."""
    return role_of(name) is not None or _VOICE.fullmatch(fold(name)) is not None


def is_mark(words: str) -> bool:
    """Whether words in brackets at the start of a line can be a name and are not a transcriber's remark."""
    return is_name(words) and not _MARKS & set(fold(words).split())

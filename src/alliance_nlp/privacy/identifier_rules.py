"""Rules that suggest what may tell who somebody is: forms (numbers, dates, addresses), capitals, words around them."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Literal, NamedTuple, get_args

Kind = Literal[
    "name", "place", "workplace", "date", "age", "phone", "e-mail", "number", "rare role", "third person",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

_MONTHS = (
    "jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|s)|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(?:ust)?|sept?(?:ember)?|"
    "o[ck]t(?:ober)?|nov(?:ember)?|de[cs](?:ember)?"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|tjue|tretti|førti|femti|seksti|sytti|åtti|nitti"
_UNITS = "one|two|three|four|five|six|seven|eight|nine|en|to|tre|fire|fem|seks|sju|syv|åtte|ni"
_SPELLED = rf"(?:{_TENS})(?:[- ]?(?:{_UNITS}))?"
_CAPITAL = r"[^\W\d_a-zæøåäöüéèàáâêíóôúçñß][\w'’\-]*"
_I = re.IGNORECASE


class Hint(NamedTuple):
    """Words that may identify somebody: where, of which kind, and why."""

    start: int
    end: int
    kind: Kind
    reason: str


# Forms that need no list; a group named x is what identifies, else all of it.
_FORMS: tuple[tuple[Kind, str, re.Pattern[str]], ...] = (
    ("e-mail", "an e-mail address", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("e-mail", "an e-mail address, spelled", re.compile(
        r"\b[\w.]+(?: (?:dot|punktum) \w+)* (?:at|krøllalfa|alfakrøll) \w+ (?:dot|punktum) "
        r"(?:com|no|org|net|co|uk|edu)\b", _I)),
    ("e-mail", "a name on the web", re.compile(r"(?<![\w@])@\w{3,}|\b(?:https?://|www\.)\S+")),
    ("number", "a national identity number", re.compile(r"\b[0-7]\d[0-1]\d{3}[ ]?\d{5}\b")),
    ("number", "a number of somebody or something", re.compile(
        r"\b(?:(?:patient|case|record|membership|policy|account|employee|student|staff|journal|medlems|ansatt|"
        r"pasient|konto|sak|saks)(?:s|nummer)?[ -]*(?:number|no\.?|nr\.?|id|nummer)?[ :#]*)"
        r"(?P<x>[A-Z]{0,3}[-/]?\d{3,}[\w/-]*)",
        _I)),
    ("phone", "a telephone number", re.compile(r"(?<![\w.,/])(?:\+|00)?\d(?:[ ()/-]{0,2}\d){7,14}(?![\w]|[.,]\d)")),
    ("number", "a post code", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b\d{4} (?=[A-ZÆØÅ][a-zæøå]{2,}\b)")),
    ("number", "a registration plate", re.compile(r"\b[A-Z]{2} ?\d{5}\b|\b[A-Z]{2}\d{2} [A-Z]{3}\b")),
    ("number", "a long number", re.compile(r"(?<![\w.,])\d{5,}(?![\w]|[.,]\d)")),
    ("date", "a date", re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)? (?:{_MONTHS})\b\.?(?:,? \d{{4}})?|"
        rf"\b(?:{_MONTHS})\.? (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?|"
        rf"\b(?:{_MONTHS})\.?,? (?:of )?\d{{4}}\b", _I)),
    ("date", "a date", re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b")),
    ("date", "a year", re.compile(
        r"(?:\b(?:in|since|from|until|year|born|class of|back in|i|siden|fra|året|født)\s+)"
        r"(?P<x>(?:19|20)\d{2})\b(?!\s*(?:%|people|kr))",
        _I)),
    ("age", "an age", re.compile(
        rf"\b(?:\d{{1,3}}|{_SPELLED})(?:[- ]years?[- ]olds?\b| years? of age\b|[- ]?åring(?:en)?\b|"
        rf" år gam(?:mel|le)\b)", _I)),
    ("age", "an age", re.compile(
        rf"\b(?:aged|age of|alder(?:en)? på|i['’]m|i am|i was|(?:she|he)(?:['’]s| is| was)|turned|turning|jeg er|"
        rf"jeg var|"
        rf"(?:hun|han) (?:er|var)|fylte|fyller)\s+(?P<x>\d{{2}}|{_SPELLED})\b"
        rf"(?!\s*(?:%|percent|minutes?|hours?|weeks?|months?|times|prosent|timer|uker))", _I)),
    ("age", "an age", re.compile(
        r"\b(?P<x>\d{2}) år\b|\bin (?:my|his|her) (?:early |mid[- ]|late )?(?:twen|thir|for|fif|six|seven|eigh)ties\b|"
        r"\bi (?:tjue|tretti|førti|femti|seksti|sytti)åra\b", _I)),
)  # fmt: skip


@functools.cache
def lists() -> dict[str, frozenset[str]]:
    """Words that the rules know, by the name of their list; a list with bars holds phrases."""
    text = resources.files("alliance_nlp.privacy").joinpath("word_lists.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)
    return {
        name: frozenset(
            part.strip() for part in (re.split(r"[|\n]", words) if "|" in words else words.split()) if part.strip()
        )
        for name, words in told.items()
    }


def forms_in(text: str) -> Iterator[Hint]:
    """Give what its form gives away: addresses, numbers, dates, ages."""
    for kind, reason, pattern in _FORMS:
        for found in pattern.finditer(text):
            start, end = found.span("x") if found.groupdict().get("x") is not None else found.span()
            yield Hint(start, start + len(text[start:end].rstrip(" .,")), kind, reason)


@functools.cache
def _phrases() -> tuple[tuple[Kind, str, re.Pattern[str]], ...]:
    words = lists()
    relations = "|".join(sorted(words["relations"], key=len, reverse=True))
    roles = "|".join(sorted(words["rare_roles"], key=len, reverse=True))
    return (
        ("rare role", "a role that few people have", re.compile(rf"\b(?:{roles})\b", _I)),
        ("rare role", "said to be the only or first one", re.compile(
            r"\b(?:(?:the only|den eneste) (?:(?:female|male|kvinnelige|mannlige) \w+|wom[ae]n|man|"
            r"kvinnen|mannen|one (?:in|at|on)|"
            r"\w+(?:er|or|ist|ian|wife|nurse|eren|isten|legen|pleieren))\b|the first (?:woman|man|female|male)\b|"
            r"den første (?:kvinn|kvinne)\w*)(?: (?:to|in|at|on|here|there|som|i|på|her)(?: \w+){0,3})?", _I)),
        ("third person", "somebody else is told apart by what is said of them: did they agree?", re.compile(
            rf"\b(?:a|an|one|this|that|another|en|ei|ein|denne|den)(?: \w+)? (?:{relations})"
            rf"(?: of mine| min| mi)?,? (?:who|with|whose|from|som|med|fra)(?: \w+){{1,6}}", _I)),
    )  # fmt: skip


def phrases_in(text: str) -> Iterator[Hint]:
    """Give roles that few people have, and other people of whom something is told."""
    for kind, reason, pattern in _phrases():
        for found in pattern.finditer(text):
            yield Hint(*found.span(), kind, reason)


_NAMES = re.compile(rf"{_CAPITAL}(?: (?:(?:of|the|van|von|de|der|av|og|and|for) )?{_CAPITAL})*")
_JOINING = ("the", "of", "and", "for", "og", "av")
_SENTENCE = re.compile(r"(?:^|[.!?…:\n—–-]|[\"“”«»()\[\]])\s*[\"“”«»'‘’(\[]*$")
_TOLD = re.compile(
    r"\b(?:name is|name['’]s|named|called|calls? (?:me|him|her)|this is|i['’]m|i am|heter|kalles|kalt|"
    r"med navn|dette er)\s+$",
    _I,
)
_WHERE = re.compile(
    r"\b(?:in|at|from|to|near|outside|around|via|live|lives|lived|moved|i|på|fra|til|ved|utenfor|"
    r"bor|bodde|flytta|flyttet)(?: to| in| i| til| på)?\s+$",
    _I,
)


class Small(NamedTuple):
    """Words that transcripts write small: often enough that a capital says nothing about them, and at all."""

    common: frozenset[str]
    ever: frozenset[str]


def names_in(text: str, small: Small) -> Iterator[Hint]:
    """Give words with a capital that sentences do not ask for, and names that lists know, wherever they stand."""
    for found in _NAMES.finditer(text):
        if found.group()[0].isupper():
            yield from _named(text, found.start(), found.group(), small)


def _named(text: str, start: int, words: str, small: Small) -> Iterator[Hint]:
    """Judge one row of words with capitals; at the beginning of a sentence its first word may be there by accident."""
    parts = words.split(" ")
    before = text[max(start - 40, 0) : start]
    opens = not text[:start].strip() or _SENTENCE.search(before) is not None
    while parts and _is_small(parts[0]):
        start, parts, opens = start + len(parts[0]) + 1, parts[1:], False
    new = parts and opens and _bare(parts[0]) not in small.ever and not parts[0].isupper()
    if parts and opens and not _is_listed(parts[0]) and not new:
        start, parts = start + len(parts[0]) + 1, parts[1:]
    while parts and (_is_small(parts[-1]) or _bare(parts[-1]) in _JOINING):
        parts = parts[:-1]
    if parts and not all(_bare(part) in small.common and not _is_listed(part) for part in parts):
        found = " ".join(parts)
        found = re.sub(r"['’]s?$", "", found)
        yield Hint(start, start + len(found), *_kind_of(parts, text[max(start - 40, 0) : start]))


def _kind_of(parts: list[str], before: str) -> tuple[Kind, str]:
    known = lists()
    bare = [_bare(part) for part in parts]
    if len(parts) == 1 and parts[0].isupper():
        return "workplace", "capitals that may stand for a workplace"
    cues = [word.casefold() for word in re.findall(r"\w+", before)]
    if set(bare) & known["workplace_words"]:
        return "workplace", "is called as workplaces are"
    if cues and any(cue in known["work_cues"] for cue in cues[-4:]) and _WHERE.search(before):
        return "workplace", "stands where people say where they work"
    if cues and cues[-1] in known["relations"]:
        return "third person", "the name of somebody else, with who that is: did they agree?"
    if (cues and cues[-1] in known["titles"]) or bare[0] in known["titles"]:
        return "name", "stands behind a title"
    if bare[0] in known["first_names"]:
        return "name", "a first name of the list"
    if _TOLD.search(before):
        return "name", "stands where people say a name"
    if any(part in known["places"] for part in bare):
        return "place", "a place of the list"
    if bare[-1] in known["street_words"] or any(
        bare[-1].endswith(end) for end in known["street_words"] if len(end) > 3
    ):
        return "place", "is called as streets are"
    if len(bare[-1]) > 5 and any(bare[-1].endswith(end) for end in known["place_endings"]):
        return "place", "ends as places do"
    if _WHERE.search(before):
        return "place", "begins with a capital where people say where"
    return "name", "begins with a capital inside a sentence: a name, place or workplace?"


def _bare(word: str) -> str:
    return re.sub(r"['’](?:s|m|ve|ll|d|re|t)?$", "", word).strip("'’-.").casefold()


@functools.cache
def _small() -> frozenset[str]:
    return lists()["no_names"] | {"i"}


def _is_small(part: str) -> bool:
    """Whether a word is written large and names nobody; so are single letters, and words that begin twice."""
    pieces = {_bare(piece) for piece in re.split(r"[-–]+", part)} - {""}
    return len(part) == 1 or all(piece in _small() for piece in pieces) or (len(pieces) == 1 and "-" in part)


def _is_listed(word: str) -> bool:
    known = lists()
    return _bare(word) in known["first_names"] or _bare(word) in known["places"] or _bare(word) in known["titles"]

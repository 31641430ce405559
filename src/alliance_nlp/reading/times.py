"""Times as transcripts write them: clocks with colons or dots, seconds, units in words, times of day, dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

BLANKS = "[ \t\u00a0\u2007\u202f\u200e\u200f]"
# 1:02, 00:01:02, 0:0:5.120, 00:01:02,5, with the number of a picture, 00:01:02:12, and as of videos, 00;01;02;12
COLONS = (
    r"(?:\d{1,3}[:：]\d{1,2}(?:[:：]\d{1,2}(?:[:;]\d{2}(?!\d))?)?(?:[.,]\d{1,3})?|"
    r"\d{2};\d{2};\d{2}(?:;\d{2})?(?!\d))"
)
HASHES = r"\#\d{1,2}:\d{2}:\d{2}(?:[-.,:]\d{1,3})?\#"  # the tenths of f4, QualCoder's thousandths
_DOTS = r"\d{1,2}\.\d{2}\.\d{2}(?:[.,]\d{1,3})?"
_PRIMES = r"(?:\d{1,2}[h°])?\d{1,3}['’′]\d{2}(?:''|’’|′′|[\"”″])"  # 00'03'', also 5'10" of somebody's height
_SHORT_DOTS = r"\d{1,3}\.\d{2}"
_HALF = rf"{BLANKS}?[AaPp]\.?{BLANKS}?[Mm]\b\.?"
_EARLY, _LATE = "오전|午前|上午|凌晨|ÖÖ", "오후|午後|下午|晚上|ÖS"  # halves of a day that stand before the hour
_OF_DAY = (
    rf"(?:\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?{_HALF}|(?:{_EARLY}|{_LATE}){BLANKS}?\d{{1,2}}:\d{{2}}(?::\d{{2}})?)"
)
# Halves of a day that stand behind the hour in languages whose words would mean other things without a day.
_BEFORE_NOON = r"a\.m|ص|ق\.?ظ|π\.?μ\.?|לפנה[״\"']צ|dop\.|de\.|ap\.|fm|SA|пр\.\s?об\.|पूर्वाह्न"
_AFTER_NOON = r"p\.m|م|ب\.?ظ|μ\.?μ\.?|אחה[״\"']צ|odp\.|du\.|ip\.|em|CH|сл\.\s?об\.|अपराह्न"
_WITH_HALF = rf"\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?{BLANKS}?(?:{_BEFORE_NOON}|{_AFTER_NOON})(?![^\W\d_])"
_MONTHS = tuple(map(re.compile, (
    "ja|ene|gen|sty|tam", "fe|fé|lut|hel", "mar(?!r)|mär|mrt|mrz|maa", "ap|av|ab|kwi|huh", "mai|may|maj|mag|mei|tou",
    "jun|juin|giu|cze|kes", "jul|juil|lug|lip|hei", "au|ao|ag|sie|elo", "se|wrz|syy", "oc|ok|ou|ot|paź|lok",
    "nov|lis|marr", "de|dé|di|gru|jou",
)))  # fmt: skip
_SIGN = rf"[\u200e\u200f]?(?:[/-]|\.{BLANKS}?)[\u200e\u200f]?"  # Arabic dates have marks of direction
DATE = (
    rf"(?:\d{{1,4}}{_SIGN}\d{{1,2}}{_SIGN}\d{{2,4}}|\d{{1,2}}\.\d{{1,2}}\.(?=,?[ \u00a0]\d)|"  # or 04.04., no year
    rf"\d{{1,2}}\.?{BLANKS}(?:de{BLANKS})?[^\W\d_]{{3,10}}\.?,?{BLANKS}(?:del?{BLANKS})?\d{{4}}|"
    rf"[^\W\d_]{{3,10}}\.?{BLANKS}\d{{1,2}},{BLANKS}\d{{4}}|"
    rf"\d{{4}}{BLANKS}?[年년]{BLANKS}?\d{{1,2}}{BLANKS}?[月월]{BLANKS}?\d{{1,2}}{BLANKS}?[日일])"
)
# what may stand between a day and its hour
_AT = rf"(?:(?:klo|kl|um|at|alle|ore|à|om|o|a{BLANKS}las|às|alas|ob|u|saat){BLANKS}?\.?{BLANKS}+)?"
_HOUR = rf"(?:{_WITH_HALF}|{_OF_DAY}|\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}}(?:[.,]\d{{1,3}})?)?)"
DATED = rf"(?:{DATE}(?:[,،.]?{BLANKS}+{_AT}|T){_HOUR}|{_HOUR}[,،]?{BLANKS}+{DATE})"  # or the hour first
_UNITS = (
    ("h", r"hours?|hrs?|h|stunden?|std|timer?|timmar|timme|heures?|horas?|ore|ora|uur|uren|tuntia?|godzin\w*|godz"),
    ("m", r"minutes?|mins?|m|minuten|minutter|minutt|minuter|minut|minuuttia?|minuut|minutos?|minuti|minuto|minut[ay]"),
    ("s", r"seconds?|secs?|s|sekunden?|sek|sekunder|sekund|secondes?|seconden?|segundos?|second[io]|sekuntia?|"
          r"sekund[ay]"),
)  # fmt: skip
_SPOKEN = "".join(
    rf"(?:(?P<{name}>\d+(?:[.,]\d+)?){BLANKS}?(?:{words})(?![^\W\d_])\.?,?(?:{BLANKS}+(?=\d))?)?"
    for name, words in _UNITS
)
_UNNAMED = re.sub(r"\?P<\w>", "?:", _SPOKEN)
SPOKEN = rf"(?=\d+(?:[.,]\d+)?{BLANKS}?[^\W\d_])(?:{_UNNAMED})(?<![\d\s,])"  # 13m 22s, 0 minutes 3 seconds, 3.5 s
TO = rf"{BLANKS}*(?:-->|->|→|[-–—])+{BLANKS}*"
_PLAIN = rf"{DATED}|{_OF_DAY}|{COLONS}"
_ANY = rf"{_PLAIN}|{_DOTS}|{_SHORT_DOTS}|{_PRIMES}|{SPOKEN}"
# words that stand before a time and say that it is one; what it counts may stand behind it in its brackets
_LEAD = (
    rf"(?:time(?:{BLANKS}?(?:code|stamp))?|tc|tid(?:skode|sstempel)?|zeit(?:marke|stempel)?|temps|tiempo|tempo|tijd|"
    rf"minutter|minut[eon]?|min|kl|klo|hora|heure|ora|godz|czas|aika|時間|时间|시간)(?:{BLANKS}?[.:=])?{BLANKS}*"
)
_OPEN, _CLOSE = r"(?:[\[(<{]{1,2}|[【［（〔])", r"(?:[\])>}]{1,2}|[】］）〕])"
_COUNTED = rf"(?:(?<=[:：]\d\d){BLANKS}*(?:min|minutes?|minuten|minutter|uhr|hrs?|std|h)\.?)?"
BRACKETED = rf"{_OPEN}{BLANKS}*(?:@|[Tt]=|{_LEAD})?(?:{_ANY})(?:{TO}(?:{_ANY}))?{_COUNTED}{BLANKS}*{_CLOSE}|{HASHES}"
_STAMP = re.compile(
    rf"(?P<marked>[*_]{{1,3}})?(?P<lead>@{BLANKS}?|"
    rf"\b[Tt]{BLANKS}?[=:]{BLANKS}?)?(?P<open>{_OPEN}{BLANKS}*)?(?P<word>{_LEAD})?(?P<begin>{_ANY})"
    rf"(?:{TO}(?P<end>{_ANY}))?(?(open){_COUNTED}{BLANKS}*{_CLOSE})(?(marked)[*_]{{1,3}})"
    rf"(?=\s|{BLANKS}|[-–—|:,]{BLANKS}|(?(open)|$)|$)|(?P<hash>{HASHES}|¤<\d{{1,9}}>)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,:-](\d{1,3}))?")
_PICTURE = re.compile(r"(?<=\d:\d\d:\d\d)[:;]\d{2}$")  # how many of them make a second is not written: left out
_DOT_PARTS = re.compile(r"(?:(\d{1,2})\.)?(\d{1,3})\.(\d{2})(?:[.,](\d{1,3}))?")
_PRIME_PARTS = re.compile(r"(?:(\d{1,2})[h°])?(\d{1,3})['’′](\d{2})\D+()")
_SPOKEN_PARTS = re.compile(_SPOKEN, re.IGNORECASE)
_OF_DAY_PARTS = re.compile(
    rf"(\d{{1,2}})[:.](\d{{2}})(?:[:.](\d{{2}})(?:[.,](\d{{1,3}}))?)?(?:{BLANKS}?([^\W\d_]\D*))?"
)
_DATED_PARTS = re.compile(
    rf"(?P<date>{DATE})(?:[,،.]?{BLANKS}+{_AT}|T)(?P<hour>.+)|(?P<first>.+?)[,،]?{BLANKS}+(?P<then>{DATE})",
    re.IGNORECASE,
)
CLOSING = re.compile(rf"{BLANKS}*(?P<time>{HASHES})[ \t]*$")
IN_BRACKETS = re.compile(rf"{BLANKS}*(?P<time>[\[(<{{](?:{COLONS}|{_DOTS}|{_SHORT_DOTS})[\])>}}]|{HASHES})[ \t\r\n]*$")
_AROUND = "[](){}<>【】［］（）〔〕*_ \t\u00a0\u202f\u200e\u200f"
_NO_RECORDING = 4 * 3600.0  # seconds: a recording whose first words come later than this is a time of day
FIRST = re.compile(rf"{HASHES}|{_ANY}", re.IGNORECASE)


class Stamp(NamedTuple):
    """A time at the start of a line: as written, what it stands for, and how sure it is that it is one."""

    end_at: int
    begin: str
    end: str | None
    kind: str  # "sure" | "bare": digits and colons alone, as in "10:30 we met" | "dots": as in "3.50 a piece"


def stamp_at(text: str, at: int, end: int) -> Stamp | None:
    """Find a time that begins at an offset."""
    found = _STAMP.match(text, at, end)
    if found is None:
        return None
    begin = found["begin"] or found["hash"]
    kind = "sure"
    if found["word"] is not None and found["open"] is None:
        if re.fullmatch(rf"{COLONS}|{_DOTS}", begin) is None:
            return None
        kind = "bare"  # "Kl. 10:30 we met" is talk
    elif all(found[sign] is None for sign in ("hash", "open", "lead", "end")):
        if re.fullmatch(rf"{_DOTS}|{_SHORT_DOTS}|{_PRIMES}|{SPOKEN}", begin, re.IGNORECASE):
            kind = "dots"
        elif re.fullmatch(COLONS, begin):
            kind = "bare"
    return Stamp(found.end(), begin, found["end"], kind)


def seconds_of(written: str) -> float | None:
    """Seconds that a time stands for; None when it is no time.

    A time of day counts from midnight, a date from the year 1: `since_first` makes them times of a session.

    Examples
    --------
    >>> seconds_of("1:02"), seconds_of("00:01:02,500"), seconds_of("#00:01:02-3#"), seconds_of("12")
    (62.0, 62.5, 62.3, None)
    >>> seconds_of("00.01.02"), seconds_of("1 minute 2 seconds"), seconds_of("62.5s"), seconds_of("1:00 PM")
    (62.0, 62.0, 62.5, 46800.0)
    """
    if written.startswith("¤"):  # Transana counts milliseconds
        return int(re.sub(r"\D", "", written)) / 1000
    bare = written.strip(_AROUND + "#").replace("：", ":")
    bare = bare.replace(";", ":") if bare.count(";") > 1 else bare
    bare = bare if "#" in written else _PICTURE.sub("", bare)
    if (moment := _moment_of_day(bare, day_first=True)) is not None:
        return moment
    found = _PARTS.fullmatch(bare) or _DOT_PARTS.fullmatch(bare) or _PRIME_PARTS.fullmatch(bare)
    if found is not None:
        hours, minutes, seconds, fraction = found.groups()
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        return whole + int(fraction) / 10 ** len(fraction) if fraction else float(whole)
    if bare and (units := _SPOKEN_PARTS.fullmatch(bare)):
        return sum(float((units[u] or "0").replace(",", ".")) * n for u, n in (("h", 3600), ("m", 60), ("s", 1)))
    return _of_day(bare) if re.search(f"[AaPp]|{_EARLY}|{_LATE}", bare) else None


def _of_day(written: str) -> float | None:
    half = re.match(rf"(?:(?P<early>{_EARLY})|{_LATE}){BLANKS}?", written.strip())
    if half is not None:
        written = f"{written.strip()[half.end() :]} {'am' if half['early'] else 'pm'}"
    found = _OF_DAY_PARTS.fullmatch(written.strip())
    if found is None:
        return None
    hour, minute, second, fraction, of_day = found.groups()
    late = of_day is not None and re.match(rf"[Pp]|(?:{_AFTER_NOON})", of_day) is not None
    hours = int(hour) % 12 + 12 * late if of_day else int(hour)
    return (
        hours * 3600 + int(minute) * 60 + int(second or 0) + (int(fraction) / 10 ** len(fraction) if fraction else 0.0)
    )


def _moment_of_day(written: str, *, day_first: bool) -> float | None:
    """Seconds from the year 1 to an hour of a day; None where either is missing."""
    parts = _DATED_PARTS.fullmatch(written)
    if parts is None:
        return None
    of_day = _of_day(parts["hour"] or parts["first"])
    return None if of_day is None else _day(parts["date"] or parts["then"], day_first=day_first) * 86400 + of_day


def _day(written: str, *, day_first: bool) -> int:
    """Count days; 0 where a date is none."""
    numbers = [int(number) for number in re.findall(r"\d+", written)]
    months = [
        number for number, month in enumerate(_MONTHS, 1) for word in re.findall(r"[^\W\d_]{3,}", written.casefold())
        if month.match(word)
    ]  # fmt: skip
    if months and len(numbers) == 2:
        day, year, month = *numbers, months[-1]
    elif len(numbers) == 3 and numbers[0] > 99:
        year, month, day = numbers
    else:
        day, month = numbers[:2] if day_first else numbers[1::-1]
        year = numbers[2] + 2000 * (numbers[2] < 100) if len(numbers) > 2 else 2000  # none: a leap year has all days
    try:
        return datetime.date(year, month, day).toordinal()
    except ValueError:
        return 0


def of_day(written: str) -> bool:
    """Whether a time is one of a day: it has a date, or AM or PM."""
    return re.fullmatch(rf"{DATED}|{_OF_DAY}", written.strip(_AROUND), re.IGNORECASE) is not None


def are_of_day(written: Sequence[str | None]) -> bool:
    """Whether times are those of a day though they have no date: with hours, and from later than recordings begin."""
    bare = [one.strip(_AROUND + "@") for one in written if one is not None]
    if not bare or not all(re.fullmatch(r"(?:[01]?\d|2[0-3]):\d{2}:\d{2}(?:[.,]\d{1,3})?", one) for one in bare):
        return False
    return (seconds_of(bare[0]) or 0.0) >= _NO_RECORDING


def has_date(written: str) -> bool:
    """Whether a time has a day before it, as chats write."""
    return _DATED_PARTS.fullmatch(written.strip(_AROUND)) is not None


def since_first(written: Sequence[str | None]) -> list[float | None]:
    """Seconds since the first of these times of day, where all of those that are given are such.

    Days are read day first, or month first where only that makes days of all of them and lets them follow one another.

    Examples
    --------
    >>> since_first(["12/03/2024, 14:05", None, "12/03/2024, 14:06"])
    [0.0, None, 60.0]
    >>> since_first(["11:59 PM", "12:01 AM"])
    [0.0, 120.0]
    """
    found: list[list[float | None]] = []
    for day_first in (True, False):
        found.append([None if one is None else _moment(one, day_first=day_first) for one in written])
    found = [_past_midnight(way) for way in found]
    told = [[one for one in way if one is not None] for way in found]
    wrong = [sum(a > b for a, b in pairwise(way)) + sum(one < 86400 for one in way) for way in told]
    best = 1 if wrong[1] < wrong[0] else 0
    first = told[best][0] if told[best] else 0.0
    return [None if one is None or one < first else one - first for one in found[best]]


def _past_midnight(times: Sequence[float | None]) -> list[float | None]:
    """Put times without a date a day on where the clock falls back by more than half of one."""
    on, last = 0.0, None
    found: list[float | None] = []
    for one in times:
        clock = one is not None and one < 86400
        on += 86400 * (clock and last is not None and one is not None and last - one > 43200)
        last = one if clock else last
        found.append(one + on if clock and one is not None else one)
    return found


def _moment(written: str, *, day_first: bool) -> float | None:
    bare = written.strip(_AROUND)
    return _moment_of_day(bare, day_first=day_first) if _DATED_PARTS.fullmatch(bare) else seconds_of(written)

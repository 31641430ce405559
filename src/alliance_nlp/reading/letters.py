"""Which encoding of one byte a letter a text is in, by the letters that it would hold."""

from __future__ import annotations

import re

_WESTERN = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýßœ"
_CENTRAL = "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőűăâîşţ"
_TURKISH, _BALTIC = "çğıöşüâîû", "ąčęėįšųūžāēģīķļņõäöü"
ENCODINGS = {
    "cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS 850", "cp1250": "Windows-1250",
    "iso8859_2": "ISO 8859-2", "cp1254": "Windows-1254", "cp1257": "Windows-1257",
}  # fmt: skip
# Encodings that are tried, the most usual first, with the letters of the languages that are written in them.
_LETTERS = {
    "cp1252": frozenset(_WESTERN + _WESTERN.upper() + "ðþÐÞ"), "mac_roman": frozenset(_WESTERN + _WESTERN.upper()),
    "cp850": frozenset(_WESTERN + _WESTERN.upper()), "cp1250": frozenset(_CENTRAL + _CENTRAL.upper()),
    "iso8859_2": frozenset(_CENTRAL + _CENTRAL.upper()), "cp1254": frozenset(_TURKISH + _TURKISH.upper() + "İ"),
    "cp1257": frozenset(_BALTIC + _BALTIC.upper()),
}  # fmt: skip
# Letters beyond ASCII of one language each: bytes that make letters in two encodings are of the one in which they are
# of
# one language. The first are written in Windows-1252, the others in the encodings that are tried beside it.
_WESTERN_LANGUAGES = tuple(
    map(
        frozenset,
        (
            "àâæçèéêëîïôœùûüÿ",
            "àèéìíîòóùú",
            "áéíñóúü",
            "áâãàçéêíóôõúü",
            "äöüß",
            "æøåéèêóòâôü",
            "åäöéü",
            "áéëïóöüèêç",
            "áðéíóúýþæö",
            "àèéíïòóúüç",
        ),
    )
)
_CENTRAL_LANGUAGES = tuple(
    map(
        frozenset,
        (
            "ąćęłńóśźż",
            "áčďéěíňóřšťúůýž",
            "áäčďéíĺľňóôŕšťúýž",
            "áéíóöőúüű",
            "ăâîşţ",
            "čćđšž",
            "äöüß",
        ),
    )
)
_ELSEWHERE = {
    "cp1250": _CENTRAL_LANGUAGES, "iso8859_2": _CENTRAL_LANGUAGES, "cp1254": (frozenset(_TURKISH),),
    "cp1257": (frozenset("ąčęėįšųūž"), frozenset("āčēģīķļņšūž"), frozenset("äöõüšž")),
}  # fmt: skip
_SIGNS = frozenset("–—‘’“”„…«»‹›€°§·•©®¿¡ºª´\xa0")
_APART = 0.03  # so many of the letters must be of no one language of Windows-1252
_ENOUGH, _CLEAR = 0.7, 0.2  # such a share of the bytes must make sense, and so much more than in Windows-1252
_BESIDE = re.compile(
    r"[A-Za-z]’[a-z]|[A-Za-z][^\W\d_\x00-\x7f]|[^\W\d_\x00-\x7f][A-Za-z]"
)  # a letter in a word that has others
_HIGH = re.compile(r"[^\x00-\x7f]")


def best_encoding(data: bytes) -> str | None:
    """Name the encoding in which the bytes beyond ASCII are letters of words or signs between them; None where none is.

    Windows-1252 is taken unless another one makes clearly more sense; a text that is mostly such bytes is in another
    script, and nothing is taken.
    """
    fits = {name: share for name in _LETTERS if (share := _sense(data, name)) is not None}
    usual = fits.get("cp1252", 0.0)
    best = max(fits, key=lambda name: (fits[name], name == "cp1252"), default=None)
    if best is None or _is_other_script(data):
        return None
    other = next((name for name in _ELSEWHERE if _is_of_one_language(data, name, fits)), None)
    if other is not None:
        return other
    if best != "cp1252" and fits[best] >= _ENOUGH and fits[best] >= usual + _CLEAR:
        return best
    return "cp1252" if "cp1252" in fits else None


def _is_of_one_language(data: bytes, name: str, fits: dict[str, float]) -> bool:
    """Whether the letters are all of one language that is written so, and in Windows-1252 are of none."""
    if fits.get(name, 0.0) < _ENOUGH or "cp1252" not in fits:
        return False
    other = _in_one_language(data.decode(name), _ELSEWHERE[name])
    return other == 1.0 and _in_one_language(data.decode("cp1252"), _WESTERN_LANGUAGES) <= 1 - _APART


def _in_one_language(text: str, languages: tuple[frozenset[str], ...]) -> float:
    """Part of the letters beyond ASCII that the best of some languages has."""
    letters = [sign.lower()[0] for sign in text if ord(sign) > 0x7F and sign.isalpha()]
    letters = [sign for sign in letters if ord(sign) > 0x7F]  # "İ" is "i" in small
    return max(sum(sign in own for sign in letters) / len(letters) for own in languages) if letters else 0.0


def _is_other_script(data: bytes) -> bool:
    """Whether most letters are beyond ASCII, as no language is that these encodings were made for."""
    high = sum(byte > 0x7F for byte in data)
    latin = sum(byte < 0x80 and chr(byte).isalpha() for byte in data)
    return high > 20 and high > 2 * latin


def _sense(data: bytes, name: str) -> float | None:
    """Part of the bytes beyond ASCII that make sense: letters in words, small after small ones, or signs at edges."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return None
    if name != "cp1252" and not _BESIDE.search(text):
        return 0.0
    found = [_makes_sense(text, at.start(), name) for at in _HIGH.finditer(text)]
    return sum(found) / len(found) if found else None


def _makes_sense(text: str, at: int, name: str) -> bool:
    sign, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if sign in _LETTERS[name]:
        return not (sign.isupper() and before.islower())
    return sign in _SIGNS and not (before.isalpha() and after.isalpha() and sign not in "’‘·")

"""Which languages the words are in, as far as a warning, stop words and near-empty responses need to know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress

from alliance_nlp.errors import warn

ENGLISH_ONLY = frozenset({"all-MiniLM-L6-v2"})
# the commonest English function words, without those that are common words of neighboring languages too
_COMMON = """
    the and that it you to of is was they we have with but not this what are my your there be which from or she he
    because would about if when them then who their had has been do does did don't it's that's i'm were how can could
    will just very really some more than into our her his one get know think like people
"""
COMMON = frozenset(_COMMON.split())
SURELY_ENGLISH = 0.2  # share of these words; English talk has .35 and more, other languages in Latin letters below .05
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
PIECE = 200  # characters that are judged together: a title or a short answer alone shows no language
LEAST_PIECE = 40
MOST_PIECES = 400  # judged, spread evenly over the texts
LEAST_FOREIGN = 0.2
NAMES = {
    "ar": "Arabic", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fi": "Finnish", "fr": "French",
    "hi": "Hindi", "it": "Italian", "ja": "Japanese", "nb": "Norwegian", "nl": "Dutch", "nn": "Norwegian",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "tr": "Turkish",
    "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip


def languages_of(texts: Sequence[str]) -> Counter[str]:
    """Count the languages of texts, by pieces of about 200 characters.

    Short texts are judged together with those that follow, since one alone shows no language: "Java heap dump" is
    English among English titles. What is plainly English by its commonest words is not looked at further; the rest is
    named by py3langid (Lui and Baldwin 2012, P12-3005 of the ACL anthology).

    Parameters
    ----------
    texts : sequence of str
        In the order in which they stand.

    Returns
    -------
    Counter
        ISO 639 code -> pieces in that language; empty for fewer than 40 characters in all.

    Examples
    --------
    >>> dict(languages_of(["It takes a lot of time,", "and they do not have it when you need them."]))
    {'en': 1}
    """
    return Counter(_language_of(piece) for piece in _judged(texts))


def _judged(texts: Sequence[str]) -> list[str]:
    """Pieces that are looked at: no more than `MOST_PIECES`, spread evenly."""
    pieces = list(_pieces(texts))
    return pieces[:: max(1, -(-len(pieces) // MOST_PIECES))]


def _much_looks_foreign(texts: Sequence[str]) -> bool:
    """Whether a fifth of the pieces may be in other languages; where not, nobody has to be asked in which."""
    pieces = _judged(texts)
    return bool(pieces) and sum(not _is_english(piece) for piece in pieces) >= LEAST_FOREIGN * len(pieces)


def _pieces(texts: Sequence[str]) -> Iterator[str]:
    piece: list[str] = []
    length = n_whole = 0
    for text in texts:
        piece.append(text)
        length += len(text)
        if length >= PIECE:
            yield "\n".join(piece)
            piece, length, n_whole = [], 0, n_whole + 1
    if length >= (PIECE // 2 if n_whole else LEAST_PIECE):
        yield "\n".join(piece)


def stop_words_in(texts: Sequence[str]) -> frozenset[str]:
    """Words that carry no content in the languages of texts other than English, from the lists of stop-words.

    A language counts that at least a fifth of the texts are in; one without a list has none.

    Examples
    --------
    >>> "ikke" in stop_words_in(["Det tar lang tid før pasienten stoler på meg, og jeg har ikke tid."])
    True
    """
    if not _much_looks_foreign(texts):
        return frozenset()
    found = languages_of(texts)
    codes = [code for code, n in found.items() if code != "en" and n >= LEAST_FOREIGN * found.total()]
    if not codes:
        return frozenset()
    from stop_words import StopWordError, get_stop_words

    words: set[str] = set()
    for code in codes:
        with suppress(StopWordError):
            words.update(get_stop_words({"no": "nb", "nn": "nb"}.get(code, code)))
    return frozenset(words)


def _is_english(piece: str) -> bool:
    words = _WORD.findall(piece.casefold().replace("’", "'"))
    return sum(word in COMMON for word in words) >= SURELY_ENGLISH * max(len(words), 1)


def _language_of(piece: str) -> str:
    if _is_english(piece):
        return "en"
    import py3langid

    return str(py3langid.classify(piece)[0])


def other_languages_in(texts: Sequence[str]) -> dict[str, float]:
    """Share of the words in each language other than English, by its name, the most first; nothing where it is little.

    Parameters
    ----------
    texts : sequence of str
        Whole transcripts, or segments.

    Returns
    -------
    dict of str to float
        Shares of all words whose language could be told, 0-1; empty where they are too few to matter to an encoder
        that was trained on English.

    Examples
    --------
    >>> other_languages_in(["We talked about it for a long time, and then we went home."])
    {}
    """
    if not _much_looks_foreign(texts):
        return {}
    found = languages_of(texts)
    shares = {NAMES.get(code, code): 0.0 for code, _ in found.most_common() if code != "en"}
    for code, n in found.items():
        if code != "en":
            shares[NAMES.get(code, code)] += n / found.total()
    return shares if found and sum(shares.values()) >= LEAST_FOREIGN else {}


def warn_of_other_languages(texts: Sequence[str], encoder: str) -> None:
    """Warn when an encoder trained on English is given much that is not English."""
    if encoder not in ENGLISH_ONLY:
        return
    if shares := other_languages_in(texts):
        named = ", ".join(f"{name} {share:.0%}" for name, share in list(shares.items())[:3])
        warn(
            f"{sum(shares.values()):.0%} of the words do not look English (they look like {named}), and {encoder} was "
            f"trained on English: its vectors say little about them. Pass encoder='multilingual-e5-small' "
            f"(pip install 'alliance-nlp[multilingual]'; no download, no torch), or another that reads the language."
        )

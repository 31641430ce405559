"""How the library says that something is wrong: three exceptions, one warning, and their wording."""

from __future__ import annotations

import difflib
import importlib
import sys
import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import ModuleType, UnionType
from typing import TypeVar

Found = TypeVar("Found")


class AllianceError(Exception):
    """Base of every exception that the library raises on purpose."""


class InputError(AllianceError, ValueError):
    """Say that something the caller gave (a value, a file) is not what the library can use.

    Notes
    -----
    The message says what was expected, what came, where, and what to do. It carries ids, rows and counts, never
    the words of a transcript.
    """


class AlignmentError(InputError):
    """Say that two things that must belong to the same segments do not."""


class MissingExtraError(AllianceError, ImportError):
    """Say that a package of an optional extra is not installed, with the line that installs it."""


class AllianceWarning(UserWarning):
    """Warn of a doubtful result, with the numbers that make it doubtful."""


class Told(str):
    """A sentence that carries what it says: which one it is, and what it names; so that others can word it anew.

    Examples
    --------
    >>> sentence = Told("code 'fear' is not in the codebook", "unknown_code", code="fear")
    >>> sentence, sentence.kind, sentence.facts
    ("code 'fear' is not in the codebook", 'unknown_code', {'code': 'fear'})
    """

    kind: str
    facts: Mapping[str, object]

    def __new__(cls, sentence: str, kind: str = "", /, **facts: object) -> Told:
        """Take a sentence, its kind and its facts."""
        told = super().__new__(cls, sentence)
        told.kind, told.facts = kind, facts
        return told


def around(sentence: str, before: str = "", behind: str = "", **facts: object) -> str:
    """Put words before and behind a sentence; what it says stays with it, and more facts may join.

    Examples
    --------
    >>> sentence = around(Told("the turn is none", "turn", got=9), "row 3: ")
    >>> sentence, sentence.kind
    ('row 3: the turn is none', 'turn')
    """
    words = f"{before}{sentence}{behind}"
    return Told(words, sentence.kind, **{**sentence.facts, **facts}) if isinstance(sentence, Told) else words


def warn(message: str) -> None:
    """Warn of a doubtful result at the line outside the library that asked for it, however deep the doubt arose."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).split(".")[0] == "alliance_nlp":
        frame, level = frame.f_back, level + 1
    warnings.warn(message, AllianceWarning, stacklevel=level)


def choice_error(name: str, allowed: Collection[str], got: object) -> InputError:
    """Word the error for a parameter that must be one of a few strings.

    Examples
    --------
    >>> print(choice_error("unit", ("turn", "sentence"), "turns"))
    unit must be 'turn' or 'sentence'. Got 'turns' instead. Did you mean 'turn'?
    """
    choices = listed([repr(value) for value in allowed], "or")
    return InputError(f"{name} must be {choices}. Got {got!r} instead. {did_you_mean(str(got), allowed)}".rstrip())


def listed(names: Sequence[str], word: str) -> str:
    """Write names in a row, with a word before the last.

    Examples
    --------
    >>> listed(["code", "essence", "theme"], "or"), listed(["code"], "or")
    ('code, essence or theme', 'code')
    """
    return f" {word} ".join([", ".join(names[:-1]), *names[-1:]] if len(names) > 1 else names)


def did_you_mean(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Ask for the nearest of the names that are known; empty when none is near (`difflib`'s ratio below the cutoff).

    Examples
    --------
    >>> did_you_mean("turns", ("turn", "sentence")), did_you_mean("x", ())
    ("Did you mean 'turn'?", '')
    """
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return f"Did you mean {near[0]!r}?" if near else ""


def check_choice(name: str, allowed: Collection[str], got: object) -> None:
    """Refuse a parameter that is none of the few strings that it may be.

    Examples
    --------
    >>> check_choice("unit", ("turn", "sentence"), "turn")
    """
    if got not in allowed:
        raise choice_error(name, allowed, got)


def check_type(must: str, kind: type | UnionType, got: object, advice: str = "") -> None:
    """Refuse a value of another type with the sentence that says what it must be.

    Examples
    --------
    >>> check_type("n must be a whole number", int, 3)
    """
    if not isinstance(got, kind):
        raise InputError(f"{must}. Got {type(got).__name__}. {advice}".rstrip())


def present(value: Found | None, what: str, needed_for: str, advice: str) -> Found:
    """Give a part that a study may lack, or say that it lacks it.

    Examples
    --------
    >>> present(None, "coding", "compare()", "Read one.")
    Traceback (most recent call last):
    alliance_nlp.errors.InputError: compare() needs a coding. Got None, as a study without one has. Read one.
    """
    if value is None:
        raise InputError(f"{needed_for} needs a {what}. Got None, as a study without one has. {advice}")
    return value


def problems_error(source: str, problems: Sequence[str], advice: str = "") -> InputError:
    """Word one error for all problems of a file, each with its row or line.

    Examples
    --------
    >>> print(problems_error("codebook.csv", ["row 9: code 'Waiting' has no definition"]))
    codebook.csv has 1 problem:
      row 9: code 'Waiting' has no definition
    """
    lines = [f"{source} has {counted(len(problems), 'problem')}:", *(f"  {problem}" for problem in problems)]
    return InputError("\n".join([*lines, advice] if advice else lines))


def counted(n: int, noun: str, several: str | None = None) -> str:
    """Write a number with its noun.

    Parameters
    ----------
    n : int
        How many.
    noun : str
        What one of them is called.
    several : str, optional
        What several of them are called, where that is not the noun with an s.

    Examples
    --------
    >>> counted(1, "cluster"), counted(0, "cluster"), counted(3, "person", "people")
    ('1 cluster', '0 clusters', '3 people')
    """
    return f"{n} {noun if n == 1 else several or f'{noun}s'}"


def import_extra(module: str, extra: str | None, needed_for: str) -> ModuleType:
    """Import a module of an optional extra (None: of a package that no extra holds), or say which line installs it.

    Raises
    ------
    MissingExtraError
        When the package itself is absent. When the package is there and something inside it fails to import, that
        error goes through as it is.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as err:
        if err.name is None or err.name.split(".")[0] != module.split(".", maxsplit=1)[0]:
            raise
        package = module.split(".", maxsplit=1)[0]
        raise MissingExtraError(
            f"{needed_for} needs the package {package!r}, which is not installed. "
            f"Install it with: pip install {package if extra is None else repr(f'alliance-nlp[{extra}]')}"
        ) from err

"""What the fields of a record may hold: read off their annotations, checked, and closed against changes."""

from __future__ import annotations

import datetime
import functools
import math
import types
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, Union, get_args, get_origin, get_type_hints

import numpy as np

from alliance_nlp.errors import AlignmentError, InputError, choice_error
from alliance_nlp.numeric import Floats, frozen_array

Take = Callable[[Any, str], Any]


# --- what cannot be changed ------------------------------------------------------------------------------------------


def _refuse_change(*_: object, **__: object) -> NoReturn:
    raise TypeError("What a record holds cannot be changed. Make a new record with dataclasses.replace().")


class FrozenDict(dict[Any, Any]):
    """A dict that refuses every change, and is still pickled, copied, printed and compared as a dict.

    Examples
    --------
    >>> settings = FrozenDict({"seed": 0})
    >>> settings["seed"], settings == {"seed": 0}, settings | {"seed": 1}
    (0, True, {'seed': 1})
    >>> settings["seed"] = 1
    Traceback (most recent call last):
    TypeError: What a record holds cannot be changed. Make a new record with dataclasses.replace().
    """

    __slots__ = ()
    __setitem__ = __delitem__ = __ior__ = _refuse_change
    clear = pop = popitem = setdefault = update = _refuse_change

    def __reduce__(self) -> tuple[Any, ...]:
        return freeze, (dict(self),)


class FrozenList(list[Any]):
    """A list that refuses every change, as `FrozenDict` does: what stands in settings keeps its type."""

    __slots__ = ()
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse_change
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse_change

    def __reduce__(self) -> tuple[Any, ...]:
        return freeze, (list(self),)


_PLAIN: frozenset[type] = frozenset({str, int, float, bool, type(None), datetime.date})


def freeze(value: Any) -> Any:
    """Give a value that cannot be changed: sets, lists, dicts and arrays read-only, and what is inside them.

    Examples
    --------
    >>> freeze({"sizes": [2, 5]})["sizes"].append(9)
    Traceback (most recent call last):
    TypeError: What a record holds cannot be changed. Make a new record with dataclasses.replace().
    """
    if type(value) in _PLAIN or isinstance(value, FrozenDict | FrozenList):
        return value
    if isinstance(value, Mapping):
        return FrozenDict({key: freeze(inside) for key, inside in value.items()})
    if type(value) in (list, tuple):
        return (FrozenList if type(value) is list else tuple)(map(freeze, value))
    if isinstance(value, set):
        return frozenset(value)
    return frozen_array(value, value.dtype) if isinstance(value, np.ndarray) else value


# --- what is true ----------------------------------------------------------------------------------------------------


class Checked:
    """Base of records and of the rows inside them: what is made holds what its annotations say, and is true."""

    __slots__ = ()

    def __post_init__(self) -> None:
        kind: Any = type(self)
        for name, where, exact, take in fields_of(kind):
            value = getattr(self, name)
            if type(value) not in exact:
                object.__setattr__(self, name, take(value, where))
        self._check()

    def _check(self) -> None:
        """Refuse what each field alone allows and all of them together do not."""


class FieldError(InputError):
    """Say that a field holds something else than its annotation says."""


def refuse_twice(where: str, names: Iterable[Hashable]) -> None:
    """Refuse names of which one is given more than once.

    Raises
    ------
    InputError
        When there is one.
    """
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        raise InputError(f"{where} must not repeat a name. Given more than once: {twice[0]!r}.")


def refuse_disorder(where: str, numbers: Sequence[int]) -> None:
    """Refuse clusters that do not stand at the place of their number, where they are looked up by it.

    Raises
    ------
    InputError
        When one does not.
    """
    if list(numbers) != list(range(len(numbers))):
        raise InputError(f"{where} must be in the order of the clusters, from 0 without a gap. Got {list(numbers)}.")


def refuse_shape(where: str, array: np.ndarray[Any, Any], shape: tuple[int, ...], of: str) -> None:
    """Refuse an array that has not one number for each of something.

    Raises
    ------
    AlignmentError
        When its shape is another one.
    """
    if array.shape != shape:
        raise AlignmentError(f"{where} must have the shape {shape}, of {of}. Got shape {array.shape}.")


def shown_number(number: int | float) -> str:
    """Write a number for an error; of one with more digits than anybody reads, that it has."""
    huge = isinstance(number, int) and not -(10**18) < number < 10**18
    return "a whole number of more than 18 digits" if huge else repr(number)


class Limit(NamedTuple):
    """What a value must be beyond its type, in words and as a test of it (of each number of an array)."""

    words: str
    holds: Callable[[Any], Any]


MOST = 2**63  # what an array holds; nothing of a study is counted that far
_SHARE = Limit("between 0 and 1, or nan", lambda x: np.logical_not((x < 0) | (x > 1)))
Name = Annotated[str, Limit("text that is not empty", bool)]
Count = Annotated[int, Limit("a whole number of at least 0", lambda n: 0 <= n < MOST)]
Positive = Annotated[int, Limit("a whole number of at least 1", lambda n: 1 <= n < MOST)]
Finite = Annotated[float, Limit("a finite number", math.isfinite)]
FiniteOrNan = Annotated[float, Limit("a finite number, or nan", lambda x: not math.isinf(x))]
Seconds = Annotated[float, Limit("a finite number of at least 0", lambda s: math.isfinite(s) and s >= 0)]
NotNegative = Annotated[float, Limit("at least 0, or nan", lambda x: not float(x) < 0)]
Share = Annotated[float, _SHARE]
Shares = Annotated[Floats, _SHARE]


# --- annotations as checks -------------------------------------------------------------------------------------------


class Fit(NamedTuple):
    """What a field takes: types that stay as they are, words for it, and how any other value is taken or refused."""

    exact: frozenset[type]
    words: str
    take: Take

    def of(self, value: Any, where: str) -> Any:
        """Give a value as it is kept, or refuse it."""
        return value if type(value) in self.exact else self.take(value, where)


@functools.cache
def fields_of(kind: Any) -> tuple[tuple[str, str, frozenset[type], Take], ...]:
    """Give each field of a record, where an error says it is, and what it takes.

    A field that is not compared is the caller's own and takes anything.
    """
    hints = get_type_hints(kind, include_extras=True)
    fits = ((field.name, _fit(hints[field.name] if field.compare else Any)) for field in fields(kind))
    return tuple((name, f"{kind.__name__}.{name}", fit.exact, fit.take) for name, fit in fits)


def _refuse(where: str, words: str, value: object) -> NoReturn:
    got = f"a value of type {type(value).__name__}"
    if isinstance(value, int | float | None):
        got = repr(value) if value is None else shown_number(value)
    elif value == "":
        got = "''"
    raise FieldError(f"{where} must be {words}. Got {got}. See help({where.partition('.')[0]}) for what it holds.")


def _behind(hint: Any) -> Any:
    """Look behind a name that was given to a type, as numpy's own `NDArray` is one since its 2.5."""
    origin = get_origin(hint)
    return origin.__value__[get_args(hint)] if hasattr(origin, "__value__") else hint


def _fit(hint: Any) -> Fit:
    hint = _behind(hint)
    origin, inside = get_origin(hint), get_args(hint)
    if hint is Any:
        return Fit(_PLAIN, "any value", lambda value, _: freeze(value))
    if origin is Annotated:
        return _limited(_fit(inside[0]), inside[1])
    if origin in (Union, types.UnionType):
        return _either([_fit(arm) for arm in inside])
    if origin is Literal:
        return _choice(inside)
    if origin is frozenset or inside[1:] == (...,):
        return _several(origin, _fit(inside[0]))
    if origin is tuple:
        return _row([_fit(part) for part in inside])
    if origin is np.ndarray:
        return _array(np.dtype(get_args(inside[1])[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _dict(_fit(inside[0]), _fit(inside[1]))
    return _plain(hint)


_SIMPLE: dict[Any, tuple[set[type], tuple[type, ...], str]] = {
    str: ({str}, (str,), "text (str)"),
    int: ({int}, (np.integer,), "a whole number"),
    float: ({float, int}, (np.floating, np.integer), "a number"),
    bool: ({bool}, (np.bool_,), "True or False"),
    datetime.date: ({datetime.date}, (), "a day (datetime.date)"),
    type(None): ({type(None)}, (), "None"),
}


def _plain(kind: Any) -> Fit:
    exact, near, words = _SIMPLE.get(kind, ({kind}, (kind,), f"a {kind.__name__}"))

    def take(value: Any, where: str) -> Any:
        if not isinstance(value, near):
            _refuse(where, words, value)
        return value.item() if isinstance(value, np.generic) else value

    return Fit(frozenset(exact), words, take)


def _holds(limit: Limit, value: Any) -> bool:
    try:
        return bool(limit.holds(value))
    except OverflowError:  # a whole number beyond every float
        return False


def _limited(fit: Fit, limit: Limit) -> Fit:
    def take(value: Any, where: str) -> Any:
        taken = fit.of(value, where)
        if isinstance(taken, np.ndarray):
            odd = taken[~limit.holds(taken)].tolist()
        else:
            odd = [] if _holds(limit, taken) else [value]
        if odd:
            _refuse(where, limit.words, odd[0])
        return taken

    return Fit(frozenset(), limit.words, take)


def _either(arms: list[Fit]) -> Fit:
    *others, last = (arm for arm in arms if arm.exact != {type(None)})  # the last one words the error

    def take(value: Any, where: str) -> Any:
        for arm in others:
            try:
                return arm.of(value, where)
            except FieldError:
                continue
        return last.of(value, where)

    return Fit(frozenset().union(*(arm.exact for arm in arms)), " or ".join(arm.words for arm in arms), take)


def _choice(allowed: tuple[str, ...]) -> Fit:
    def take(value: Any, where: str) -> Any:
        if not isinstance(value, str) or value not in allowed:
            raise choice_error(where.rpartition(".")[2], allowed, value)
        return value

    return Fit(frozenset(), " or ".join(map(repr, allowed)), take)


def _several(kind: Any, item: Fit) -> Fit:
    words = f"a {kind.__name__}, each item {item.words}"

    def take(value: Any, where: str) -> Any:
        if type(value) is kind and item.exact.issuperset(map(type, value)):
            return value
        unordered = isinstance(value, set | frozenset)
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable) or unordered == (kind is tuple):
            _refuse(where, words, value)
        items = kind(value)
        if item.exact.issuperset(map(type, items)):
            return items
        try:  # a million places are not worded for an error that seldom comes
            once = {id(x): x for x in items}
            if 2 * len(once) > len(items):
                return kind(item.of(x, where) for x in items)
            taken = {key: item.of(x, where) for key, x in once.items()}  # sets of codes of a million segments are few
            return kind(taken[id(x)] for x in items)
        except InputError:
            return kind(item.of(x, f"{where}[{i}]") for i, x in enumerate(items))

    return Fit(frozenset(), words, take)


def _row(parts: list[Fit]) -> Fit:
    words = f"a tuple of {len(parts)}: {', '.join(part.words for part in parts)}"
    exact = [part.exact for part in parts]

    def take(value: Any, where: str) -> Any:
        kinds = list(map(type, value)) if type(value) is tuple else []
        if len(kinds) == len(exact) and all(map(frozenset.__contains__, exact, kinds)):
            return value
        if not isinstance(value, tuple | list) or len(value) != len(parts):
            _refuse(where, words, value)
        return tuple(part.of(x, f"{where}[{i}]") for i, (x, part) in enumerate(zip(value, parts, strict=True)))

    return Fit(frozenset(), words, take)


def _dict(key: Fit, item: Fit) -> Fit:
    words = f"a dict of {key.words} to {item.words}"

    def take(value: Any, where: str) -> Any:
        if not isinstance(value, Mapping):
            _refuse(where, words, value)
        return FrozenDict((key.of(k, where), item.of(x, where)) for k, x in value.items())

    return Fit(frozenset(), words, take)


def _array(dtype: np.dtype[Any]) -> Fit:
    words, kinds = f"an array of {dtype}", {"i": "iu", "f": "iuf", "b": "b"}[dtype.kind]

    def take(value: Any, where: str) -> Any:
        try:
            given = np.asarray(value)
        except ValueError:  # rows of different lengths
            _refuse(where, words, value)
        if given.size and given.dtype.kind not in kinds:
            _refuse(where, words, given.ravel().tolist()[0])
        return frozen_array(given, dtype)

    return Fit(frozenset(), words, take)

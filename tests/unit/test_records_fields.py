"""What a field of a record takes, turns into its own kind, and refuses in words."""

import datetime
import pickle
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import pytest

from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import Bools, Floats, Ints, frozen_array
from alliance_nlp.records import Record
from alliance_nlp.records.fields import (
    Checked,
    Count,
    FieldError,
    Finite,
    FiniteOrNan,
    FrozenDict,
    FrozenList,
    Name,
    NotNegative,
    Positive,
    Seconds,
    Share,
    Shares,
    freeze,
    refuse_disorder,
    refuse_shape,
    refuse_twice,
)

NAN, INF = float("nan"), float("inf")
NOON = datetime.datetime(2025, 3, 19, 12)


@dataclass(frozen=True, slots=True)
class Thing(Checked):
    name: Name = "a"
    number: int = 0
    measure: float = 0.5
    yes: bool = True
    day: datetime.date | None = None
    size: Literal["small", "large"] = "small"
    words: tuple[str, ...] = ()
    pair: tuple[str, int] = ("a", 1)
    kinds: frozenset[str] = frozenset()
    counts: Mapping[str, Count] = field(default_factory=dict)
    either: str | tuple[int, ...] = ""
    anything: Any = None


@dataclass(frozen=True, eq=False, repr=False)
class Arrays(Record):
    ints: Ints = field(default_factory=lambda: np.zeros(0))
    floats: Floats | None = None
    bools: Bools = field(default_factory=lambda: np.zeros(0))
    shares: Shares = field(default_factory=lambda: np.zeros(0))
    own: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Limits(Checked):
    count: Count = 0
    positive: Positive = 1
    finite: Finite | None = None
    finite_or_nan: FiniteOrNan = 0.0
    seconds: Seconds | None = None
    not_negative: NotNegative = 0.0
    share: Share = 0.5


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("number", np.int32(3), 3), ("measure", 3, 3), ("measure", np.float32(0.5), 0.5), ("measure", np.int8(2), 2),
        ("yes", np.bool_(False), False), ("name", np.str_("b"), "b"), ("words", ["a", "b"], ("a", "b")),
        ("words", (w for w in "ab"), ("a", "b")), ("words", [np.str_("a")], ("a",)),
        ("pair", ["b", np.int64(2)], ("b", 2)),
        ("kinds", {"a", "b"}, frozenset("ab")), ("kinds", {np.str_("a")}, frozenset("a")), ("either", [1, 2], (1, 2)),
        ("either", "a", "a"), ("counts", {np.str_("a"): np.int64(1)}, {"a": 1}), ("day", None, None),
        ("anything", [{"a": [1]}, {2}], [{"a": [1]}, frozenset({2})]),
    ],
)  # fmt: skip
def test_what_means_the_same_becomes_the_kind_of_the_field(name, given, kept):
    found = getattr(Thing(**{name: given}), name)
    assert found == kept
    assert type(found) in (type(kept), FrozenDict, FrozenList)
    if isinstance(found, tuple | frozenset):
        assert {type(part) for part in found} == {type(part) for part in kept}


@pytest.mark.parametrize(
    ("name", "bad", "message"),
    [
        ("name", "", "Thing.name must be text that is not empty. Got ''. See help(Thing) for what it holds."),
        ("name", None, "Thing.name must be text (str). Got None. See help(Thing) for what it holds."),
        ("name", b"secret", "Thing.name must be text (str). Got a value of type bytes. See"),
        ("number", 0.5, "Thing.number must be a whole number. Got 0.5. See"),
        ("number", True, "Thing.number must be a whole number. Got True. See"),
        ("measure", False, "Thing.measure must be a number. Got False. See"),
        ("measure", "secret", "Thing.measure must be a number. Got a value of type str. See"),
        ("yes", 1, "Thing.yes must be True or False. Got 1. See"),
        ("day", "2025-03-19", "Thing.day must be a day (datetime.date). Got a value of type str. See"),
        ("day", NOON, "Thing.day must be a day (datetime.date). Got a value of type datetime. See"),
        ("size", "larg", "size must be 'small' or 'large'. Got 'larg' instead. Did you mean 'large'?"),
        ("size", ["small"], "size must be 'small' or 'large'. Got ['small'] instead."),
        ("words", "secret", "Thing.words must be a tuple, each item text (str). Got a value of type str. See"),
        ("words", b"secret", "Thing.words must be a tuple, each item text (str). Got a value of type bytes. See"),
        ("words", {"secret": 1}, "Thing.words must be a tuple, each item text (str). Got a value of type dict. See"),
        ("words", {"secret"}, "Thing.words must be a tuple, each item text (str). Got a value of type set. See"),
        ("words", frozenset("a"), "Thing.words must be a tuple, each item text (str). Got a value of type frozenset"),
        ("words", 5, "Thing.words must be a tuple, each item text (str). Got 5. See"),
        ("words", ("a", 5), "Thing.words[1] must be text (str). Got 5. See"),
        ("pair", ("a",), "Thing.pair must be a tuple of 2: text (str), a whole number. Got a value of type tuple. See"),
        ("pair", "a1", "Thing.pair must be a tuple of 2: text (str), a whole number. Got a value of type str. See"),
        ("pair", ("a", "b"), "Thing.pair[1] must be a whole number. Got a value of type str. See"),
        ("kinds", ["a"], "Thing.kinds must be a frozenset, each item text (str). Got a value of type list. See"),
        ("kinds", {5}, "Thing.kinds[0] must be text (str). Got 5. See"),
        ("counts", [("a", 1)], "Thing.counts must be a dict of text (str) to a whole number of at least 0. Got"),
        ("counts", {"a": -1}, "Thing.counts must be a whole number of at least 0. Got -1. See"),
        ("counts", {5: 1}, "Thing.counts must be text (str). Got 5. See"),
        ("either", 5, "Thing.either must be a tuple, each item a whole number. Got 5. See"),
        ("either", ("a",), "Thing.either[0] must be a whole number. Got a value of type str. See"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_place_and_without_words(name, bad, message):
    with pytest.raises(InputError) as caught:
        Thing(**{name: bad})
    assert str(caught.value).startswith(message)
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value, FieldError) is (name != "size")


@pytest.mark.parametrize(
    ("name", "good", "bad", "words"),
    [
        ("count", [0, 5], [-1], "a whole number of at least 0"),
        ("positive", [1, 5], [0, -1], "a whole number of at least 1"),
        ("finite", [-1.5, 0, None], [NAN, INF, -INF], "a finite number"),
        ("finite_or_nan", [-1.5, NAN], [INF, -INF], "a finite number, or nan"),
        ("seconds", [0, 1.5, None], [-0.1, NAN, INF], "a finite number of at least 0"),
        ("not_negative", [0.0, 1.5, INF, NAN], [-0.1, -INF], "at least 0, or nan"),
        ("share", [0, 1, 0.5, NAN], [-0.001, 1.001, INF], "between 0 and 1, or nan"),
    ],
)
def test_limits(name, good, bad, words):
    for value in good:
        assert repr(getattr(Limits(**{name: value}), name)) == repr(value)
    for value in bad:
        with pytest.raises(FieldError, match=rf"^Limits\.{name} must be {words}\. Got {value}\. See help\(Limits\)"):
            Limits(**{name: value})


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("ints", [1, 2], np.int64), ("ints", [], np.int64), ("ints", np.array([1], np.uint8), np.int64),
        ("floats", [1, 2], np.float64), ("floats", np.array([0.5], np.float32), np.float64), ("floats", [], np.float64),
        ("bools", [True], np.bool_), ("shares", [0.0, NAN, 1.0], np.float64),
    ],
)  # fmt: skip
def test_arrays_become_those_of_the_field_and_read_only(name, given, kept):
    found = getattr(Arrays(**{name: given}), name)
    assert found.dtype == kept
    assert found.tolist() == np.asarray(given, kept).tolist() or np.isnan(found).any()
    assert not found.flags.writeable


@pytest.mark.parametrize(
    ("name", "bad", "got"),
    [
        ("ints", [0.5], "0.5"), ("ints", [1.0], "1.0"), ("ints", [True], "True"),
        ("ints", ["a"], "a value of type str"),
        ("floats", [True], "True"), ("floats", ["secret"], "a value of type str"),
        ("floats", [[1], [1, 2]], "a value of type list"),
        ("bools", [1], "1"), ("shares", [0.5, 2.0, 3.0], "2.0"), ("shares", [-0.5], "-0.5"), ("ints", None, "None"),
    ],
)  # fmt: skip
def test_arrays_of_other_numbers_are_refused(name, bad, got):
    with pytest.raises(FieldError, match=rf"^Arrays\.{name} must be .*\. Got {got}\. See help\(Arrays\)"):
        Arrays(**{name: bad})


def test_an_array_that_cannot_be_changed_is_not_copied():
    given = frozen_array([1, 2], np.int64)
    assert frozen_array(given, np.int64) is given
    assert Arrays(given).ints is given
    view = np.arange(3)[:2]
    view.setflags(write=False)
    assert frozen_array(view, view.dtype) is not view  # somebody else holds what it shows
    assert frozen_array(given, np.float64).dtype == np.float64


def test_what_is_not_compared_is_the_callers_own():
    own = object()
    assert Arrays(own=own).own is own
    assert not Arrays(own=np.zeros(1)).own.flags.writeable


def test_closed_dicts_and_lists_are_dicts_and_lists():
    given = {"a": [1, {"b": 2}], "c": np.zeros(1), "d": (1, [2])}
    made = freeze(given)
    assert isinstance(made, dict)
    assert isinstance(made["a"], list)
    assert (made["a"], made["d"]) == (given["a"], given["d"])
    assert freeze(made) is made
    again = pickle.loads(pickle.dumps(made))
    assert type(again) is FrozenDict
    assert type(again["a"]) is type(again["d"][1]) is FrozenList
    assert type(again["a"][1]) is FrozenDict
    assert not again["c"].flags.writeable
    given["c"][0] = 1
    assert made["c"][0] == 0
    for part in (made, made["a"], made["a"][1], made["d"][1], again["a"]):
        with pytest.raises(
            TypeError, match="What a record holds cannot be changed. Make a new record with dataclasses"
        ):
            part.clear()
    made | {"x": 1}
    assert dict(made) == made.copy()


def test_a_record_forgets_what_it_worked_out_when_it_is_copied():
    made = Arrays([1])
    object.__setattr__(made, "worked_out", 5)
    assert set(pickle.loads(pickle.dumps(made)).__dict__) == {"ints", "floats", "bools", "shares", "own"}


def test_names_shapes_and_order():
    refuse_twice("X.names", ("a", "b"))
    with pytest.raises(InputError, match="^X.names must not repeat a name. Given more than once: 'b'.$"):
        refuse_twice("X.names", ("a", "b", "b", "c", "c"))
    refuse_shape("X.rows", np.zeros((2, 3)), (2, 3), "segments and codes")
    with pytest.raises(AlignmentError, match=r"^X.rows must have the shape \(2,\), of segments. Got shape \(3,\).$"):
        refuse_shape("X.rows", np.zeros(3), (2,), "segments")
    refuse_disorder("X.items", [0, 1])
    refuse_disorder("X.items", [])
    for numbers in ([1, 0], [0, 2], [1]):
        with pytest.raises(
            InputError, match=r"^X.items must be in the order of the clusters, from 0 without a gap. Got \["
        ):
            refuse_disorder("X.items", numbers)


def test_an_array_under_a_name_that_was_given_to_its_type_is_an_array():
    """NumPy's own NDArray is such a name from 2.5 on, where Python has them."""

    class Named:
        __value__ = np.ndarray[tuple[Any, ...], np.dtype[TypeVar("Kind", bound=np.generic)]]
        __class_getitem__ = classmethod(types.GenericAlias)

    kind = make_dataclass("Kept", [("ints", Named[np.int64])], bases=(Record,), frozen=True, eq=False)
    assert kind([1, 2]).ints.dtype == np.int64
    with pytest.raises(FieldError, match="Kept.ints must be"):
        kind(["a"])

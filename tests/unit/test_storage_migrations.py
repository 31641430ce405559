"""What format 1 kept becomes what is true today, and a sentence says where that changed what it says."""

import math

import numpy as np
import pytest

from alliance_nlp.records import (
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    Link,
    Segment,
    Segments,
    Transcript,
)
from alliance_nlp.storage.migrations import MIGRATIONS

BOOK = Codebook((Code("Trust", "", "slow"), Code("Time")), former=("gone",))
KEPT = CodedSpan("A", "T", 0, 1, "Trust/slow")
NEW = CodedSpan("A", "T", 0, 1, "Joy")


def clusters(labels, strength=(), settings=(), rows=((1.0, 0.0), (0.0, 1.0), (0.6, 0.8), (0.8, 0.6))):
    segments = Segments(tuple(Segment("T", i, i + 1, "a") for i in range(4)), (Transcript("T", "aaaa"),))
    embeddings = Embeddings(segments, np.array(rows), EncoderInfo("hand"))
    fields = {"embeddings": embeddings, "labels": np.array(labels), "strength": np.array(strength, float)}
    return MIGRATIONS["Clusters"]({**fields, "settings": dict(settings), "set_aside": {}})


@pytest.mark.parametrize(
    ("labels", "settings", "kept"),
    [
        ([1, 0, 0, 1], {}, False),  # (0, 1) is the smallest of all
        ([0, 1, 1, 0], {}, True),
        ([0, 1, 1, 0], {"assigned": True}, False),
        ([0, 0, 0, -1], {}, False),
        ([1, 1, 1, 0], {}, True),
    ],
)
def test_old_numbers_stay_and_are_said_to_be_old(labels, settings, kept):
    fields, change = clusters(labels, settings=settings)
    assert fields["labels"].tolist() == labels
    assert fields["settings"] == {**settings, **({"numbered_by": "alliance_nlp 0.1.0"} if kept else {})}
    assert change == ("clusters of equal size keep their old numbers" if kept else "")
    assert fields["set_aside"] == {}


@pytest.mark.parametrize(
    ("strength", "settings", "invented"),
    [
        ([1, 1, 1, 0], {"grain": "fine"}, True),
        ([1, 1, 1, 0], {"grain": None}, True),
        ([1, 1, 1, 0], {}, False),  # the default cut of a recipe that only gives labels
        ([1, 0.5, 1, 0], {"grain": "fine"}, False),
    ],
)
def test_a_strength_that_nobody_measured_is_undefined(strength, settings, invented):
    fields, change = clusters([0, 0, 0, -1], strength, settings)
    found = fields["strength"].tolist()
    assert [math.isnan(x) for x in found] == [invented] * 3 + [False]
    assert found[3] == 0
    assert ("strength_reason" in fields["settings"]) is invented
    assert change == ("strength at another grain is nan, not 1" if invented else "")


def test_both_are_said():
    assert clusters([0, 1, 1, 0], [1, 1, 1, 1], {"grain": "fine"})[1] == (
        "clusters of equal size keep their old numbers; strength at another grain is nan, not 1"
    )


@pytest.mark.parametrize(
    ("applied", "book", "left", "former", "change"),
    [
        ((KEPT, KEPT, NEW), BOOK, (KEPT, NEW), ("gone", "Joy"),
         "applications left out because they stood there twice: 1; "
         "codes that the codebook lacks, now its former ones: 1"),
        ((KEPT, KEPT), BOOK, (KEPT,), ("gone",), "applications left out because they stood there twice: 1"),
        ((KEPT, CodedSpan("A", "T", 0, 1, "", "abstained")), BOOK, None, ("gone",), ""),
        ((NEW, NEW), None, (NEW,), None, "applications left out because they stood there twice: 1"),
    ],
)  # fmt: skip
def test_codings(applied, book, left, former, change):
    given = {"applied": applied, "read": (), "codebook": book}
    fields, said = MIGRATIONS["Coding"](given)
    assert (fields["applied"], said) == (left or applied, change)
    assert (fields["codebook"].former if book is not None else None) == former
    assert given["codebook"] is book
    assert Coding(**fields)


def test_mappings_and_studies():
    links = (Link(0, "Joy", 0.5, "Hope"), Link(0, "Time", 0.4))
    fields, said = MIGRATIONS["Mapping"]({"links": links, "codebook": BOOK})
    assert fields["codebook"].former == ("gone", "Hope", "Joy")
    assert said == "codes that the codebook lacks, now its former ones: 2"
    coding = Coding((NEW,), ())
    fields, said = MIGRATIONS["Study"]({"coding": None, "consensus": coding, "codebook": BOOK})
    assert fields["codebook"].former == ("gone", "Joy")
    assert MIGRATIONS["Study"]({"coding": coding, "consensus": None, "codebook": None})[1] == ""


def test_fields_that_have_another_name_now():
    assert MIGRATIONS["ChainLink"]({"how": "machine suggestion, rejected", "start": 1}) == (
        {"start": 1, "status": "rejected"}, "",
    )  # fmt: skip
    assert MIGRATIONS["ExpectationsBeside"]({"table": 1, "began": 2}) == ({"beside": 1, "began": 2}, "")

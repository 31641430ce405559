"""load(save(x)) == x for records of any content: any Unicode, undefined numbers, sets, dates, arrays."""

import math
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings, strategies as st

from alliance_nlp.comparison import compare
from alliance_nlp.records import (
    Clusters,
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    Expectation,
    FieldNote,
    Link,
    Mapping,
    Participant,
    Question,
    ReadSpan,
    Segment,
    Segments,
    Study,
    Table,
    Theme,
    Transcript,
    Turn,
)
from alliance_nlp.storage import load, save

# every code point, halves of surrogate pairs and control characters among them
WORDS = st.text(st.characters(), max_size=12)
NAMES = st.text(st.characters(), min_size=1, max_size=8)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SHARES = st.floats(0, 1) | st.just(math.nan)
NUMBERS = st.floats() | st.integers(-(2**70), 2**70)
DATES = st.none() | st.dates()
ROLES = st.sampled_from(["participant", "moderator", "co-moderator", None])
CELLS = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS | st.dates() | st.datetimes() | st.frozensets(WORDS, max_size=3)
    | st.tuples(st.floats(), st.floats()),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple)
    | st.dictionaries(WORDS | st.integers() | st.tuples(st.integers(), WORDS), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
EXAMPLES = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def transcripts(draw, name="T"):
    parts = draw(st.lists(WORDS, max_size=5))
    turns, at = [], 0
    for part in parts:
        times = [*sorted(draw(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)))), None]
        begin_s, end_s = draw(st.sampled_from([times[:2], times[1:], times[::-2]]))
        turns.append(Turn(at, at + len(part), draw(st.none() | NAMES), draw(ROLES), begin_s, end_s))
        at += len(part)
    return Transcript(name, "".join(parts), tuple(turns), draw(DATES), draw(st.none() | NAMES), draw(st.none() | WORDS))


@st.composite
def segments(draw):
    made = tuple(draw(transcripts(f"T{i}")) for i in range(draw(st.integers(0, 2))))
    items = {
        (t.id, turn.start, turn.end): Segment(t.id, turn.start, turn.end, t.turn_text(i), turn.speaker, turn.role, i, i)
        for t in made
        for i, turn in enumerate(t.turns)
    }
    return Segments(tuple(items.values()), made, draw(st.sampled_from(["turn", "sentence", "window"])))


@st.composite
def codebooks(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    several = st.lists(WORDS, max_size=2).map(tuple)
    codes = [Code(names[0], "", name, draw(WORDS), draw(several), draw(several)) for name in names]
    return Codebook(tuple(codes), (Theme(names[0], (draw(WORDS),), draw(WORDS), draw(WORDS)),))


@st.composite
def codings(draw, book, length, behind=None):
    coder = draw(NAMES)
    start, end = sorted(draw(st.tuples(st.integers(0, length), st.integers(0, length))))
    status = draw(st.sampled_from(["coded", "suggested", "rejected"]))
    span = CodedSpan(coder, "T0", start, end, book.ids[0], status, draw(st.none() | FINITE), draw(WORDS), draw(DATES))
    ledger = draw(st.none() | tables())
    return Coding((span,), (ReadSpan(coder, "T0", 0, length),), book, {coder: draw(st.booleans())}, behind, ledger)


@st.composite
def tables(draw):
    columns = tuple(draw(st.lists(NAMES, max_size=3, unique=True)))
    rows = tuple(tuple(draw(CELLS) for _ in columns) for _ in range(draw(st.integers(0, 3))))
    return Table(columns, rows, draw(WORDS), columns[:1], (draw(WORDS),))


@st.composite
def mappings(draw):
    found = draw(segments())
    n = len(found)
    vectors = np.eye(n, max(n, 1) + 2, dtype=np.float32)
    model = object()
    embeddings = Embeddings(
        found,
        vectors,
        EncoderInfo(draw(NAMES), draw(st.none() | WORDS), draw(st.none() | st.integers(1, 999))),
        0,
        model,
    )
    strength = np.array([0.0, *draw(st.lists(SHARES, min_size=n, max_size=n))])[:n]
    more = draw(st.dictionaries(NAMES.filter(lambda name: name != "level"), CELLS, max_size=3))
    aside = {i: draw(WORDS) for i in found.ids[:1]}
    n_leaves = max(n - 1, 0)  # the first segment is set aside, all others are one cluster
    chain = [[0, 1, 0.0, 2], *([n_leaves + step - 1, step + 1, step / 9, step + 2] for step in range(1, n_leaves - 1))]
    grown = (np.array(chain[: max(n_leaves - 1, 0)]).reshape(-1, 4), np.arange(n) - 1)
    tree, leaves = draw(st.sampled_from([(None, None), grown]))
    clusters = Clusters(
        embeddings, np.array([-1, *[0] * n])[:n], aside, strength, np.array([math.nan] * (n > 1)), more, tree, leaves
    )  # fmt: skip
    book = draw(codebooks())
    links = (
        Link(0, book.ids[0], draw(FINITE), None),
        Link(0, book.ids[-1], 0.5, book.ids[0], draw(FINITE | st.just(math.nan)), "rejected"),
    )
    held = links[: len(book)] if n > 1 else ()
    return Mapping(clusters, book, held, (), book.ids[len(held[:1]) :], more)


@st.composite
def studies(draw):
    book, first = draw(codebooks()), draw(transcripts("T0"))
    coding = draw(codings(book, len(first.text)))
    return Study(
        (first, draw(transcripts("T1"))), book, coding, draw(codings(book, len(first.text), coding)),
        (Question(draw(WORDS), draw(st.none() | NAMES)),), (Participant(draw(NAMES), draw(ROLES), (draw(NAMES),)),),
        (Expectation(draw(WORDS), draw(WORDS), draw(DATES)),), (FieldNote(draw(WORDS), "", draw(DATES), None, 3),),
        (draw(st.dictionaries(WORDS, CELLS, max_size=2)),), draw(WORDS), draw(st.booleans()),
        draw(st.dictionaries(WORDS, CELLS, max_size=2)),
    )  # fmt: skip


def there_and_back(record):
    with tempfile.TemporaryDirectory() as place:
        return load(save(record, Path(place) / "kept"))


@EXAMPLES
@given(transcripts() | segments() | codebooks() | tables())
def test_simple_records_come_back(record):
    assert there_and_back(record) == record


@EXAMPLES
@given(st.lists(transcripts(), min_size=1, max_size=3).map(tuple))
def test_a_tuple_of_records_comes_back(record):
    assert there_and_back(record) == record


@EXAMPLES
@given(studies())
def test_studies_come_back(study):
    back = there_and_back(study)
    assert back == study
    assert back.consensus.made_from == study.coding


@EXAMPLES
@given(mappings())
def test_mappings_come_back_with_all_they_were_made_from(mapping):
    back = there_and_back(mapping)
    assert back == mapping
    assert back.clusters.embeddings.model is None
    assert not back.clusters.labels.flags.writeable
    assert back.clusters.hierarchy is None or not back.clusters.hierarchy.flags.writeable


@EXAMPLES
@given(st.lists(st.sets(st.sampled_from(["a", "b"])), min_size=4, max_size=8), st.integers(0, 5))
def test_comparisons_come_back(sets, seed):
    text = "w" * len(sets) * 2
    turns = tuple(Turn(i * 2, i * 2 + 2, f"P{i % 2}", "participant") for i in range(len(sets)))
    found = Segments(
        tuple(Segment("T", t.start, t.end, "ww", t.speaker, t.role, i, i) for i, t in enumerate(turns)),
        (Transcript("T", text, turns),),
    )

    def coding(coder, shift):
        spans = [CodedSpan(coder, "T", t.start, t.end, c) for t, s in zip(turns, sets[shift:], strict=False) for c in s]
        return Coding(tuple(spans), (ReadSpan(coder, "T", 0, len(text)),))

    comparison = compare(
        coding("A", 0), coding("B", 1), segments=found, level="code", n_draws=20, n_permutations=0, random_state=seed
    )
    assert there_and_back(comparison) == comparison


@settings(EXAMPLES, max_examples=10)
@given(mappings())
def test_the_same_record_is_kept_as_the_same_bytes(mapping):
    with tempfile.TemporaryDirectory() as place:
        folders = [save(mapping, Path(place) / name) for name in ("one", "other")]
        folders.append(save(load(folders[0]), Path(place) / "third"))
        assert len({(folder / "record.json").read_bytes() for folder in folders}) == 1

"""Laws of codings on segments: what every projection must satisfy, whatever was read and coded."""

from hypothesis import given, strategies as st

from alliance_nlp.records import (
    RULES,
    Code,
    Codebook,
    CodedSpan,
    Coding,
    ReadSpan,
    Segment,
    Segments,
    Transcript,
    join_codings,
)

LENGTH = 24
TEXT = "abcdefghijklmnopqrstuvwx"
NAMES = ("T", "U")
TRANSCRIPTS = tuple(Transcript(name, TEXT) for name in NAMES)
CODES = ("Trust/slow", "Trust/hard", "Time/rush", "unknown")
BOOK = Codebook((Code("Trust", "", "slow"), Code("Trust", "", "hard"), Code("Time", "", "rush")), former=("unknown",))
rules = st.sampled_from(RULES)
ends = st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(sorted)
places = st.builds(lambda name, pair: (name, *pair), st.sampled_from(NAMES), ends)
coders = st.sampled_from("AB")
spans = st.builds(
    lambda coder, place, code, status: CodedSpan(coder, *place, code, status),
    coders, places, st.sampled_from(CODES), st.sampled_from(["coded", "rejected", "suggested"]),
)  # fmt: skip
reads = st.builds(lambda coder, place: ReadSpan(coder, *place), coders, places)
codings = st.builds(
    lambda applied, read: Coding(tuple(applied), tuple(read), BOOK),
    st.lists(spans, max_size=8, unique=True),
    st.lists(reads, max_size=6),
)


@st.composite
def cuts(draw):
    """Segments that may overlap, as windows do, in any order."""
    found = draw(st.lists(places, max_size=8, unique=True))
    return Segments(tuple(Segment(name, a, b, TEXT[a:b]) for name, a, b in found), TRANSCRIPTS)


def plain_on(coding, coder, segment, rule):
    """The rule as design.md words it, one character at a time."""
    own = set(range(segment.start, segment.end))
    codes, touched = set(), set()
    for row in (*coding.read, *coding.applied):
        if (row.coder, row.transcript_id) == (coder, segment.transcript_id):
            touched |= own & set(range(row.start, row.end))
    for row in coding.applied:
        if (row.coder, row.transcript_id) != (coder, segment.transcript_id) or row.status == "rejected":
            continue
        both = len(own & set(range(row.start, row.end)))
        enough = {"any": True, "all": both == len(own), "half": 2 * both >= min(len(own), row.end - row.start)}[rule]
        if both and enough:
            codes.add(row.code_id)
    share = {"any": bool(touched), "all": touched == own, "half": 2 * len(touched) >= len(own)}[rule]
    return frozenset(codes) if codes or share else None


@given(coding=codings, segments=cuts(), rule=rules)
def test_a_projection_is_what_its_rule_says(coding, segments, rule):
    seen = coding.on(segments, rule=rule)
    for coder in coding.coders:
        for segment, found in zip(segments, seen.sets[coder], strict=True):
            if segment.start < segment.end:
                assert found == plain_on(coding, coder, segment, rule)


@given(coding=codings, segments=cuts(), rule=rules, data=st.data())
def test_neither_the_order_of_rows_nor_that_of_segments_matters(coding, segments, rule, data):
    order = data.draw(st.permutations(range(len(segments))))
    shuffled = Coding(
        tuple(data.draw(st.permutations(coding.applied))), tuple(data.draw(st.permutations(coding.read))), BOOK
    )
    seen, other = coding.on(segments, rule=rule), shuffled.on(segments.take(order), rule=rule)
    for coder in coding.coders:
        assert [seen.sets[coder][k] for k in order] == list(other.sets[coder])
    assert (seen.n_spans, seen.n_cut, seen.n_lost) == (other.n_spans, other.n_cut, other.n_lost)


@given(coding=codings, segments=cuts(), rule=rules)
def test_a_coder_alone_is_the_coder_among_others(coding, segments, rule):
    seen = coding.on(segments, rule=rule)
    for coder in coding.coders:
        assert coding.by(coder).on(segments, rule=rule).sets[coder] == seen.sets[coder]
    alone = [coding.by(coder) for coder in coding.coders]
    assert join_codings(alone).on(segments, rule=rule).sets == seen.sets


@given(coding=codings, segments=cuts())
def test_a_stricter_rule_finds_no_more_codes(coding, segments):
    some, half, whole = (coding.on(segments, rule=rule).sets for rule in ("any", "half", "all"))
    for coder in coding.coders:
        for a, b, c in zip(some[coder], half[coder], whole[coder], strict=True):
            assert (c or frozenset()) <= (b or frozenset()) <= (a or frozenset())


@given(coding=codings, segments=cuts(), rule=rules)
def test_counts_of_spans_add_up(coding, segments, rule):
    seen = coding.on(segments, rule=rule)
    assert seen.n_spans == sum(row.status != "rejected" for row in coding.applied)
    assert 0 <= seen.n_lost + seen.n_cut <= seen.n_spans


@given(coding=codings, segments=cuts(), rule=rules)
def test_rolling_up_keeps_what_is_unread_and_what_is_empty(coding, segments, rule):
    seen = coding.on(segments, rule=rule)
    rolled = seen.at("theme", BOOK)
    for coder in coding.coders:
        for codes, themes in zip(seen.sets[coder], rolled.sets[coder], strict=True):
            assert (codes is None, codes == frozenset()) == (themes is None, themes == frozenset())
            assert themes is None or themes == {BOOK.roll_up(code, "theme") for code in codes}
    assert rolled.at("theme", BOOK) == rolled


@given(coding=codings, segments=cuts(), rule=rules)
def test_equal_content_is_equal_and_projects_equally(coding, segments, rule):
    twin = Coding(list(coding.applied), list(coding.read), Codebook(BOOK.codes, former=BOOK.former))
    assert twin == coding
    assert twin.on(segments, rule=rule) == coding.on(segments, rule=rule)

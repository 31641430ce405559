"""suggest_held_out(): what is left out, what is not learnt from, and what cannot be done, by hand."""

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.suggesting.held_out_parts import Ranges, plan_parts, without
from alliance_nlp.suggesting.leaving_out import unshown

BOOK = an.Codebook((an.Code("Trust", "", "belief", "", ("I believe her.",)), an.Code("Time", "", "clock")))


class Flat:
    name = "flat"

    def encode(self, texts):
        return np.array([[1.0, len(text), text.count("e")] for text in texts])


def session(name, n, *, speakers=("P1", "P2"), who=None):
    text = " ".join(f"Turn number {i:03d} of {name}." for i in range(n))
    step = len(f"Turn number 000 of {name}.") + 1
    names = who or [speakers[i % len(speakers)] for i in range(n)]
    told = names if who else [None] * n  # people who are known wherever they speak
    turns = tuple(an.Turn(i * step, (i + 1) * step - 1, names[i], "participant", person_id=told[i]) for i in range(n))
    return an.Transcript(name, text, turns)


def coding(segments, *, coder="KL", read=True, every=1):
    spans = tuple(
        an.CodedSpan(coder, s.transcript_id, s.start, s.end, BOOK.ids[i % 2])
        for i, s in enumerate(segments)
        if i % every == 0
    )
    stretches = tuple(an.ReadSpan(coder, t.id, 0, len(t.text)) for t in segments.transcripts) if read else ()
    return an.Coding(spans, stretches, BOOK)


def test_sessions_are_left_out_whole_and_ten_parts_hold_them_all():
    segments = an.segment([session(f"S{i:02d}", 3) for i in range(12)])
    plan = plan_parts(segments, coding(segments), "half")
    assert (plan.kind, len(plan.names), plan.n_parts) == ("session", 12, 10)
    assert plan.rows(0).tolist() == [0, 1, 2, 30, 31, 32]  # S00 and S10


def test_a_session_that_nobody_read_is_not_left_out():
    segments = an.segment([session(f"S{i}", 4) for i in range(3)])
    some = coding(segments.take(range(8)))
    some = an.Coding(some.applied, some.read[:2], BOOK)
    plan = plan_parts(segments, some, "half")
    assert plan.names == ("S0", "S1")
    assert plan.block.tolist() == [0] * 4 + [1] * 4 + [-1] * 4


def test_answers_are_left_out_by_person_over_all_questions():
    people = [f"R{i}" for i in range(5)]
    segments = an.segment([session(f"Q{q}", 5, who=people) for q in range(2)])
    plan = plan_parts(segments, coding(segments), "half")
    assert (plan.kind, plan.names) == ("person", tuple(people))
    assert plan.rows(1).tolist() == [1, 6]


@pytest.mark.parametrize(("n", "stretches"), [(29, 0), (30, 2), (59, 3), (120, 8), (200, 8)])
def test_one_session_is_cut_into_stretches_or_there_is_a_reason(n, stretches):
    segments = an.segment([session("S", n)])
    plan = plan_parts(segments, coding(segments), "half")
    assert len(plan.names) == stretches
    assert bool(plan.reason) == (not stretches)


def test_what_stands_beside_a_stretch_is_not_learnt_from():
    segments = an.segment([session("S", 60)])
    plan = plan_parts(segments, coding(segments), "half")
    rest = without(coding(segments), segments, plan.rows(1), plan)  # 4 stretches: 15 to 29
    carried = rest.on(segments).sets["KL"]
    assert [i for i, codes in enumerate(carried) if codes is None] == list(range(12, 33))
    assert all(codes == coding(segments).on(segments).sets["KL"][i] for i, codes in enumerate(carried) if codes)


def test_a_span_that_reaches_into_what_is_left_out_is_unread_as_a_whole():
    segments = an.segment([session("S", 60)])
    over = an.CodedSpan("KL", "S", segments[8].start, segments[13].end, BOOK.ids[0])
    plan = plan_parts(segments, coding(segments), "half")
    rest = without(
        an.Coding((over,), (an.ReadSpan("KL", "S", 0, segments[-1].end),), BOOK), segments, plan.rows(1), plan
    )
    assert rest.applied == ()
    assert [i for i, codes in enumerate(rest.on(segments).sets["KL"]) if codes is None] == list(range(8, 33))


def test_who_saw_suggestions_is_known_of_everybody_who_read_or_coded_what_is_left():
    segments = an.segment([session("A", 12), session("B", 12)])
    first = segments.transcripts[0]
    given = coding(segments)
    read = (an.ReadSpan("MR", first.id, 0, len(first.text)),)
    spans = tuple(an.CodedSpan("NN", a.transcript_id, a.start, a.end, a.code_id) for a in given.applied[:3])
    both = an.Coding((*given.applied, *spans), (*given.read, *read), BOOK, {"KL": False, "MR": True, "NN": False})
    plan = plan_parts(segments, both, "half")
    assert plan.whole
    last = np.array([i for i, s in enumerate(segments) if s.transcript_id == "B"])
    assert dict(without(both, segments, last, plan).saw_suggestions) == {"KL": False, "MR": True, "NN": False}
    assert dict(without(both, segments, np.arange(12), plan).saw_suggestions) == {"KL": False}


def test_pieces_of_what_was_read():
    read = an.ReadSpan("KL", "S", 10, 50)
    pieces = Ranges([(40, 60), (20, 30), (0, 5)]).pieces(read)
    assert [(p.start, p.end) for p in pieces] == [(10, 20), (30, 40)]
    assert Ranges([]).pieces(read) == [read]
    assert Ranges([(10, 50)]).pieces(read) == []
    inner = Ranges([(12, 40), (14, 15), (45, 48)]).pieces(read)
    assert [(p.start, p.end) for p in inner] == [(10, 12), (40, 45), (48, 50)]


def test_exemplars_that_stand_in_what_is_left_out_are_not_shown():
    assert unshown(BOOK, ["Well, I BELIEVE her - always."])[1] == 1
    assert unshown(BOOK, ["I believe him."]) == (BOOK, 0)
    longer = an.Codebook((an.Code("", "", "x", "", ("Yes. I believe her, I said.",)),))
    assert unshown(longer, ["I believe her"])[1] == 1
    assert unshown(longer, ["Yes."])[1] == 0  # too short to be that answer


def test_nothing_to_learn_from_is_a_reason_and_an_empty_coding():
    segments = an.segment([session("A", 20), session("B", 20)])
    only = coding(segments.take(range(20)))
    only = an.Coding(only.applied, (*only.read[:1], an.ReadSpan("KL", "B", 0, 40)), BOOK)
    made = an.suggest_held_out(segments, BOOK, learn_from=only, encoder=Flat()).made_from
    assert [row["reason"] != "" for row in made.blocks.rows()] == [True, False]
    assert made.reason == ""
    assert made.held.tolist() == [False] * 20 + [True] * 20
    none = an.suggest_held_out(segments[:20], BOOK, learn_from=only, encoder=Flat())
    assert none.applied == none.read == ()
    assert (
        none.made_from.reason == "one session was read, and its 20 segments are too few to leave a stretch of talk out"
    )
    assert "nothing left out" in repr(none.made_from)


def test_the_machine_has_read_what_was_left_out_and_goes_by_its_name():
    segments = an.segment([session("A", 20), session("B", 20)])
    made = an.suggest_held_out(segments, BOOK, learn_from=coding(segments), encoder=Flat(), coder="M", level="theme")
    assert made.coders == ("M",)
    assert {span.status for span in made.applied} <= {"suggested"}
    assert len(made.read) == 40
    assert "2 sessions left out, 40 of 40 segments" in repr(made.made_from)
    assert [row["n_learnt"] for row in made.made_from.blocks.rows()] == [20, 20]


def test_it_asks_for_what_it_needs():
    segments = an.segment([session("A", 20)])
    with pytest.raises(an.InputError, match="needs a learn_from"):
        an.suggest_held_out(segments, BOOK, learn_from=None)
    with pytest.raises(an.InputError, match="codebook"):
        an.suggest_held_out(segments, None, learn_from=coding(segments))

"""suggest_codes(), find_trouble(): from records to a coding, and what is said when it cannot be."""

import re
from dataclasses import replace

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.suggesting import evidence, learning, similarity, task
from alliance_nlp.suggesting.gathering import gather_evidence

WORDS = ("trust", "time", "pain", "music")
BOOK = an.Codebook(
    (an.Code("Alliance", "", "trust", "being believed", ("trust grows",)), an.Code("Frame", "", "time", "minutes"),
     an.Code("Frame", "", "pain", "what hurts")),
)  # fmt: skip


class Counts:
    """One dimension a word: what is near is known by hand."""

    def encode(self, texts):
        return np.array([[re.findall(r"\w+", text.casefold()).count(word) + 0.01 for word in WORDS] for text in texts])


def transcripts(n=6, asked=True):
    made = []
    for t in range(n):
        text, turns = "", []
        said = [("M", "moderator", f"what about visit {t}")] if asked else []
        said += [(f"P{i % 2}", "participant", f"the {WORDS[i % 4]} of case {t} {i} {WORDS[i % 4]}") for i in range(12)]
        for speaker, role, words in said:
            turns.append(an.Turn(len(text), len(text) + len(words), speaker, role))
            text += words + "\n"
        made.append(an.Transcript(f"T{t}", text, tuple(turns)))
    return tuple(made)


def embedded(n=6, **options):
    return an.embed(an.segment(transcripts(n, **options)), encoder=Counts())


def coding_of(segments, *, read=None, coders=("A",)):
    """Everybody codes by the word that a segment holds; 'music' carries no code."""
    applied, spans = [], []
    for coder in coders:
        for s in segments:
            if read is not None and s.transcript_id not in read:
                continue
            spans.append(an.ReadSpan(coder, s.transcript_id, s.start, s.end))
            word = s.text.split()[1]
            applied += [an.CodedSpan(coder, s.transcript_id, s.start, s.end, c.id) for c in BOOK if c.code == word]
    return an.Coding(tuple(applied), tuple(spans), BOOK)


def words_of(made):
    sets = made.on(made.made_from.segments).sets[made.coders[0]]
    pairs = zip(made.made_from.segments, sets, strict=True)
    return [(s.text.split()[1], {code.rpartition("/")[2] for code in codes}) for s, codes in pairs]


def test_what_people_coded_is_found_in_transcripts_they_did_not_code():
    given = embedded()
    made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments, read={"T0", "T1", "T2", "T3"}))
    for segment, (word, codes) in zip(made.made_from.segments, words_of(made), strict=True):
        if segment.transcript_id in ("T4", "T5"):
            assert codes == ({word} if word != "music" else set())


def test_the_machine_has_read_everything_and_says_how_sure_it_is():
    given = embedded()
    made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments))
    seen = made.on(given.segments)
    assert all(codes is not None for codes in seen.sets["machine"])
    assert all(a.status == "suggested" and 0 <= a.score <= 1 for a in made.applied)


def test_it_can_be_compared_with_the_people():
    given = embedded()
    people = coding_of(given.segments, coders=("A", "B"))
    made = an.suggest_codes(given, BOOK, learn_from=people)
    found = an.compare(people, made, level="code", n_draws=100, n_permutations=0)
    assert found.settings["machine"] == "b"
    assert all(row["kappa"] > 0.9 for row in found.per_code.rows())


def test_the_codebook_alone_gives_suggestions():
    given = embedded()
    found = [codes for word, codes in words_of(an.suggest_codes(given, BOOK)) if word != "music"]
    right = [word in codes for word, codes in words_of(an.suggest_codes(given, BOOK)) if word != "music"]
    assert len(found) == 54
    assert np.mean(right) > 0.9


def test_suggestions_on_the_level_of_themes():
    given = embedded()
    made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments), level="theme")
    assert {a.code_id for a in made.applied} == {"Alliance", "Frame"}


def gathered_of(given, coding, level="code"):
    return gather_evidence(given, BOOK, coding, level=level, rule="half", encoder=Counts())


def test_moderators_turns_stand_between_the_segments_and_are_never_coded():
    given = embedded(2)
    gathered = gathered_of(given, coding_of(given.segments))
    asks = np.array(gathered.evidence.asks)
    assert asks.sum() == 2
    assert np.isnan(gathered.applied[asks]).all()
    assert [gathered.evidence.texts[i] for i in gathered.rows_of] == given.segments.texts
    assert gathered.chosen.sum() == 1  # the one exemplar of the codebook


def test_a_turn_enters_once_and_a_moderators_keeps_its_mark():
    given = an.embed(an.segment(transcripts(2), roles="all"), encoder=Counts())
    gathered = gathered_of(given, None)
    assert len(gathered.evidence) == len(given) + 1  # and the exemplar
    asks = [gathered.evidence.asks[row] for row in gathered.rows_of]
    assert asks == [s.role == "moderator" for s in given.segments]


def test_an_exemplar_teaches_its_code_and_not_the_others():
    gathered = gathered_of(embedded(1), None)
    assert gathered.applied[gathered.chosen].tolist() == [[1.0, 0.0, 0.0]]
    above = gathered_of(embedded(1), None, level="theme")
    assert above.above[above.chosen].tolist() == [[1.0, 0.0]]


def test_whole_sessions_are_held_out_never_participants():
    given = embedded(2)
    gathered = gathered_of(given, coding_of(given.segments))
    assert [gathered.evidence.blocks[i] for i in gathered.rows_of] == [s.transcript_id for s in given.segments]
    assert gathered.held_out == "2 sessions"


def test_transcripts_of_one_session_are_one_block():
    parts = [an.Transcript(t.id, t.text, t.turns, session="whole") for t in transcripts(2)]
    other = an.Transcript("X", parts[0].text, parts[0].turns)
    given = an.embed(an.segment([*parts, other]), encoder=Counts())
    gathered = gathered_of(given, coding_of(given.segments))
    assert {gathered.evidence.blocks[i] for i in gathered.rows_of} == {"whole", "X"}


def test_one_session_is_held_out_in_stretches_of_talk():
    given = embedded(4)
    gathered = gathered_of(given, coding_of(given.segments, read={"T1"}))
    assert gathered.held_out == "nothing: one session was read, and 13 turns are too few to cut into stretches"
    text, turns = "", []
    for i in range(120):
        words = f"the {WORDS[i % 4]} of case {i}"
        turns.append(an.Turn(len(text), len(text) + len(words), f"P{i % 2}", "participant"))
        text += words + "\n"
    given = an.embed(an.segment([an.Transcript("T", text, tuple(turns))]), encoder=Counts())
    gathered = gathered_of(given, coding_of(given.segments))
    assert gathered.held_out == "8 stretches of talk of the one session that was read"
    numbers = [gathered.evidence.blocks[i][1] for i in gathered.rows_of]
    assert numbers == sorted(numbers)
    assert [numbers.count(k) for k in range(8)] == [15] * 8


def test_the_turns_beside_a_stretch_are_not_learnt_from_when_it_is_held_out():
    segments = learning.SegmentEvidence(np.eye(12), blocks=[0] * 6 + [1] * 6, sequences=["T"] * 12)
    held = learning.Held.of(segments, np.ones(12, dtype=bool))
    assert held.fold.tolist() == [0] * 6 + [1] * 6
    beside = held.beside(segments)
    assert np.flatnonzero(beside[0]).tolist() == list(range(9))
    assert np.flatnonzero(beside[1]).tolist() == list(range(3, 12))


def test_answers_side_by_side_in_a_file_are_no_talk():
    said = [("A", "one answer"), ("B", "another answer"), ("C", "a third")]
    text, turns = "", []
    for speaker, words in said:
        turns.append(an.Turn(len(text), len(text) + len(words), speaker, "participant"))
        text += words + "\n"
    given = an.embed(an.segment([an.Transcript("Q1", text, tuple(turns))]), encoder=Counts())
    assert not gathered_of(given, None).evidence.in_dialogue
    assert gathered_of(embedded(1), None).evidence.in_dialogue


def test_two_coders_who_differ_count_by_half():
    given = embedded(1, asked=False)
    both = an.join_codings(
        [coding_of(given.segments), an.Coding((), coding_of(given.segments, coders=("B",)).read, BOOK)]
    )
    gathered = gathered_of(given, both)
    assert set(np.unique(gathered.applied[gathered.rows_of])) == {0.0, 0.5}


def test_without_a_promise_suggestions_stand_and_the_reason_is_said():
    given = embedded()
    plain = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments))
    with pytest.warns(AllianceWarning, match=r"For 3 of 3 codes 'at most 1% wrong' cannot be promised"):
        made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments), abstain=0.01)
    assert made.applied == plain.applied
    rows = made.made_from.promises.rows()
    assert all(row["reason"] and row["promise"] is None for row in rows)
    assert "promised for 0 of 3 codes" in repr(made.made_from)


def test_promises_that_stand_are_kept_by_what_is_accepted():
    given = embedded(16)
    made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments), abstain=0.2).made_from
    rows = made.promises.rows()
    assert [(row["reason"], row["promise"]) for row in rows] == [("", 0.2)] * 3
    assert made.accepted.sum() > 100
    thresholds = np.array([row["threshold"] for row in rows])
    assert (made.accepted == (made.suggested & (made.probabilities >= thresholds))).all()


def test_nothing_is_promised_from_a_codebook_alone():
    with pytest.warns(AllianceWarning, match="nothing was read that could be held out to count errors on"):
        an.suggest_codes(embedded(2), BOOK, abstain=0.1)


def test_codes_with_little_training_are_withheld_and_listed():
    given = embedded()
    every = coding_of(given.segments)
    pain = [a for a in every.applied if a.code_id == "Frame/pain"][:2]
    few = an.Coding(tuple([a for a in every.applied if a.code_id != "Frame/pain"] + pain), every.read, BOOK)
    with pytest.warns(AllianceWarning, match="1 code of 3 not suggested; the first, 'Frame/pain': too few codings"):
        made = an.suggest_codes(given, BOOK, learn_from=few)
    assert made.made_from.withheld.rows() == [
        {"code": "Frame/pain", "n_coded": 2.0, "reason": "too few codings among what was read to learn from"}
    ]
    assert "Frame/pain" not in {a.code_id for a in made.applied}
    # the code, its number of codings and the reason stand in print and in the line that says what it is
    assert "withheld (Frame/pain: 2 coded, too few codings among what was read to learn from)" in repr(made.made_from)
    assert "Codes that are not suggested\ncode        n coded  reason\nFrame/pain        2  too few" in str(
        made.made_from
    )
    assert "What is promised" not in str(made.made_from)


def test_print_shows_promises_and_the_first_reasons_stand_in_repr():
    given = embedded()
    with pytest.warns(AllianceWarning):
        made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments), abstain=0.01).made_from
    assert "What is promised of each code's suggestions" in str(made)
    reason = made.promises[0]["reason"]
    assert f"promised for 0 of 3 codes (Alliance/trust: {reason}; " in repr(made)
    assert repr(made).startswith("Suggestions(54 suggestions of 3 codes on 54 of 72 segments, 54 accepted, ")
    assert "0 segments abstained" in repr(made)


def test_codes_that_the_codebook_lacks_are_all_listed_with_the_nearest():
    given = embedded(2)
    other = an.Codebook((an.Code("Alliance", "", "trusts"), an.Code("Frame", "", "time"), an.Code("Frame", "", "pan")))
    with pytest.raises(InputError) as failed:
        an.suggest_codes(given, other, learn_from=coding_of(given.segments))
    said = str(failed.value)
    assert "learn_from has 2 problems" in said
    assert "'Alliance/trust' is not in the codebook. Did you mean 'Alliance/trusts'?" in said
    assert "'Frame/pain' is not in the codebook. Did you mean 'Frame/pan'?" in said


def test_a_machine_does_not_learn_from_itself():
    given = embedded(2)
    machine = an.suggest_codes(given, BOOK)
    with pytest.raises(
        InputError, match="holds suggestions of a machine, by machine: a machine that learns from itself"
    ):
        an.suggest_codes(given, BOOK, learn_from=machine)
    empty = an.Coding((), machine.read, BOOK, made_from=machine.made_from)
    with pytest.raises(InputError, match="holds suggestions of a machine: a machine that learns"):
        an.suggest_codes(given, BOOK, learn_from=empty)


def test_reading_that_is_not_stated_is_said():
    given = embedded(2)
    with pytest.warns(AllianceWarning, match="What A read is not stated: only what they coded is learnt from"):
        an.suggest_codes(given, BOOK, learn_from=an.Coding(coding_of(given.segments).applied, (), BOOK))


def test_where_reading_is_not_stated_a_segment_may_stay_without_a_code():
    given = embedded()
    coding = coding_of(given.segments, read={"T0", "T1", "T2", "T3"})
    with pytest.warns(AllianceWarning, match="What A read is not stated"):
        made = an.suggest_codes(given, BOOK, learn_from=an.Coding(coding.applied, (), BOOK))
    found = words_of(made)
    assert not any(codes for word, codes in found if word == "music")
    assert np.mean([codes == {word} for word, codes in found if word != "music"]) > 0.9
    assert not made.made_from.settings["calibrated"]
    with pytest.warns(AllianceWarning):
        made = an.suggest_codes(given, BOOK, learn_from=an.Coding(coding.applied, (), BOOK), abstain=0.2)
    reasons = {row["reason"] for row in made.made_from.promises.rows()}
    assert reasons == {"what the coders read is not stated: nothing tells a wrong suggestion from an unread segment"}


def test_exemplars_alone_leave_what_is_like_none_of_them_without_a_code():
    given = embedded()
    shown = an.Codebook(tuple(replace(code, exemplars=(f"the {code.code} of it",)) for code in BOOK))
    for book in (BOOK, shown):
        found = words_of(an.suggest_codes(given, book))
        assert not any(codes for word, codes in found if word == "music")
        assert np.mean([codes == {word} for word, codes in found if word != "music"]) > 0.9


def form(n=40, questions=("Q1", "Q2")):
    """Everybody answers each question once, in their own order; every fourth answer is about music."""
    made = []
    for q, question in enumerate(questions):
        text, turns = "", []
        for i in range(n):
            who = (i * 7 + q) % n
            words = f"the {WORDS[(who + q) % 4]} of person {who} {WORDS[(who + q) % 4]}"
            turns.append(an.Turn(len(text), len(text) + len(words), f"P{who}", "participant", person_id=f"P{who}"))
            text += words + "\n"
        made.append(an.Transcript(question, text, tuple(turns)))
    return an.embed(an.segment(made), encoder=Counts())


def test_on_a_form_a_persons_answers_are_held_out_together():
    given = form()
    gathered = gathered_of(given, coding_of(given.segments))
    blocks = [gathered.evidence.blocks[i] for i in gathered.rows_of]
    assert blocks == [("person", s.person) for s in given.segments]
    assert gathered.held_out == "40 people, each with all their answers"
    assert gathered.unit == ("person", "people")
    assert not gathered.evidence.in_dialogue
    one = gathered_of(given, coding_of(given.segments, read={"Q1"}))
    assert one.held_out == "40 people, each with all their answers"
    with pytest.warns(AllianceWarning, match="people, were wrong"):
        an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments), abstain=0.01)
    # with one interview among what was read sessions are held out
    talk = transcripts(1)
    mixed = an.embed(an.segment([*given.segments.transcripts, *talk]), encoder=Counts())
    assert gathered_of(mixed, coding_of(mixed.segments)).held_out == "3 sessions"


def test_names_alone_say_nothing_of_near_empty_turns():
    text, turns = "", []
    for place, words in enumerate(("mm", "yes", "...", "trust trust", "the time we have")):
        turns.append(an.Turn(len(text), len(text) + len(words), f"P{place % 2}", "participant"))
        text += words + "\n"
    given = an.embed(an.segment([an.Transcript("T", text, tuple(turns))]), encoder=Counts())
    found = an.suggest_codes(given, BOOK).made_from.suggested
    assert not found[:3].any()


def test_no_segments_are_an_empty_answer():
    given = embedded(1)
    none = an.Embeddings(given.segments.take([]), given.vectors[:0], given.encoder, model=given.model)
    assert an.suggest_codes(none, BOOK).applied == ()


def test_a_suggestion_is_explained_without_the_segments_words_in_its_repr():
    given = embedded()
    made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments))
    text = made.explain(given.segments.ids[0])
    assert text == made.made_from.explain(given.segments.ids[0])
    assert "Alliance/trust has a probability of" in text
    assert "Runner-up" in text
    told = {sentence.kind: sentence.text for sentence in made.made_from.sentences(given.segments.ids[0])}
    assert list(told) == ["score", "examples", "words", "parts", "runner-up", "caution"]
    assert told["parts"].startswith("Parts of the score: learnt ")
    assert "\n".join(told.values()) == text
    assert given.segments[0].text not in repr(made.made_from) + repr(made)
    assert made.made_from.rows()[0]["text"] in given.segments.texts


def test_risk_and_coverage_are_listed_per_code():
    given = embedded()
    made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments)).made_from
    curve = made.risk_coverage("Alliance/trust").rows()
    assert [row["n_accepted"] for row in curve] == sorted(row["n_accepted"] for row in curve)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": "themes"}, "level must be 'code', 'essence' or 'theme'"),
        ({"abstain": 10}, "abstain must be a share between 0 and 1"),
        ({"confidence": 0.9}, "confidence says how sure a promise is, and without abstain= none is made"),
        ({"abstain": 0.1, "confidence": 2}, "confidence must lie between 0 and 1"),
    ],
)
def test_bad_choices_are_said(options, message):
    with pytest.raises(InputError, match=message):
        an.suggest_codes(embedded(1), BOOK, **options)


def test_an_empty_codebook_is_said():
    with pytest.raises(InputError, match="needs a codebook with at least one code"):
        an.suggest_codes(embedded(1), an.Codebook(()))


def test_coders_who_read_none_of_the_segments_are_said():
    other = an.Coding((), (an.ReadSpan("A", "elsewhere", 0, 9),), BOOK)
    with pytest.raises(InputError, match="read none of the 12 segments"):
        an.suggest_codes(embedded(1), BOOK, learn_from=other)


def test_unknown_segments_and_codes_are_said_when_explaining():
    given = embedded(2)
    made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments)).made_from
    with pytest.raises(InputError, match="No segment has the id 'x'"):
        made.explain("x")
    with pytest.raises(InputError, match="No code has the path 'x'"):
        made.explain(given.segments.ids[0], "x")
    with pytest.raises(InputError, match="No coded segments are known for 'x'"):
        made.risk_coverage("x")


def test_names_alone_say_nothing_of_one_segment_or_of_equals():
    for texts in (["the trust of it"], ["the trust of it"] * 3):
        given = an.embed(an.segment(an.read_transcripts(texts)), encoder=Counts())
        assert not an.suggest_codes(given, BOOK.at("theme")).made_from.suggested.any()
    two = an.embed(an.segment(an.read_transcripts(["the trust of it", "the time of it"])), encoder=Counts())
    assert an.suggest_codes(two, BOOK).made_from.suggested.any()


def test_memory_is_bounded_by_what_is_learnt_from(monkeypatch):
    monkeypatch.setattr(task, "MOST_LEARNT", 40)
    monkeypatch.setattr(evidence, "BLOCK", 50)
    sizes, between = [], similarity.Similarity.between
    monkeypatch.setattr(similarity.Similarity, "between", lambda *args: sizes.append(f := between(*args)) or f)
    given = embedded(20)
    an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments))
    assert len(given) == 240
    assert max(found.size for found in sizes) <= 50 * 40


def test_a_coding_without_a_codebook_is_said():
    given = embedded(2)
    made = coding_of(given.segments)
    with pytest.raises(InputError, match="The coding carries no codebook"):
        an.find_trouble(given, an.Coding(made.applied, made.read))
    with pytest.raises(InputError, match="level must be"):
        an.find_trouble(given, made, level="themes")


def test_planted_slips_are_found_first():
    given = embedded()
    made = coding_of(given.segments)
    slipped = [5, 20]
    rows = list(made.applied)
    for place in slipped:
        other = next(c.id for c in BOOK if c.id != rows[place].code_id)
        rows[place] = an.CodedSpan("A", rows[place].transcript_id, rows[place].start, rows[place].end, other)
    found = an.find_trouble(given, an.Coding(tuple(rows), made.read, BOOK), n=4)
    planted = {f"{rows[p].transcript_id}:{rows[p].start}-{rows[p].end}" for p in slipped}
    assert planted <= {row["segment_id"] for row in found.slips.rows()}
    assert "quote" not in str(found.slips)
    assert found.unfitting.columns == ("code", "share", "nearer")


def test_a_coding_of_people_has_nothing_to_explain():
    given = embedded(1)
    with pytest.raises(InputError, match=r"Only suggestions of suggest_codes\(\) can be explained"):
        coding_of(given.segments).explain(given.segments.ids[0])


def test_an_exemplar_taken_from_the_talk_is_held_out_with_it():
    given = embedded(6)
    coding, taken = coding_of(given.segments), given.segments[0].text
    book = an.Codebook(tuple(replace(code, exemplars=(f"{taken}!",) if code.code == "pain" else ()) for code in BOOK))
    gathered = gather_evidence(given, book, coding, level="code", rule="half", encoder=Counts())
    assert [block for block, shown in zip(gathered.evidence.blocks, gathered.chosen, strict=True) if shown] == ["T0"]
    # held out with its session, the exemplar gives nothing away there: as if the codebook had none
    made, bare = (
        an.suggest_codes(given, each, learn_from=coding).made_from
        for each in (book, an.Codebook(tuple(replace(code, exemplars=()) for code in BOOK)))
    )
    fold = made.fitted.held.fold[made.rows_of[0]]
    ours, theirs = (m.fitted.coefficients[m.fitted.held.fold[m.rows_of[0]]] for m in (made, bare))
    exemplar = np.flatnonzero(gathered.chosen)[0]
    assert made.fitted.held.fold[exemplar] == fold
    assert not ours[made.fitted.learnt == exemplar].any()
    assert ours[made.fitted.learnt != exemplar] == pytest.approx(theirs, abs=0.05)
    elsewhere = an.Codebook(tuple(replace(code, exemplars=("something else",)) for code in BOOK))
    apart = gather_evidence(given, elsewhere, coding, level="code", rule="half", encoder=Counts()).evidence.blocks[-1]
    assert apart == ("exemplar", 0)  # shown for three codes, it is one passage


def test_from_the_codebook_alone_an_answer_that_says_nothing_gets_no_code():
    given = form(40)
    said = ["No", "Don't know", "n/a", "nothing", "No comment.", "-", "the time"]
    text, turns = "", []
    for i, words in enumerate(said):
        turns.append(an.Turn(len(text), len(text) + len(words), f"X{i}", "participant"))
        text += words + "\n"
    both = an.embed(
        an.segment([*given.segments.transcripts, an.Transcript("Q3", text, tuple(turns))]), encoder=Counts()
    )
    made = an.suggest_codes(both, BOOK).made_from
    last = made.suggested[-len(said) :]
    assert not last[:-1].any()
    assert last[-1].tolist() == [False, True, False]


def test_codes_under_one_theme_belong_together_and_a_single_one_alone():
    codes = gathered_of(embedded(1), None).codes
    assert codes.names == BOOK.ids
    assert list(map(tuple, codes.above)) == [(1, 2)]
    assert list(map(tuple, gathered_of(embedded(1), None, level="theme").codes.above)) == [(0,), (1, 2)]
    assert codes.texts == ["trust. being believed", "time. minutes", "pain. what hurts"]


def test_withheld_codes_say_how_many_coders_applied_them_in_shares():
    given = embedded()
    every = coding_of(given.segments)
    pain = [a for a in every.applied if a.code_id == "Frame/pain"][:1]
    few = an.Coding(tuple([a for a in every.applied if a.code_id != "Frame/pain"] + pain), every.read, BOOK)
    none = an.Coding((), coding_of(given.segments, coders=("B",)).read, BOOK)
    with pytest.warns(AllianceWarning, match="1 code of 3 not suggested"):
        made = an.suggest_codes(given, BOOK, learn_from=an.join_codings([few, none])).made_from
    assert [row["n_coded"] for row in made.withheld.rows()] == [0.5]
    with pytest.warns(AllianceWarning):
        one = an.suggest_codes(given, BOOK, learn_from=few).made_from
    assert [type(row["n_coded"]) for row in one.withheld.rows()] == [int]

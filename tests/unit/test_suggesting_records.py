"""suggest_codes(), next_to_code(), find_trouble(): from records to a coding, and what is said when it cannot be."""

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.suggesting import similarity
from alliance_nlp.suggesting.making import gather_evidence

WORDS = ("trust", "time", "pain", "music")
BOOK = an.Codebook(
    (an.Code("Alliance", "", "trust", "being believed", ("trust grows",)), an.Code("Frame", "", "time", "minutes"),
     an.Code("Frame", "", "pain", "what hurts")),
)  # fmt: skip


class Counts:
    """One dimension a word: what is near is known by hand."""

    def encode(self, texts):
        return np.array([[text.casefold().split().count(word) + 0.01 for word in WORDS] for text in texts])


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


def test_moderators_turns_stand_between_the_segments_and_are_never_coded():
    given = embedded(2)
    gathered = gather_evidence(given, BOOK, BOOK, coding_of(given.segments), rule="half", encoder=Counts())
    asks = np.array(gathered.evidence.asks)
    assert asks.sum() == 2
    assert np.isnan(gathered.applied[asks]).all()
    assert [gathered.evidence.texts[i] for i in gathered.rows_of] == given.segments.texts
    assert gathered.chosen.sum() == 1  # the one exemplar of the codebook


def test_with_few_transcripts_participants_are_held_out():
    given = embedded(2)
    gathered = gather_evidence(given, BOOK, BOOK, None, rule="half", encoder=Counts())
    assert {gathered.evidence.groups[i] for i in gathered.rows_of} == {"P0", "P1"}


def test_two_coders_who_differ_count_by_half():
    given = embedded(1, asked=False)
    both = an.join_codings(
        [coding_of(given.segments), an.Coding((), coding_of(given.segments, coders=("B",)).read, BOOK)]
    )
    gathered = gather_evidence(given, BOOK, BOOK, both, rule="half", encoder=Counts())
    assert set(np.unique(gathered.applied[gathered.rows_of])) == {0.0, 0.5}


def test_promises_withhold_what_they_cannot_carry():
    given = embedded()
    with pytest.warns(AllianceWarning, match=r"For 3 of 3 codes 'at most 1% wrong' cannot be promised"):
        made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments), abstain=0.01)
    assert {a.status for a in made.applied} == {"abstained"}
    assert all(row["reason"] for row in made.made_from.promises.rows())


def test_promises_that_stand_let_suggestions_through():
    given = embedded(16)
    made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments), abstain=0.2)
    assert [row["reason"] for row in made.made_from.promises.rows()] == ["", "", ""]
    assert sum(a.status == "suggested" for a in made.applied) > 100


def test_nothing_is_promised_from_a_codebook_alone():
    with pytest.warns(AllianceWarning, match="only exemplars or definitions were learnt from"):
        an.suggest_codes(embedded(2), BOOK, abstain=0.1)


def test_a_suggestion_is_explained_without_the_segments_words_in_its_repr():
    given = embedded()
    made = an.suggest_codes(given, BOOK, learn_from=coding_of(given.segments))
    text = made.explain(given.segments.ids[0])
    assert text == made.made_from.explain(given.segments.ids[0])
    assert "Alliance/trust has a probability of" in text
    assert "Runner-up" in text
    told = {sentence.kind: sentence.text for sentence in made.made_from.sentences(given.segments.ids[0])}
    assert list(told) == ["score", "examples", "definition", "words", "around", "runner-up", "caution"]
    assert told["around"].startswith("The turns around it add ")
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


def test_the_reading_list_holds_unread_segments_only():
    given = embedded()
    listed = an.next_to_code(given, coding_of(given.segments, read={"T0", "T1", "T2"}), n=7)
    assert len(listed) == 7
    assert all(row["segment_id"].split(":")[0] in ("T3", "T4", "T5") for row in listed.rows())
    assert "quote" not in str(listed)


def test_the_similarity_of_all_segments_is_computed_once(monkeypatch):
    built, around = [], similarity._with_turns_around
    monkeypatch.setattr(similarity, "_with_turns_around", lambda *args: built.append(args[0].shape) or around(*args))
    given = embedded()
    an.next_to_code(given, coding_of(given.segments, read={"T0", "T1", "T2"}), n=3)
    n, n_texts = 6 * 13 + 1, 3  # turns of six transcripts with their questions, one exemplar; three codes
    assert built == [(n, n + n_texts)]


def test_nothing_left_to_code_is_said():
    given = embedded(2)
    with pytest.raises(InputError, match="have read all 24 segments"):
        an.next_to_code(given, coding_of(given.segments))


def test_a_coding_without_a_codebook_is_said():
    given = embedded(2)
    made = coding_of(given.segments)
    with pytest.raises(InputError, match="The coding carries no codebook"):
        an.next_to_code(given, an.Coding(made.applied, made.read))
    with pytest.raises(InputError, match="level must be"):
        an.next_to_code(given, made, level="themes")


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

"""A person is not a label: who stands behind one, who is counted, and whose words leave in a pack."""

import html
import re
import warnings

import pytest
from hypothesis import given, strategies as st

import alliance_nlp as an
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.records import (
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Participant,
    ReadSpan,
    Segment,
    Segments,
    Study,
    Transcript,
    Turn,
    attendance,
    is_generic,
    resolve_people,
)  # fmt: skip

FIRST = "I went home and slept badly zephyrine for the whole week after that."
OTHER = "I made a mistake with the doses quillback and never told anybody about it."


def interview(label, words, question="How did it begin?"):
    return f"Interviewer: {question}\n\n{label}: {words}\n"


def folder(tmp_path, talks, toml=None, **parts):
    """A study of transcripts by name, each turn 2 coded by consensus."""
    rows = "".join(f"{name},2,fear,team\n" for name in talks)
    files = {
        "codebook.csv": "theme,code\nFear,fear\n", "consensus.csv": f"transcript,turn,code,by\n{rows}", **parts,
        **{f"transcripts/{name}.txt": text for name, text in talks.items()},
    }  # fmt: skip
    if toml is not None:
        above, below = (toml, "") if toml.startswith(("same_people", "title")) else ("", toml)
        files["study.toml"] = above + '[read]\nconsensus = "all"\n' + below
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def read(place, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        study = an.read_study(place, **options)
    return study, "\n".join(str(item.message) for item in caught)


def two(tmp_path, label, toml=None):
    return folder(tmp_path, {"anna": interview(label, FIRST), "bea": interview(label, OTHER)}, toml)


def words_of(pack):
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", pack.to_html())))


def entry(**fields):
    return "[[participants]]\n" + "".join(f"{key} = {value!r}\n" for key, value in fields.items())


# --- who stands behind a label ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    ["Interviewee", "Participant", "P", "R", "Informant", "Respondent", "Speaker 1", "SPEAKER_00", "Intervjuobjekt",
     "Deltaker", "Informanten", "Befragte", "Teilnehmer", "entrevistada", "participante", "Enquêté", "deltagare",
     "Haastateltava", "interviewee:", "Teilnehmer/in", "Befragte*r", "Entrevistado(a)", "Interviewpartner:in"],
)  # fmt: skip
def test_general_words_are_two_people_in_two_transcripts_without_a_word(tmp_path, label):
    study, said = read(two(tmp_path, label), roles={label.strip(":"): "participant"})
    assert is_generic(label)
    assert len(attendance(study)) == 2
    assert "recur" not in said
    assert {s.person for s in an.segment(study.transcripts)} == {f"{label.strip(':')} ({t})" for t in ("anna", "bea")}


@pytest.mark.parametrize("label", ["Teilnehmer/in", "Befragte*r", "participant(e)"])
def test_a_word_in_two_forms_is_joined_by_no_answer_that_names_it_not(tmp_path, label):
    study, _ = read(two(tmp_path, label, "same_people = true\n"), roles={label: "participant"})
    assert len(attendance(study)) == 2


@pytest.mark.parametrize("label", ["P1", "Anna", "Kari", "Interviewee 2", "FG1-P3", "Participant 4"])
def test_recurring_labels_stay_apart_with_one_warning_until_somebody_answers(tmp_path, label):
    place = two(tmp_path, label)
    study, said = read(place)
    assert not is_generic(label)
    assert list(attendance(study)) == [f"{label} (anna)", f"{label} (bea)"]
    assert said.count("labels that recur") == 1
    assert f"{label!r} in anna, bea" in said
    assert "Interviewer" not in said.partition("recur")[2]
    for name in (label, f"{label} (anna)"):
        with pytest.raises(InputError, match=r"stands in|several people") as caught:
            an.member_check_pack(study, name)
        assert "study.toml" in str(caught.value)
        assert "anna" in str(caught.value)
        assert repr(label) in str(caught.value)
    one, said = read(place, same_people=True)
    assert list(attendance(one)) == [label]
    assert "recur" not in said
    assert "zephyrine" in words_of(an.member_check_pack(one, label))
    apart, said = read(place, same_people=False)
    assert "recur" not in said
    assert "quillback" not in words_of(an.member_check_pack(apart, f"{label} (anna)"))


@pytest.mark.parametrize(
    ("answer", "label", "people"),
    [("same_people = true\n", "P1", ["P1"]), ("same_people = true\n", "Interviewee", None),
     ('same_people = ["Interviewee"]\n', "Interviewee", ["Interviewee"]),
     (entry(id="P1", sessions=["anna", "bea"]), "P1", ["P1"]), (entry(id="P1"), "P1", ["P1"]),
     (entry(id="Interviewee", sessions=["anna", "bea"]), "Interviewee", ["Interviewee"]),
     (entry(id="Interviewee", role="participant"), "Interviewee", None),
     (entry(id="P1", sessions=["anna"]), "P1", ["P1", "P1 (bea)"])],
)  # fmt: skip
def test_what_study_toml_says_of_a_label(tmp_path, answer, label, people):
    study, _ = read(two(tmp_path, label, answer if answer.startswith("[[") else None))
    if not answer.startswith("[["):
        (tmp_path / "study.toml").write_text(answer, encoding="utf-8")
        study, _ = read(tmp_path)
    assert list(attendance(study)) == (people or [f"{label} (anna)", f"{label} (bea)"])


SCOPED = entry(id="Anna", role="participant", labels=["Interviewee"], sessions=["anna"]) + entry(
    id="Bea", role="participant", labels=["Interviewee"], sessions=["bea"]
)


def test_two_people_scoped_to_two_sessions_with_one_label_are_two(tmp_path):
    study, _ = read(two(tmp_path, "Interviewee", SCOPED))
    assert [t.speakers for t in study.transcripts] == [("Interviewer", "Anna"), ("Interviewer", "Bea")]
    assert attendance(study) == {"Anna": {"anna"}, "Bea": {"bea"}}
    voices = an.count_voices(study).per_theme.rows()[0]
    assert (voices["speaking"], voices["largest_share"]) == (2, 0.5)
    assert an.choose_quotes(study).not_represented == ()


def test_a_scoped_label_has_the_role_of_its_person(tmp_path):
    toml = entry(id="Anna", role="participant", labels=["S1"], sessions=["anna"]) + entry(
        id="Kim", role="moderator", labels=["S1"], sessions=["bea"]
    )
    study, _ = read(two(tmp_path, "S1", toml))
    assert [t.turns[1].role for t in study.transcripts] == ["participant", "moderator"]
    assert list(attendance(study)) == ["Anna"]


@pytest.mark.parametrize(
    ("toml", "expected"),
    [(entry(id="Anna", labels=["Interviewee"], sessions=["anna"])
      + entry(id="Bea", labels=["Interviewee"], sessions=["anna", "bea"]), "'Anna' and 'Bea' both go by 'interviewee'"),
     (entry(id="Anna", labels=["Interviewe"], sessions=["anna"]), "participant 1 ('Anna'): nobody speaks in anna"),
     (entry(id="Cleo"), "participant 1 ('Cleo'): nobody speaks anywhere"),
     (entry(id="Cleo", sessions=["ana"]), "participant 1 ('Cleo')"),
     (entry(id="Anna", labels=["Interviewee"]), "Say in which: sessions = [...]")],
)  # fmt: skip
def test_one_label_for_two_in_one_scope_and_people_who_are_nowhere_are_listed(tmp_path, toml, expected):
    place = two(tmp_path, "Interviewee", toml + entry(id="Nobody"))
    with pytest.raises(InputError) as caught:
        an.read_study(place)
    assert expected in str(caught.value)
    assert "('Nobody')" in str(caught.value)  # all of them at once


@pytest.mark.parametrize(
    ("toml", "expected"),
    [('same_people = "yes"\n', "same_people must be true, false, or a list of labels. Got 'yes'"),
     ('same_people = ["Intervewee"]\n', "a label in same_people must be 'Interviewer' or 'Interviewee'"),
     (entry(id="Anna", labels="Interviewee"), 'number 1: labels must be a list, such as labels = ["Interviewee"]'),
     (entry(id="P1", sessions=["anna"]) * 2, "'P1' is given more than once. Two people need two ids")],
)  # fmt: skip
def test_slips_of_the_pen_are_refused(tmp_path, toml, expected):
    place = two(tmp_path, "Interviewee")
    (place / "study.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        an.read_study(place)
    assert expected in str(caught.value)


def test_an_error_names_the_file_in_which_the_person_stands(tmp_path):
    place = two(tmp_path, "Interviewee")
    (place / "participants.csv").write_text("id,labels,sessions\nAnna,Interviewe,anna\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"participants.csv has 1 problem:\n  participant 1 \('Anna'\): nobody speaks"):
        an.read_study(place)
    (place / "participants.csv").write_text(
        "id,labels,sessions\nAnna,Interviewee,anna\nBea,Interviewee,bea\n", encoding="utf-8"
    )
    assert list(attendance(read(place)[0])) == ["Anna", "Bea"]


def test_whoever_came_to_none_or_was_silent_is_no_error(tmp_path):
    study, _ = read(
        two(tmp_path, "Interviewee", SCOPED + entry(id="Cleo", sessions=[]) + entry(id="Dan", sessions=["bea"]))
    )
    assert attendance(study)["Cleo"] == frozenset()
    assert attendance(study)["Dan"] == {"bea"}


@pytest.mark.parametrize("label", ["Interviewee", "P1"])
def test_one_session_in_several_transcripts_is_no_answer(tmp_path, label):
    """A wave of interviews is called a session as a group in two files is."""
    toml = '[[sessions]]\nid = "wave"\ntranscripts = ["anna", "bea"]\n'
    study, said = read(two(tmp_path, label, toml))
    assert attendance(study) == {f"{label} (anna)": {"wave"}, f"{label} (bea)": {"wave"}}
    assert ("recur" in said) is (label == "P1")
    with pytest.raises(InputError, match="several people"):
        an.member_check_pack(study, label)
    study, _ = read(two(tmp_path, label, toml + entry(id=label, sessions=["wave"])))
    assert attendance(study) == {label: {"wave"}}
    assert {"zephyrine", "quillback"} <= set(re.findall(r"\w+", words_of(an.member_check_pack(study, label))))
    assert list(attendance(read(two(tmp_path, label, toml), same_people=(label,))[0])) == [label]


def test_what_a_person_agreed_to_goes_with_the_person_and_not_with_the_label(tmp_path):
    toml = SCOPED.replace("sessions = ['bea']", "sessions = ['bea']\nquotation = false")
    study, _ = read(two(tmp_path, "Interviewee", toml))
    assert [t.turns[1].refuses for t in study.transcripts] == [frozenset(), frozenset({"quotation"})]
    by_hand = Study(
        tuple(Transcript(n, "No time.", (Turn(0, 8, "p1", "participant"),)) for n in ("a", "b")),
        participants=(Participant("p1", "participant", ("a",), machine=False),),
    )
    assert [t.turns[0].person for t in by_hand.transcripts] == ["p1", "p1 (b)"]
    assert [bool(t.turns[0].refuses) for t in by_hand.transcripts] == [True, False]


def test_transcripts_read_one_by_one_are_kept_apart_when_they_meet():
    days = [Transcript(name, "No time.", (Turn(0, 8, "P1", "participant"),)) for name in ("a", "b")]
    assert [t.turns[0].person for t in days] == ["P1", "P1"]
    assert {s.person for s in an.segment(days)} == {"P1 (a)", "P1 (b)"}
    assert list(attendance(Study(tuple(days)))) == ["P1 (a)", "P1 (b)"]
    assert list(attendance(Study(tuple(days), same_people=True))) == ["P1"]
    bare = Segments(tuple(Segment(t.id, 0, 8, "No time.", "P1") for t in days), tuple(days))
    assert bare.speakers == {"P1 (a)", "P1 (b)"}
    assert an.segment(days[0]).speakers == {"P1"}


def test_reading_files_warns_once_and_takes_the_callers_answer(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(interview("P1", FIRST + name) + interview("P2", OTHER), encoding="utf-8")
    with pytest.warns(AllianceWarning, match="'P1' in a, b; 'P2' in a, b") as caught:
        apart = an.read_transcripts(tmp_path)
    assert len(caught) == 1
    assert an.segment(apart).speakers == {"P1 (a)", "P1 (b)", "P2 (a)", "P2 (b)"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert an.segment(an.read_transcripts(tmp_path, same_people=True)).speakers == {"P1", "P2"}


LABELS = st.sampled_from(["Interviewee", "P1", "Anna", "Speaker 2", "p1"])


@given(st.lists(st.lists(LABELS, max_size=4), min_size=1, max_size=4), st.sampled_from([None, True, False]))
def test_resolving_twice_changes_nothing_and_nobody_is_lost(talks, same):
    days = [
        Transcript(f"T{n}", "x" * len(labels), tuple(Turn(i, i + 1, label) for i, label in enumerate(labels)))
        for n, labels in enumerate(talks)
    ]
    once = resolve_people(days, same_people=same)
    assert resolve_people(once, same_people=same) == once
    pairs = {(t.id, turn.speaker.casefold()): turn.person for t in once for turn in t.turns}
    for (one, label), person in pairs.items():
        for (two_, other), again in pairs.items():
            together = label == other and (one == two_ or (same is True and not is_generic(label)))
            assert (person.casefold() == again.casefold()) == together


# --- whose words leave ------------------------------------------------------------------------------------------------


def group(tmp_path, labels, toml):
    """Two sessions of two people each; every turn holds its speaker's own words, and the moderator takes them up."""
    talks, rows = {}, ""
    for s, names in enumerate(labels):
        text, taken_up = "", f"sentinel1of{s - 1}" if s else ""
        for i, name in enumerate(names):
            asked = f"Somebody said {taken_up} perhaps gloriously often; you?" if taken_up else "Where shall we begin?"
            taken_up = f"sentinel{i}of{s}"
            said = f"What I carry is {taken_up} perhaps gloriously often, and nothing else at all."
            text += f"Moderator: {asked}\n\n{name}: {said}\n\n"
            rows += f"day{s},{2 * i + 2},fear,team\n"
        talks[f"day{s}"] = text
    return folder(tmp_path, talks, toml, **{"consensus.csv": f"transcript,turn,code,by\n{rows}"})


def sentinels(text):
    return set(re.findall(r"sentinel\dof\d", text))


@pytest.mark.parametrize(
    ("labels", "toml", "own"),
    [([("P1", "P2"), ("P1", "P2")], 'same_people = false\n',
      {"P1 (day0)": {"sentinel0of0"}, "P2 (day0)": {"sentinel1of0"}, "P1 (day1)": {"sentinel0of1"},
       "P2 (day1)": {"sentinel1of1"}}),
     ([("P1", "P2"), ("P1", "P2")], 'same_people = true\n',
      {"P1": {"sentinel0of0", "sentinel0of1"}, "P2": {"sentinel1of0", "sentinel1of1"}}),
     ([("Speaker 1", "Speaker 2"), ("Speaker 1", "Speaker 2")], 'title = "t"\n',
      {"Speaker 1 (day0)": {"sentinel0of0"}, "Speaker 2 (day1)": {"sentinel1of1"}}),
     ([("P1", "P2"), ("P2", "P1")], entry(id="A", labels=["P1"], sessions=["day0"])
      + entry(id="A2", labels=["P1"], sessions=["day1"]) + entry(id="B", labels=["P2"], sessions=["day0", "day1"]),
      {"A": {"sentinel0of0"}, "A2": {"sentinel1of1"}, "B": {"sentinel1of0", "sentinel0of1"}})],
)  # fmt: skip
def test_no_pack_holds_a_word_of_another(tmp_path, labels, toml, own):
    place = group(tmp_path, labels, None)
    (place / "study.toml").write_text(toml, encoding="utf-8")
    study, _ = read(place)
    for person in attendance(study):
        pack = an.member_check_pack(study, person)
        found = sentinels(words_of(pack)) | sentinels(str(pack.rows())) | sentinels(repr(pack.themes))
        assert found == own.get(person, found), person
        assert len(found) == len(own.get(person, "1")), person


def test_a_general_word_beside_others_may_be_any_of_them(tmp_path):
    place = group(tmp_path, [("P1", "Participant"), ("P2",)], 'title = "t"\n')
    study, _ = read(place)
    with pytest.raises(InputError, match=r"'Participant' is a general word beside 'P1' in day0"):
        an.member_check_pack(study, "Participant")
    assert sentinels(words_of(an.member_check_pack(study, "P2"))) == {"sentinel0of1"}


def test_what_one_person_said_in_the_other_interview_is_withheld_from_the_question(tmp_path):
    asked = "Another told me of a mistake with the doses quillback and never told anybody; and you?"
    place = folder(tmp_path, {"anna": interview("Interviewee", FIRST, asked), "bea": interview("Interviewee", OTHER)})
    study, _ = read(place)
    page = words_of(an.member_check_pack(study, "Interviewee (anna)"))
    assert "zephyrine" in page
    assert "quillback" not in page


# --- who is counted ---------------------------------------------------------------------------------------------------


def test_counts_draws_and_groups_go_by_person():
    days = tuple(
        Transcript(n, "No time at all.", (Turn(0, 15, "Interviewee", "participant"),)) for n in ("a", "b", "c")
    )
    coding = Coding(tuple(CodedSpan(c, t.id, 0, 15, "Time") for t in days for c in "KM"), (), Codebook((Code("Time"),)))
    segments = an.segment(days)
    found = an.compare(coding.by("K"), coding.by("M"), segments=segments, n_draws=20, n_permutations=19)
    assert found.basis.n_participants == 3
    voices = an.count_voices(Study(days, coding.codebook, coding)).per_theme.rows()[0]
    assert (voices["speaking"], voices["one_voice"]) == (3, "")
    assert [p for p, _ in an.choose_quotes(Study(days, coding.codebook, coding)).not_represented] == []
    study = Study(days, participants=(Participant("A", "participant", ("a",), labels=("Interviewee",)),))
    assert list(attendance(study)) == ["A", "Interviewee (b)", "Interviewee (c)"]


def test_what_0_1_0_counted_as_one_person_stays_one(tmp_path):
    from alliance_nlp.storage.migrations import MIGRATIONS

    days = tuple(Transcript(n, "No time.", (Turn(0, 8, "P1"),)) for n in ("a", "b"))
    items = tuple(Segment(t.id, 0, 8, "No time.", "P1") for t in days)
    fields, _ = MIGRATIONS["Segments"]({"items": items, "transcripts": days, "unit": "turn"})
    assert Segments(**fields).speakers == {"P1"}


# --- one label written in several ways, and slips of the pen ----------------------------------------------------------


@pytest.mark.parametrize(
    "labels", [("P1", "P 1"), ("P-1", "p.1"), ("Zoë", "ZOE\u0308"), ("Ann  Lee", "ann lee"), ("P1", "\u200eP1")]
)
def test_one_label_written_in_two_ways_is_one_label(tmp_path, labels):
    talks = {name: interview(label, words) for name, label, words in zip("ab", labels, (FIRST, OTHER), strict=True)}
    study, warned = read(folder(tmp_path, talks, "same_people = true\n"))
    assert len(attendance(study)) == 1
    study, warned = read(folder(tmp_path, talks, ""))
    assert len(attendance(study)) == 2
    assert "labels that recur" in warned


def test_a_listed_person_is_found_however_their_label_is_parted_from_its_number(tmp_path):
    toml = '[[participants]]\nid = "Anna"\nlabels = ["P 1", "P1"]\nrole = "participant"\nquotation = false\n'
    study, _ = read(folder(tmp_path, {"one": interview("P-1", FIRST)}, toml))
    turn = study.transcripts[0].turns[1]
    assert (turn.person, sorted(turn.refuses)) == ("Anna", ["quotation"])


def test_a_label_of_another_case_is_joined_later_too():
    """Kept apart when read, joined when the study says so: also where the first spelling is not this turn's."""
    apart = resolve_people([
        Transcript(name, "Aa. Bb.", (Turn(0, 3, "P1"), Turn(4, 7, "p1"))) for name in ("one", "two")
    ])  # fmt: skip
    assert {turn.person for t in apart for turn in t.turns} == {"P1 (one)", "P1 (two)"}
    assert {turn.person for t in resolve_people(apart, same_people=True) for turn in t.turns} == {"P1"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            '[[participants]]\nid = "P1"\nquotaton = false\n',
            "[[participants]] number 1: 'quotaton' is not read. Did you",
        ),
        ('[[participants]]\nid = "P1"\nquote = false\n', "'quote' is not read. Did you mean 'quotation'?"),
        ('[[participants]]\nid = "P1"\nsession = ["a"]\n', "'session' is not read. Did you mean 'sessions'?"),
        ('[[participants]]\nid = "P1"\nlables = ["A"]\n', "'lables' is not read. Did you mean 'labels'?"),
        ('[[participant]]\nid = "P1"\n', "'participant' is not read. Did you mean 'participants'?"),
        ("same_person = true\n", "'same_person' is not read. Did you mean 'same_people'?"),
        (
            "[read]\nteam = 'all'\nsame_people = true\n",
            "'same_people' stands below [read]. Write it above the first line",
        ),
        ('[[participants]]\nid = "P1"\nMachines = false\n', "'Machines' is not read. Did you mean 'machine'?"),
        ('[[themes]]\nname = "Fear"\nalias = ["F"]\n', "[[themes]] number 1: 'alias' is not read."),
    ],
)
def test_a_slip_of_the_pen_in_the_study_file_is_an_error_and_not_silence(tmp_path, written, said):
    place = folder(tmp_path, {"a": interview("P1", FIRST)})
    (place / "study.toml").write_text(written, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        an.read_study(place)
    assert "study.toml has 1 problem" in str(caught.value)
    assert said in str(caught.value)


def test_slips_in_the_table_of_participants_are_errors_and_other_columns_are_said(tmp_path):
    talks = {"a": interview("P1", FIRST)}
    place = folder(tmp_path, talks, "", **{"participants.csv": "id,quotations\nP1,no\n"})
    with pytest.raises(InputError, match="the column 'quotations' is not read. Did you mean 'quotation'?"):
        an.read_study(place)
    (place / "participants.csv").write_text("id,age,consent\nP1,40,no\n", encoding="utf-8")
    assert "participants.csv: nothing reads the columns 'age' and 'consent'" in read(place)[1]
    (place / "participants.csv").unlink()
    toml = '[read]\nconsensus = "all"\n[[participants]]\nid = "P1"\nage = 40\n'
    (place / "study.toml").write_text(toml, encoding="utf-8")
    assert "study.toml: nothing reads 'age' of the participants" in read(place)[1]


# --- tables say which person ------------------------------------------------------------------------------------------


def test_tables_of_suggestions_and_disagreements_say_which_of_two_people_with_one_label(tmp_path):
    turns = "".join(f"\n\nInterviewee: {words} {number}." for number, words in enumerate([FIRST, OTHER] * 3))
    talks = dict.fromkeys(("anna", "bea"), f"Interviewer: How did it begin?{turns}\n")
    study, _ = read(folder(tmp_path, talks, ""))
    segments, people = an.segment(study.transcripts), {"Interviewee (anna)", "Interviewee (bea)"}
    made = an.suggest_codes(segments, study.codebook).made_from
    assert {row["speaker"] for row in made.rows()} <= people
    part = Coding(study.consensus.applied, tuple(ReadSpan("consensus", "anna", 0, 400) for _ in "a"), study.codebook)
    assert {row["speaker"] for row in an.next_to_code(segments, part)} <= people
    machine = Coding((), tuple(ReadSpan("machine", t.id, 0, len(t.text)) for t in study.transcripts), study.codebook)
    found = an.compare(study.consensus, machine, segments=segments, n_draws=20, n_permutations=0)
    assert {row["speaker"] for row in found.disagreements} == people
    short = an.compare(study.consensus, machine, segments=segments[:1], n_draws=20, n_permutations=0).lost_spans
    assert {row["speaker"] for row in short} == {"Interviewee (bea)"}

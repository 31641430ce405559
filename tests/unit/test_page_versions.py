"""Versions of a report: with quotes, with transcripts, and the one for sharing, in which no word or name is left."""

import base64
import datetime
import re
from dataclasses import replace

import numpy as np
import pytest
from reported_study import make_book, make_mapping
from test_page_data import data_of

import alliance_nlp as an
from alliance_nlp.records import FieldNote, Participant
from alliance_nlp.records.fingerprints import key_of_study
from alliance_nlp.reports.numbered import _Numbers, without_names

WORD = "xylophonequark"  # said by participants
ASKED = "zymurgyquestion"  # by the moderator
NAMES = ("Torvald", "Ingeborg", "Sigrunn", "Kjellaug", "Haugesundkveld", "Bydelskafeen", "2025-03-19")
BESIDE = ("Sceptrenote",)  # what a co-moderator wrote
PEOPLE = ("Torvald", "Ingeborg", "Sigrunn")


def spoken(name, session, first):
    """Eleven turns: Kjellaug asks, then Torvald, Ingeborg and Sigrunn speak in turn; every turn has its own number."""
    turns, parts, at = [], [], 0
    for i in range(11):
        who, role = ("Kjellaug", "moderator") if not i else (PEOPLE[i % 3], "participant")
        words = f"{ASKED}: what helps here?" if not i else f"We want the {WORD} number {first + i} and say so aloud."
        turns.append(an.Turn(at, at + len(words), who, role))
        parts.append(words)
        at += len(words) + 1
    return an.Transcript(name, "\n".join(parts), tuple(turns), datetime.date(2025, 3, 19), session)


@pytest.fixture(scope="module")
def study():
    """Three sessions; a definition copies out what somebody said; Bo has not begun the last session."""
    transcripts = tuple(spoken(f"Haugesundkveld {i}", "Bydelskafeen", 20 * i) for i in (1, 2, 3))
    book = make_book()
    copied = replace(book.codes[0], definition=f"We want the {WORD} number 21", exemplars=(f"the {WORD} number 22",))
    book = an.Codebook((copied, *book.codes[1:]))
    spans, read = [], []
    for coder, shift in (("Ann", 1), ("Bo", 2)):
        for t in transcripts[: 4 - shift]:
            read.append(an.ReadSpan(coder, t.id, 0, len(t.text)))
            spans += [
                an.CodedSpan(coder, t.id, turn.start, turn.end, book.ids[(i + (i % 5 == shift)) % 3], note="by Torvald")
                for i, turn in enumerate(t.turns) if turn.role == "participant"
            ]  # fmt: skip
    people = tuple(Participant(name, "participant") for name in PEOPLE)
    notes = (FieldNote("Torvald sighs: Sceptrenote.", "Kjellaug", None, "Haugesundkveld 1", 2),)
    coding = an.Coding(tuple(spans), tuple(read), book)
    return an.Study(transcripts, book, coding, participants=people, notes=notes, title="Three evenings",
                    same_people=True)  # fmt: skip


@pytest.fixture(scope="module")
def comparison(study):
    segments = an.segment(study.transcripts)
    labels = np.arange(len(segments)) % 3
    vectors = np.eye(3, 8)[labels] + np.random.default_rng(0).normal(0, 0.1, (len(segments), 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    embeddings = an.Embeddings(segments, vectors, an.EncoderInfo("example"))
    aside = {segments[29].id: "short response"}
    labels[29] = -1
    clusters = an.Clusters(embeddings, labels, aside, settings={"recipe": "consensus", "assigned": True})
    learnt = an.suggest_held_out(embeddings, study.codebook, learn_from=study.coding, level="theme", encoder=Plain())
    mapping = make_mapping(clusters, study.codebook)
    return an.compare(study.coding.by("Ann"), learnt, clusters=mapping, segments=segments, people=study.coding,
                      n_draws=20, n_permutations=0, study=study)  # fmt: skip


class Plain:
    """Gives every text a vector of its length."""

    def encode(self, texts):
        return np.array([[1.0 + len(text) % 7, 1.0, *[0.1] * 6] for text in texts])


def versions(record, study, home, **wishes):
    an.write_report(record, home, study=study, **wishes)
    return home


def words_in(folder):
    """Everything that anybody could read in the files of a report: pictures within pages, and what PNGs say, too."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if path.suffix == ".png":
            found.append((path.name, " ".join(map(str, re.findall(rb"tEXt[^\0]*\0[^\0]*", data)))))
            continue
        text = data.decode("utf-8")
        inside = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", text)
        found += [(path.name, text), *((path.name, base64.b64decode(one).decode("utf-8")) for one in inside)]
        found.append((path.name, path.relative_to(folder).as_posix()))
    return found


@pytest.fixture(scope="module")
def shared_version(comparison, study, tmp_path_factory):
    return versions(comparison, study, tmp_path_factory.mktemp("sharing"), quotes=False, people=False)


def test_the_version_for_sharing_holds_no_word_and_no_name_in_any_file(shared_version):
    for name, text in words_in(shared_version):
        for sign in (WORD, ASKED, *NAMES, *BESIDE):
            assert sign not in text, (name, sign)
    page = (shared_version / "report.html").read_text(encoding="utf-8")
    assert "Version for sharing: no words of participants. People, sessions and transcripts are numbered" in page
    assert "CONFIDENTIAL" not in page[page.index("<body") : page.index('id="page-data"')]


def test_the_search_finds_what_the_other_versions_hold(comparison, study, tmp_path):
    with_all = versions(comparison, study, tmp_path / "all", transcripts=True)
    found = [text for _, text in words_in(with_all)]
    for sign in (WORD, ASKED, *NAMES, *BESIDE):
        assert any(sign in text for text in found), sign


def test_the_version_for_sharing_counts_what_the_named_one_counts(shared_version, comparison, study, tmp_path):
    shared, named = data_of(shared_version), data_of(versions(comparison, study, tmp_path))
    assert shared["holds"] == {"words": "none", "people": False, "n_words": 0, "n_segments": 30}
    assert {row["label"] for row in shared["people"]} == {"person 1", "person 2", "person 3"}
    assert [row["label"] for row in shared["sessions"]] == ["session 1"]
    assert [name.split(":")[0] for name in shared["segments"]["id"]] == [
        f"transcript {i}" for i in (1, 2, 3) for _ in range(10)
    ]
    same = ("person", "session", "transcript", "turn", "cluster", "open", "x", "y", "strength")
    assert {name: shared["segments"][name] for name in same} == {name: named["segments"][name] for name in same}
    assert [shared[name] for name in ("coders", "consensus", "links", "ledger")] == [
        named[name] for name in ("coders", "consensus", "links", "ledger")
    ]
    assert named["study"]["key"] == key_of_study(study.transcripts)
    assert shared["study"]["key"] == key_of_study(study.transcripts, numbered=True) != named["study"]["key"]
    assert shared["machine"]["sets"] == named["machine"]["sets"]
    assert [row["members"] for row in shared["clusters"]] == [row["members"] for row in named["clusters"]]
    assert all(row["keywords"] == [] for row in shared["clusters"])
    assert shared["codes"][0]["definition"] == ""
    assert shared["codes"][1]["definition"] == "About Time."


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({}, "CONFIDENTIAL. This version holds quotes of participants, and no full transcripts."),
        ({"transcripts": True}, "CONFIDENTIAL. This version holds all words of the transcripts that may be shown."),
        ({"quotes": False}, "This version holds no words of participants."),
        (
            {"people": False},
            "CONFIDENTIAL. This version holds quotes of participants, and no full transcripts. People,",
        ),
    ],
)
def test_a_report_says_which_version_it_is(wishes, says, comparison, study, tmp_path):
    versions(comparison, study, tmp_path, **wishes)
    assert says in (tmp_path / "report.md").read_text(encoding="utf-8")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert says in page[page.index("<header") : page.index("</header>")]


def test_with_transcripts_every_turn_and_note_is_in_but_those_of_unfinished_sessions(comparison, study, tmp_path):
    data = data_of(versions(comparison, study, tmp_path, transcripts=True))
    first, second, last = data["transcripts"]
    assert [(t["id"], len(t["turns"])) for t in (first, second, last)] == [
        ("Haugesundkveld 1", 11), ("Haugesundkveld 2", 11), ("Haugesundkveld 3", 0)
    ]  # fmt: skip
    assert first["turns"][0]["text"] == f"{ASKED}: what helps here?"
    assert first["turns"][0]["role"] == "moderator"
    assert first["notes"] == [{"turn": 1, "text": "Torvald sighs: Sceptrenote."}]
    assert data["holds"]["n_words"] == 20


def test_unfinished_transcripts_that_are_shown_are_on_record_under_their_names(comparison, study, tmp_path):
    ledger = tmp_path / "decisions.jsonl"
    an.write_report(comparison, tmp_path / "out", study=study, people=False, quotes=False, show_unfinished=ledger)
    (seen,) = an.read_ledger(ledger)
    assert (seen.by, seen.note) == ("Bo", "shown before they had finished: Haugesundkveld 3")


def test_a_label_of_two_transcripts_that_nobody_answered_for_is_two_people():
    said = tuple(an.Transcript(name, "No time.", (an.Turn(0, 8, "Interviewee"),)) for name in ("anna", "bea"))
    segments = an.Segments(tuple(an.Segment(t.id, 0, 8, "No time.", "Interviewee") for t in said), said)
    clusters = an.Clusters(an.Embeddings(segments, np.eye(2), an.EncoderInfo("x")), np.array([0, 0]))
    changed, _ = without_names(clusters, None)
    assert [s.person for s in changed.segments] == ["person 1", "person 2"]
    assert [t.turns[0].person for t in changed.segments.transcripts] == ["person 1", "person 2"]


def test_numbers_never_stand_for_somebody_elses_name():
    said = tuple(an.Transcript(n, "No time.", (an.Turn(0, 8, "person 2", "participant"),), None, s)
                 for n, s in (("transcript 2", "B"), ("transcript 1", None), ("B", None)))  # fmt: skip
    segments = an.segment(said)
    vectors = an.Embeddings(segments, np.eye(3), an.EncoderInfo("x"))
    changed, _ = without_names(an.Clusters(vectors, np.array([0, 0, 0])), None)
    assert [t.id for t in changed.segments.transcripts] == [f"numbered transcript {i}" for i in (1, 2, 3)]
    # the transcript B is of the session B, which has a number; the second one is its own session
    assert [t.session_name for t in changed.segments.transcripts] == ["session 1", "numbered transcript 2", "session 1"]


def test_one_name_for_a_person_a_session_and_a_transcript_is_told_apart_by_its_column():
    t = an.Transcript("Ann", "No time.", (an.Turn(0, 8, "Ann", "participant"),), None, "Ann")
    numbers = _Numbers.of((t,), an.segment((t,)))
    table = an.Table(("speaker", "session", "segments", "code"), (("Ann", "Ann", ("Ann:0-8",), "Ann"),))
    assert numbers.table(table).rows() == [
        {"speaker": "person 1", "session": "session 1", "segments": ("transcript 1:0-8",), "code": "Ann"}
    ]


def test_whole_transcripts_can_be_numbered_too_and_only_what_was_said_names_anybody(comparison, study, tmp_path):
    data = data_of(versions(comparison, study, tmp_path, transcripts=True, people=False))
    assert {data["people"][turn["person"]]["label"] for t in data["transcripts"] for turn in t["turns"]} == {
        "person 1", "person 2", "person 3", "person 4"
    }  # fmt: skip
    assert data["transcripts"][0]["notes"] == [{"turn": 1, "text": "Torvald sighs: Sceptrenote."}]
    data["transcripts"] = None
    assert not any(name in str(data) for name in NAMES)


def test_a_label_is_one_person_in_segments_and_in_turns(tmp_path):
    said = tuple(an.Transcript(name, "No time.", (an.Turn(0, 8, "P1"),)) for name in ("a", "b"))
    segments = an.Segments(tuple(an.Segment(t.id, 0, 8, "No time.", "P1") for t in said), said)
    clusters = an.Clusters(an.Embeddings(segments, np.eye(2), an.EncoderInfo("x")), np.array([0, 0]))
    data = data_of(versions(clusters, None, tmp_path, transcripts=True))
    assert [row["label"] for row in data["people"]] == ["P1 (a)", "P1 (b)"]
    assert [t["turns"][0]["person"] for t in data["transcripts"]] == data["segments"]["person"] == [0, 1]


def test_what_contradicts_itself_is_refused(comparison, tmp_path):
    with pytest.raises(an.InputError, match="transcripts=True puts words into the page that quotes=False leaves out"):
        an.write_report(comparison, tmp_path, transcripts=True, quotes=False)
    with pytest.raises(an.InputError, match="language must be 'en' or 'nb'. Got 'no' instead"):
        an.write_report(comparison, tmp_path, language="no")

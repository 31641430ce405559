"""Records are true or they are not made: of every record one that is true, and values that would make it untrue.

A new record joins by a maker under its name in `TRUE`, and its bad values in `UNTRUE`.
"""

import copy
import datetime
import importlib
import math
import pickle
import pkgutil
import warnings
from collections.abc import Mapping as MappingABC
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, get_type_hints

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.clusters.describing import describe
from alliance_nlp.clusters.naming import suggest_names
from alliance_nlp.errors import InputError
from alliance_nlp.ledger import read_ledger, record_decision, replay
from alliance_nlp.ledger.conflicts import Conflict
from alliance_nlp.method.chain import trace_chain
from alliance_nlp.method.contexts import open_quote
from alliance_nlp.method.effects import effect_of_change
from alliance_nlp.method.expectations import compare_expectations
from alliance_nlp.method.horizontalization import find_significant
from alliance_nlp.method.member_checks import member_check_pack
from alliance_nlp.method.member_checks.replies import Replies, Reply
from alliance_nlp.method.proposals import ImportedProposals
from alliance_nlp.method.relations import relate_themes
from alliance_nlp.method.saturation import Saturation
from alliance_nlp.method.sessions import compare_sessions
from alliance_nlp.method.table1 import table1
from alliance_nlp.method.translations import Translation
from alliance_nlp.method.voices import Assent, choose_quotes, count_voices, find_opposing
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
    FileRead,
    FoundSpeaker,
    Link,
    Mapping,
    Mark,
    Marks,
    Participant,
    Question,
    ReadItem,
    ReadReport,
    ReadSpan,
    Record,
    Segment,
    Segments,
    Study,
    Table,
    Theme,
    Transcript,
    Turn,
    same_content,
)
from alliance_nlp.records.fields import Checked
from alliance_nlp.scaling.coded_parts import PARTS
from alliance_nlp.storage.kinds import KINDS, kind_named
from alliance_nlp.suggesting import HeldOut, ModelStability, ModelSuggestions
from alliance_nlp.suggesting.with_model.self_agreement import PER_CODE, RUNS
from alliance_nlp.withdrawal.withdrawn_files import Withdrawal

NAN, INF = math.nan, math.inf
DAY = datetime.date(2025, 3, 19)
SECRET = ("zebra", "quagmire", "heron", "gusset", "bramble")  # what participants say; no message may
TEXT = "M: Why? zebra quagmire heron gusset hard. bramble zebra long ago."
TURNS = (
    Turn(3, 7, "M", "moderator", 0.0, 1.5), Turn(8, 41, "P1", "participant", 2.0, 4.0),
    Turn(42, 64, "P2", "participant"),
)  # fmt: skip
BOOK = Codebook(
    (Code("Trust", "", "hard", "what is hard", ("It is hard.",), ("heavy",)), Code("Time", "", "long")),
    (Theme("Trust", ("faith",), "practical", "They speak of trust."),), ("Time/rush",),
)  # fmt: skip


class Encoder:
    """Puts texts where their words say; its vectors have length 1."""

    def encode(self, texts):
        rows = np.array([[0.1, *(text.count(word) for word in ("hard", "long", "zebra"))] for text in texts])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def transcript():
    return Transcript("T", TEXT, TURNS, DAY, "first", "T.txt")


def segments():
    items = (
        Segment("T", turn.start, turn.end, TEXT[turn.start : turn.end], turn.speaker, turn.role, i, i - 1)
        for i, turn in enumerate(TURNS)
        if i
    )
    return Segments(tuple(items), (transcript(),))


def embeddings():
    return Embeddings(segments(), np.eye(2), EncoderInfo("hand", "r1", 256))


def clusters():
    tree, leaves = [[0, 1, 0.5, 2]], [0, 1]
    return Clusters(
        embeddings(), [0, 0], {}, [0.5, 1.0], [0.8], {"recipe": "x", "sizes": {"fine": [2]}}, tree, leaves,
        [0.4, 0.6], {1: [0.8]},
    )  # fmt: skip


def mapping():
    links = (Link(0, "Trust/hard", 0.5, "Time/long", 0.1), Link(0, "Time/long", 0.4, verdict="rejected"))
    return Mapping(clusters(), BOOK, links, (), ("Time/long",), {"alpha": 0.05})


def coding(coders="AB"):
    spans = [
        CodedSpan(c, "T", t.start, t.end, code) for c in coders for t, code in zip(TURNS[1:], BOOK.ids, strict=True)
    ]
    return Coding(tuple(spans), tuple(ReadSpan(c, "T", 0, 64) for c in coders), BOOK, {coders[0]: False})


def marks():
    said = (Mark("KL", "T", 8, 41, True, "heavy", DAY), Mark("MR", "T", 8, 41, False))
    return Marks(said, (ReadSpan("KL", "T", 0, 64),))


def qda_parts():
    counts = an.QdaCount("codes", 3, 1, 1, "no place")
    offsets = an.QdaOffsets("T", "code points", 4, 0.75, "quotes", 0.5)
    trouble = an.QdaTrouble("codings", "T", "lies outside")
    return (
        counts, offsets, trouble, an.LossReport((counts,), (offsets,), (trouble,)),
        an.QdaMemo("A thought.", "first", "KL", DAY, ("code Trust",)), an.QdaVariable("age", "Integer", "in years"),
        an.QdaCase("P1", "case", ("T",), {"age": "41"}, "a nurse"),
        an.QdaSet("all", ("Trust/hard",), ("T",), ("first",)),
        an.QdaLink("code Trust", "code Time", "against", "OneWay"),
        an.QdaSelection("a.jpg", "PictureSelection", {"firstX": 3}, ("Trust/hard",), ("KL",), "Quotation 1"),
    )  # fmt: skip


def qda_project():
    losses, memo, variable, case, members, link, selection = qda_parts()[3:]
    return an.QdaProject(
        study(), losses, "A study", "NVivo", coding("m"), (memo,), (case,), (variable,), (members,), (link,),
        (selection,),
        {"g1": "T"}, {"g2": "Trust/hard"}, {"T": "0" * 64}, "<Project/>",
    )  # fmt: skip


@cache
def study():
    people = (Participant("P1", "participant", ("first",), "A nurse."), Participant("P2", "participant"))
    consensus = replace(coding("C"), made_from=coding())
    return Study(
        (transcript(),), BOOK, coding(), consensus, (Question("Why?", "first"),), people,
        (Expectation("Trust will come up.", "KL", DAY, "Trust"),), (FieldNote("A pause.", "MR", DAY, "first", 2),),
        ({"kind": "note", "by": "KL", "role": "researcher", "date": "2025-03-19", "more": {"a": [1]}},),
        "A study", True, {"language": "en", "sessions": [{"id": "first"}]}, marks=marks(),
    )  # fmt: skip


@cache
def clustered():
    """Twelve segments in two clusters, for the records that are made of clusters."""
    said = [f"{word} {'zebra' * (i % 2)} {i}" for word in ("hard hard", "long long") for i in range(6)]
    return an.cluster(an.embed(an.segment(an.read_transcripts(said)), encoder=Encoder()), n_clusters=2, keep_short=True)


@cache
def ledger_file(folder):
    for to in ("haste", "hurry"):
        record_decision(folder / "decisions.jsonl", "rename", by=to, code="Time/long", to=to, of=BOOK)
    return folder / "decisions.jsonl"


def suggestions():
    return an.suggest_codes(an.embed(segments(), encoder=Encoder()), BOOK, encoder=Encoder()).made_from


def held_out():
    found = suggestions()
    return HeldOut(found.segments, found.codebook, found.probabilities, Table(("block",), ()), Table(("code",), ()))


def model_suggestions():
    kept, none = segments(), Table(("segment_id", "code_id", "start", "end"), ())
    given = np.zeros((len(kept), len(BOOK)), dtype=bool)
    outcomes = ("no code",) * len(kept)
    return ModelSuggestions(kept, BOOK, given, outcomes, none, Table(("what", "n"), (("calls", 2),)), {"model": "m"})


def model_stability():
    kept = segments()
    runs, codes = Table(RUNS, (("asked again", 2, 1.0, 1.0, 0, ""),)), Table(PER_CODE, ())
    return ModelStability(kept, BOOK, np.zeros((len(kept), len(BOOK))), runs, codes, {"model": "m"})


def read_item():
    return ReadItem("left out", "a title block", "line 1", "Date: May")


def file_read():
    return FileRead("T", 2, 1, 1, (FoundSpeaker("P1", "participant", 1, "said so", True),), (read_item(),), ("P1:",))


def files_compared():
    rows = [[{"unit": u, "code": "x", "quote": f"words {u}"} for u in side] for side in ("ab", "bc")]
    return an.compare_files(*rows)


def class_codings(tmp):
    """Two students on two turns of the study that ships."""
    home = tmp / "class"
    for name, code in (("Ada", "presence"), ("Bo", "no code")):
        home.mkdir(exist_ok=True)
        an.Table(("transcript", "turn", "code"), tuple(("session_1", n, code) for n in (6, 7))).to_csv(
            home / f"{name}.csv"
        )
    return an.collect_class(home, an.load_study(), n_draws=20)


def both_projects():
    """The study as two projects, a coder each."""
    return [replace(study(), coding=coding(c), consensus=None, title=c) for c in "AB"]


def identifiers():
    return an.find_identifiers(replace(transcript(), text=TEXT.replace("zebra quagmire", "Wexcombe Lane!")))


def realigned():
    return an.realign(coding(), transcript(), replace(transcript(), text=TEXT.replace("hard", "HARD")))


def reply():
    return Reply("Trust", "yes", "Very much.", "")


# Kind -> how a true one is made; `tmp` is a folder of the run.
TRUE = {
    "Assent": lambda tmp: Assent("T", 2, "P2", 1, "P1"),
    "Chain": lambda tmp: trace_chain(study()),
    "ChainLink": lambda tmp: trace_chain(study()).links[0],
    "ClusterDescription": lambda tmp: describe(clustered())[0],
    "ClusterName": lambda tmp: suggest_names(clustered())[0],
    "ClusterNames": lambda tmp: suggest_names(clustered()),
    "Clusters": lambda tmp: clusters(),
    "Code": lambda tmp: BOOK.codes[0],
    "Codebook": lambda tmp: BOOK,
    "CodebookEffect": lambda tmp: effect_of_change(clustered(), BOOK, BOOK, encoder=Encoder()),
    "CodebookVersion": lambda tmp: replay(ledger_file(tmp), codebook=BOOK).versions[0],
    "CodedSpan": lambda tmp: coding().applied[0],
    "Coding": lambda tmp: study().consensus,
    "Comparison": lambda tmp: an.compare(
        study().consensus, mapping().to_coding(), segments=segments(), n_draws=20, n_permutations=19
    ),
    "Conflict": lambda tmp: Conflict("Time/long", (1, 2), "They contradict one another."),
    "Decision": lambda tmp: read_ledger(ledger_file(tmp))[0],
    "Descriptions": lambda tmp: describe(clustered()),
    "Embeddings": lambda tmp: embeddings(),
    "EncoderInfo": lambda tmp: embeddings().encoder,
    "Expectation": lambda tmp: study().expectations[0],
    "ExpectationsBeside": lambda tmp: compare_expectations(study()),
    "FieldNote": lambda tmp: study().notes[0],
    "Identifier": lambda tmp: identifiers().items[0],
    "Identifiers": lambda tmp: identifiers(),
    "Landing": lambda tmp: realigned().landings[0],
    "Ledger": lambda tmp: read_ledger(ledger_file(tmp)),
    "Link": lambda tmp: mapping().links[0],
    "Mapping": lambda tmp: mapping(),
    "Mark": lambda tmp: marks().marks[0],
    "Marks": lambda tmp: marks(),
    "MemberCheckPack": lambda tmp: member_check_pack(study(), "P1", date=DAY),
    "Opposing": lambda tmp: find_opposing(study(), "Trust"),
    "OwnQuote": lambda tmp: member_check_pack(study(), "P1", date=DAY).themes[0].quotes[0],
    "PackTheme": lambda tmp: member_check_pack(study(), "P1", date=DAY).themes[0],
    "Participant": lambda tmp: study().participants[0],
    "ProjectedCoding": lambda tmp: mapping().to_coding().on(segments()),
    "Question": lambda tmp: study().guide[0],
    "QuoteInContext": lambda tmp: open_quote(study().transcripts, "T:8-41"),
    "Quotes": lambda tmp: choose_quotes(study(), min_words=1),
    "Realigned": lambda tmp: realigned(),
    "ReadSpan": lambda tmp: coding().read[0],
    "ReadersCompared": lambda tmp: an.compare_readers(marks(), segments()),
    "Relations": lambda tmp: relate_themes(study()),
    "Replies": lambda tmp: Replies("P1", "abc", (reply(),)),
    "Reply": lambda tmp: reply(),
    **{type(part).__name__: lambda tmp, part=part: part for part in (*qda_parts(), qda_project())},
    "Saturation": lambda tmp: Saturation(0.02, 6, "6+2 at 5%", 0.9, Table(("event",), (("first",),))),
    "Segment": lambda tmp: segments()[0],
    "Segments": lambda tmp: segments(),
    "SessionComparison": lambda tmp: compare_sessions(two_sessions()),
    "Settlement": lambda tmp: an.Settlement(("Trust/hard",), "KL", "Agreed.", DAY),
    "Significant": lambda tmp: find_significant(segments()),
    "Standing": lambda tmp: replay(ledger_file(tmp), codebook=BOOK),
    "Study": lambda tmp: study(),
    "HeldOut": lambda tmp: held_out(),
    "ModelStability": lambda tmp: model_stability(),
    "ModelSuggestions": lambda tmp: model_suggestions(),
    "ReadItem": lambda tmp: read_item(),
    "FoundSpeaker": lambda tmp: file_read().speakers[0],
    "FileRead": lambda tmp: file_read(),
    "ReadReport": lambda tmp: ReadReport((file_read(),)),
    "FilesCompared": lambda tmp: files_compared(),
    "MergedProjects": lambda tmp: an.merge_projects(both_projects()),
    "ClassCodings": class_codings,
    "ProjectsCompared": lambda tmp: an.compare_projects(both_projects(), n_draws=20),
    "CodedTables": lambda tmp: an.tabulate_codings(study(), segments()),
    "Suggestions": lambda tmp: suggestions(),
    "Table": lambda tmp: Table(("a", "b"), ((1, [2]), ({"c": {"d": 3}}, None)), "A", ("b",), ("n of 2",)),
    "TableOne": lambda tmp: table1(study()),
    "Theme": lambda tmp: BOOK.themes[0],
    "Transcript": lambda tmp: transcript(),
    "Translation": lambda tmp: Translation("T:8-41", "nb", "zebra", "sebra", "MR", DAY, ("as said, by KL",), True),
    "Turn": lambda tmp: TURNS[1],
    "CodedParts": lambda tmp: an.CodedParts("coded", Table(PARTS, ((0, "a.csv", 2, 9, "done", "", 0.5, 7),))),
    "InlinePage": lambda tmp: an.InlinePage("<p>", "a page", "a note"),
    "ImportedProposals": lambda tmp: ImportedProposals(Table(("by",), (("KL",),)), (), True),
    "Withdrawal": lambda tmp: Withdrawal(
        "P1", Table(("file", "what"), (("T.txt", "by hand"),)), Table(("copy",), ()), False
    ),
    "Voices": lambda tmp: replace(count_voices(study()), assents=(Assent("T", 2, "P2", 1, "P1"),)),
}


@cache
def two_sessions():
    later = replace(transcript(), id="U", session="second", date=DAY + datetime.timedelta(180))
    spans = [replace(span, transcript_id=name) for name in "TU" for span in coding("C").applied]
    return Study((transcript(), later), BOOK, Coding(tuple(spans), (), BOOK))


@pytest.fixture(scope="module")
def true(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")

    @cache
    def make(name):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", an.AllianceWarning)
            return TRUE[name](folder)

    return make


def record_classes():
    """All classes of records in the library, found by importing every module that does not need an extra."""
    for module in pkgutil.walk_packages(an.__path__, "alliance_nlp."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, queue = set(), [Checked]
    while queue:
        more = [kind for kind in queue.pop().__subclasses__() if kind.__module__.startswith("alliance_nlp.")]
        found |= {kind for kind in more if is_dataclass(kind)}
        queue += more
    return found


# Views that the library makes of records and that are never kept: their parts are checked where they are made.
VIEWS = {"Record", "Statement"}


def test_no_record_of_the_library_is_missing_here():
    kept = {name for names in KINDS.values() for name in names}
    assert set(TRUE) == kept == {kind.__name__ for kind in record_classes()} - VIEWS
    assert all(issubclass(kind_named(name), Checked) for name in kept)


def test_no_record_has_a_check_of_its_own_beside_that_of_its_fields():
    assert {kind.__name__ for kind in record_classes() if "__post_init__" in vars(kind)} == set()


# --- they stay what they are -----------------------------------------------------------------------------------------


def parts_of(value):
    """The value and everything inside it."""
    yield value
    inside = ()
    if isinstance(value, Checked):
        inside = [getattr(value, field.name) for field in fields(value) if field.compare]
    elif isinstance(value, MappingABC):
        inside = [*value.keys(), *value.values()]
    elif isinstance(value, tuple | list | set | frozenset):
        inside = value
    for part in inside:
        yield from parts_of(part)


@pytest.mark.parametrize("name", TRUE)
def test_copies_and_pickles_are_equal_and_as_closed(true, name):
    record = true(name)
    for again in (copy.deepcopy(record), copy.copy(record), pickle.loads(pickle.dumps(record)), replace(record)):
        assert type(again) is type(record)
        assert same_content(again, record)
        assert_closed(again)


def assert_closed(record):
    for part in parts_of(record):
        if isinstance(part, np.ndarray):
            assert not part.flags.writeable
        elif isinstance(part, dict):
            for change in (
                lambda d: d.update(x=1), lambda d: d.__setitem__("x", 1), lambda d: d.clear(), lambda d: d.popitem(),
                lambda d: d.setdefault("x", 1), lambda d: d.pop("x", 1), lambda d: d.__delitem__("x"),
                lambda d: d.__ior__({"x": 1}),
            ):  # fmt: skip
                with pytest.raises(TypeError, match="cannot be changed"):
                    change(part)
        elif isinstance(part, list):
            for change in (
                lambda v: v.append(1), lambda v: v.extend([1]), lambda v: v.insert(0, 1), lambda v: v.clear(),
                lambda v: v.pop(), lambda v: v.sort(), lambda v: v.reverse(), lambda v: v.remove(1),
                lambda v: v.__setitem__(0, 1), lambda v: v.__delitem__(0), lambda v: v.__iadd__([1]),
                lambda v: v.__imul__(2),
            ):  # fmt: skip
                with pytest.raises(TypeError, match="cannot be changed"):
                    change(part)
        else:
            assert not isinstance(part, set | bytearray)


def test_a_dict_or_array_that_was_given_can_change_and_the_record_does_not():
    given = {"recipe": "x", "sizes": {"fine": [2]}}
    labels = np.array([0, 0])
    made = Clusters(embeddings(), labels, settings=given)
    given["sizes"]["fine"].append(3)
    labels[0] = 1
    assert made.settings == {"recipe": "x", "sizes": {"fine": [2]}}
    assert made.labels.tolist() == [0, 0]


# --- they refuse what is not true ------------------------------------------------------------------------------------

WRONG = object()  # of no type that a field takes


@pytest.mark.parametrize("name", TRUE)
def test_every_field_refuses_a_value_of_another_type(true, name):
    record = true(name)
    hints = get_type_hints(type(record))
    checked = [field.name for field in fields(record) if field.compare and hints[field.name] is not Any]
    assert checked
    for field in checked:
        for bad in (WRONG, [WRONG], {WRONG: WRONG}):
            with pytest.raises(InputError) as caught:
                replace(record, **{field: bad})
            assert_names(caught, record, field)


def assert_names(caught, record, field):
    """The message says which field (or, for the paths of codes, whose), and nothing that anybody said."""
    message = str(caught.value)
    assert field in message, message
    assert not any(word in message for word in SECRET)


def again(row):
    return lambda record: (*getattr(record, row), getattr(record, row)[0])


SPAN = CodedSpan("A", "T", 0, 5, "Trust/hard")
OTHER = Transcript("U", "zebra", (Turn(0, 5, "P1"),))
# Kind -> field -> values (or what makes one of the true record) that the other fields do not allow.
UNTRUE = {
    "Assent": {"turn": [-1, 0, 1, 1.5, True], "answers": [2, 3, -1], "speaker": ["", "P1"], "transcript_id": [""]},
    "Chain": {
        "transcripts": [(), (OTHER,), again("transcripts"), (Transcript("T", "zebra"),)],
        "links": [lambda r: (replace(r.links[0], end=99),), lambda r: (replace(r.links[0], transcript_id="U"),)],
    },
    "ChainLink": {
        "start": [-1, 0.5], "end": [-2], "turn": [-1], "session": [""], "code_id": [""], "transcript_id": [""],
        "status": ["maybe", ""], "linked_on": ["2025-03-19", datetime.datetime(2025, 3, 19)],
    },
    "ClusterDescription": {
        "cluster": [-1, 0.5], "n_segments": [-1], "stability": [1.5, -0.1, INF], "cohesion": [INF],
        "speakers": [{"P1": -1}, {"P1": 0.5}], "without": [{"P1": 2.0}], "one_voice": ["yes", 1],
    },
    "ClusterName": {"cluster": [-1], "n_segments": [-1], "keywords": ["hard", ("hard", 1)]},
    "Translation": {
        "segment_id": [""], "language": ["", 3], "by": [""], "date": ["2025-03-19"], "settled": ["yes"],
        "checks": ["as said", (3,)],
    },
    "Mark": {
        "reader": ["", 3], "transcript_id": [""], "start": [-1, 0.5, 60], "end": [-2], "significant": ["yes", 1, None],
        "date": ["2025-03-19", datetime.datetime(2025, 3, 19)],
    },
    "Marks": {
        "marks": [lambda r: (*r.marks, replace(r.marks[0], significant=False)), again("marks"), ("T:8-41",)],
        "read": [("KL",)],
    },
    "ReadersCompared": {"marked": [{"KL": [1.0]}, {"KL": [2.0, 0.0]}, {"": [1.0, 0.0]}]},
    "ClusterNames": {"items": [lambda r: r.items[::-1], lambda r: r.items[1:], again("items")]},
    "Clusters": {
        "labels": [[-7, 0], [0, 2], [1, 1], [0], [[0, 0]], [0.5, 0], [NAN, 0], ["a", "b"], [True, False], [1, 0]],
        "strength": [[1.0], [5.0, 0.5], [-0.1, 0.5], [INF, 0.5], [[0.5, 0.5]]],
        "stability": [[0.5, 0.5], [2.0], [-1.0]],
        "set_aside": [{"nope": "x"}, {"T:8-41": "near-empty"}, {"T:8-41": 3}],
        "settings": [[("recipe", "x")], {"assigned": False, 3: WRONG}.keys()],
        "hierarchy": [None, [[0, 1, 0.5]], [[0, 9, 0.5, 2]], [[0, -1, 0.5, 2]], [[0, 1, NAN, 2]], [[0, 1, 0.5, 2]] * 2],
        "leaves": [None, [0], [0, 5], [-2, 1]],
        "tree_strength": [[0.5], [0.5, 2.0]],
        "cut_stability": [{1: [0.5, 0.5]}, {1: [2.0]}, {"one": [0.5]}],
    },
    "Code": {"theme": [lambda r: 5], "exemplars": ["It is hard.", (5,)], "aliases": ["heavy"]},
    "Codebook": {
        "codes": [again("codes"), ("Trust",), (Code("Trust", "", "hard"), Code("Time", "", "rush"))],
        "themes": [again("themes"), (Theme("Joy"),), ("Trust",)],
        "former": [("Time/long",), ("x", "x"), ("",), "x"],
    },
    "CodebookVersion": {"number": [-1], "decision": [-1], "date": ["2025"]},
    "CodedSpan": {
        "coder": ["", 5], "transcript_id": [""], "start": [-1, 99, 0.5], "end": [1], "code_id": [""],
        "status": ["Coded"], "score": [NAN, INF, "high"], "date": ["2025-03-19"], "note": [None],
    },
    "Coding": {
        "applied": [again("applied"), (replace(SPAN, code_id="Zzz"),), SPAN, (ReadSpan("A", "T", 0, 1),)],
        "saw_suggestions": [{"nobody": True}, {"C": "no"}],
        "made_from": ["the coders", WRONG], "codebook": [Codebook((Code("Joy"),))],
    },
    "Comparison": {"settings": [{}, {"level": "topic"}]},
    "Conflict": {"decisions": [(), (1,), (1, 1), (-1, 2)], "subject": [""], "sentence": [""]},
    "Decision": {
        "kind": ["renames"], "role": ["machine"], "by": ["", " "], "date": ["2025-03-19"], "code": [("",), "Time/long"],
        "cluster": [-1], "settles": [(-1,)], "number": [-1],
    },
    "Descriptions": {"items": [lambda r: r.items[::-1], lambda r: r.items[1:]]},
    "Embeddings": {
        "vectors": [np.eye(3), [[1.0, 0.0]], [[2.0, 0.0], [0.0, 1.0]], [[NAN, 0.0], [0.0, 1.0]], [["a"], ["b"]]],
        "n_long": [-1, 3, 0.5],
    },
    "EncoderInfo": {"name": ["", None], "max_tokens": [0, -5, 1.5]},
    "Expectation": {"date": ["2025"], "theme": [""]},
    "ExpectationsBeside": {"began": ["2025", datetime.datetime(2025, 3, 19)]},
    "FieldNote": {"turn": [0, -1, "2"], "session": [""], "date": ["2025"]},
    "Identifier": {"kind": ["nickname", ""], "end": [0, 10**6], "start": [0], "words": ["", "too short"]},
    "Identifiers": {"n_transcripts": [-1, 0.5]},
    "Landing": {"became": ["gone", ""], "start": [-1, None], "end": [-1, None]},
    "Ledger": {"unreadable": [((1,),), ("line 3",)], "problems": ["one sentence"]},
    "Link": {
        "cluster": [-1, 0.5, "0"], "code_id": [""], "score": [INF, None], "margin": [INF, -INF, None],
        "runner_up": [""], "verdict": ["maybe"],
    },
    "Mapping": {
        "links": [
            (Link(9, "Trust/hard", 0.5),), (Link(0, "Zzz", 0.5),), (Link(0, "Trust/hard", 0.5, "Zzz"),), again("links"),
            (Link(0, "Time/long", 0.5),),
        ],
        "without_code": [(5,), (-1,), (0,), (0, 0)],
        "without_cluster": [("Zzz",), ("Trust/hard",), ("Time/long", "Time/long")],
        "settings": [{"level": "topic"}],
    },
    "MemberCheckPack": {"participant": [""], "date": ["2025", None], "themes": [again("themes")]},
    "Opposing": {"theme": [""], "reason": [lambda r: "" if r.reason else "there are some"]},
    "OwnQuote": {"segment_id": [""], "session": [""], "withheld": [lambda r: True, "no"]},
    "PackTheme": {"name": [""], "withheld": [lambda r: "names another person"], "essences": [("",)]},
    "Participant": {"id": [""], "role": ["boss"], "sessions": ["first", ("",)]},
    "ProjectedCoding": {
        "coders": [("m",), ("machine", "machine"), ()],
        "sets": [{}, {"machine": ()}, {"machine": (frozenset({5}), None)}, {"machine": (set("a"), "b")}],
        "abstained": [{"machine": frozenset({9})}, {"nobody": frozenset()}, {"machine": [0]}],
        "scores": [{"machine": {(9, "Trust/hard"): 0.5}}, {"nobody": {}}, {"machine": {0: 0.5}}],
        "rule": ["most"], "n_spans": [-1], "n_cut": [-1, 99], "n_lost": [-1, 99],
    },
    "Question": {"session": [""]},
    "QuoteInContext": {"start": [-1, 99], "end": [0, 999], "turn": [-1, 9], "before": [-1], "after": [-1]},
    "Quotes": {
        "chosen": [lambda r: ((replace(r.chosen[0][0], transcript_id="U"), "why"),), lambda r: (r.chosen[0][0],)],
        "not_represented": [(("P9", "silent"), ("P9", "silent"))],
    },
    "Realigned": {"places": [{"": "T:1-2"}], "read_share": [{"A": 1.5}, {"A": -0.1}], "landings": [()]},
    "ReadSpan": {"coder": [""], "transcript_id": [""], "start": [-1, 99], "end": [-1]},
    "Relations": {"names": [("Trust", "Trust"), ("",)]},
    "Replies": {"participant": [""], "pack_id": [""], "replies": [again("replies")]},
    "Reply": {"theme": [""], "verdict": ["perhaps"]},
    "Saturation": {
        "share": [-0.1], "reached_after": [0, -1], "in_other_orders": [1.5, -0.5], "statement": [""],
    },
    "Segment": {"transcript_id": [""], "start": [-1, 99], "end": [0], "turn": [-1], "position": [-1], "role": ["boss"]},
    "Segments": {
        "items": [
            again("items"), (Segment("T", 8, 41, "zebra"),), (Segment("U", 0, 1, "z"),),
            (Segment("T", 8, 13, "zebra", turn=9),),
        ],
        "transcripts": [again("transcripts"), ()],
        "unit": ["line"],
    },
    "SessionComparison": {"first": ["", "second"], "not_in_both": [(("P9", "absent"),) * 2, ("P9",)]},
    "Settlement": {"codes": ["Trust/hard", ("",)], "date": ["2025"]},
    "Significant": {
        "scores": [[1.0], [INF, 1.0]], "suggested": [[True], [1, 0]], "counts": [[[1.0]]],
        "words": [(), (("hard",),)], "marked": [[1.0]],
    },
    "Standing": {"not_applied": [((1,),), (("one", "why"),)], "waiting": ["one sentence"]},
    "Study": {
        "transcripts": [again("transcripts"), (), (OTHER,), (Transcript("T", "zebra"),)],
        "participants": [again("participants")],
        "coding": [
            Coding((replace(SPAN, end=9999),), ()), Coding((replace(SPAN, transcript_id="U"),), ()),
            Coding((replace(SPAN, code_id="Zzz"),), ()), Coding((), (ReadSpan("A", "T", 0, 9999),)),
        ],
        "consensus": [Coding((replace(SPAN, code_id="Zzz"),), ())],
        "decisions": [("accept",), {"kind": "note"}],
        "synthetic": ["yes"], "settings": ["en"],
    },
    "QdaCount": {"kind": [""], "held": [1, -1], "carried": [9], "passed": [5, 0.5], "why": [None]},
    "QdaOffsets": {"transcript_id": [""], "judged": [-1], "fit": [1.5, "all"], "next_best": [-0.1]},
    "QdaTrouble": {"kind": [""], "what": [5]},
    "LossReport": {"counts": [("codes",), 5], "offsets": [(1,)], "troubles": ["one"]},
    "QdaMemo": {"text": [None], "about": ["code"], "date": ["2025-03-19"]},
    "QdaVariable": {"name": [""], "kind": [None]},
    "QdaCase": {"of": ["person"], "values": [("age",)], "transcripts": ["T"]},
    "QdaSet": {"codes": ["Trust"], "name": [None]},
    "QdaLink": {"start": [None], "direction": [5]},
    "QdaSelection": {"kind": [""], "codes": [("a", "b"), "a"], "coders": [()], "place": [{"firstX": "3"}]},
    "QdaProject": {"study": [None], "losses": [None], "sources": [{"g1": "U"}], "memos": [("A thought.",)]},
    "ReadItem": {"kind": ["lost", None], "why": [5], "words": [None]},
    "FoundSpeaker": {"name": ["", None], "role": ["chair"], "turns": [-1, 1.5]},
    "FileRead": {"transcript_id": [""], "turns": [-1], "speakers": [("P1",)], "items": [("a title block",)]},
    "ReadReport": {"files": [("T",), 5]},
    "FilesCompared": {"comparison": [None], "per_code": [()], "said": [5]},
    "MergedProjects": {"study": [None], "projects": [()], "said": [5], "in_all": [("U",)]},
    "ClassCodings": {"coding": [None], "to_discuss": [()], "students": [None], "said": [5]},
    "ProjectsCompared": {"merged": [None], "per_code": [()], "said": [5]},
    "CodedTables": {"quotes": [()], "matrix": [None]},
    "HeldOut": {"probabilities": [[[0.5]], lambda r: r.probabilities + 2]},
    "ModelStability": {
        "shares": [[[0.5]], lambda r: r.shares + 2], "runs": [Table(("run",), ()), None], "per_code": [Table((), ())],
    },
    "ModelSuggestions": {
        "given": [[[True]], lambda r: ~r.given], "outcomes": [("no code",), lambda r: ("guessed",) * len(r.outcomes)],
        "evidence": [Table(("segment_id",), ()), None], "counts": [Table(("n",), ())],
    },
    "Suggestions": {
        "probabilities": [[[0.5]], lambda r: r.probabilities + 2], "anything": [[0.5], [2.0, 0.5]],
        "suggested": [[[True]]], "accepted": [lambda r: ~r.suggested],
    },
    "Table": {"columns": [("a", "a"), ("a",), "ab"], "values": [((1,),), (5,)], "quoting": ["b"]},
    "TableOne": {
        "links": [lambda r: (replace(r.links[0], end=99),)], "without_statement": [("",), ("Joy", "Joy"), ("Trust",)],
    },
    "Theme": {"name": [""], "aliases": ["faith"]},
    "Transcript": {
        "id": ["", 5], "text": ["zebra", None], "turns": [TURNS[::-1], (Turn(0, 99),), TURNS[0]], "session": [""],
        "date": ["2025-03-19", datetime.datetime(2025, 3, 19)],
    },
    "Turn": {
        "start": [-1, 99, 8.5, True], "end": [2, None], "speaker": ["", 5], "role": ["boss", "Moderator"],
        "begin_s": [5.0, -1.0, NAN, INF, "2"], "end_s": [1.0, NAN],
    },
    "Voices": {"assents": [("Mm",), "Mm"]},
    "CodedParts": {"folder": [""], "parts": [Table(("part",), ((0,),)), None], "settings": [("n", 1)]},
    "InlinePage": {"height": [0, 5000, 7.5, "tall"], "html": [3, None], "title": [None], "note": [None]},
    "ImportedProposals": {"outcomes": [("KL",)], "decisions": [("memo",)], "done": ["yes"]},
    "Withdrawal": {"person": ["", None], "files": [("T.txt",)], "done": ["yes"]},
}  # fmt: skip
UNTRUE_ROWS = [(name, field, bad) for name, more in UNTRUE.items() for field, values in more.items() for bad in values]
# what messages that are older than this law call the thing that is wrong
IN_WORDS = {
    "Codebook": ["Codes"], "CodedSpan": ["coded span"], "Comparison": ["level"], "Embeddings": ["Vectors"],
    "Mapping": ["level"], "Segments": ["egment"], "Table": ["Columns", "row"], "Transcript": ["Turns"],
}  # fmt: skip
ONLY_TABLES = {"CodebookEffect"}  # their fields are records that check themselves


def test_every_record_has_values_that_it_refuses():
    assert set(TRUE) - set(UNTRUE) == ONLY_TABLES


@pytest.mark.parametrize(
    ("name", "field", "bad"), UNTRUE_ROWS, ids=[f"{n}.{f}-{i}" for i, (n, f, _) in enumerate(UNTRUE_ROWS)]
)
def test_what_is_not_true_is_refused(true, name, field, bad):
    record = true(name)
    with pytest.raises(InputError) as caught:
        replace(record, **{field: bad(record) if callable(bad) else bad})
    message = str(caught.value)
    assert any(word in message for word in (field, name, *IN_WORDS.get(name, ())))
    assert not any(word in message for word in SECRET)


COUNTED = [(name, field) for name, field, bad in UNTRUE_ROWS if type(bad) is int and bad == -1]
NUMBERED = [(name, field) for name, field, bad in UNTRUE_ROWS if isinstance(bad, float) and not bad.is_integer()]


@pytest.mark.parametrize(("name", "field"), dict.fromkeys([*COUNTED, *NUMBERED]))
def test_numbers_that_no_array_holds_are_refused_in_a_sentence(true, name, field):
    for bad in (10**400, -(10**400), 10**5000):
        with pytest.raises(InputError) as caught:
            replace(true(name), **{field: bad})
        assert len(str(caught.value)) < 500


def test_what_assign_numbered_may_have_gaps_and_stand_in_any_order():
    made = replace(clusters(), labels=[1, -1], strength=[], stability=[], settings={"assigned": True})
    assert made.n_clusters == 2
    assert isinstance(made, Record)

"""Laws of the ledger: whatever is decided and whatever happens to the file, nothing is lost and nothing breaks."""

import datetime
import warnings

from hypothesis import HealthCheck, given, settings, strategies as st

from alliance_nlp.errors import AllianceWarning
from alliance_nlp.ledger import Decision, Ledger, diff_codebooks, read_ledger, record_decision, replay
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding

DAY = datetime.date(2025, 5, 14)
BOOK = Codebook(tuple(Code(theme, "", name, f"about {name}") for theme in "ST" for name in "abc"))
PATHS = st.sampled_from([f"{theme}/{name}" for theme in "ST" for name in "abcd"])
CODES = st.builds(Code, st.sampled_from("STU"), st.just(""), st.sampled_from("abcd"))
PEOPLE = st.sampled_from(["KL", "MR"])


def _decision(kind, **parts):
    return st.builds(
        Decision, st.just(kind), PEOPLE, st.just("coder"), st.just(DAY),
        settles=st.lists(st.integers(1, 12), max_size=1).map(tuple), **parts,
    )  # fmt: skip


one = PATHS.map(lambda path: (path,))
several = st.lists(PATHS, min_size=2, max_size=3, unique=True).map(tuple)
up_to_two = st.lists(PATHS, max_size=2, unique=True).map(tuple)
seen = st.sampled_from([None, "x", "about a"])
DECISIONS = st.one_of(
    _decision("rename", code=one, to=st.sampled_from(["a", "d", "e"])),
    _decision("rename", theme=st.sampled_from("STU"), to=st.sampled_from("STU")),
    _decision("merge", code=several, to=CODES.map(lambda c: (c,))),
    _decision("split", code=one, to=st.lists(CODES, min_size=2, max_size=3).map(tuple)),
    _decision("add code", to=CODES.map(lambda c: (c,))),
    _decision("change definition", code=one, to=st.sampled_from(["x", "y"]), before=seen),
    _decision("agree", segment=st.sampled_from(["T:0-5", "T:6-9"]), code=up_to_two),
    _decision("note", note=st.text(min_size=1, max_size=8)),
)  # fmt: skip
LEDGERS = st.lists(DECISIONS, max_size=12).map(
    lambda rows: Ledger(tuple(Decision.of({**d.row(), "number": i}) for i, d in enumerate(rows, start=1)))
)


@given(LEDGERS)
def test_every_decision_is_applied_replaced_settled_or_reported(ledger):
    coding = Coding(tuple(CodedSpan("C", "T", i, i + 5, path) for i, path in enumerate(BOOK.ids)), (), BOOK)
    standing = replay(ledger, codebook=BOOK, consensus=coding)
    made = {version.decision for version in standing.versions[1:]}
    refused = {number for number, _ in standing.not_applied}
    assert not made & refused
    assert not made & {number for conflict in standing.conflicts for number in conflict.decisions}
    settled = {number for d in ledger for number in d.settles}
    assert not made & settled
    assert standing.versions[-1].codebook == standing.codebook
    assert replay(ledger, codebook=BOOK, consensus=coding) == standing
    str(standing)
    # a path no longer in the codebook is a coding that waits for a decision about a split code
    lost = {a.code_id for a in standing.consensus.applied} - set(standing.codebook.ids)
    assert bool(lost) <= bool(standing.waiting)


@given(LEDGERS)
def test_a_diff_of_every_version_can_be_printed_and_is_empty_only_without_a_change(ledger):
    standing = replay(ledger, codebook=BOOK)
    for before, after in zip(standing.versions, standing.versions[1:], strict=False):
        table = diff_codebooks(before.codebook, after.codebook)
        str(table)
        if not len(table):
            assert {c.id: (c.definition, set(c.exemplars)) for c in before.codebook} == {
                c.id: (c.definition, set(c.exemplars)) for c in after.codebook
            }


@given(st.text(min_size=1).filter(str.strip), st.text())
def test_a_decision_survives_any_unicode(by, note):
    decision = Decision("member check", by, "participant", DAY, theme="T", verdict="no", note=note)
    assert Decision.of(decision.row()) == decision


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.integers(0, 3),
    st.sampled_from(["drop", "double", "cut", "scribble"]),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=5),
)
def test_whatever_happens_to_a_line_the_others_are_read(tmp_path_factory, which, harm, scribble):
    path = tmp_path_factory.mktemp("ledger") / "decisions.jsonl"
    for i in range(4):
        record_decision(path, "note", note=f"note {i}", by="KL", date=DAY)
    lines = path.read_text(encoding="utf-8").split("\n")[:4]
    hurt = {"drop": [], "double": [lines[which]] * 2, "cut": [lines[which][:20]], "scribble": [scribble + lines[which]]}
    path.write_text("\n".join([*lines[:which], *hurt[harm], *lines[which + 1 :], ""]), encoding="utf-8", newline="")
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always", AllianceWarning)
        read = read_ledger(path)
        record_decision(path, "note", note="after", by="MR", date=DAY)
        again = read_ledger(path)
    kept = [f"note {i}" for i in range(4) if i != which]
    assert [d.note for d in read if d.note != f"note {which}"] == kept
    assert again[-1].note == "after"
    touched = not (harm == "scribble" and not scribble.strip()) and not (harm == "drop" and which == 3)
    assert bool(read.problems) or not touched

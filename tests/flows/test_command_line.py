"""The command line and the examples, as a user runs them."""

import ast
import csv
import html
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import alliance_nlp as an
from alliance_nlp.__main__ import main
from extras import NEEDS_UMAP

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def write_study(folder, *, codebook=True, codings=True):
    talk = []
    for i in range(12):
        talk += [
            f"Moderator: Question number {i}?",
            f"P1: Building trust with patient {i} takes long work and patience.",
        ]
        talk += [f"P2: The clock decides, there are only minutes left for visit {i}."]
    (folder / "transcripts").mkdir(parents=True)
    (folder / "transcripts" / "one.txt").write_text("\n\n".join(talk), encoding="utf-8")
    if codebook:
        rows = ["theme,essence,code,definition", "Trust,,building trust,Trust between patient and therapist"]
        rows += ["Time,,too little time,Minutes and clocks"]
        (folder / "codebook.csv").write_text("\n".join(rows), encoding="utf-8")
    if codings:
        rows = ["coder,transcript,turn,code"]
        for i in range(12):
            rows += [f"A,one,{3 * i + 2},building trust", f"A,one,{3 * i + 3},too little time"]
            rows += [f"B,one,{3 * i + 2},building trust"]
        (folder / "codings.csv").write_text("\n".join(rows), encoding="utf-8")
        (folder / "study.toml").write_text('[read]\nA = "participants"\nB = "participants"\n', encoding="utf-8")
    return folder


def front_words(page):
    """What a reader sees of the page before anything is unfolded: without quotes, sources and the list of contents."""
    front = page[page.index("<main") : page.index('id="behind"')]
    front = re.sub(r"<(blockquote|figcaption)\b.*?</\1>", " ", front, flags=re.DOTALL)
    front = re.sub(r"<details>.*?</details>", " ", front, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", front)).split())


def figures_in(words):
    """Every number that is no part of a name (P1, session_1)."""
    return re.findall(r"(?<![\w])[.−-]?\d+(?:[.,]\d+)*%?(?!\w)", words)


def test_demo_prints_the_comparison_and_writes_the_report(tmp_path, capsys):
    assert main(["demo", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr()
    assert "Machine suggestions beside people's codes" in shown.out
    assert "The art of balancing" in shown.out
    assert "The machine's view" not in shown.out  # decide first, then look
    assert len(shown.out[shown.out.index("Synthetic study") :].splitlines()) < 100
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "synthetic" in page.casefold()
    front = front_words(page)
    assert front.index("Where the coders part") < front.index("Side by side") < front.index("What this cannot show")
    assert 10 <= len(figures_in(front)) <= 20, figures_in(front)
    assert re.search(r"\b(p|F1|AC1|AMI|AP|ARI|stability|mean kappa)\b", front) is None
    assert (tmp_path / "out" / "report.md").exists()


def test_report_is_run_by_another_name(tmp_path, capsys):
    folder = write_study(tmp_path / "study")
    pages = []
    for command in ("run", "report"):
        (folder / "decisions.jsonl").unlink(missing_ok=True)  # it counts comparisons, and the page says how many
        assert main([command, str(folder), "--out", str(tmp_path / command)]) == 0
        pages.append((tmp_path / command / "report.html").read_bytes())
        printed = capsys.readouterr().out
        assert "THE THEMES, ONE ROW EACH" in printed
        assert printed.rstrip().endswith(f"{command}/report.html")
    assert pages[0] == pages[1]


def test_run_compares_a_folder_of_ones_own(tmp_path, capsys):
    folder = write_study(tmp_path / "study")
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr()
    assert "THE THEMES, ONE ROW EACH" in shown.out
    assert "Per theme" not in shown.out
    assert "24 segments are too few to leave a stretch of talk out" in shown.err
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), "--figures"]) == 0
    assert "Per theme" in capsys.readouterr().out


def test_the_version_for_sharing_is_asked_for_with_two_words(tmp_path, capsys):
    folder = write_study(tmp_path / "study")
    said = ["--words", "none", "--without-people", "--language", "nb"]
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), *said]) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "person 1" in page
    assert re.search(r"\bP1\b|patience|clock decides", page) is None
    printed = capsys.readouterr().out
    assert "patience" not in printed[printed.index("Machine suggestions") :]
    assert '"language":"nb"' in page
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), "--words", "transcripts"]) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("takes long work and patience") > 12


def page_data(folder, out):
    assert main(["run", str(folder), "--out", str(out)]) == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    return json.loads(re.search(r'id="page-data">(.*?)</script>', page, re.DOTALL)[1])


def test_what_was_decided_on_a_page_is_brought_back(tmp_path, capsys):
    folder = write_study(tmp_path / "study")
    data = page_data(folder, tmp_path / "out")
    capsys.readouterr()
    segment, codes = data["segments"]["id"][0], [code["id"] for code in data["codes"]]
    files = []
    for who, code in zip(("KL", "MR"), codes, strict=True):
        said = {
            "id": who,
            "at": "2026-11-27T10:00:00Z",
            "kind": "agree",
            "segment": segment,
            "code": [code],
            "note": "",
        }
        content = {"format": "alliance_nlp proposals 1", "study": {k: data["study"][k] for k in ("key", "title")},
                   "based_on": data["ledger"], "by": who, "role": "coder", "exported": "2026-11-27T10:00:00Z",
                   "proposals": [said], "saw": []}  # fmt: skip
        files.append(tmp_path / f"{who}.json")
        files[-1].write_text(json.dumps(content), encoding="utf-8")
    ledger = folder / "decisions.jsonl"
    before = ledger.read_bytes()
    assert main(["proposals", str(folder), str(files[0]), "--dry-run"]) == 0
    assert ledger.read_bytes() == before
    assert "1 proposal of KL (nothing is written yet)" in capsys.readouterr().out
    assert main(["proposals", str(folder), str(files[0])]) == 0
    assert main(["proposals", str(folder), str(files[1])]) == 1
    assert "in conflict" in capsys.readouterr().out
    assert [d.kind for d in an.read_ledger(ledger)] == ["comparison", "agree", "agree"]
    assert main(["proposals", str(folder), str(tmp_path / "none.json")]) == 2
    assert "none.json: does not exist" in capsys.readouterr().err


def test_the_page_made_again_stands_on_what_was_decided(tmp_path, capsys):
    folder = write_study(tmp_path / "study")
    study, ledger = an.read_study(folder), folder / "decisions.jsonl"
    data = page_data(folder, tmp_path / "first")
    time = data["codes"][1]["id"]
    an.record_decision(ledger, "rename", code=time, to="minutes", by="KL", of=study)
    an.record_decision(ledger, "rename", theme="Trust", to="Faith", by="KL", of=study)
    link = next(x for x in data["links"] if x["code"] == 1)
    cluster = data["clusters"][link["cluster"]]
    content = {"format": "alliance_nlp proposals 1", "study": {k: data["study"][k] for k in ("key", "title")},
               "based_on": data["ledger"], "by": "KL", "role": "coder", "exported": "2026-11-27T10:00:00Z", "saw": [],
               "proposals": [{"id": "a", "at": "2026-11-27T10:00:00Z", "kind": "accept", "code": [time], "note": "",
                              "cluster": cluster["number"], "members": cluster["members"]}]}  # fmt: skip
    (folder / "proposals-KL.json").write_text(json.dumps(content), encoding="utf-8")
    an.import_proposals(folder, folder / "proposals-KL.json")
    capsys.readouterr()
    again = page_data(folder, tmp_path / "again")
    assert "decisions.jsonl: 2 changes of the codebook; 0 in conflict" in capsys.readouterr().err
    assert [code["id"] for code in again["codes"]] == ["Faith/building trust", "Time/minutes"]
    assert again["coders"] == data["coders"]
    assert [x["verdict"] for x in again["links"] if x["cluster"] == link["cluster"] and x["code"] == 1] == ["accepted"]
    assert again["ledger"]["n_decisions"] == 4  # two comparisons were counted, the second behind the study as read


def test_before_anybody_has_coded_nothing_is_suggested_unless_asked(tmp_path, capsys):
    folder = write_study(tmp_path / "study", codings=False)
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for words in (capsys.readouterr().out, page):
        assert "Nothing is coded yet".casefold() in words.casefold()
        assert "building trust" not in words.casefold().replace("building trust with patient", "")
    assert not (tmp_path / "out" / "tables" / "links.csv").exists()
    assert not (folder / "decisions.jsonl").exists()
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), "--suggest"]) == 0
    assert "Suggested links" in capsys.readouterr().out
    kept = an.read_ledger(folder / "decisions.jsonl").decisions[-1]
    assert (kept.kind, kept.by, kept.role) == ("saw suggestions", "anybody", "program")


def test_the_blind_sheet_is_filled_in_and_read_back(tmp_path):
    folder = write_study(tmp_path / "study", codings=False)
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    with (tmp_path / "out" / "tables" / "coding_sheet.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 24
    for row in rows:
        row |= {"coder": "A", "code": "building trust" if "trust" in row["quote"] else ""}
    with (folder / "codings.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    coding = an.read_study(folder).coding
    assert len(coding.applied) == 12
    assert len(coding.read) == 12  # those without a code
    assert {span.code_id for span in coding.applied} == {"Trust/building trust"}


SENTINEL = "zugzwang"


def half_read(folder):
    """A study of two transcripts of which coder B has begun the second; its words and A's code there are sentinels."""
    write_study(folder)
    second = [f"P{1 + i % 2}: {SENTINEL} {i} is said here and nowhere else, at length." for i in range(6)]
    (folder / "transcripts" / "two.txt").write_text("\n\n".join(second), encoding="utf-8")
    with (folder / "codings.csv").open("a", encoding="utf-8") as file:
        file.write("\nA,two,1,too little time\nA,two,2,too little time\nB,two,1,building trust\n")
    (folder / "study.toml").write_text(
        'same_people = true\n[read]\nA = "participants"\nB = ["one"]\n', encoding="utf-8"
    )
    return folder


def test_what_is_not_finished_by_everybody_is_not_on_the_page(tmp_path, capsys):
    folder = half_read(tmp_path / "study")
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert SENTINEL not in capsys.readouterr().out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert SENTINEL not in page.split('id="behind"')[0]
    for name in ("disagreements", "lost_spans"):
        assert "two:" not in (tmp_path / "out" / "tables" / f"{name}.csv").read_text(encoding="utf-8-sig")
    assert an.read_study(folder).coding.saw_suggestions == {}


def test_showing_it_is_asked_for_and_kept_for_each_coder(tmp_path, capsys):
    folder = half_read(tmp_path / "study")
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), "--show-unfinished"]) == 0
    assert SENTINEL in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    kept = [d for d in an.read_ledger(folder / "decisions.jsonl").decisions if d.kind == "saw suggestions"]
    assert [(d.by, d.note) for d in kept] == [("B", "shown before they had finished: two")]
    assert an.read_study(folder).coding.saw_suggestions == {"B": True}
    assert main(["run", str(folder), "--out", str(tmp_path / "again")]) == 0
    assert "B had seen suggestions before coding" in capsys.readouterr().out


def test_run_without_a_codebook_shows_clusters(tmp_path, capsys):
    folder = write_study(tmp_path / "study", codebook=False, codings=False)
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert "keywords" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--unit", "turns"], "unit must be 'turn', 'sentence', 'paragraph' or 'window'. Got 'turns' instead."),
        (["--encoder", "no-such-encoder"], "The encoder 'no-such-encoder' is not on this computer"),
        (["--level", "themes"], "level must be 'code', 'essence' or 'theme'"),
    ],
)
def test_bad_input_ends_with_two_and_a_sentence(tmp_path, capsys, arguments, message):
    folder = write_study(tmp_path / "study")
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_said(tmp_path, capsys):
    assert main(["run", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_no_traceback_reaches_the_user(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "alliance_nlp", "run", str(tmp_path), "--out", str(tmp_path / "out")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def marks_of(path):
    needs = [NEEDS_UMAP] if "umap" in path.read_text(encoding="utf-8") else []
    return [*needs, *([] if path.stem[:2] in ("01", "03") else [pytest.mark.long])]


@pytest.mark.filterwarnings("ignore::alliance_nlp.errors.AllianceWarning")
@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=marks_of(p)) for p in EXAMPLES],
    ids=[p.stem for p in EXAMPLES],
)
def test_examples_run_and_the_three_uses_stay_under_25_lines(path, tmp_path, monkeypatch, capsys):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") < (25 if path.stem[:2] in ("01", "02", "03") else 100)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(path)])
    run = compile(ast.parse(source), str(path), "exec")
    exec(run, {"__name__": "__main__"})
    shown = capsys.readouterr().out
    assert len(shown) > 100
    if path.stem.startswith("04"):
        assert shown.rstrip().endswith("trail")
        with pytest.raises(SystemExit, match="name another folder"):  # a ledger is only ever added to
            exec(run, {"__name__": "__main__"})


def test_the_readme_quotes_the_first_example_as_it_is():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = re.search(r"<!-- examples/01_script.py -->\n```python\n(.*?)```", readme, re.DOTALL).group(1)
    assert quoted == (ROOT / "examples" / "01_script.py").read_text(encoding="utf-8")


def test_a_second_run_encodes_nothing_and_loads_no_torch(tmp_path):
    code = (
        "import sys, alliance_nlp as an\n"
        "study = an.load_study('focus_group')\n"
        f"an.embed(an.segment(study.transcripts)[:40], cache={str(tmp_path)!r})\n"
        "print('torch' in sys.modules)"
    )
    loaded = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    ]
    assert [line.strip() for line in loaded] == ["True", "False"]


def test_the_version_is_one():
    assert an.__version__ in (ROOT / "CITATION.cff").read_text(encoding="utf-8")

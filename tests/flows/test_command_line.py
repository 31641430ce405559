"""The command line and the examples, as a user runs them."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import alliance_nlp as an
from alliance_nlp.__main__ import main

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


def test_demo_prints_the_comparison_and_writes_the_report(tmp_path, capsys):
    assert main(["demo", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr()
    assert "machine suggestions beside people's codes" in shown.out
    assert "The art of balancing" in shown.out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "synthetic" in page.casefold()
    assert (tmp_path / "out" / "report.md").exists()


def test_run_compares_a_folder_of_ones_own(tmp_path, capsys):
    folder = write_study(tmp_path / "study")
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert "Per theme" in capsys.readouterr().out


def test_run_without_codings_shows_clusters_beside_codes(tmp_path, capsys):
    folder = write_study(tmp_path / "study", codings=False)
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert "Suggested links" in capsys.readouterr().out


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


@pytest.mark.filterwarnings("ignore::alliance_nlp.errors.AllianceWarning")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
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

"""The README's script and every example under two type checkers, against the library installed from its wheel."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
WRONG = {
    'an.cluster(embeddings, recipe="nope")': "recipe",
    "an.embed(segments, encoder=3)": "encoder",
    "an.clutser(embeddings)": "clutser",
    "an.compare(study, study.coding)": "compare",
}
RIGHT = """

class Rows:
    def fit_predict(self, rows: object) -> list[int]:
        return []


class Words:
    def encode(self, texts: list[str]) -> list[list[float]]:
        return [[float(len(text))] for text in texts]


an.cluster(embeddings, recipe="umap-hdbscan")
an.cluster(embeddings, recipe=Rows())
an.embed(segments, encoder=Words())
an.embed(segments, encoder=an.load_encoder())
an.save((study, clusters), "kept")
an.read_codings([{"coder": "KL"}], study, read={"KL": "all"})"""
CHECKERS = {
    "mypy": ("-m", "mypy", "--strict", "--cache-dir", ROOT / ".mypy_cache" / "readme", "--python-executable"),
    "pyright": ("-m", "basedpyright", "--level", "error", "--pythonpath"),
}

pytestmark = pytest.mark.slow


def run(*command, **options):
    # the library must be found where it was installed, not where the tests find it
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")}
    return subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, env=env, check=False, **options
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Python of an environment that holds the wheel, and the packages of this one behind it."""
    for tool in ("hatchling", "mypy", "basedpyright"):
        pytest.importorskip(tool, reason="comes with the development extras only")
    home = tmp_path_factory.mktemp("installed")
    built = run("-m", "hatchling", "build", "-t", "wheel", "-d", home, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    venv.create(home / "env", with_pip=False)
    python = home / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run("-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", *home.glob("*.whl"))
    site = next((home / "env").rglob("alliance_nlp/py.typed")).parents[1]
    (site / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


@pytest.mark.parametrize("checker", CHECKERS)
def test_every_example_passes(checker, installed, tmp_path):
    for path in EXAMPLES:
        (tmp_path / f"example_{path.name}").write_bytes(path.read_bytes())
    found = run(*CHECKERS[checker], installed, *sorted(path.name for path in tmp_path.iterdir()), cwd=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_script_passes_and_what_is_wrong_in_it_is_caught(checker, installed, tmp_path):
    lines = [f"{SCRIPT}{RIGHT}", *WRONG]
    (tmp_path / "script.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = run(*CHECKERS[checker], installed, "script.py", cwd=tmp_path)
    first = len(f"{SCRIPT}{RIGHT}".splitlines()) + 1
    marked = {int(number) for number in re.findall(r"script\.py:(\d+)", found.stdout)}
    assert marked == set(range(first, first + len(WRONG))), found.stdout + found.stderr
    assert all(word in found.stdout for word in WRONG.values())

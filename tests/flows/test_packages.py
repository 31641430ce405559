"""What would be uploaded: wheel and source distribution, the same bytes each time, whole, and true to themselves."""

import email
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = (
    "constraints.txt", "README.md", "CITATION.cff", "LICENSE", "docs/index.md", "docs/decisions/index.md", ".ci/run",
    "tests/conftest.py", "examples/01_script.py", "benchmarks/agreement/run.py",
)  # fmt: skip

pytestmark = pytest.mark.slow


def build(root, folder):
    """Build both from a tree; give their files."""
    sdist = pytest.importorskip("hatchling.builders.sdist", reason="comes with the development extras only")
    wheel = pytest.importorskip("hatchling.builders.wheel")
    pytest.importorskip("hatch_fancy_pypi_readme", reason="comes with the development extras only")
    kinds = (sdist.SdistBuilder, wheel.WheelBuilder)
    return [Path(next(kind(str(root)).build(directory=str(folder), versions=["standard"]))) for kind in kinds]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Both as this tree makes them, and the tree that the source distribution unpacks into."""
    home = tmp_path_factory.mktemp("built")
    sdist, wheel = build(ROOT, home)
    with tarfile.open(sdist) as archive:
        archive.extractall(home / "unpacked", filter="data")
    return sdist, wheel, next((home / "unpacked").iterdir())


def test_what_the_source_distribution_builds_is_the_same_to_the_byte(built, tmp_path):
    for one, other in zip(built[:2], build(built[2], tmp_path), strict=True):
        assert one.name == other.name
        assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest()


def test_the_source_distribution_can_follow_its_own_readme(built):
    unpacked = built[2]
    assert [name for name in NEEDED if not (unpacked / name).exists()] == []
    linked = re.findall(r"\]\(([^)#:]+)\)", (unpacked / "README.md").read_text(encoding="utf-8"))
    assert len(linked) > 10
    assert [name for name in linked if not (unpacked / name).exists()] == []
    with tarfile.open(built[0]) as archive:  # not the folder, in which another test may have run some already
        names = archive.getnames()
    assert [name for name in names if {"node_modules", "__pycache__", ".venv"} & set(name.split("/"))] == []


def test_the_wheel_holds_the_library_and_nothing_else(built):
    with zipfile.ZipFile(built[1]) as wheel:
        names = wheel.namelist()
        about = email.message_from_bytes(wheel.read(next(name for name in names if name.endswith("/METADATA"))))
    assert {name.split("/")[0] for name in names} == {"alliance_nlp", names[-1].split("/")[0]}
    assert {"alliance_nlp/py.typed", "alliance_nlp/studies/focus_group/codebook.csv"} <= set(names)
    links = re.findall(r"\]\(([^)]+)\)", about.get_payload())
    assert [link for link in links if not link.startswith("https://")] == []
    assert "tutorial.md" in about.get_payload()
    assert "Paths in brackets lie in the source distribution." in about.get_payload()


def test_an_index_would_take_both(built):
    check = pytest.importorskip("twine.commands.check", reason="comes with the development extras only")
    assert check.check(list(map(str, built[:2])), strict=True) is False  # whether anything failed


def test_tests_run_from_the_unpacked_source_distribution(built):
    """Some of the house, which look at files all over the tree, and some that need nothing heavy."""
    chosen = ("tests/house/test_decisions.py", "tests/unit/test_numeric.py", "tests/unit/test_provenance.py")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *chosen],
        cwd=built[2], env=os.environ | {"PYTHONPATH": str(built[2] / "src")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2000:]
    assert re.search(r"\d{3,} passed", run.stdout)

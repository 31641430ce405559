"""The notebooks of the tutorials: made from them, run from top to bottom, showing the page."""

import importlib.util
import json
from pathlib import Path

import pytest

from walked_pages import CODE, stands_in

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples" / "notebooks"
NAMES = ("focus_group", "interviews", "open_answers")


def maker():
    spec = importlib.util.spec_from_file_location("make_notebooks", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_notebooks_are_what_the_tutorials_make():
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.ipynb")}
    assert found == maker().made(), "run python examples/notebooks/make.py"
    assert set(found) == {f"{name}.ipynb" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_no_output_is_kept_and_every_link_leads_to_a_file(name):
    book = json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))
    assert [cell for cell in book["cells"] if cell.get("outputs") or cell.get("execution_count")] == []
    links = maker().LINK.findall("".join("".join(c["source"]) for c in book["cells"] if c["cell_type"] == "markdown"))
    assert links
    assert [link for link in links if not (FOLDER / link).is_file()] == []


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_and_prints_what_its_tutorial_shows(name, tmp_path):
    nbclient = pytest.importorskip("nbclient", reason="notebooks run with the extra [dev]")
    pytest.importorskip("ipykernel", reason="notebooks run with the extra [dev]")
    import nbformat

    book = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    nbformat.validate(book)
    nbclient.NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    blocks = list(CODE.finditer((ROOT / "docs" / "tutorials" / f"{name}.md").read_text("utf-8")))
    for cell, block in zip(cells, blocks, strict=False):
        assert cell.source == block[1].rstrip()
        printed = "".join(out.text for out in cell.outputs if out.output_type == "stream" and out.name == "stdout")
        assert stands_in(block[2] or "", printed.rstrip("\n")) is None, cell.source
    (shown,) = cells[-1].outputs
    assert shown.data["text/html"].startswith('<iframe srcdoc="')
    assert len(cells) == len(blocks) + 1

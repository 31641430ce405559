"""Write the notebooks of the tutorials: the same prose, the same cells, one source.

    python examples/notebooks/make.py

reads docs/tutorials/*.md and writes a notebook beside this file for each, without outputs.
"""

import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
TUTORIALS = HERE.parents[1] / "docs" / "tutorials"
FENCED = re.compile(r"^```(python|text)\n(.*?)^```$\n?", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
BEFORE = """\
Made from [the tutorial](../../docs/tutorials/{name}) by `examples/notebooks/make.py`. Choose *Run all*: it takes
about a minute, and runs on the computer where this notebook runs. On your own nothing leaves it. Binder and Colab are
computers of somebody else: what is used here is synthetic and may go there; words of your participants may not.

It needs `pip install 'alliance-nlp[all]'` (from a clone: `pip install -c constraints.txt '.[all]'`). A cell's output
holds words of the transcripts and is saved with the notebook: clear it before you pass on a notebook of your own study.
"""
LAST = """\
## Look around

The page of a report, below this cell: a map, themes beside clusters, where people part. Nothing is kept here of what is
decided on it; `an.write_report(comparison, "my_report", study=study)` writes the page to a folder.
"""


def in_notebook(prose: str) -> str:
    """Turn links of a page in docs/tutorials into links from here."""
    led = LINK.sub(lambda link: f"](../../docs/tutorials/{link[1]}", prose)
    return led.replace("docs/tutorials/../", "docs/").strip()


def cells_of(page: str, name: str) -> list[tuple[str, str]]:
    """Give kind and source of each cell; what the tutorial shows as printed is left for the cell to print."""
    title, _, rest = page.partition("\n")
    cells, at = [("markdown", f"{title}\n\n{BEFORE.format(name=name)}".strip())], 0
    for block in FENCED.finditer(rest):
        cells += [("markdown", prose)] if (prose := in_notebook(rest[at : block.start()])) else []
        cells += [("code", block[2].rstrip())] if block[1] == "python" else []
        at = block.end()
    cells += [("markdown", prose)] if (prose := in_notebook(rest[at:])) else []
    return [*cells, ("markdown", LAST.strip()), ("code", "comparison.show(study=study)")]


def notebook_of(cells: list[tuple[str, str]]) -> str:
    """Write a notebook (nbformat 4.5) as Jupyter would, the same on any day."""
    written = []
    for number, (kind, source) in enumerate(cells):
        lines = source.splitlines(keepends=True)
        cell = {"cell_type": kind, "id": f"cell-{number:02}", "metadata": {}, "source": lines}
        written.append(cell if kind == "markdown" else cell | {"execution_count": None, "outputs": []})
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    whole = {"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def made() -> dict[str, str]:
    """Give the text of each notebook by the name of its file."""
    pages = {page.name: page.read_text(encoding="utf-8") for page in sorted(TUTORIALS.glob("*.md"))}
    return {f"{Path(name).stem}.ipynb": notebook_of(cells_of(page, name)) for name, page in pages.items()}


if __name__ == "__main__":
    for name, text in made().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")

"""Pages of the docs whose ```python blocks run in order, and whose ```text blocks show what they print.

    python tests/walked_pages.py docs/tutorials/interviews.md

runs a page in an empty folder and writes what each block prints into the ```text block behind it, where that block is
empty; a block that is not empty is left alone.
"""

import contextlib
import io
import os
import re
import sys
import tempfile
from pathlib import Path

CODE = re.compile(r"^```python\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)
LEFT_OUT = "…"


def stands_in(shown, printed):
    """The first line that does not stand in what was printed, in order; nothing left out but where the page says so."""
    lines, at, gap = [line.rstrip() for line in printed.splitlines()], 0, False
    for line in shown.splitlines():
        if line == LEFT_OUT:
            gap = True
            continue
        found = next((i for i in range(at, len(lines)) if lines[i] == line), None)
        if found is None or (found > at and not gap):
            return line
        at, gap = found + 1, False
    return None if gap or at == len(lines) else f"{len(lines) - at} lines more"


def run(text):
    """Yield each block of a page, run in order in one namespace, with what it prints."""
    names = {"__name__": "page"}
    for block in CODE.finditer(text):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(block[1], "block", "exec"), names)
        yield block, out.getvalue().rstrip("\n")


def check(page):
    """Run a page in the folder where one is, and hold what it shows against what it prints."""
    text = page.read_text(encoding="utf-8")
    blocks = list(run(text))
    assert len(blocks) == text.count("```python"), "a block of Python that is not at the beginning of a line"
    for block, printed in blocks:
        if block[2] is None:
            assert not printed, f"{page.name}: the page does not show what this prints:\n{block[1]}\n{printed}"
        else:
            assert stands_in(block[2], printed) is None, f"{page.name}:\n{block[1]}\nprints:\n{printed}"


def fill(text):
    """The page with what its blocks print, where their ```text block is empty."""
    done, at = [], 0
    for block, printed in run(text):
        if block[2] == "":
            done += [text[at : block.start(2)], "\n".join(line.rstrip() for line in printed.splitlines()), "\n"]
            at = block.start(2)
    return "".join([*done, text[at:]])


if __name__ == "__main__":
    for page in [Path(name).resolve() for name in sys.argv[1:]]:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            page.write_text(fill(page.read_text(encoding="utf-8")), encoding="utf-8")
            os.chdir(page.parent)

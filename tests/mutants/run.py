"""Which one-line changes to the library do its tests notice?

    python tests/mutants/run.py [--each 3] [--only records comparison] [--tests tests/unit/...] [--out FILE]

For each file of the rooms below a few changes are drawn (the same ones for the same source), each is put into a copy of
the library, and the tests that reach its line are run until one fails, then the rest of their files. Survivors are
named. Which tests reach a line is found with coverage, in one run of the tests; --tests names some of them, which is
quicker, and a change that these notice is noticed by all.
"""

import argparse
import contextlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from operators import mutants_of  # noqa: E402

ROOT = HERE.parents[1]
SRC = ROOT / "src" / "alliance_nlp"
ROOMS = ("records", "comparison", "clusters", "suggesting", "consensus.py")
TESTS = ("tests/unit", "tests/laws")
SECONDS = 180  # a change that makes its tests run longer than this is noticed
EQUIVALENT = HERE / "equivalent.txt"
# loaded once, before the copies part: what the library imports when it is used. Not hypothesis: pytest must be the one
# to load its plugin, or every test fails and every change seems noticed
PRELOADED = ("pytest", "numpy", "pandas", "sklearn.cluster", "sklearn.linear_model",
             "sklearn.feature_extraction.text", "sklearn.utils.estimator_checks", "scipy.stats",
             "scipy.cluster.hierarchy", "matplotlib.pyplot", "narwhals", "docx", "openpyxl")  # fmt: skip


def files_of(rooms):
    """Files of the rooms, as paths below the package."""
    places = [SRC / room for room in rooms]
    inside = [p for place in places if place.is_dir() for p in sorted(place.rglob("*.py")) if p.name != "__init__.py"]
    return [str(p.relative_to(SRC)) for p in (*(p for p in places if p.suffix), *inside)]


def known_equivalent():
    """Changes that no test can notice, each written down with its reason: ``file | changed line | reason``."""
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines() if EQUIVALENT.exists() else []
    return {tuple(part.strip() for part in line.split(" | ")[:2]) for line in lines if line and line[0] != "#"}


def drawn(name, each, equivalent):
    """The first few changes of a file by a hash of the change, so that another change leaves the draw as it is."""
    found = mutants_of((SRC / name).read_text(encoding="utf-8"))
    kept = [m for m in found if (name, m.becomes) not in equivalent]
    return sorted(sorted(kept, key=lambda m: m.key)[:each], key=lambda m: m.line)


def reaching_tests(work, tests):
    """Per file and line the tests that run it."""
    rules = f"[run]\nsource = {SRC}\ndata_file = {work / 'reached'}\n"
    (work / "rules").write_text(rules, encoding="utf-8")
    command = ["coverage", "run", f"--rcfile={work / 'rules'}", "-m", "pytest", "-q", "-p", "no:randomly",
               "-p", "reach", *tests]  # fmt: skip
    paths = os.pathsep.join([str(SRC.parent), str(HERE)])
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=os.environ | {"PYTHONPATH": paths}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"The tests fail without any change:\n{done.stdout[-3000:]}")
    data = importlib.import_module("coverage").CoverageData(str(work / "reached"))
    data.read()
    return {str(Path(name).relative_to(SRC)): data.contexts_by_lineno(name) for name in data.measured_files()}


def noticed(copy, tests):
    """Whether one of the tests fails on the copy of the library, or does not end."""
    child = os.fork()
    if child == 0:
        _run_tests(copy, tests)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _run_tests(copy, tests):
    code = 1
    with contextlib.suppress(BaseException):
        os.chdir(ROOT)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        sys.path.insert(0, str(copy))
        os.environ |= {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        sys.dont_write_bytecode = True
        import pytest

        code = int(pytest.main(["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *tests]))
    os._exit(code)


def judge(name, mutant, reached, copy):
    """Put one change into the copy, run its tests, and take it out again."""
    target = copy / "alliance_nlp" / name
    before = target.read_text(encoding="utf-8")
    tests = sorted(test for test in reached.get(name, {}).get(mutant.line, []) if test)
    files = sorted({test.split("::")[0] for test in tests})
    target.write_text(mutant.source, encoding="utf-8")
    try:
        return bool(tests) and (noticed(copy, tests) or noticed(copy, files))
    finally:
        target.write_text(before, encoding="utf-8")


def run(rooms, each, work, tests=TESTS):
    reached, equivalent, rows = reaching_tests(work, tests), known_equivalent(), []
    for name in PRELOADED:
        importlib.import_module(name)
    copy = work / "copy"
    shutil.copytree(SRC, copy / "alliance_nlp", ignore=shutil.ignore_patterns("__pycache__"))
    some = next(test for lines in reached.values() for tests in lines.values() for test in tests if test)
    if noticed(copy, [some.split("::")[0]]):
        sys.exit("The tests fail on a copy without any change, so nothing can be learnt from them.")
    for name in files_of(rooms):
        for mutant in drawn(name, each, equivalent):
            killed = judge(name, mutant, reached, copy)
            rows.append({"file": name, "line": mutant.line, "change": mutant.change, "becomes": mutant.becomes,
                         "killed": killed})  # fmt: skip
            print("killed  " if killed else "SURVIVED", name, mutant.line, mutant.becomes, flush=True)
    return rows


def table(rows):
    """Killed and drawn by room."""
    rooms = dict.fromkeys(row["file"].split("/")[0].removesuffix(".py") for row in rows)
    by_room = {
        room: [r["killed"] for r in rows if r["file"].split("/")[0].removesuffix(".py") == room] for room in rooms
    }
    lines = [f"{room}: {sum(killed)} of {len(killed)} killed" for room, killed in by_room.items()]
    return "\n".join([*lines, f"all: {sum(r['killed'] for r in rows)} of {len(rows)} killed"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=4, help="changes drawn in each file")
    parser.add_argument("--only", nargs="+", default=ROOMS, help="rooms or files below src/alliance_nlp")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="tests that may notice")
    parser.add_argument("--out", type=Path, help="a JSON file for the rows")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        rows = run(options.only, options.each, Path(work), options.tests)
    if options.out:
        options.out.write_text(json.dumps(rows, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()

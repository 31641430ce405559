"""The house budgets: short functions, short files, documented names, no words of other fields."""

import ast
import inspect
from pathlib import Path

import measure
import pytest

import alliance_nlp

SRC = Path(alliance_nlp.__file__).parent
FILES = measure.source_files(SRC)
LONGEST_FILE, LONGEST_BODY, P90_BODY, LONGEST_CLASS = 350, 60, 25, 120
FUNCTIONS = [name for name in alliance_nlp.__all__ if inspect.isfunction(getattr(alliance_nlp, name))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SRC)))
def test_files_functions_and_classes_stay_short(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert measure.n_lines(text) <= LONGEST_FILE
    assert [name for name, size in measure.bodies(tree) if size > LONGEST_BODY] == []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own = node.end_lineno - node.lineno + 1 - len(measure.docstring_lines(node))
            assert own <= LONGEST_CLASS, node.name


def test_nine_in_ten_function_bodies_are_short():
    assert measure.p90(measure.body_sizes(SRC)) <= P90_BODY


def test_no_cupboard_modules():
    banned = {"utils", "helpers", "common", "manager", "handler", "misc"}
    assert not {path.stem for path in FILES} & banned


@pytest.mark.parametrize("mark", ["csv.writer(", "csv.DictWriter(", "<table", "DataFrame"])
def test_tables_leave_the_library_in_one_place(mark):
    files = [*FILES, *SRC.rglob("templates/*"), *SRC.rglob("*.j2")]
    found = {path.relative_to(SRC).as_posix() for path in files if path.is_file() and mark in path.read_text("utf-8")}
    assert found <= {"records/tables.py"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_functions_name_their_parameters_and_show_an_example(name):
    function = getattr(alliance_nlp, name)
    text = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters:
        assert f"{parameter} :" in text or f"{parameter}, " in text or f", {parameter} :" in text, parameter
    assert ">>>" in text, f"{name} has no example"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_documented_defaults_are_the_defaults(name):
    function = getattr(alliance_nlp, name)
    text = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters.values():
        line = next((row for row in text.splitlines() if row.startswith(f"{parameter.name} :")), "")
        if ", default " in line:
            stated = line.rpartition(", default ")[2].strip().strip('"')
            assert stated == str(parameter.default), line

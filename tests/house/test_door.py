"""The door: each public name is written once, and whatever a public function hands to a user stands there."""

import ast
import functools
import importlib
import inspect
import re
import subprocess
import sys
import typing
import zipfile
from pathlib import Path

import measure
import pytest

import alliance_nlp
from alliance_nlp import agreement

SRC = Path(alliance_nlp.__file__).parent
DOCS = SRC.parents[1] / "docs"
DOORS = {alliance_nlp: alliance_nlp.__all__, agreement: agreement.__all__}


def module_names():
    paths = [path.relative_to(SRC.parent).with_suffix("") for path in measure.source_files(SRC)]
    return [".".join(path.parts).removesuffix(".__init__") for path in paths if path.stem != "__main__"]


@functools.cache
def own_classes():
    """Every class of the library by name; a name of typing or collections is never one of ours in an annotation."""
    found = {}
    for name in module_names():
        found |= {n: v for n, v in vars(importlib.import_module(name)).items() if is_ours(v)}
    # names that modules import for type checkers only, or that stand for something else in annotations
    return {name: kind for name, kind in found.items() if name != "Mapping"} | {"Any": typing.Any, "Axes": typing.Any}


def is_ours(value):
    return inspect.isclass(value) and value.__module__.startswith("alliance_nlp")


def hints(annotated):
    return typing.get_type_hints(annotated, None, own_classes())


def classes_in(annotation):
    if is_ours(annotation) and not issubclass(annotation, Exception):
        yield annotation
    for part in typing.get_args(annotation):
        for each in part if isinstance(part, list) else (part,):
            yield from classes_in(each)


def fields_of(kind):
    """Annotated attributes that users see; what is not compared is how a record was made, not what it says."""
    made_with = {n for n, field in getattr(kind, "__dataclass_fields__", {}).items() if not field.compare}
    return {n: h for n, h in hints(kind).items() if not n.startswith("_") and n not in made_with}


def methods_of(kind):
    for name, value in inspect.getmembers_static(kind):
        function = next((getattr(value, n) for n in ("fget", "func", "__func__") if hasattr(value, n)), value)
        if inspect.isfunction(function) and (not name.startswith("_") or name in ("__getitem__", "__iter__")):
            yield name, function


@functools.cache
def handed_out():
    """Each class of ours that a user can come to hold, with one way of coming to it."""
    found, waiting = {}, []
    for door, names in DOORS.items():
        for name in names:
            value = getattr(door, name)
            if inspect.isfunction(value):
                waiting.append((hints(value).get("return"), f"{name}()"))
            elif inspect.isclass(value):
                waiting.append((value, name))
    while waiting:
        annotation, way = waiting.pop()
        for kind in classes_in(annotation):
            if kind not in found:
                found[kind] = way
                waiting += [(hint, f"{kind.__name__}.{name}") for name, hint in fields_of(kind).items()]
                waiting += [(hints(f).get("return"), f"{kind.__name__}.{n}()") for n, f in methods_of(kind)]
    return found


def test_what_is_handed_to_users_stands_at_the_door():
    public = {name for names in DOORS.values() for name in names}
    assert {kind.__name__: way for kind, way in handed_out().items() if kind.__name__ not in public} == {}


def test_what_users_pass_has_a_type():
    functions = {n: getattr(door, n) for door, names in DOORS.items() for n in names}
    loose = [
        (name, parameter)
        for name, function in functions.items()
        if inspect.isfunction(function)
        for parameter, annotation in function.__annotations__.items()
        if parameter != "return" and re.search(r"\bAny\b", str(annotation))
    ]
    assert loose == []


def test_the_search_finds_records_behind_fields_methods_and_containers():
    names = {kind.__name__ for kind in handed_out()}
    assert {"Turn", "Segment", "ChainLink", "CodebookVersion", "ProjectedCoding", "GroupFigure", "Reply"} <= names


@pytest.mark.skipif(not DOCS.is_dir(), reason="installed without the docs")
def test_every_public_class_stands_in_the_glossary():
    named = set(re.findall(r"`(\w+)`", (DOCS / "glossary.md").read_text(encoding="utf-8")))
    public = {name for door, names in DOORS.items() for name in names if inspect.isclass(getattr(door, name))}
    assert sorted(public - named) == []


@pytest.mark.skipif(not DOCS.is_dir(), reason="installed without the docs")
def test_every_public_name_stands_in_the_reference_once():
    listed = re.findall(r"^::: alliance_nlp\.(\S+)$", (DOCS / "reference.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == alliance_nlp.__all__


def test_all_public_names_can_be_had():
    for name in alliance_nlp.__all__:
        assert getattr(alliance_nlp, name) is not None
    assert {"cluster", "Clusters", "agreement", "ConsensusClustering"} < set(alliance_nlp.__all__)
    assert dir(alliance_nlp) == sorted([*alliance_nlp.__all__, "__version__"])
    assert "__version__" not in alliance_nlp.__all__


def test_a_star_import_brings_the_names_that_the_imports_name():
    found = {}
    exec("from alliance_nlp import *", found)
    typed = next(n for n in ast.parse((SRC / "__init__.py").read_text(encoding="utf-8")).body if isinstance(n, ast.If))
    aliases = [alias for n in typed.body if isinstance(n, ast.ImportFrom) for alias in n.names]
    assert all(alias.asname == alias.name for alias in aliases), "type checkers re-export only 'name as name'"
    assert set(found) - {"__builtins__"} == {alias.name for alias in aliases} - {"__version__"}


def test_an_unknown_name_is_said_so():
    with pytest.raises(AttributeError, match="has no name 'clutser'"):
        alliance_nlp.clutser  # noqa: B018


def test_the_door_opens_where_there_is_no_source(tmp_path):
    with zipfile.PyZipFile(tmp_path / "frozen.zip", "w") as frozen:
        frozen.writepy(str(SRC))
    shown = "an.__file__, an.InputError.__name__, an.__version__, 'cluster' in an.__all__"
    code = f"import alliance_nlp as an; print({shown})"
    python = [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = [{str(tmp_path / 'frozen.zip')!r}]; {code}"]
    run = subprocess.run(python, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "frozen.zip" in run.stdout
    assert run.stdout.split()[1:] == ["InputError", alliance_nlp.__version__, "True"]

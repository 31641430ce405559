"""Modules under their names of 0.1.0: what they lead to, what they say, what they do not pretend."""

import importlib
import subprocess
import sys

import pytest

import alliance_nlp as an
from alliance_nlp.moved import DOOR, METHODS, ROOMS, now
from alliance_nlp.records import Table


@pytest.fixture(autouse=True)
def unimported():
    """Whatever was imported under a former name is forgotten again: the warning comes with the import."""
    yield
    for name in [name for name in sys.modules if name.startswith(f"{DOOR}.") and now(name.removeprefix(f"{DOOR}."))]:
        del sys.modules[name]


@pytest.mark.parametrize("former", ROOMS)
def test_a_former_room_leads_to_todays_and_says_so(former):
    with pytest.warns(DeprecationWarning, match=r"alliance_nlp.\S+ is alliance_nlp.\S+ now") as caught:
        module = importlib.import_module(f"{DOOR}.{former}")
    # above a module its room is warned of, too
    assert str(caught[-1].message) == f"alliance_nlp.{former} is alliance_nlp.{ROOMS[former]} now"
    home = importlib.import_module(f"{DOOR}.{ROOMS[former]}")
    names = [name for name in vars(home) if not name.startswith("_")]
    assert names
    assert all(getattr(module, name) is getattr(home, name) for name in names if name not in METHODS)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_names_that_stand_elsewhere_are_found_at_the_door_or_are_methods_of_a_table():
    from alliance_nlp.chain import open_quote, table1, trace_chain
    from alliance_nlp.reports.exports import csv_bytes
    from alliance_nlp.voices.quotes import choose_quotes

    assert (open_quote, table1, trace_chain, choose_quotes) == (
        an.open_quote,
        an.table1,
        an.trace_chain,
        an.choose_quotes,
    )
    table = Table(("theme", "words"), (("=1+1", "hers"),), quoting=("words",))
    assert csv_bytes(table, quotes=False).decode("utf-8-sig") == "theme\r\n'=1+1\r\n"
    contents = importlib.import_module(f"{DOOR}.audit.contents")
    assert contents.csv_of(table, quotes=True) == table.to_csv()
    assert contents.markdown_of(table, quotes=False) == table.to_markdown(quotes=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_gone_is_an_error_that_says_where_to_look():
    with pytest.raises(ImportError, match="cannot import name 'harmless'"):
        from alliance_nlp.reports.exports import harmless  # noqa: F401
    module = importlib.import_module(f"{DOOR}.chain")
    with pytest.raises(AttributeError, match=r"alliance_nlp.chain is alliance_nlp.method.chain now, and has no 'nope'"):
        _ = module.nope
    for name in ("alliance_nlp.clutser", "alliance_nlp.voices.nope", "alliance_nlp.suggesting.trouble"):
        with pytest.raises(ModuleNotFoundError, match="nope|clutser|trouble"):
            importlib.import_module(name)


def test_the_warning_names_the_line_that_imports(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("\nfrom alliance_nlp.member_checks import record_replies\n", encoding="utf-8")
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert (
        f"{script}:2: DeprecationWarning: alliance_nlp.member_checks is alliance_nlp.method.member_checks now"
        in run.stderr
    )

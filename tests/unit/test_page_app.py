"""The built app beside the page's template: it can stand in a script element, asks nobody, carries its notices."""

import re
from importlib import resources

import pytest


def built(name):
    return resources.files("alliance_nlp.reports").joinpath("templates", name).read_text(encoding="utf-8")


@pytest.mark.parametrize("sign", ["</script", "<!--", "<script"])
def test_nothing_in_the_script_ends_or_nests_its_element(sign):
    assert sign not in built("app.js").lower()


def test_nothing_in_the_style_ends_its_element_or_loads_a_file():
    style = built("app.css").lower()
    assert "</style" not in style
    assert "url(" not in style
    assert "@import" not in style


def test_the_script_has_no_way_to_reach_another_computer_or_to_run_words():
    script = re.sub(r"^/\*!.*?\*/", "", built("app.js"), count=1, flags=re.DOTALL)
    for way in (
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "sendBeacon",
        "importScripts",
        "eval(",
        "new Function",
    ):
        assert way not in script, way
    addresses = set(re.findall(r"https?://[^\"'`\s)]+", script))
    assert all(address.startswith("http://www.w3.org/") for address in addresses), addresses


def test_what_ships_in_the_script_is_named_with_its_licence():
    notices = built("app.js").split("*/", 1)[0]
    for name in ("preact", "d3-polygon", "d3-quadtree"):
        assert re.search(rf"^{name} \d+\.\d+\.\d+$", notices, re.MULTILINE), name
    assert "Permission is hereby granted, free of charge" in notices
    assert "Permission to use, copy, modify, and/or distribute this software" in notices


def test_the_app_stays_small():
    assert len(built("app.js")) + len(built("app.css")) < 400_000  # bytes; see docs/decisions for what was measured

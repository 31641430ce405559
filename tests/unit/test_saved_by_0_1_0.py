"""Folders that 0.1.0 wrote are still read, and hold what they held then."""

import json
from pathlib import Path

import pytest

from alliance_nlp.storage import load

SAVED = Path(__file__).parents[1] / "data" / "saved_by_0_1_0"
LOOKED_LIKE = json.loads((SAVED / "looked_like.json").read_text(encoding="utf-8"))


def test_every_folder_has_what_it_looked_like():
    assert {path.name for path in SAVED.iterdir() if (path / "record.json").exists()} == set(LOOKED_LIKE)


@pytest.mark.parametrize("name", LOOKED_LIKE)
def test_a_folder_of_0_1_0_holds_what_it_held(name):
    record = load(SAVED / name)
    rows = record.rows() if isinstance(LOOKED_LIKE[name], list) else repr(record)
    assert json.loads(json.dumps(rows, default=str)) == LOOKED_LIKE[name]

"""Folders that 0.1.0 wrote are still read, and hold what they held then."""

import json
import math
from pathlib import Path

import pytest

from alliance_nlp.errors import AllianceWarning
from alliance_nlp.storage import load

SAVED = Path(__file__).parents[1] / "data" / "saved_by_0_1_0"
LOOKED_LIKE = json.loads((SAVED / "looked_like.json").read_text(encoding="utf-8"))


def test_every_folder_has_what_it_looked_like():
    assert {path.name for path in SAVED.iterdir() if (path / "record.json").exists()} == set(LOOKED_LIKE)


CHANGES = {
    "clusters_several": "clusters of equal size keep their old numbers",
    "clusters_at_3": "strength at another grain is nan, not 1",
    "comparison": "verdicts on clusters and themes in words of today, by the rule of 0.1.0: 4",
}


@pytest.mark.parametrize("name", LOOKED_LIKE)
def test_a_folder_of_0_1_0_holds_what_it_held(name):
    changed = CHANGES.get(name, "nothing that it says")
    with pytest.warns(
        AllianceWarning, match=f"^{name} was saved by alliance_nlp 0.1.0. Changed on loading: {changed}. "
    ):
        record = load(SAVED / name)
    rows = record.rows() if isinstance(LOOKED_LIKE[name], list) else repr(record)
    if name == "clusters_at_3":  # 0.1.0 claimed 1.0 of every segment
        assert all(math.isnan(row["strength"]) for row in rows)
        rows = [{**row, "strength": 1.0} for row in rows]
    looked_like = json.dumps(LOOKED_LIKE[name]).replace("no counterpart", "linked to none")
    assert json.loads(json.dumps(rows, default=str)) == json.loads(looked_like)

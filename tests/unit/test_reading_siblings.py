"""Siblings of situations, by kind: each is read as it stands there."""

import pytest
from reading_siblings import SIBLINGS


@pytest.mark.parametrize("kind", sorted({sibling.kind for sibling in SIBLINGS}))
def test_siblings_are_read_as_they_stand(tmp_path, kind):
    own = [sibling for sibling in SIBLINGS if sibling.kind == kind]
    assert {sibling.name: faults for sibling in own if (faults := sibling.faults(sibling.read(tmp_path)))} == {}

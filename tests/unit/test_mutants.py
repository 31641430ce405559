"""The changes that the tests are tried against are the ones meant."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "mutants"))
from operators import mutants_of

SOURCE = '''
LARGEST = 3


def clip(value: int = 4) -> int:
    """Keep it small."""
    if value > 2 and not value == 7:
        raise ValueError(f"{1 + 1} is too large")
    return min(value, -1)
'''


def test_changes_are_made_inside_functions_and_never_in_messages():
    made = sorted((m.line, m.becomes) for m in mutants_of(SOURCE))
    assert made == [
        (7, "if value > 2 and not value != 7:"),
        (7, "if value > 2 and not value == 8:"),
        (7, "if value > 2 and value == 7:"),
        (7, "if value > 2 or not value == 7:"),
        (7, "if value > 3 and not value == 7:"),
        (7, "if value >= 2 and not value == 7:"),
        (9, "return max(value, -1)"),
        (9, "return min(value, -2)"),
        (9, "return min(value, 1)"),
    ]


def test_each_change_touches_its_line_only():
    before = SOURCE.splitlines()
    for mutant in mutants_of(SOURCE):
        after = mutant.source.splitlines()
        assert [i for i, (a, b) in enumerate(zip(before, after, strict=True), 1) if a != b] == [mutant.line]

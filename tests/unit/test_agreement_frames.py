"""Ratings as frames and columns of pandas, polars and pyarrow: the same figures as lists, nulls included."""

import subprocess
import sys

import pytest

from alliance_nlp import agreement
from alliance_nlp.errors import InputError

ROWS = [["a", "b", "b", None, "a", "b"], ["a", "b", "a", "b", "a", "b"]]  # alpha by hand: .64, 5 units
UNITS = {f"unit {i}": [row[i] for row in ROWS] for i in range(6)}


def columns_of(backend):
    module = pytest.importorskip(backend)
    kinds = {
        "pandas": [module.Series] if backend == "pandas" else [],
        "polars": [module.Series] if backend == "polars" else [],
        "pyarrow": [module.array, lambda row: module.chunked_array([row]), lambda row: list(module.array(row))]
        if backend == "pyarrow" else [],
    }  # fmt: skip
    return kinds[backend]


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_columns_give_what_lists_give(backend):
    expected = agreement.cohen_kappa(*ROWS).value
    for kind in columns_of(backend):
        one, other = map(kind, ROWS)
        assert agreement.krippendorff_alpha([one, other]).value == pytest.approx(0.64)
        assert agreement.krippendorff_alpha([one, other]).n_units == 5
        assert agreement.cohen_kappa(one, other).value == expected


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_frames_of_a_row_a_coder_give_what_lists_give(backend):
    module = pytest.importorskip(backend)
    frame = module.table(UNITS) if backend == "pyarrow" else module.DataFrame(UNITS)
    assert agreement.krippendorff_alpha(frame).value == pytest.approx(0.64)
    assert agreement.percent_agreement(frame).value == agreement.percent_agreement(ROWS).value


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_frames_of_a_row_a_unit_are_refused_with_a_way_that_works(backend):
    module = pytest.importorskip(backend)
    columns = dict(zip("AB", ROWS, strict=True))
    frame = module.table(columns) if backend == "pyarrow" else module.DataFrame(columns)
    with pytest.raises(InputError, match=r"as if each row were a unit. Pass (.+?); if the rows are coders") as refused:
        agreement.krippendorff_alpha(frame)
    way = str(refused.value).split("Pass ")[1].split(";")[0]
    turned = {
        "ratings.T": lambda: frame.T,
        "list(ratings.to_pydict().values())": lambda: list(frame.to_pydict().values()),
    }
    if backend == "polars":
        turned["ratings.T"] = frame.transpose
    assert agreement.krippendorff_alpha(turned[way]()).value == pytest.approx(0.64)


def test_it_is_used_alone_with_numpy_and_nothing_else():
    """In a fresh process: no frames, no scikit-learn, no torch; SciPy only where a figure needs it."""
    code = (
        "import sys; from alliance_nlp import agreement; agreement.krippendorff_alpha([[1, 0, 1], [1, 0, 0]]); "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'numpy', 'scipy', 'sklearn', 'pandas', 'polars', "
        "'pyarrow', 'narwhals', 'torch', 'sentence_transformers', 'tqdm'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['numpy']"

"""What a terminal shows of intervals and tests that take long: how much is done, in units, and when they will end."""

import io
import sys

import numpy as np
import pytest
import tqdm

from alliance_nlp import agreement as ag, numeric

RNG = np.random.default_rng(0)
A = (RNG.random((3, 240)) < 0.4).astype(float)
B = np.where(RNG.random(A.shape) < 0.2, 1 - A, A)
WHO, WHERE = np.arange(240) % 12, np.arange(240) // 24
CALLS = {
    "bootstrap_interval": (
        lambda: ag.bootstrap_interval(ag.cohen_kappa, [A[0], B[0]], n_draws=450),
        [("drawing again", 450, "draw")],
    ),
    "bootstrap_interval, bca, by": (
        lambda: ag.bootstrap_interval(ag.cohen_kappa, [A[0], B[0]], by=WHO, method="bca", n_draws=30),
        [("drawing again", 30, "draw")],
    ),
    "bootstrap_interval, bca": (
        lambda: ag.bootstrap_interval(ag.cohen_kappa, [A[0], B[0]], method="bca", n_draws=30),
        [("drawing again", 30, "draw"), ("leaving out one by one", 4, "pattern")],
    ),
    "subsample_interval": (
        lambda: ag.subsample_interval(ag.adjusted_rand, [A[0], B[0]], n_draws=250),
        [("drawing halves", 250, "draw")],
    ),
    "per_code_intervals": (
        lambda: ag.per_code_intervals(ag.cohen_kappa, A, B, n_draws=150, by=WHO),
        [("drawing again", 150, "draw")],
    ),
    "over_codes_interval": (
        lambda: ag.over_codes_interval(ag.mean_kappa, A, B, n_draws=120),
        [("drawing again", 120, "draw")],
    ),
    "equivalence_test": (
        lambda: ag.equivalence_test(ag.cohen_kappa, A[:2], B[:2], margin=0.1, independent=True, n_draws=210),
        [("drawing again", 210, "draw")],
    ),
    "permutation_p": (
        lambda: ag.permutation_p(ag.cohen_kappa, [A[0], B[0]], within=WHERE, n_permutations=99),
        [("moving codes", 99, "arrangement")],
    ),
    "per_code_permutations": (
        lambda: ag.per_code_permutations(ag.cohen_kappa, A, B, within=WHERE, n_permutations=99),
        [("shifting along the talk", 240, "unit")],
    ),
    "per_code_permutations, shuffled": (
        lambda: ag.per_code_permutations(ag.cohen_kappa, A, B, scheme="shuffle", n_permutations=99),
        [("shuffling", 99, "arrangement")],
    ),
    "grouping_test": (
        lambda: ag.grouping_test(A, B.sum(axis=0).astype(int), sessions=WHERE, people=WHO % 3, n_flips=511),
        [("comparing clusters with themes", 3, "theme"), ("turning stretches of talk", 512, "way")],
    ),
}  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def bars(monkeypatch):
    """Give the bars that were drawn, as they stood at the end."""
    found = []

    class Kept(tqdm.tqdm):
        def close(self):
            if not self.disable:
                found.append((self.desc, self.total, self.unit, self.n))
            super().close()

    monkeypatch.setattr(tqdm, "tqdm", Kept)
    return found


@pytest.mark.parametrize("name", CALLS)
def test_what_is_done_is_counted_to_its_end_and_changes_nothing(name, bars, monkeypatch):
    call, expected = CALLS[name]
    monkeypatch.setattr(sys, "stderr", Terminal())  # here: pytest puts its own in place before each test
    with_bars = call()
    assert bars == [(*bar, bar[1]) for bar in expected]
    assert sys.stderr.getvalue() == ""  # it was quick
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert call() == with_bars
    assert len(bars) == len(expected)  # and where nobody looks there is none


def test_what_takes_long_says_how_much_is_done_and_when_it_will_end(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(numeric, "PATIENCE", 0.0)
    ag.bootstrap_interval(ag.cohen_kappa, [A[0], B[0]])
    first, *_, last = sys.stderr.getvalue().split("\r")[1:]
    assert first.startswith("drawing again:   0%|")
    assert "0/2000 [00:00<?, ?draw/s]" in first
    assert last.strip() == ""  # the line goes away

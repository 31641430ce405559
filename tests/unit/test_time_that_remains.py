"""What a terminal shows of work that takes long: how much is done, in units, and when it will end."""

import io
import sys

import numpy as np
import pytest
import tqdm

import alliance_nlp as an
from alliance_nlp import agreement as ag, numeric
from alliance_nlp.files import waiting
from alliance_nlp.qda import read_qdpx, write_qdpx

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


TURNS = "speaker,text\n" + "".join(f"{'AB'[k % 2]},We had no time.\n" for k in range(30))


def files_of(folder):
    for k in range(3):
        (folder / f"talk {k}.txt").write_text(f"A: No time.\nB: Why {k}?\nA: So.\nB: I see.\n")
    return an.read_transcripts(folder)


def table_of(folder):
    (folder / "talk.csv").write_text(TURNS)
    return an.read_transcripts(folder / "talk.csv")


def codings_of(folder):
    talk = an.read_transcripts({"talk": "A: No time.\nB: I see.\nA: No time at all.\n"})
    rows = "".join(f"KL,talk,{start},{end},rush\n" for start, end in ((3, 10), (15, 20)))
    (folder / "codings.csv").write_text("coder,transcript,start,end,code\n" + rows)
    return an.read_codings(folder / "codings.csv", talk, read="all")


def project_of(folder):
    made = an.Study(an.read_transcripts({"one": "A: No time.", "two": "B: I see."}), None, None)
    write_qdpx(made, folder / "made.qdpx")
    return read_qdpx(folder / "made.qdpx").study


READERS = {
    "files": (files_of, ("reading", 3, "file")),
    "a table": (table_of, ("reading turns", 30, "row")),
    "codings": (codings_of, ("reading codings", 2, "row")),
    "a project": (project_of, ("reading texts", 2, "text")),
}


@pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
@pytest.mark.parametrize("name", READERS)
def test_what_is_read_is_counted_and_reads_the_same(name, bars, monkeypatch, tmp_path):
    call, expected = READERS[name]
    monkeypatch.setattr(sys, "stderr", Terminal())
    with_bars = call(tmp_path)
    assert bars == [(*expected, expected[1])]
    assert sys.stderr.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert call(tmp_path) == with_bars
    assert len(bars) == 1


def test_of_one_thing_there_is_no_share(bars, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with numeric.counting("reading", 1, "file") as done:
        done(1)
    assert bars == []


def test_comparing_says_how_much_of_one_level_is_done(monkeypatch):
    """Four parts of the time; a codebook of one level has a bar as well."""
    talk = an.read_transcripts(["We had no time."] * 24)
    segments = an.segment(talk)
    spans = [(s.transcript_id, s.start, s.end) for s in segments]
    a, b = (
        an.Coding(
            tuple(an.CodedSpan(who, *at, "rush") for at in spans[first::3]),
            tuple(an.ReadSpan(who, *at) for at in spans),
        )
        for who, first in (("A", 0), ("B", 1))
    )
    passed = []

    class Counted(waiting._Waited):
        def add(self, amount):
            super().add(amount)
            passed.append((self.what, self.passed / self.total))

    monkeypatch.setattr(waiting, "_Waited", Counted)
    an.compare(a, b, segments=segments)
    assert passed == [("comparing", share) for share in (0.5, 0.7, 0.8, 1.0)]

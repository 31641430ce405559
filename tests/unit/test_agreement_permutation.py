"""How often chance alone agrees as well."""

import itertools
import math

import numpy as np
import pytest

from alliance_nlp import agreement as ag
from alliance_nlp.errors import AlignmentError, InputError

A = [1, 1, 0, 0, 1, 0, 0, 0]
B = [1, 0, 0, 0, 1, 0, 0, 1]


def test_every_shift_by_hand():
    """All shifts of the second coder, block by block; p is the share that reach the observed kappa."""
    observed = float(ag.cohen_kappa(A, B))
    figures = []
    for first, second in itertools.product(range(4), repeat=2):
        moved = [*np.roll(B[:4], first), *np.roll(B[4:], second)]
        figures.append(float(ag.cohen_kappa(A, moved)))
    result = ag.permutation_p(ag.cohen_kappa, [A, B], within=["P1"] * 4 + ["P2"] * 4)
    assert result.exact
    assert (result.n_arrangements, result.n_permutations) == (16, 16)
    assert result.p == pytest.approx(np.mean(np.array(figures) >= observed - 1e-9))
    assert result.chance_mean == pytest.approx(np.mean(figures))
    assert result.smallest_p == 1 / 16


def test_a_repeating_block_has_fewer_shifts():
    result = ag.permutation_p(ag.cohen_kappa, [[1, 0, 0, 1], [1, 0, 1, 0]])
    assert result.n_arrangements == 2


def test_shuffling_counts_orders():
    result = ag.permutation_p(ag.cohen_kappa, [A, B], scheme="shuffle", n_permutations=99)
    assert result.n_arrangements == math.comb(8, 3)
    assert not result.exact
    assert result.smallest_p == pytest.approx(1 / math.comb(8, 3))
    assert 1 / 100 <= result.p <= 1


def test_shuffling_agrees_with_the_hypergeometric_law():
    a, b = [1] * 10 + [0] * 30, [1] * 7 + [0] * 30 + [1] * 3
    from scipy.stats import hypergeom

    result = ag.permutation_p(ag.cohen_kappa, [a, b], scheme="shuffle", n_permutations=4999)
    assert result.p == pytest.approx(hypergeom.sf(6, 40, 10, 10), abs=0.005)


def test_p_is_never_zero_and_says_how_small_it_can_be():
    rng = np.random.default_rng(0)
    a = rng.integers(0, 2, 300)
    result = ag.permutation_p(ag.cohen_kappa, [a, a], within=np.repeat(np.arange(10), 30), n_permutations=199)
    assert result.p == result.smallest_p == 1 / 200
    assert result.n_arrangements == 30**10
    assert "smallest possible p .005" in str(result)


def test_beyond_counting():
    a = np.random.default_rng(0).integers(0, 2, 3000)
    assert ag.permutation_p(ag.cohen_kappa, [a, a], scheme="shuffle", n_permutations=19).n_arrangements == math.inf


def test_values_stay_in_their_block():
    """Both coders code all of P1 and nothing of P2: within people there is nothing to find."""
    codes = [1, 1, 1, 0, 0, 0]
    result = ag.permutation_p(ag.cohen_kappa, [codes, codes], within=["P1"] * 3 + ["P2"] * 3)
    assert math.isnan(result.p)
    assert "only one arrangement" in result.reason
    assert "no p: there is only one arrangement" in str(result)


def test_undefined_has_no_p():
    result = ag.permutation_p(ag.cohen_kappa, [[1, 1, 1], [1, 1, 1]])
    assert result.reason == "the figure itself is undefined"


def test_undefined_arrangements_count_against():
    """F1 of codings that never meet in some shifts stays defined; precision without uses does not."""
    result = ag.permutation_p(ag.v_measure, [[0, 0, 1, None], [0, 1, 1, None]])
    assert result.n_undefined == 0
    assert result.n_arrangements == 3


@pytest.mark.parametrize(
    "statistic",
    [ag.cohen_kappa, ag.krippendorff_alpha, ag.gwet_ac1, ag.fleiss_kappa, ag.adjusted_rand, ag.adjusted_mutual_info,
     ag.omega_index, ag.conger_kappa, ag.holsti],
)  # fmt: skip
def test_counting_tables_gives_what_moving_the_values_gives(statistic):
    """The vectorised path against a function of one's own, which is called arrangement by arrangement."""
    rng = np.random.default_rng(3)
    a = [None if rng.random() < 0.1 else int(rng.integers(0, 3)) for _ in range(24)]
    b = [None if rng.random() < 0.1 else int(rng.integers(0, 3)) for _ in range(24)]
    keep = [i for i in range(24) if a[i] is not None and b[i] is not None]
    a, b = [a[i] for i in keep], [b[i] for i in keep]
    two = statistic not in (ag.krippendorff_alpha, ag.gwet_ac1, ag.fleiss_kappa, ag.conger_kappa)

    def own(ratings):
        table = [list(row) for row in ratings]
        return float(statistic(*table) if two else statistic(table))

    options = {"within": [i % 2 for i in range(len(a))], "n_permutations": 199}
    ours, slow = (ag.permutation_p(f, [a, b], **options) for f in (statistic, own))
    assert (ours.p, ours.value, ours.n_arrangements) == (slow.p, pytest.approx(slow.value), slow.n_arrangements)
    assert ours.chance_mean == pytest.approx(slow.chance_mean)


def test_a_statistic_of_ones_own_gets_numbers_as_numbers():
    a = np.array([1.0, 2, 3, 4, 5, np.nan])

    def closeness(x, y):
        return -float(np.nanmean(np.abs(x - y)))

    result = ag.permutation_p(closeness, np.stack([a, a]))
    assert (result.exact, result.p, result.value) == (True, 1 / 5, 0.0)


def test_a_block_of_one_unit_does_not_move():
    result = ag.permutation_p(ag.cohen_kappa, [[1, 0, 1], [1, 0, 1]], within=["P1", "P1", "P2"])
    assert result.n_arrangements == 2


def test_blocks_may_lie_scattered():
    """The turns of a person come back between those of others; their order inside the block is kept."""
    together = ag.permutation_p(ag.cohen_kappa, [A, B], within=["P1"] * 4 + ["P2"] * 4)
    order = [0, 4, 1, 5, 2, 6, 3, 7]
    mixed = [[row[i] for i in order] for row in (A, B)]
    assert ag.permutation_p(ag.cohen_kappa, mixed, within=["P1", "P2"] * 4) == together


def test_units_read_by_one_coder_are_never_moved():
    a, b = [1, 0, 1, 0, 1, None], [1, 0, None, 0, 1, 1]
    result = ag.permutation_p(ag.gwet_ac1, [a, b])
    assert result.n_arrangements == 4  # the four units both read
    assert result.value == float(ag.gwet_ac1([a, b]))


def test_three_coders_are_moved_against_the_first():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 60)
    table = [np.where(rng.random(60) < 0.7, truth, rng.integers(0, 3, 60)).tolist() for _ in range(3)]
    table[2][5] = None
    result = ag.permutation_p(ag.fleiss_kappa, table, n_permutations=49)
    assert result.p == 1 / 50
    assert result.n_arrangements == 60 * 59
    assert abs(result.chance_mean) < 0.1


def test_the_seed_decides():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 2, (2, 100))
    within = np.repeat(np.arange(5), 20).tolist()
    first, again, other = (
        ag.permutation_p(ag.cohen_kappa, [a, b], within=within, n_permutations=99, random_state=seed)
        for seed in (0, 0, 1)
    )
    assert first == again
    assert first.chance_mean != other.chance_mean


def test_settings_are_checked():
    with pytest.raises(InputError, match=r"scheme must be 'shift' or 'shuffle'. Got 'rotate'"):
        ag.permutation_p(ag.cohen_kappa, [A, B], scheme="rotate")
    with pytest.raises(InputError, match=r"n_permutations must be at least 19.* Got 9"):
        ag.permutation_p(ag.cohen_kappa, [A, B], n_permutations=9)
    with pytest.raises(AlignmentError, match=r"within must hold one group per unit. Got 1 groups for 8 units"):
        ag.permutation_p(ag.cohen_kappa, [A, B], within=["P1"])


@pytest.mark.slow
def test_shifting_keeps_its_level_where_shuffling_does_not():
    """Codes that go on from turn to turn, by two people who never looked at the same thing."""
    rng = np.random.default_rng(0)

    def sticky():
        fresh, stay = rng.random(120) < 0.3, rng.random(120) < 0.8
        stay[0] = False
        return fresh[np.maximum.accumulate(np.where(stay, 0, np.arange(120)))].astype(int)

    pairs = [[sticky(), sticky()] for _ in range(300)]
    low = {
        scheme: np.mean(
            [ag.permutation_p(ag.cohen_kappa, pair, scheme=scheme, n_permutations=199).p <= 0.05 for pair in pairs]
        )
        for scheme in ("shift", "shuffle")
    }
    assert low["shift"] <= 0.05 + 1.96 * math.sqrt(0.05 * 0.95 / 300)
    assert low["shuffle"] > 0.1

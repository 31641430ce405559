"""Agreement statistics: arrays in, one record a figure out."""

from alliance_nlp.agreement.adjusting import adjust_p
from alliance_nlp.agreement.alpha import krippendorff_alpha
from alliance_nlp.agreement.alternative import alternative_coder_test
from alliance_nlp.agreement.contingency import (
    binary_tables,
    bootstrap_tables,
    per_code_intervals,
    per_code_permutations,
    table_values,
)
from alliance_nlp.agreement.equivalence import equivalence_test
from alliance_nlp.agreement.groupings import grouping_test
from alliance_nlp.agreement.many_coders import (
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    percent_agreement,
)
from alliance_nlp.agreement.over_codes import mean_kappa, over_codes_interval, over_codes_values, pooled_kappa
from alliance_nlp.agreement.partitions import adjusted_mutual_info, adjusted_rand, omega_index, v_measure
from alliance_nlp.agreement.permuting import permutation_p
from alliance_nlp.agreement.planning import plan_units
from alliance_nlp.agreement.ratings import ratings_from_counts
from alliance_nlp.agreement.resampling import bootstrap_interval, interval_from_draws, subsample_interval
from alliance_nlp.agreement.results import Agreement, GroupFigure, Interval, Permutation, UnitPlan
from alliance_nlp.agreement.spans import unitizing_alpha
from alliance_nlp.agreement.stretches import (
    Drawing,
    groups_to_draw,
    per_code_stretch_tests,
    stretch_test,
    stretches_of,
)
from alliance_nlp.agreement.tested import AlternativeCoder, Equivalence, GroupingTest, LeftOut, StretchTest
from alliance_nlp.agreement.two_coders import (
    cohen_kappa,
    f1,
    holsti,
    jaccard,
    negative_agreement,
    positive_agreement,
    precision,
    recall,
    scott_pi,
)

__all__ = [
    "Agreement", "AlternativeCoder", "Drawing", "Equivalence", "GroupFigure", "GroupingTest", "Interval", "LeftOut",
    "Permutation", "StretchTest", "UnitPlan", "adjust_p", "adjusted_mutual_info", "adjusted_rand",
    "alternative_coder_test", "binary_tables", "bootstrap_interval", "bootstrap_tables", "brennan_prediger",
    "cohen_kappa", "conger_kappa", "equivalence_test", "f1", "fleiss_kappa", "grouping_test", "groups_to_draw",
    "gwet_ac1", "holsti", "interval_from_draws", "jaccard", "krippendorff_alpha", "mean_kappa", "negative_agreement",
    "omega_index", "over_codes_interval", "over_codes_values", "per_code_intervals", "per_code_permutations",
    "per_code_stretch_tests", "percent_agreement", "permutation_p", "plan_units", "pooled_kappa", "positive_agreement",
    "precision", "ratings_from_counts", "recall", "scott_pi", "stretch_test", "stretches_of", "subsample_interval",
    "table_values", "unitizing_alpha", "v_measure",
]  # fmt: skip

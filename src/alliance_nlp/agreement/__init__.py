"""Agreement statistics: arrays in, one record a figure out."""

from alliance_nlp.agreement.alpha import krippendorff_alpha
from alliance_nlp.agreement.many_coders import (
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    percent_agreement,
)
from alliance_nlp.agreement.partitions import adjusted_mutual_info, adjusted_rand, omega_index, v_measure
from alliance_nlp.agreement.ratings import ratings_from_counts
from alliance_nlp.agreement.results import Agreement
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
    "Agreement",
    "adjusted_mutual_info",
    "adjusted_rand",
    "brennan_prediger",
    "cohen_kappa",
    "conger_kappa",
    "f1",
    "fleiss_kappa",
    "gwet_ac1",
    "holsti",
    "jaccard",
    "krippendorff_alpha",
    "negative_agreement",
    "omega_index",
    "percent_agreement",
    "positive_agreement",
    "precision",
    "ratings_from_counts",
    "recall",
    "scott_pi",
    "v_measure",
]

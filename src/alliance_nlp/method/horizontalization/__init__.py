"""Horizontalization: which statements carry feeling, worth and personal experience, and which words say so."""

from alliance_nlp.method.horizontalization.features import FEATURES, WEIGHTS
from alliance_nlp.method.horizontalization.finding import find_significant
from alliance_nlp.method.horizontalization.significant import Significant

__all__ = ["FEATURES", "WEIGHTS", "Significant", "find_significant"]

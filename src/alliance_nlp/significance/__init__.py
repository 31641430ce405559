"""Horizontalization: which statements carry feeling, worth and personal experience, and which words say so."""

from alliance_nlp.significance.features import FEATURES, WEIGHTS
from alliance_nlp.significance.finding import find_significant
from alliance_nlp.significance.record import Significant

__all__ = ["FEATURES", "WEIGHTS", "Significant", "find_significant"]

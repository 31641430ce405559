"""Horizontalization: which statements carry feeling, worth and personal experience, and which words say so."""

from alliance_nlp.method.horizontalization.lexicon import FEATURES, WEIGHTS
from alliance_nlp.method.horizontalization.significant import Significant, find_significant

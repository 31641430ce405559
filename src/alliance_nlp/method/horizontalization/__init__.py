"""Horizontalization: what readers mark as significant, how far they agree, and which wordings stand out beside that."""

from alliance_nlp.method.horizontalization.lexicon import FEATURES, WEIGHTS
from alliance_nlp.method.horizontalization.marking import marks_of, record_marks
from alliance_nlp.method.horizontalization.readers import ReadersCompared, compare_readers
from alliance_nlp.method.horizontalization.significant import Significant, find_significant

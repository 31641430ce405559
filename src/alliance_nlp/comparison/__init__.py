"""One coding against another: people, consensus, machine."""

from alliance_nlp.comparison.comparing import compare
from alliance_nlp.comparison.result import Comparison
from alliance_nlp.comparison.unnamed import find_unnamed

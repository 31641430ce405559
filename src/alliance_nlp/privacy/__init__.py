"""What edits and privacy ask for: codings that survive edits of the transcripts, words that may identify somebody."""

from alliance_nlp.privacy.finding import find_identifiers
from alliance_nlp.privacy.pseudonymising import pseudonymise
from alliance_nlp.privacy.realigning import realign

"""What edits and privacy ask for: codings that survive edits of the transcripts."""

from alliance_nlp.privacy.realigning import realign

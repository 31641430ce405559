"""What edits of transcripts and privacy cost: codings that land, identifiers that are found."""

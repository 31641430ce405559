"""Files in: transcripts, codebooks, codings and marks, with every problem of a file said at once."""

from alliance_nlp.reading.codebooks import read_codebook
from alliance_nlp.reading.codings import read_codings
from alliance_nlp.reading.empty_studies import new_study
from alliance_nlp.reading.marked_tables import read_marks
from alliance_nlp.reading.sources import read_transcripts
from alliance_nlp.reading.speakers import role_of

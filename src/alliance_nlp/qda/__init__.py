"""In and out of the programs that researchers use: REFI-QDA projects and codebooks."""

from alliance_nlp.qda.codebook_files import read_qdc, write_qdc
from alliance_nlp.qda.losses import LossReport, QdaCount, QdaOffsets, QdaTrouble
from alliance_nlp.qda.projects import QdaCase, QdaLink, QdaMemo, QdaProject, QdaSelection, QdaSet, QdaVariable
from alliance_nlp.qda.qualcoder import read_qualcoder
from alliance_nlp.qda.reading_any import PROJECTS, is_project, read_project
from alliance_nlp.qda.reading_projects import read_qdpx
from alliance_nlp.qda.taguette import read_taguette
from alliance_nlp.qda.writing_projects import write_qdpx

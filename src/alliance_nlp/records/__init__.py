"""The nouns of the field as frozen records; invariants are checked when a record is made."""

from alliance_nlp.records.analysis import GRAINS, REASONS, Clusters, Embeddings, Encoder, EncoderInfo, Grain
from alliance_nlp.records.attendance import NOT_DATED, attendance, not_counted, people_behind, session_dates, still_in
from alliance_nlp.records.base import Record, Row, Sentence, SentenceKind, at_the_door, same_content
from alliance_nlp.records.codebook import LEVELS, Code, Codebook, Level, Theme, UnderCodebook
from alliance_nlp.records.coding import (
    RULES,
    STATUSES,
    Applied,
    CodedSpan,
    CodeSet,
    Coding,
    ProjectedCoding,
    ReadSpan,
    Rule,
    Status,
    code_table,
    join_codings,
)
from alliance_nlp.records.consent import NOT_QUOTED, USES, Use, allowed, no_consent
from alliance_nlp.records.inline_page import InlinePage, View
from alliance_nlp.records.mappings import Link, Mapping, Verdict
from alliance_nlp.records.marks import Mark, Marks, join_marks
from alliance_nlp.records.people import (
    Cast,
    Participant,
    SamePeople,
    doubt_about,
    fold,
    how_to_answer,
    is_generic,
    resolve_people,
    why_nowhere,
)
from alliance_nlp.records.progress import ANYBODY, REVIEW, SAW, as_recorded, saw_problems, unfinished, unstated
from alliance_nlp.records.read_reports import FileRead, FoundSpeaker, ReadItem, ReadReport
from alliance_nlp.records.said_pages import Page
from alliance_nlp.records.statements import NOBODY_CODED, Statement, chosen_coding, moderators_left_out, statements_of
from alliance_nlp.records.study import Expectation, FieldNote, Question, Study, machine_problems
from alliance_nlp.records.tables import (
    Cell,
    Grid,
    Table,
    Tabular,
    format_cell,
    in_markdown,
    printable,
    unguarded,
)
from alliance_nlp.records.talk import is_conversation, is_form
from alliance_nlp.records.transcripts import ROLES, Role, Segment, Segments, Transcript, Turn, Unit, moderates, span_of
from alliance_nlp.records.trees import Cut, canonical_ranks, cut_rows, cut_tree, ordered
from alliance_nlp.records.withdrawn import WITHDRAWN, blanked, is_withdrawn, took_back

"""Files that are either whole or absent, lines that are only ever added, and how much a file may hold."""

from alliance_nlp.files.adding import append_lines, hold_lock, last_line
from alliance_nlp.files.beginning_folder import begin_folder, refuse_filled
from alliance_nlp.files.foreign import own_errors
from alliance_nlp.files.limits import (
    ASIDES,
    CODES,
    COLUMNS,
    DEEPEST,
    ENTRIES,
    EXPANDED,
    LINES,
    MB,
    PROJECT_ATTRIBUTES,
    PROJECT_SELECTIONS,
    PROJECT_TAGS,
    PROJECT_TEXT,
    PROJECT_XML,
    nesting,
    refuse_blanks,
    refuse_count,
    refuse_deep,
    refuse_deep_values,
    refuse_dotted,
    refuse_file,
    refuse_project,
    refuse_size,
    safe_array,
    too_much,
    trim_blank_cells,
)
from alliance_nlp.files.links import refuse_links
from alliance_nlp.files.swapping import MANIFEST, listed_files, replace_folder
from alliance_nlp.files.waiting import showing
from alliance_nlp.files.whole import (
    HALVES,
    WRITING,
    FileError,
    as_bytes,
    checked_path,
    printable,
    sweep,
    telling,
    whole_signs,
    write_atomic,
)

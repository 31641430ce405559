"""Files that are either whole or absent, lines that are only ever added, and how much a file may hold."""

from alliance_nlp.files.adding import append_line, hold_lock, last_line
from alliance_nlp.files.limits import DEEPEST, nesting, refuse_size
from alliance_nlp.files.whole import HALVES, FileError, as_bytes, checked_path, telling, write_atomic

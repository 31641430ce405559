"""Advice that the library words for scripts, said as it is done on the command line.

A message names what to change where its reader stands. The rooms are called from scripts; here the same advice names
flags, or the file of the study in which it is written down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from alliance_nlp.errors import AllianceError

Words = str | Callable[[re.Match[str]], str]
FLAGS = {"thinking_tokens": "--thinking-tokens", "answer_format": "--answer-format", "n_parallel": "--parallel"}
# what a script would write, and what is typed, or written into study.toml, instead
WORDS: tuple[tuple[str, Words], ...] = (
    (
        r"an\.read_transcripts\(\.\.\., roles=\{'NAME': 'moderator'\}\)",
        'NAME = "moderator" under [roles] of study.toml',
    ),
    (r"roles=\('participant',\)", "--roles participant"),
    (r"(?:with )?roles=\{\.\.\.\}", "[roles] of study.toml"),
    (r"roles='all'", "--roles all"),
    (r"with roles=", "with --roles"),
    (r"read=\{'coder': \.\.\.\}", "--read CODER=all"),
    (r"read='(\w+)'", r"--read \1"),
    (r"\(read=\.\.\.\)", "(--read)"),
    (r"\bread=(?!\w)", "--read"),
    (r"columns=\{'text': \.\.\.\}", "--columns transcripts.text=COLUMN"),
    (r"(?:pass )?download=True", "say --download"),
    (r"encoding='([\w.-]+)'", r"--encoding \1"),
    (r"encoding=(?!\w)", "--encoding "),
    (r"encoder='([\w./-]+)'", r"--encoder \1"),
    (r"(?:an\.cluster\(\) with )?recipe='([\w-]+)'", r"--recipe \1"),
    (r"n_clusters=(\d+)", r"--n-clusters \1"),
    (r"n_clusters(?= goes)", "--n-clusters"),
    (r"show_unfinished= shows it", "--show-unfinished shows it"),
    (r"abstain=(?!\w)", "--abstain"),
    (r"same_coders=\[([^\]]*)\]", r"--same-coders \1"),
    (r"same_coders=True, or their names", "--same-coders, or --same-coders NAME ..."),
    (r"edited='realign'", "--realign"),
    (
        r"Read one with an\.read_codings\(\), or settle one with an\.reach_consensus\(\)",
        "Put codings.csv into the folder",
    ),
    (r"Read one with an\.read_codings\(\)", "Put codings.csv into the folder"),
    (r"Read one with an\.read_codebook\(\)", "Put codebook.csv into the folder"),
    (
        r"say allow_remote=True and pass study=, with remote_model = true for each participant who agreed",
        "say --allow-remote, with remote_model = true in study.toml for each participant who agreed",
    ),
    (r"thinking_tokens=(\d+)", r"--thinking-tokens \1"),
    (r"\bmodel_revision=(?!\w)", "--model-revision"),
    (r"\(key_variable\)", "(--key-variable)"),
    (r"See \.made_from\.counts", "The table of what was asked and answered has the counts"),
    (r"leave key_variable out", "leave --key-variable out"),
    (r"level='(\w+)'", r"--level \1"),
    (r"\bbatch=(?!\w)", "--batch"),
    (r"endpoint needs model, the name of the language model there\. Give model='\.\.\.'", "--endpoint needs --model"),
    (r"(?<![-\w])endpoint (is|must be)\b", r"--endpoint \1"),
    (
        r"(?<!-)\b(unit|level|recipe|encoder|abstain|kind|language|encoding|transcript|context|batch|prompt|timeout|measure|thinking_tokens|answer_format"
        r"|n_parallel) must be",
        lambda found: f"{FLAGS.get(found[1], f'--{found[1]}')} must be",
    ),
    (r"\ba key of columns\b", "a name in --columns"),
    (r"Check the path in copies", "Check the path in --copies"),
    (r"the file that `write` was given as key", "the file that `pseudonymise --key` wrote"),
    (r"; a call takes same_people=True", ""),
    (r"Pass cache= with a folder that can be written, or cache=False", "`alliance-nlp cache` says where they are kept"),
)
# the same in what a record prints
PRINTED: tuple[tuple[str, Words], ...] = (
    (r"; see \.disagreements\b", "; tables/disagreements.csv of a report (--out) has them"),
    (r"\.machines_beside\b", "tables/machines_beside.csv of a report (--out)"),
    (r"What these figures mean and do not mean: \.explain\(\)", "What these figures mean and do not mean: --explain"),
    (r"\.rows\(\) has all\.", "--json has all."),
    (r"same_coders=True,\s+or\s+their\s+names", "--same-coders, with their names or without"),  # lines may be broken
    (r"same_coders=\['([^']*)'\]", r"--same-coders \1"),
    (r"edited='realign'", "--realign"),
    (r"read='(\w+)'", r"--read \1"),
)
# what is left of a script's wording after that
SCRIPT = re.compile(r"\ban\.\w+\(|\b[a-z_]{3,}=(?:[\[{('\"]|True|False|None|\d)|\b[a-z_]{3,}=(?=[\s,.)])")
IN_SCRIPTS = "(Names with = or () are said for scripts in Python: docs/reference.md.)"


def for_command_line(message: str) -> str:
    """Say the library's advice as it is done on the command line.

    Examples
    --------
    >>> for_command_line("The encoder is not on this computer: pass download=True.")
    'The encoder is not on this computer: say --download.'
    """
    message = _said(message, WORDS)
    return f"{message} {IN_SCRIPTS}" if SCRIPT.search(message) else message


def refusal(error: AllianceError | OSError) -> str:
    """Say in one sentence why something cannot be done here.

    Examples
    --------
    >>> refusal(FileNotFoundError(2, "No such file or directory", "a.csv"))
    'The system refuses a.csv: No such file or directory. Check the place and the disk.'
    """
    if isinstance(error, OSError) and not isinstance(error, AllianceError):
        return (
            f"The system refuses {error.filename or 'a file'}: {error.strerror or error}. Check the place and the disk."
        )
    return for_command_line(str(error))


def printed(text: str) -> str:
    """Say where the rest is of what a record prints."""
    return _said(text, PRINTED)


def _said(text: str, words: Sequence[tuple[str, Words]]) -> str:
    for pattern, instead in words:
        text = re.sub(pattern, instead, text)
    return text

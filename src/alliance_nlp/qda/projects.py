"""A project of a QDA program as a record: the study in it, and what stands around it there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from alliance_nlp.errors import InputError, counted
from alliance_nlp.qda.losses import LossReport
from alliance_nlp.records import Coding, Record, Study, Table, Tabular
from alliance_nlp.records.fields import Checked, Name


@dataclass(frozen=True, slots=True)
class QdaMemo(Checked):
    """A note, memo or comment, and what it is about.

    Parameters
    ----------
    text : str
        What was written.
    name : str
        Its title.
    by : str
        Who wrote it, where the file says so.
    date : datetime.date or None
        When.
    about : tuple of str
        What it hangs on, in words: "code Trust/slow", "transcript talk 3-9"; empty for a memo of the project.
    """

    text: str
    name: str = ""
    by: str = ""
    date: datetime.date | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QdaVariable(Checked):
    """A variable (attribute) of cases or sources.

    Parameters
    ----------
    name : str
        Its name.
    kind : str
        "Text", "Boolean", "Integer", "Float", "Date" or "DateTime".
    description : str
        What people wrote about it.
    """

    name: Name
    kind: str = "Text"
    description: str = ""


@dataclass(frozen=True, slots=True)
class QdaCase(Checked):
    """A case, or a source that has values of variables.

    Parameters
    ----------
    name : str
        The case; where it has no name, those of its sources.
    of : {"case", "source"}
        Which of the two it is.
    transcripts : tuple of str
        Transcripts (or files) that belong to it.
    values : dict of str to str
        Variable to value, as written.
    description : str
        What people wrote about it.
    """

    name: str
    of: Literal["case", "source"] = "case"
    transcripts: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True, slots=True)
class QdaSet(Checked):
    """A set of codes, sources and notes.

    Parameters
    ----------
    name : str
        Its name.
    codes : tuple of str
        Paths of its codes.
    transcripts : tuple of str
        Its transcripts and other sources.
    memos : tuple of str
        Names of its notes.
    description : str
        What people wrote about it.
    """

    name: str
    codes: tuple[str, ...] = ()
    transcripts: tuple[str, ...] = ()
    memos: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class QdaLink(Checked):
    """A link between two things of a project.

    Parameters
    ----------
    start, end : str
        What it leads from and to, in words.
    name : str
        What it says.
    direction : str
        "Associative", "OneWay" or "Bidirectional".
    """

    start: str
    end: str
    name: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class QdaSelection(Checked):
    """A selection that is no stretch of a transcript: of a picture, a PDF, sound, film, or of a text that is not there.

    Parameters
    ----------
    source : str
        The file it lies in.
    kind : str
        "PictureSelection", "PDFSelection", "AudioSelection", "VideoSelection", "PlainTextSelection" and others, as
        REFI-QDA calls them.
    place : dict of str to int
        Corners, page, milliseconds or positions, as written.
    codes : tuple of str
        Paths of its codes.
    coders : tuple of str
        Who gave them, one a code.
    name : str
        What the program calls it; in some a quote.
    """

    source: str
    kind: Name
    place: Mapping[str, int] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()
    name: str = ""

    def _check(self) -> None:
        if len(self.codes) != len(self.coders):
            raise InputError(
                f"QdaSelection needs a coder for each code. Got {counted(len(self.codes), 'code')} and "
                f"{counted(len(self.coders), 'coder')}."
            )


@dataclass(frozen=True, eq=False, repr=False)
class QdaProject(Tabular, Record):
    """A project of a QDA program: the study in it, what stands around it there, and what did not come over.

    Parameters
    ----------
    study : Study
        Transcripts, codebook and the codings of people.
    losses : LossReport
        What the file held, what came over, and why the rest did not.
    name : str
        Name of the project.
    origin : str
        The program that wrote it, with its version.
    suggestions : Coding or None
        What machines suggested, where the file says that they did.
    memos, cases, variables, sets, links, selections : tuples
        What else people made there. Selections are those that are no stretch of a transcript.
    sources, codes : dict of str to str
        Id of a source in the file to the id of its transcript, and of a code to its path.
    hashes : dict of str to str
        Hash of the text of each transcript, as it was read.
    xml : str
        The file's own description of itself, from which `write_qdpx` passes on what no record holds.
    archive : Path or None
        Where it was read: sound, film and pictures are taken from there on writing. Not compared and not kept by
        `save`.

    Notes
    -----
    `print` shows the loss report. Names of users, and words of participants, stand in `xml`, and in names of
    selections.
    """

    study: Study
    losses: LossReport = field(default_factory=LossReport)
    name: str = ""
    origin: str = ""
    suggestions: Coding | None = None
    memos: tuple[QdaMemo, ...] = ()
    cases: tuple[QdaCase, ...] = ()
    variables: tuple[QdaVariable, ...] = ()
    sets: tuple[QdaSet, ...] = ()
    links: tuple[QdaLink, ...] = ()
    selections: tuple[QdaSelection, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    xml: str = ""
    archive: Path | None = field(default=None, compare=False)

    def _check(self) -> None:
        known = {transcript.id for transcript in self.study.transcripts}
        strange = [name for name in self.sources.values() if name not in known]
        if strange:
            raise InputError(
                f"QdaProject.sources must name transcripts of its study, of which there are {len(known)}. It names "
                f"{strange[0]!r}, which is none of them."
            )

    def table(self) -> Table:
        """Give the loss report: one row a kind of thing."""
        return self.losses.table()

    def tables(self) -> tuple[Table, ...]:
        """Give all tables of the loss report."""
        return self.losses.tables()

    def _summary(self) -> str:
        made = self.origin or "a program that does not say its name"
        return f"{self.study!r}, written by {made}; {self.losses.lost} lost"

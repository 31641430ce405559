"""REFI-QDA codebooks (.qdc) in and out."""

from __future__ import annotations

import uuid
from pathlib import Path
from xml.etree import ElementTree

from alliance_nlp.errors import InputError, check_type, counted
from alliance_nlp.files import checked_path, own_errors, write_atomic
from alliance_nlp.qda.code_trees import LevelRule, read_tree, write_tree
from alliance_nlp.qda.containers import open_container
from alliance_nlp.qda.losses import LossReport, QdaCount
from alliance_nlp.qda.markup import add, parse, stable_id, written
from alliance_nlp.qda.written_studies import ORIGIN
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.records import Codebook

_OURS = uuid.UUID("3f7c2f0a-5d0e-5c86-9a0b-6d1f0f6f2b11")


def read_qdc(path: str | Path, *, levels: LevelRule = "top") -> Codebook:
    """Read a codebook that a QDA program exported as REFI-QDA (.qdc).

    Parameters
    ----------
    path : str or Path
        The file.
    levels : {"top", "bottom", "flat"} or function, default "top"
        How a tree of codes becomes theme, essence and code, as in `read_qdpx`.

    Returns
    -------
    Codebook
        Its ``report`` says what was left out: sets, colours.

    Raises
    ------
    InputError
        When the file is damaged, or holds more than it may.

    Examples
    --------
    >>> from alliance_nlp.records import Code
    >>> file = getfixture("tmp_path") / "codes.qdc"
    >>> _ = write_qdc(Codebook((Code("Time", "", "rush", "too little time"),)), file)
    >>> read_qdc(file).ids
    ('Time/rush',)
    """
    file = checked_path(path, "The path of a codebook")
    remarks = Remarks(file.name)
    with own_errors(file.name):
        container = open_container(file, ".qdc")
        markup = parse(container.description, file.name, "CodeBook")
        tree = read_tree(markup.root.find("Codes"), levels, file.name, {})
        for remark in (*container.remarks, *markup.remarks):
            remarks.note(remark)
        for where, what in tree.odd:
            remarks.doubt(f"{where}: {what}")
        sets, colours = len(list(markup.root.iter("Set"))), sum("color" in e.attrib for e in markup.root.iter("Code"))
        if sets:
            remarks.leave(f"{counted(sets, 'set')} of codes")
        if colours:
            remarks.leave(f"colours of {counted(colours, 'code')}")
        book = tree.codebook(())
    remarks.warn()
    return Codebook(book.codes, book.themes, report=remarks.as_table())


def write_qdc(codebook: Codebook, path: str | Path) -> LossReport:
    """Write a codebook as REFI-QDA (.qdc), which NVivo, ATLAS.ti, MAXQDA, QualCoder, Taguette and others open.

    Parameters
    ----------
    codebook : Codebook
        Themes and essences become codes above their codes; those without a row of their own cannot be given.
    path : str or Path
        The file; one that is there is replaced whole or not at all.

    Returns
    -------
    LossReport
        What was written, and what the format cannot hold: a code has a name and a definition there.

    Raises
    ------
    InputError
        When the codebook has no code: such a file would not be valid.
    FileError
        When the system refuses the file.

    Examples
    --------
    >>> from alliance_nlp.records import Code
    >>> file = getfixture("tmp_path") / "codes.qdc"
    >>> write_qdc(Codebook((Code("Time", "", "rush", "too little", ("no time",)),)), file).lost
    1
    """
    check_type("write_qdc() takes a Codebook", Codebook, codebook)
    if not len(codebook):
        raise InputError("A REFI-QDA codebook needs at least one code. Got a codebook without codes.")
    root = ElementTree.Element("CodeBook", {"origin": ORIGIN})
    write_tree(add(root, "Codes"), codebook, lambda kind, key: stable_id(_OURS, f"{kind}\0{key}"))
    write_atomic(path, written(root, "codebook"))
    more = {
        "exemplars": sum(len(code.exemplars) for code in codebook),
        "aliases": sum(len(code.aliases) for code in codebook),
        "rules of use": sum(bool(code.include or code.exclude or code.notes) for code in codebook),
        "groups and aliases of themes": sum(bool(theme.group or theme.aliases) for theme in codebook.themes),
    }  # fmt: skip
    counts = [QdaCount(kind, n, 0, 0, "the format has no place for them") for kind, n in more.items() if n]
    return LossReport((QdaCount("codes", len(codebook), len(codebook)), *counts))

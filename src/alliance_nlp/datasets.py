"""The studies that ship with the package."""

from __future__ import annotations

from importlib.resources import as_file, files

from alliance_nlp.errors import check_choice
from alliance_nlp.records import Study
from alliance_nlp.studies import read_study

STUDIES: tuple[str, ...] = ("focus_group", "open_answers")


def load_study(name: str = "focus_group") -> Study:
    """Load a study that ships with the package.

    Parameters
    ----------
    name : {"focus_group", "open_answers"}, default "focus_group"
        Two sessions of talk, or 300 answers of 120 people to three open questions of a survey.

    Returns
    -------
    Study
        Read from its files, as :func:`read_study` reads a folder of your own.

    Raises
    ------
    InputError
        When no study of this name ships with the package.

    Notes
    -----
    The studies are synthetic: written for this project, for showing and testing. Figures on them are no evidence of the
    quality of anything.

    Examples
    --------
    >>> study = load_study("focus_group")
    >>> study.synthetic, len(study.transcripts), study.coding.coders
    (True, 2, ('KL', 'MR'))
    >>> load_study("open_answers")
    Study(synthetic, 3 transcripts, 18 codes, 2 coders, a consensus)
    """
    check_choice("name", STUDIES, name)
    with as_file(files("alliance_nlp") / "studies" / name) as folder:
        return read_study(folder)

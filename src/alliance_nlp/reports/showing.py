"""The page of a report inside a notebook."""

from __future__ import annotations

from typing import get_args

from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import check_choice
from alliance_nlp.records import Clusters, InlinePage, Mapping, Study, View
from alliance_nlp.reports.material import Language, Wishes, gather
from alliance_nlp.reports.meeting.seen import Seen
from alliance_nlp.reports.page import to_html
from alliance_nlp.reports.page_data import data_of
from alliance_nlp.reports.writing import document_of, missing_extra

_QUOTE_LENGTH = 600
_HOLDS = {
    "quotes": "This cell's output holds words of participants. Clear it before the notebook leaves your hands.",
    "none": "This cell's output holds no words of participants; titles, codes and definitions may still name somebody.",
}


def show_page(
    record: Comparison | Mapping | Clusters, *, view: View = "overview", study: Study | None = None,
    quotes: bool = True, people: bool = True, language: Language = "en", height: int = 720, random_state: int = 0,
) -> InlinePage:  # fmt: skip
    """Give the page of a report to look around in below a notebook's cell; nothing is written, nothing leaves.

    Parameters
    ----------
    record : Comparison, Mapping or Clusters
        What to show, as in `write_report`. ``comparison.show()`` is the same call.
    view : {"overview", "map", "themes", "disagreements", "read"}, default "overview"
        Where it opens. Readers go anywhere from there.
    study : Study, optional
        The study: its title, whether it is synthetic, and who has read what.
    quotes : bool, default True
        Whether words of participants are in it: those that the page argues over, and a few of each theme and cluster.
    people : bool, default True
        False puts numbers in place of the names of people, sessions and transcripts.
    language : {"en", "nb"}, default "en"
        Language of the page around the study. The overview is English.
    height : int, default 720
        Height of the frame in pixels, 200 to 4000.
    random_state : int, default 0
        Seed of the map.

    Returns
    -------
    InlinePage
        The last line of a cell shows it; ``.write(path)`` keeps the page as a file.

    Raises
    ------
    InputError
        When the record is of another type, or a choice does not exist.
    MissingExtraError
        When matplotlib or jinja2 is not installed.

    Notes
    -----
    Transcripts that not every coder has finished are not shown; `write_report` can, and keeps who saw them. The page
    keeps no decisions here: a notebook's frame has no memory. About a megabyte stands in the notebook for each page.

    Examples
    --------
    >>> import numpy as np
    >>> from alliance_nlp.records import EncoderInfo, Embeddings, Segment, Segments, Transcript
    >>> segments = Segments((Segment("T", 0, 2, "ab"), Segment("T", 2, 4, "ab")), (Transcript("T", "abab"),))
    >>> clusters = Clusters(Embeddings(segments, np.eye(2), EncoderInfo("example")), np.array([0, 0]))
    >>> show_page(clusters, view="map").title
    'Clusters of meaning'
    """
    check_choice("view", get_args(View), view)
    check_choice("language", get_args(Language), language)
    if (absent := missing_extra()) is not None:
        raise absent
    wishes = Wishes(None, study, 2, quotes, _QUOTE_LENGTH, "", random_state, people=people, language=language,
                    called="show_page()")  # fmt: skip
    material = gather(record, wishes)
    seen = Seen.of(material)
    document = document_of(material, seen)
    return InlinePage(
        to_html(document, data_of(material, seen, document, opens=view)), document.title, _HOLDS[wishes.words], height
    )

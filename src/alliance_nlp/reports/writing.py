"""The call a researcher writes: one record in, a folder with the report out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import InputError, MissingExtraError, check_choice, import_extra
from alliance_nlp.files import MANIFEST, checked_path, replace_folder, showing
from alliance_nlp.provenance import __version__, readable_json
from alliance_nlp.records import Clusters, Mapping, Study, Table
from alliance_nlp.reports.agreements import (
    agreement_section,
    clusters_agreement_section,
    groups_section,
    machines_section,
    meaning_section,
    recovery_section,
)
from alliance_nlp.reports.document import Document, Section
from alliance_nlp.reports.manifest import manifest_of, repeat_section
from alliance_nlp.reports.material import Language, Material, Wishes, gather, record_seen, segments_of
from alliance_nlp.reports.meeting import front_of
from alliance_nlp.reports.meeting.seen import Seen
from alliance_nlp.reports.meeting.starting import coding_sheet
from alliance_nlp.reports.meeting.to_mark import sheet_of
from alliance_nlp.reports.opening import at_a_glance, banners_of, facts_of, lead_of, title_of, version_of
from alliance_nlp.reports.page import to_html, to_markdown, to_text
from alliance_nlp.reports.page_data import data_of
from alliance_nlp.reports.page_data.drawing import refuse_all_words
from alliance_nlp.reports.reading_again import clusters_section, disagreements_section, links_section

COMPARED = (
    "per_code", "per_essence", "per_theme", "overall", "theme_recovery", "cluster_verdicts", "per_participant",
    "per_session", "disagreements", "prevalence", "abstained_as_no_code", "lost_spans",
    "machines_beside", "machines_answered",
)  # fmt: skip
CLUSTERED = ("per_code", "per_essence", "per_theme", "overall")  # of clusters beside a machine that learnt
TEXT_LENGTH = 220  # characters of a quote in a terminal
SHARES = {"gathered": 4, "tables": 1, "document": 6, "page": 2}  # of the time for 20,000 segments
SEGMENTS = (
    "segment_id", "transcript_id", "session", "turn", "position", "speaker", "role", "cluster", "strength", "set_aside",
    "text",
)  # fmt: skip


def write_report(
    record: Comparison | Mapping | Clusters,
    folder: str | Path,
    *,
    title: str | None = None,
    study: Study | None = None,
    n_quotes: int = 2,
    quotes: bool = True,
    quote_length: int = 600,
    date: str = "",
    random_state: int = 0,
    show_unfinished: str | Path | None = None,
    transcripts: bool = False,
    people: bool = True,
    language: Language = "en",
) -> Path:
    """Write a report: a page for any browser, the same in Markdown, figures, tables, and how it was made.

    Parameters
    ----------
    record : Comparison, Mapping or Clusters
        What to report. Everything behind it (mapping, clusters, segments) is shown as well.
    folder : str or Path
        Where to; it is made when it is absent. Files of an earlier report in it are replaced.
    title : str, optional
        Title; by default the study's.
    study : Study, optional
        The study: its title, whether it is synthetic, and who has read what.
    n_quotes : int, default 2
        Quotes per cluster; 0 for none there.
    quotes : bool, default True
        Words that the page argues over, and a few of each theme and cluster. False leaves participants' words, keywords
        among them, out of every file.
    quote_length : int, default 600
        Characters after which a quote is cut in the report. The tables hold every quote in full.
    date : str, default ""
        Date to print. Without one the same records give the same bytes on any day.
    random_state : int, default 0
        Seed of the map of segments.
    show_unfinished : str or Path, optional
        The study's ledger, such as ``my_study/decisions.jsonl``. By default codes and suggestions of a transcript that
        not every coder has finished are not shown. With a ledger they are, and it keeps a line for each coder who has
        not finished: they may have seen suggestions, which `read_study` then states.
    transcripts : bool, default False
        True puts all words that may be shown, and field notes, into the page, so that it can be read from end to end;
        refused beyond 20,000 segments, which is what a page opens.
    people : bool, default True
        False puts numbers in place of the names of people, sessions and transcripts, in every file; dates of sessions
        go. With ``quotes=False`` this is the version for sharing.
    language : {"en", "nb"}, default "en"
        Language in which the page opens; readers can change it. Its overview is English.

    Returns
    -------
    Path
        The page, ``report.html``: who coded, where coders part (the machine's view folded away), the themes, talk that
        the codebook may not name, where the machine parts from all, what this cannot show; every figure behind it.
        Beside it stand ``report.md``, ``figures/``, ``tables/`` and ``manifest.json``. What is decided on the page
        comes back by `import_proposals`; docs/page.md says how.

    Raises
    ------
    InputError
        When the record is of another type, or a number is out of range.
    MissingExtraError
        When matplotlib or jinja2 is not installed. The tables and the manifest are written all the same.

    Notes
    -----
    The page holds quotes, and says so. Share it as you would share the transcripts, or write another with
    ``quotes=False, people=False``. Titles, codes, definitions and names of coders are in it either way: people can
    name somebody there, or say what somebody said, in words that nobody can tell from their own.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from alliance_nlp.records import EncoderInfo, Embeddings, Segment, Segments, Transcript
    >>> segments = Segments((Segment("T", 0, 2, "ab"), Segment("T", 2, 4, "ab")), (Transcript("T", "abab"),))
    >>> clusters = Clusters(Embeddings(segments, np.eye(2), EncoderInfo("example")), np.array([0, 0]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_report(clusters, folder).name
    'report.html'
    """
    if n_quotes < 0 or quote_length < 1:
        raise InputError(
            f"n_quotes must be at least 0 and quote_length at least 1. Got n_quotes={n_quotes}, "
            f"quote_length={quote_length}."
        )
    check_choice("language", get_args(Language), language)
    if transcripts and not quotes:
        raise InputError("transcripts=True puts words into the page that quotes=False leaves out. Choose one of them.")
    if transcripts and isinstance(record, Comparison | Mapping | Clusters):
        refuse_all_words(len(segments_of(record)))
    target = checked_path(folder, "The folder of write_report()")
    if target.exists() and not target.is_dir():
        raise InputError(f"write_report() writes into a folder. {target.name!r} is a file; name another place.")
    absent = missing_extra()
    shown = show_unfinished is not None
    wishes = Wishes(title, study, n_quotes, quotes, quote_length, date, random_state, shown, transcripts, people,
                    language)  # fmt: skip
    with showing("writing the report", sum(SHARES.values())) as done:
        material = gather(record, wishes)
        done(SHARES["gathered"])
        if show_unfinished is not None:
            record_seen(record, wishes, show_unfinished)
        if absent is not None:
            replace_folder(target, _listed(material, _tables(material, Seen.of(material))))
            raise MissingExtraError(f"{absent} The tables are written: they stand in {target.name}/tables.") from absent
        files = _files(material, done)
    replace_folder(target, files)
    return target / "report.html"


def missing_extra() -> MissingExtraError | None:
    """Say what a report's page needs and is not installed: asked before work starts."""
    try:
        for module in ("jinja2", "matplotlib", "matplotlib.figure"):
            import_extra(module, "report", "The page of a report")
    except MissingExtraError as absent:
        return absent
    return None


def page_text(
    record: Comparison | Mapping | Clusters, *, study: Study | None = None, quotes: bool = True,
    show_unfinished: bool = False, people: bool = True, width: int | None = None,
) -> str:  # fmt: skip
    """Give the page that opens a report as text for a terminal: a few passages, one row a theme, what it cannot show.

    Parameters
    ----------
    record : Comparison, Mapping or Clusters
        As in `write_report`.
    study : Study, optional
        The study: its title, whether it is synthetic, and who has read what.
    quotes : bool, default True
        False leaves participants' words out.
    show_unfinished : bool, default False
        Whether transcripts that not every coder has finished are shown; `write_report` is what records it.
    people : bool, default True
        False puts numbers in place of the names of people, sessions and transcripts.
    width : int, optional
        Signs in a line; lines and tables that are wider are broken, or stand in parts. Any width by default.

    Returns
    -------
    str
        Some fifty lines. The machine's view of passages on which coders part is not in it.

    Examples
    --------
    >>> import numpy as np
    >>> from alliance_nlp.records import EncoderInfo, Embeddings, Segment, Segments, Transcript
    >>> segments = Segments((Segment("T", 0, 2, "ab"), Segment("T", 2, 4, "ab")), (Transcript("T", "abab"),))
    >>> clusters = Clusters(Embeddings(segments, np.eye(2), EncoderInfo("example")), np.array([0, 0]))
    >>> page_text(clusters).splitlines()[0]
    'Clusters of meaning'
    """
    wishes = Wishes(None, study, 1, quotes, TEXT_LENGTH, "", 0, show_unfinished, people=people, called="page_text()")
    material = gather(record, wishes)
    return to_text(
        (title_of(material), lead_of(material), *banners_of(material)), front_of(material, Seen.of(material)), width
    )


def _csv_tables(material: Material, seen: Seen | None) -> dict[str, bytes]:
    """All tables of the report by name; without columns of participants' words when quotes are left out."""
    comparison, found = material.comparison, dict[str, Table]()
    if comparison is not None and seen is not None:
        tables = {name: getattr(comparison, name) for name in COMPARED}
        beside = comparison.clustered
        tables |= {f"clusters_{name}": getattr(beside, name) for name in CLUSTERED} if beside is not None else {}
        found |= {name: material.finished_rows(table) for name, table in tables.items() if table.columns}
        if (marked := sheet_of(seen)).rows():
            found["talk_to_mark"] = marked
    elif len(material.segments):
        found["coding_sheet"] = coding_sheet(material)
    if material.clusters is not None and material.descriptions is not None:
        found["clusters"] = replace(material.descriptions.table(), quoting=("keywords", "exemplar"))
        found["segments"] = material.clusters.table().only(SEGMENTS)
    if material.mapping is not None:
        found["links"] = material.mapping.table()
    return {name: table.to_csv(quotes=material.wishes.quotes).encode("utf-8-sig") for name, table in found.items()}


def _files(material: Material, done: Callable[[float], None]) -> dict[str, bytes]:
    seen = Seen.of(material)
    files = _tables(material, seen)
    done(SHARES["tables"])
    document = document_of(material, seen)
    done(SHARES["document"])
    for figure in document.figures():
        files[f"figures/{figure.name}.svg"] = figure.picture.svg
        files[f"figures/{figure.name}.png"] = figure.picture.png
    files["report.md"] = to_markdown(document).encode("utf-8")
    files["report.html"] = to_html(document, data_of(material, seen, document)).encode("utf-8")
    done(SHARES["page"])
    return _listed(material, files)


def _tables(material: Material, seen: Seen | None) -> dict[str, bytes]:
    return {f"tables/{name}.csv": content for name, content in _csv_tables(material, seen).items()}


def _listed(material: Material, files: dict[str, bytes]) -> dict[str, bytes]:
    """Files with the manifest that lists them."""
    return files | {MANIFEST: readable_json(manifest_of(material, files)).encode("utf-8", "replace")}


def document_of(material: Material, seen: Seen | None) -> Document:
    """Lay out the page: what opens it, and everything behind."""
    study = material.wishes.study
    front, behind = front_of(material, seen), _behind(material)
    if material.comparison is None:  # the clusters are what there is to read
        front, behind = (
            (*front, *(s for s in behind if s.name == "clusters")),
            tuple(s for s in behind if s.name != "clusters"),
        )
    return Document(
        title_of(material), lead_of(material), (version_of(material.wishes), *banners_of(material)), front,
        facts_of(material),
        (at_a_glance(material), *behind, meaning_section(material), repeat_section(material)), __version__,
        material.wishes.date, str(study.settings.get("language", "")) if study is not None else "",
    )  # fmt: skip


def _behind(material: Material) -> tuple[Section, ...]:
    """Sections with every figure, table and picture."""
    comparison = material.comparison
    found: list[Section | None] = []
    if comparison is not None:
        found += [agreement_section(comparison), machines_section(comparison)]
        found += [clusters_agreement_section(comparison), recovery_section(comparison)]
    if material.clusters is not None and material.descriptions is not None:
        found.append(clusters_section(material, material.clusters, material.descriptions))
    if comparison is not None:
        found += [disagreements_section(material, comparison), groups_section(comparison)]
    if material.mapping is not None:
        found.append(links_section(material.mapping))
    return tuple(section for section in found if section is not None)

"""The data of the page, put together: format 1, as `page/src/data.ts` reads it."""

from __future__ import annotations

from alliance_nlp.provenance import __version__
from alliance_nlp.reports.document import Document
from alliance_nlp.reports.material import Material
from alliance_nlp.reports.meeting.seen import Seen
from alliance_nlp.reports.page_data.as_script import as_script
from alliance_nlp.reports.page_data.chosen_words import chosen
from alliance_nlp.reports.page_data.everything import Everything
from alliance_nlp.reports.page_data.naming_codes import CodesNamed
from alliance_nlp.reports.page_data.segment_columns import columns_of, transcripts_of
from alliance_nlp.reports.page_data.side_of_machine import clusters_of, links_of, machine_of

FORMAT = 1


def data_of(material: Material, seen: Seen | None, document: Document, *, opens: str = "overview") -> str:
    """Give the data of the page as a text that can stand in a script element; it opens in one of the app's views."""
    every, wishes = Everything(material, seen, document.quoted()), material.wishes
    words, names = chosen(every, every.quoted), CodesNamed.of(every)
    columns = columns_of(every, words)
    return as_script({
        "format": FORMAT,
        "made": f"alliance_nlp {__version__}",
        "language": wishes.language,
        "opens": opens,
        "study": {
            "key": material.origin.key,
            "title": document.title,
            "synthetic": wishes.study is not None and wishes.study.synthetic,
            "language": document.language,
        },
        "ledger": {"seal": material.origin.seal, "n_decisions": material.origin.n_decisions},
        "holds": {"words": wishes.words, "people": wishes.people, "n_words": int(words.sum()),
                  "n_segments": len(every.all_segments)},
        "level": every.level,
        "themes": names.themes,
        "codes": names.codes,
        **columns,
        "clusters": clusters_of(every),
        "links": links_of(every, names),
        "coders": [{"name": name, "codes": names.numbers(sets)} for name, sets in every.coders.items()],
        "consensus": names.numbers(every.agreed) if every.agreed is not None else None,
        "machine": machine_of(every, words),
        "transcripts": transcripts_of(every),
    })  # fmt: skip

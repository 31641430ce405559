"""Where a row of a coding lies: by segment id, turn, offsets, or quoted words."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence

from alliance_nlp.errors import Told, counted, did_you_mean
from alliance_nlp.reading.offsets import AS_IT_IS, Counting, Stretch, counting_of
from alliance_nlp.reading.paragraphs import Paragraphs
from alliance_nlp.reading.quote_places import NoPlaceError, Quotes
from alliance_nlp.reading.quoted import Place, plain_form
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import SheetRow
from alliance_nlp.records import Transcript, span_of

PLACE_COLUMNS: dict[str, tuple[str, ...]] = {
    "segment_id": ("segment", "segment_ids", "unit", "unit_id", "segment_nr", "excerpt_id"),
    "transcript": (
        "transcript_id", "document", "document_id", "file", "filename", "source", "session", "interview", "dokument",
        "transkript", "fil", "datei", "document_name", "dokumentname", "dokumentnavn", "dokumentnamn", "file_name",
        "filnavn", "filnamn", "dateiname", "nombre_del_documento", "nom_du_document", "nome_do_documento",
        "nome_del_documento", "documentnaam", "transcript_name", "source_name", "media_title",
        "documento", "fichier", "archivo", "entrevista", "entretien", "intervju",
    ),
    "turn": ("turn_number",),
    "paragraph": (
        "para", "paragraph_number", "paragraph_nr", "absatz", "absatznummer", "absatz_nr", "avsnitt", "avsnittsnummer",
        "avsnitt_nr", "afsnit", "alinea", "paragraphe", "parrafo", "numero_de_parrafo", "paragrafo", "kappale",
        "akapit",
    ),
    "start": ("start_offset", "from"),
    "end": ("end_offset", "to"),
    "quote": (
        "text", "content", "words", "statement", "excerpt", "highlight", "segment_text", "coded_segment", "zitat",
        "sitat", "citat", "citation", "cita", "citaat", "verbatim", "quotation",
    ),
    "passage": (),  # the text in which start and end are counted, where that is a part of a transcript
}  # fmt: skip
# What programs write before the name of a file: ATLAS.ti "D 3: ", NVivo its root. A folder is part of the name, because
# two may hold files that are called alike.
UP_TO_NAME = re.compile(r"D? ?\d+: *|(?:Files|Internals|Dateien|Archivos|Fichiers)\\+", re.IGNORECASE)


class Texts:
    """Transcripts by their names, and how a table counts its offsets in each."""

    def __init__(self, transcripts: Sequence[Transcript]) -> None:
        self.by_id = {transcript.id: transcript for transcript in transcripts}
        self._folded = {key.casefold(): key for key in self.by_id}
        self._folded |= {t.source.casefold(): t.id for t in transcripts if t.source}
        self._countings: dict[str, Counting] = {}
        self.paragraphs = Paragraphs()

    def learn(self, rows: Sequence[SheetRow], remarks: Remarks) -> None:
        """Find how the rows count their offsets in each text, by their quotes or the edges of words."""
        given: dict[str, list[Stretch]] = {}
        names: dict[str, str] = {}
        for row in rows:
            start, end, passage = row.text("start"), row.text("end"), row.cell("passage")
            transcript = self.named(row.text("transcript"))
            if not (start.isdecimal() and end.isdecimal()) or (transcript is None and not passage):
                continue
            text = passage or (transcript.text if transcript is not None else "")
            names.setdefault(text, transcript.id if transcript is not None else "a passage")
            given.setdefault(text, []).append((int(start), int(end), row.text("quote")))
        told = ((one.id, row) for row in rows if (one := self.named(row.text("transcript"))) is not None)
        self.paragraphs.learn(self.by_id, told)
        self._countings = {text: counting_of(names[text], text, some, remarks) for text, some in given.items()}

    def named(self, name: str) -> Transcript | None:
        """Transcript by its id or file name; the only one there is where none is named; else None."""
        if not name:
            return next(iter(self.by_id.values())) if len(self.by_id) == 1 else None
        lead = UP_TO_NAME.match(name)
        for whole in (name, name[lead.end() :] if lead else name):
            stem = whole.rpartition(".")[0]
            for form in (whole, whole.casefold(), stem, stem.casefold()):
                key = form if form in self.by_id else self._folded.get(form)
                if key is not None:
                    return self.by_id[key]
        return None

    def transcript(self, name: str) -> Transcript | None:
        """Transcript as `_named` finds it; an error where none has the name."""
        found = self.named(name)
        if not name or found is not None:
            return found
        n = len(self.by_id)
        hint = did_you_mean(name, self.by_id) or f"There {'is' if n == 1 else 'are'} {counted(n, 'transcript')}"
        raise NoPlaceError(Told(f"no transcript is called {name!r}. {hint}", "unknown_transcript", name=name))

    def offsets(self, name: str, text: str, start: str, end: str) -> tuple[int, int]:
        """Offsets in code points, however the table counts them."""
        counting = self._countings.get(text, Counting(AS_IT_IS, text))
        given = (int(start), int(end)) if start.isdecimal() and end.isdecimal() else (-1, -1)
        first, last = (counting.of(offset) for offset in given)
        if first is None or last is None or first > last:
            raise NoPlaceError(
                f"start and end must be whole numbers, 0 <= start <= end <= {len(text)} in {name!r}. "
                f"Got {start!r} and {end!r}"
            )
        return first, last


class Places:
    """Transcripts in which rows are looked up."""

    def __init__(
        self, transcripts: Sequence[Transcript], segments: Mapping[str, Place] | None = None, *, bridges: bool = True
    ) -> None:
        self.segments = segments or {}
        self.bridged: list[int] = []  # rows whose quote leaves words out
        self.quotes = Quotes(transcripts, bridges=bridges)
        self.texts = Texts(transcripts)
        self.by_id = self.texts.by_id

    def of(self, row: SheetRow, *, whole: bool = False) -> Place:
        """Place of a row: its segment, offsets, turn, quote or paragraph, the first of these that it gives."""
        n = self.quotes.n_bridged
        place = self._of(row, whole=whole)
        if self.quotes.n_bridged > n:
            self.bridged.append(row.number)
        return place

    def _of(self, row: SheetRow, *, whole: bool) -> Place:
        segment_id, turn, start, end = (row.text(key) for key in ("segment_id", "turn", "start", "end"))
        quote = row.text("quote")
        if segment_id and (place := self._segment(segment_id)) is not None:
            return self._checked(place, quote)
        passage = row.cell("passage")
        if passage:
            return self._in_passage(row, passage)
        transcript = self.texts.transcript(row.text("transcript"))
        if transcript is not None and start and end:
            return self._checked(
                Place(transcript.id, *self.texts.offsets(transcript.id, transcript.text, start, end)), quote
            )
        if turn:
            return self._turn(transcript, turn, quote)
        if quote:
            return self._quoted(quote, transcript, row.text("paragraph"))
        if transcript is not None and row.text("paragraph"):
            return self._paragraph(transcript, row.text("paragraph"))
        if whole and transcript is not None:
            return Place(transcript.id, 0, len(transcript.text))
        if segment_id:
            raise NoPlaceError(
                f"segment {segment_id!r} is not of the form 'transcript:start-end' in these transcripts, and the row "
                f"gives neither turn nor quote"
            )
        said = "no place: a row needs a segment_id, a turn, a paragraph, start and end, or a quote"
        raise NoPlaceError(Told(said, "no_place"))

    def _quoted(self, quote: str, transcript: Transcript | None, paragraph: str) -> Place:
        """Quote; where it stands in several places, the one in the paragraph that the row names."""
        try:
            return self.quotes.find(quote, [transcript] if transcript is not None else list(self.by_id.values()))
        except NoPlaceError:
            if transcript is None:
                raise
            for start, end in self.texts.paragraphs.of(transcript, paragraph):
                with contextlib.suppress(NoPlaceError):
                    return self.quotes.find(quote, [transcript], start, end)
            raise

    def _paragraph(self, transcript: Transcript, cell: str) -> Place:
        found = self.texts.paragraphs.of(transcript, cell)
        if len(found) == 1:
            return Place(transcript.id, *found[0])
        why = "may be counted with blank lines or without them" if found else "is none, or holds nothing that is said"
        raise NoPlaceError(f"paragraph {cell!r} of {transcript.id!r} {why}. Give the turn, or a quote beside it")

    def _in_passage(self, row: SheetRow, passage: str) -> Place:
        """Stretch of a passage that is looked up as a whole; all of it where no offsets are given."""
        named = self.texts.named(row.text("transcript"))
        around = self.quotes.find(passage, [named] if named is not None else list(self.by_id.values()))
        if not row.text("start"):
            return around
        start, end = self.texts.offsets("the passage", passage, row.text("start"), row.text("end"))
        if self.by_id[around.transcript_id].text[around.start : around.end] == passage:
            return self._checked(
                Place(around.transcript_id, around.start + start, around.start + end), row.text("quote")
            )
        return self.quotes.find(passage[start:end], [self.by_id[around.transcript_id]], around.start, around.end)

    def _checked(self, place: Place, quote: str) -> Place:
        """Refuse offsets that do not hold the row's own quote: other programs count bytes, or other texts."""
        words = self.by_id[place.transcript_id].text[place.start : place.end]
        if quote and plain_form(words)[0].strip() != plain_form(quote)[0].strip():
            raise NoPlaceError(
                f"characters {place.start}-{place.end} of {place.transcript_id!r} do not hold the quote of the row. "
                f"Leave the offsets out to have it searched"
            )
        return place

    def _segment(self, segment_id: str) -> Place | None:
        if segment_id in self.segments:
            return self.segments[segment_id]
        place = span_of(segment_id)
        if place is None or place[0] not in self.by_id or place[2] > len(self.by_id[place[0]].text):
            return None
        return Place(*place)

    def _turn(self, transcript: Transcript | None, number: str, quote: str) -> Place:
        if transcript is None:
            raise NoPlaceError(f"turn {number!r} of which transcript? There are {len(self.by_id)}; name one")
        if not number.isdecimal() or not 1 <= int(number) <= len(transcript.turns):
            n, (kind, became) = len(transcript.turns), _what_became(number)
            said = f"turn must be a whole number from 1 to {n} in {transcript.id!r}. Got {number!r}{became}"
            raise NoPlaceError(Told(said, kind, last=n, transcript=transcript.id, got=number))
        turn = transcript.turns[int(number) - 1]
        if not quote:
            return Place(transcript.id, turn.start, turn.end)
        return self.quotes.find(quote, [transcript], turn.start, turn.end, f"turn {number} of {transcript.id!r}")


def _what_became(number: str) -> tuple[str, str]:
    """Say what a spreadsheet, or a person, made of the number of a turn: which of these it is, and in words."""
    if re.match(r"\d{4}-\d\d-\d\d", number):
        said = ": a spreadsheet made a date of it. Write the number anew in a cell that is formatted as a number"
        return "turn_date", said
    several = re.search(r"\d\s*[-–,;]\s*\d", number)
    return ("several_turns", ". Write a row for each turn") if several else ("turn_number", "")

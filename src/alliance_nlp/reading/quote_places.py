"""The one place where a quote stands in some transcripts, or in numbers and ids why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from alliance_nlp.errors import InputError
from alliance_nlp.reading.quoted import Place, SearchedText, describe_place
from alliance_nlp.records import Transcript

_QUOTATION = "\"'“”„‟‘’‚«»‹› "  # that people put around what they quote


class NoPlaceError(InputError):
    """Say why a row has no place, in numbers and ids only."""

    def __init__(self, why: str, *, is_quote: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.is_quote = is_quote


class Quotes:
    """Transcripts in which quotes are looked up, and how many were found by their first and last words."""

    def __init__(self, transcripts: Sequence[Transcript], *, bridges: bool = True) -> None:
        self.n_bridged = 0
        self._bridges = bridges
        self._searched = [SearchedText(transcript) for transcript in transcripts]

    def find(
        self, quote: str, transcripts: Sequence[Transcript], start: int = 0, end: int | None = None, where: str = ""
    ) -> Place:
        """Quote by its exact words, then by its plain form; one place only."""
        last = {transcript.id: len(transcript.text) if end is None else end for transcript in transcripts}
        searched = [one for one in self._searched if one.transcript.id in last]
        places = [place for one in searched for place in one.exact(quote, start, last[one.transcript.id])] or [
            place for one in searched for place in one.loose(quote, start, last[one.transcript.id])
        ]
        bare = quote.strip().strip(_QUOTATION)
        if not places and len(bare) < len(quote.strip()) and bare:
            places = [place for one in searched for place in one.loose(bare, start, last[one.transcript.id])]
        if not places and self._bridges:
            places = [place for one in searched for place in one.bridged(quote, start, last[one.transcript.id])]
            self.n_bridged += bool(places)
        if len(places) == 1:
            return places[0]
        quoted = f"the quote ({len(quote)} characters)"
        where = where or (f"{transcripts[0].id!r}" if len(transcripts) == 1 else f"the {len(transcripts)} transcripts")
        if not places:
            raise NoPlaceError(f"{quoted} is not in {where}{self._nearest(quote)}", is_quote=True)
        listed = "; ".join(describe_place(place, searched) for place in places[:4]) + "; ..." * (len(places) > 4)
        raise NoPlaceError(
            f"{quoted} stands in {len(places)} places of {where}: {listed}. Add transcript, turn, or start and end",
            is_quote=True,
        )

    def _nearest(self, quote: str) -> str:
        near = [found for one in self._searched if (found := one.nearest(quote)) is not None]
        if not near:
            return "; nothing comes near it"
        count, place = max(near, key=lambda found: found[0])
        return f"; nearest: {describe_place(place, self._searched)}, which shares {count} runs of three words"

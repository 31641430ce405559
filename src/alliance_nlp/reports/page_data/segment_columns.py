"""Segments of the page as columns: where each stands, who says it, its cluster, its place on the map, its words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance_nlp.numeric import Bools
from alliance_nlp.plots import place_all
from alliance_nlp.records import FieldNote, Transcript
from alliance_nlp.reports.page_data.everything import Everything

NOWHERE = -1.0  # on the map: a segment that was compared and not clustered


def columns_of(every: Everything, words: Bools) -> dict[str, Any]:
    """Give sessions, people and one column for each thing that is known of every segment."""
    segments, transcripts = every.segments, every.segments.transcripts
    place = {t.id: i for i, t in enumerate(transcripts)}
    session = {name: i for i, name in enumerate(dict.fromkeys(t.session_name for t in transcripts))}
    person = {name: i for i, name in enumerate(every.people)}
    in_cluster = [every.clusters.get(name, (-1, math.nan)) for name in segments.ids]
    across, up = _map(every)
    return {
        "sessions": [{"label": name, "date": date} for name, date in _dates(transcripts).items()],
        "people": [{"label": name} for name in person],
        "segments": {
            "id": list(segments.ids),
            "transcript": [place[s.transcript_id] for s in segments],
            "session": [session[segments.session_of(s)] for s in segments],
            "person": [person.get(s.person or "", -1) for s in segments],
            "turn": [s.turn for s in segments],
            "cluster": [number for number, _ in in_cluster],
            "strength": [round(firm, 3) if math.isfinite(firm) else None for _, firm in in_cluster],
            "x": across, "y": up,
            "words": [s.shown if kept else None for s, kept in zip(segments, words, strict=True)],
            "asked": [segments.question_before(s) if kept else None for s, kept in zip(segments, words, strict=True)],
            "open": [every.is_open(s) for s in segments],
        },
    }  # fmt: skip


def _dates(transcripts: Sequence[Transcript]) -> dict[str, str]:
    """Give the first day of each session, in the order of the talk; no words where none is known."""
    found: dict[str, str] = {}
    for t in transcripts:
        date, known = t.date.isoformat() if t.date is not None else "", found.get(t.session_name, "")
        found[t.session_name] = min(filter(None, (date, known)), default="")
    return found


def _map(every: Everything) -> tuple[list[float], list[float]]:
    """Places on the map; none at all without clusters."""
    clusters = every.material.clusters
    if clusters is None or not len(clusters.segments):
        return [], []
    shown = set(every.segments.ids)
    ids = [(i, name) for i, name in enumerate(clusters.segments.ids) if name in shown]
    wanted = np.array([i for i, _ in ids], dtype=np.int64)
    places = np.round(place_all(clusters, every.material.places, wanted), 4).tolist()
    at = {name: place for (_, name), place in zip(ids, places, strict=True)}
    found = [at.get(name, (NOWHERE, NOWHERE)) for name in every.segments.ids]
    return [across for across, _ in found], [up for _, up in found]


def transcripts_of(every: Everything) -> list[dict[str, Any]] | None:
    """Give the transcripts turn by turn, with field notes, where the file is to hold them; of open ones their names."""
    if not every.material.wishes.transcripts:
        return None
    transcripts = every.segments.transcripts
    session = list(dict.fromkeys(t.session_name for t in transcripts))
    person = {name: i for i, name in enumerate(every.people)}
    return [
        {"id": t.id, "session": session.index(t.session_name),
         **(_talk(every, t, person) if t.id not in every.material.hidden else {"turns": [], "notes": []})}
        for t in transcripts
    ]  # fmt: skip


def _talk(every: Everything, transcript: Transcript, person: dict[str, int]) -> dict[str, Any]:
    study = every.material.wishes.study
    turns = [
        {"person": person.get(every.speaks(turn, transcript) or "", -1), "role": turn.role, "start": turn.start,
         "end": turn.end,         "text": transcript.shown(turn.start, turn.end)}
        for turn in transcript.turns
    ]  # fmt: skip
    notes = [
        {"turn": (note.turn or 0) - 1, "text": study.quotable(note.text)}
        for note in (study.notes if study is not None else ()) if _belongs(note, transcript)
    ] if study is not None else []  # fmt: skip
    return {"turns": turns, "notes": notes}


def _belongs(note: FieldNote, transcript: Transcript) -> bool:
    return note.session in (transcript.id, transcript.session_name) and (note.turn or 0) <= len(transcript.turns)

"""A study of any size: the one that ships, its turns said again in other words, so that few texts are equal."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

import alliance_nlp as an

WORD = re.compile(r"[^\W\d_]+")
SWAPPED = 0.25  # share of the words of a turn that are drawn anew


def varied_study(n_segments: int, *, seed: int = 0) -> an.Study:
    """Say the sessions of the shipped study again until participants have so many segments.

    After the first time a quarter of the words of a turn are drawn from all words of the study; speakers, roles and
    codes stay. Texts that are made this way show how long something takes, and nothing about meaning.
    """
    study = an.load_study("focus_group")
    words = WORD.findall(" ".join(transcript.text for transcript in study.transcripts))
    rng, made, left, turn_of = np.random.default_rng(seed), [], n_segments, dict[str, tuple[int, int]]()
    while left > 0:
        for number, old in enumerate(study.transcripts):
            again = len(made) // len(study.transcripts)
            new = _said_again(old, f"{old.id}_{again}", words if again else [], rng, left)
            left -= sum(turn.role == "participant" for turn in new.turns)
            made += [new] if new.turns else []
            turn_of[new.id] = (number, len(new.turns))
    return replace(
        study, transcripts=tuple(made), coding=_again(study.coding, study, made),
        consensus=_again(study.consensus, study, made), guide=(), expectations=(), notes=(), marks=None,
        participants=(), same_people=None, settings={"language": "en"},
    )  # fmt: skip


def _said_again(old: an.Transcript, name: str, words: list[str], rng: np.random.Generator, most: int) -> an.Transcript:
    text, turns = "", []
    for turn in old.turns:
        if turn.role == "participant":
            if most == 0:
                break
            most -= 1
        said = old.text[turn.start : turn.end]
        if words:
            said = WORD.sub(lambda found: words[rng.integers(len(words))] if rng.random() < SWAPPED else found[0], said)
        start = len(text) + bool(text)
        text = f"{text}\n{said}" if text else said
        turns.append(replace(turn, start=start, end=start + len(said), person_id=None))
    return an.Transcript(name, text, tuple(turns), session=name)


def _again(coding: an.Coding, study: an.Study, made: list[an.Transcript]) -> an.Coding:
    """Give each turn that was said again what its first saying carries."""
    first = {t.id: an.segment([t], roles="all") for t in study.transcripts}
    seen = {name: coding.on(segments) for name, segments in first.items()}
    status = coding.applied[0].status
    applied, read = [], []
    for new in made:
        before = seen[new.id.rpartition("_")[0]]
        for coder, sets in before.sets.items():
            for turn, codes in zip(new.turns, sets, strict=False):
                if codes is not None:
                    read.append(an.ReadSpan(coder, new.id, turn.start, turn.end))
                applied += [an.CodedSpan(coder, new.id, turn.start, turn.end, c, status) for c in sorted(codes or ())]
    return an.Coding(tuple(applied), tuple(read), coding.codebook)

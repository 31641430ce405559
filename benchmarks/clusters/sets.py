"""Which rows of the corpora are clustered, and which code counts as the gold of each."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

import alliance_nlp as an
from benchmarks.corpora import Corpus, embed, find_corpus
from benchmarks.splitting import some_of

SAMPLE = 1500
MIN_SEGMENTS = 5  # of a code, for the code to count

# name -> (corpus, the column of its gold, documents that are kept; all where there are none)
SETS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "wac_experts": ("wac_experts", "codes", ()),
    "pdpilot_themes": ("pdpilot_interviews", "themes", ()),
    "serdif": ("serdif_thinkaloud", "codes", ()),
    "nhs": ("nhs_feedback_v6", "codes", ()),
    "counselchat": ("counselchat", "codes", ()),
    "argkp_cannabis": ("argkp", "codes", ("We should legalize cannabis [for]",)),
    "argkp_school": ("argkp", "codes", ("Homeschooling should be banned [against]",)),
    "argkp_usa": ("argkp", "codes", ("The USA is a good country to live in [for]",)),
    "argkp_all": ("argkp", "codes", ()),
    "proctoring_N3": ("proctoring_survey", "codes", ("N3",)),
    "proctoring_N4": ("proctoring_survey", "codes", ("N4",)),
    "proctoring_Q5": ("proctoring_survey", "codes", ("Q5",)),
    "banking77": ("banking77", "codes", ()),
    "clinc150": ("clinc150", "codes", ()),
    "napire": ("napire_effects", "codes", ()),
    "mlss_themes": ("mlss_interviews", "themes", ()),
    "mlss_codes": ("mlss_interviews", "codes", ()),
    "nhs_themes": ("nhs_feedback_v6", "themes", ()),
    "wac_themes": ("wac_experts", "themes", ()),
    "annomi_themes": ("annomi", "themes", ()),
}
# took no part in the choice of the recipe and its constants: they were added, once, after it stood (decision 0120)
ADDED = ("napire", "mlss_themes", "mlss_codes", "nhs_themes", "wac_themes", "annomi_themes")


@dataclass(frozen=True)
class GoldSet:
    """One set: embedded segments, the first code of each, and all its codes."""

    name: str
    embeddings: an.Embeddings
    gold: np.ndarray
    codes: tuple[frozenset[str], ...]
    data_hash: str

    def __len__(self) -> int:
        return len(self.gold)

    @property
    def texts(self) -> list[str]:
        """The words of the segments."""
        return self.embeddings.segments.texts


def sets_of(options: argparse.Namespace) -> Iterator[GoldSet]:
    """Give every set that was asked for and whose corpus is there."""
    read: dict[str, Corpus | None] = {}
    for name in options.sets:
        folder, column, documents = SETS[name]
        if folder not in read:
            read[folder] = find_corpus(options.data, folder)
        corpus = read[folder]
        if corpus is None:
            continue
        corpus = corpus.of(documents) if documents else corpus
        gold = gold_of(corpus, column)
        kept = coded_rows(gold, 60 if options.quick else SAMPLE)
        if not len(kept):
            print(f"{name}: no code on {MIN_SEGMENTS} segments, skipped", flush=True)
            continue
        chosen, sets = corpus.take(kept), [gold[row] for row in kept]
        names = sorted({codes[0] for codes in sets})
        yield GoldSet(
            name, embed(chosen, encoder=options.encoder), np.array([names.index(codes[0]) for codes in sets]),
            tuple(map(frozenset, sets)), chosen.data_hash,
        )  # fmt: skip


def gold_of(corpus: Corpus, column: str) -> tuple[tuple[str, ...], ...]:
    """Codes of each row, or its themes; where only coders' columns are filled, all that any of them applied."""
    given = corpus.codes if column == "codes" else corpus.themes
    if any(given):
        return given
    codes = tuple(tuple(sorted(row)) for row in corpus.sets)
    if column == "codes":
        return codes
    return tuple(tuple(dict.fromkeys(corpus.theme_of.get(code, "") for code in row)) for row in codes)


def coded_rows(gold: tuple[tuple[str, ...], ...], most: int) -> np.ndarray:
    """Keep coded rows, at most so many, whose first code is on at least five of them."""
    # clinc150's "oos" (out of scope) is the absence of a code
    coded = np.array([row for row, codes in enumerate(gold) if codes and codes != ("oos",)], dtype=np.int64)
    coded = coded[some_of(len(coded), most)]
    counts = Counter(gold[row][0] for row in coded)
    return np.array([row for row in coded if counts[gold[row][0]] >= MIN_SEGMENTS], dtype=np.int64)

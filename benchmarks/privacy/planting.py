"""Identifiers that are planted in real transcripts: how many are found, by kind, beside every capital in a sentence.

The words planted stand in none of the lists of the rules (a test holds it), and neither do the sentences come from
them. English and Norwegian sentences are planted in the same English talk: there is no Norwegian talk among the
corpora. What the talk itself holds nobody has marked, so precision is a floor: some of what counts as wrong is a real
name.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import alliance_nlp as an
from benchmarks.corpora import Corpus, find_corpus
from benchmarks.rows import Row
from benchmarks.running import Part

CORPORA = ("annomi", "mlss_interviews", "wac_experts")
EVERY = 12  # turns a planted sentence

# kind -> language -> (what is planted, sentences with {} for it)
PLANTED: dict[str, dict[str, tuple[Sequence[str], Sequence[str]]]] = {
    "name": {
        "en": (
            ("Thaddeus", "Quentin Marlowe", "Ottoline", "Araminta", "Zebedee Crane", "Ignatius", "Rosalba", "Faulkner"),
            ("We talked to {} about it the week after.", "{} said it was fine and left it there.",
             "It was all down to {} in the end.", "I asked {} and got no answer."),
        ),
        "no": (
            ("Torfinn", "Ragnvald Myhre", "Gudveig", "Aslaug", "Snorre Tveit", "Dordi", "Brynhild", "Oddrun"),
            ("Da ringte {} og sa at det var greit.", "Vi snakka med {} om det uka etter.",
             "{} mente at det gikk bra.", "Det var {} sin feil, egentlig."),
        ),
    },
    "place": {
        "en": (
            ("Wexcombe", "Little Thornby", "Harrowgate Moor", "Ulverdale", "Pendrith", "Saltmarsh Bay"),
            ("We stayed out in {} that winter.", "They had come over from {} by then.", "{} is a long drive for us."),
        ),
        "no": (
            ("Kvalsåsen", "Ytre Lofthus", "Grindaheia", "Sørbøvåg", "Nordskogen", "Tverrelva"),
            ("Det var slik i {} den vinteren.", "De kom fra {} og visste ingenting.", "{} er langt unna for oss."),
        ),
    },
    "workplace": {
        "en": (
            ("Marlbeck Infirmary", "the Ashdown Practice", "Tilbrook and Sons", "Penhallow Academy", "Corvex", "BRTU"),
            ("I was at {} for two of those years.", "They run things differently at {} now.", "{} sent a letter."),
        ),
        "no": (
            ("Haukås legesenter", "Solvangtunet", "Elvestad ungdomsskole", "Brattås kommune", "Nordfisk", "HVKS"),
            ("Jeg var ansatt ved {} i to år.", "De gjør det annerledes på {} nå.", "{} sendte et brev."),
        ),
    },
    "date": {
        "en": (
            ("the 14th of March", "June 3rd", "12/04/2019", "November 2016", "1987", "2 September 2021"),
            ("It began on {} for us.", "That was {} and nobody knew.", "We lost it all in {} as I recall."),
        ),
        "no": (
            ("14. mars", "3. juni 2018", "12.04.2019", "november 2016", "1987", "2. september"),
            ("Det begynte {} for oss.", "Jeg husker {} godt.", "Vi mista alt i {} da."),
        ),
    },
    "age": {
        "en": (
            ("54", "sixty-one", "37 years old", "a 43-year-old", "79", "in my forties"),
            ("I was {} when it happened.", "She is {} now.", "He had just turned {} then."),
        ),
        "no": (
            ("54 år", "sekstien", "37 år gammel", "43-åring", "79 år", "i førtiåra"),
            ("Jeg var {} da det skjedde.", "Hun er {} nå.", "Han var {} den gangen."),
        ),
    },
    "phone": {
        "en": (
            ("07700 900321", "+44 20 7946 0123", "(020) 7946 0999", "555-0142-881", "01632 960 777"),
            ("You can get me on {} most days.", "The number was {} I think."),
        ),
        "no": (
            ("912 34 567", "+47 55 12 34 56", "90012345", "22 33 44 55", "0047 41 23 45 67"),
            ("Du kan nå meg på {} de fleste dager.", "Nummeret var {} tror jeg."),
        ),
    },
    "e-mail": {
        "en": (
            ("q.marlowe@example.org", "ottoline at example dot com", "zcrane77@mail.example.net", "@araminta_c"),
            ("Just write to {} and wait.", "Mine is {} if you need it."),
        ),
        "no": (
            ("torfinn@example.no", "gudveig krøllalfa example punktum no", "s.tveit@post.example.no", "@oddrun_m"),
            ("Skriv til {} og vent litt.", "Min er {} om du trenger den."),
        ),
    },
    "number": {
        "en": (
            ("patient number 4471", "case 20-1187", "SW1A 2AA", "943 476 5919", "YK52 HBO"),
            ("It was {} on the form.", "They had me down as {} all along."),
        ),
        "no": (
            ("12057912345", "pasientnummer 4471", "sak 20/1187", "120579 12345", "DN 48213"),
            ("Det sto {} på skjemaet.", "De hadde meg som {} hele tida."),
        ),
    },
    "rare role": {
        "en": (
            ("the bishop", "the only woman on the crew", "the mayor", "the first man in the choir", "the town piper"),
            ("I was {} at the time.", "Back then I was still {} here."),
        ),
        "no": (
            ("ordfører", "den eneste mannen på laget", "biskop", "kommuneoverlege", "byens spillemann"),
            ("Jeg var {} den gangen.", "Da var jeg fortsatt {} her."),
        ),
    },
    "third person": {
        "en": (
            ("my sister Ottoline", "a patient of mine who lost both legs", "my boss Faulkner", "her late twin",
             "a colleague with two failed hips"),
            ("There was {} and that was hard.", "It was the same for {} that year."),
        ),
        "no": (
            ("søsteren min Aslaug", "en pasient som mista begge beina", "sjefen min Myhre", "tvillingen hennes",
             "en kollega med to dårlige hofter"),
            ("Det var {} og det var vondt.", "Det gjaldt {} også det året."),
        ),
    },
}  # fmt: skip


@dataclass
class Planted:
    """One planted identifier."""

    kind: str
    language: str
    transcript_id: str
    start: int
    end: int


def transcripts_with(corpus: Corpus, rng: random.Random, n: int) -> tuple[list[an.Transcript], list[Planted]]:
    """Put a planted sentence behind the words of every twelfth turn; kinds, languages and sentences go around."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for text, speaker, document in zip(corpus.texts, corpus.speakers, corpus.documents, strict=True):
        rows.setdefault(document, []).append((speaker or "P", " ".join(text.split())))
    cells = [(kind, lang, what, how) for kind, by in PLANTED.items() for lang, (whats, hows) in by.items()
             for what in whats for how in hows]  # fmt: skip
    rng.shuffle(cells)
    found, planted, at = [], [], 0
    for name, said in list(rows.items())[:n]:
        text, turns = "", []
        for k, (speaker, words) in enumerate(said):
            start = len(text)
            text += words
            if k % EVERY == EVERY // 2 or len(said) <= EVERY // 2:
                kind, lang, what, how = cells[at % len(cells)]
                at += 1
                sentence = how.format(what)
                place = len(text) + 1 + sentence.index(what)
                text += f" {sentence[0].upper()}{sentence[1:]}"
                planted.append(Planted(kind, lang, name, place, place + len(what)))
            turns.append(an.Turn(start, len(text), speaker))
            text += "\n\n"
        found.append(an.Transcript(name, text, tuple(turns)))
    return found, planted


def capitals(transcript: an.Transcript) -> list[tuple[int, int]]:
    """Give the trivial rule's suggestions: every word with a capital that does not begin a sentence; "I" apart."""
    words = re.finditer(r"(?<![.!?…:\"“] )(?<![\n])\b[A-ZÆØÅ][\w'’-]*", transcript.text)
    starts = {turn.start for turn in transcript.turns}
    return [m.span() for m in words if not re.fullmatch(r"I(?:['’]\w+)?", m.group()) and m.start() not in starts]


def found_in(options: argparse.Namespace) -> Iterator[Row]:
    """Give one row a kind, language and rule over all corpora; and one a rule for precision."""
    tried: list[tuple[str, Planted | str, bool]] = []
    hashes, words = [], 0
    for name in CORPORA:
        corpus = find_corpus(options.data, name)
        if corpus is None:
            continue
        transcripts, planted = transcripts_with(corpus.in_order(), random.Random(0), 3 if options.quick else 60)
        hashes.append(corpus.data_hash)
        words += sum(len(t.text.split()) for t in transcripts)
        ours = [(x.transcript_id, x.start, x.end, x.kind) for x in an.find_identifiers(transcripts).items]
        trivial = [(t.id, *span, "") for t in transcripts for span in capitals(t)]
        for rule, places in (("rules", ours), ("capitals", trivial)):
            tried += [(rule, one, any(_meets(one, place) for place in places)) for one in planted]
            tried += [(rule, place[3], any(_meets(one, place) for one in planted)) for place in places]
    for rule in ("rules", "capitals") if tried else ():
        yield from rows_of(rule, [(one, hit) for told, one, hit in tried if told == rule], words, "/".join(hashes))


def _meets(one: Planted, place: tuple[str, int, int, str]) -> bool:
    return one.transcript_id == place[0] and max(one.start, place[1]) < min(one.end, place[2])


def rows_of(rule: str, tried: Sequence[tuple[Planted | str, bool]], words: int, data: str) -> Iterator[Row]:
    """Recall for each kind and language with Wilson's interval; precision over suggestions, of each kind and of all."""
    from scipy.stats import binomtest

    groups: dict[tuple[str, str], list[bool]] = {}
    for one, hit in tried:
        if isinstance(one, str):
            keys = [("all suggestions", ""), *([(f"suggested: {one}", "")] if one else [])]
        else:
            keys = [(one.kind, one.language), ("all planted", one.language)]
        for key in keys:
            groups.setdefault(key, []).append(hit)
    for (what, language), hits in groups.items():
        n, k = len(hits), sum(hits)
        around = binomtest(k, n).proportion_ci(method="wilson")
        yield {
            "rule": rule, "what": what, "language": language, "n": n, "hit": k, "share": k / n, "low": around.low,
            "high": around.high, "words": words, "seed": 0, "data": data,
        }  # fmt: skip


PARTS = {"identifiers": Part(found_in, ("rule", "what", "language"))}

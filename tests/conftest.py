"""What many tests share: a hand-made study, real corpora, an encoder that needs no weights, a cache of its own."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, ReadSpan, Study, Transcript, Turn

ROOT = Path(__file__).parents[1]
collect_ignore = ["data"]  # folders that older versions saved, and how they were made
# No deadline: the first example of a test may import a package, which says nothing about the law.
# The same examples in every run, so that a change is judged by itself. HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


@pytest.fixture(scope="session")
def shared():
    """Folder beside the project with real corpora and exports; tests that need it skip where it is absent."""
    data = Path(os.environ.get("ALLIANCE_NLP_DATA", ROOT.parent / "shared" / "data"))
    if not data.is_dir():
        pytest.skip("the folder of real corpora is not on this machine (set ALLIANCE_NLP_DATA)")
    return data.parent


class HashingEncoder:
    """Turns words into vectors by hashing them: equal words, near vectors; no weights, no network."""

    def __init__(self, n_dimensions=64):
        self.n_dimensions, self.calls = n_dimensions, []

    def encode(self, texts):
        self.calls.append(list(texts))
        return np.array([self._one(text) for text in texts])

    def _one(self, text):
        vector = np.full(self.n_dimensions, 1e-3)
        for word in text.casefold().split():
            seed = int.from_bytes(hashlib.sha256(word.strip(".,!?").encode()).digest()[:4], "big")
            vector += np.random.default_rng(seed).normal(size=self.n_dimensions)
        return vector


@pytest.fixture
def encoder():
    return HashingEncoder()


@pytest.fixture
def rng():
    return np.random.default_rng(20251123)


TALK = (
    ("S1", "M", "What does trust ask of you?"),
    ("S1", "P1", "It is hard work to win their trust."),
    ("S1", "P2", "Mm."),
    ("S1", "P3", "Trust comes by itself. I never found it hard."),
    ("S1", "M", "And time?"),
    ("S1", "P1", "The next one is always waiting."),
    ("S1", "P2", "I have all the time I need."),
    ("S1", "P3", "Coffee would be nice."),
    ("S2", "M", "What has changed?"),
    ("S2", "P1", "Trust is less hard for me now."),
    ("S2", "P2", "The clock is worse, I run all day."),
    ("S2", "P1", "Mm."),
    ("S2", "P2", "I still say it takes years."),
    ("S2", "P1", "We do listen more."),
    ("S2", "P2", "Yes, and they notice."),
)
BOOK = Codebook((
    Code("Trust", "building trust", "demanding", "winning trust asks something", ("It is hard to win them over.",)),
    Code("Trust", "building trust", "listening", "listening makes trust"),
    Code("Time", "takes time", "rush", "too little time"),
))  # fmt: skip
DEMANDING, LISTENING, RUSH = BOOK.ids
# per participant turn of a session: what A and B applied; None where B did not read it
CODED = {
    "S1": (((DEMANDING,), (DEMANDING,)), ((), ()), ((DEMANDING,), ()), ((RUSH,), (RUSH,)), ((RUSH,), (RUSH,)),
           ((), ())),
    "S2": (((DEMANDING,), (DEMANDING,)), ((RUSH,), (RUSH,)), ((), None), ((RUSH, DEMANDING), (DEMANDING,)),
           ((LISTENING,), (LISTENING,)), ((LISTENING,), None)),
}  # fmt: skip


def _transcript(name):
    text, turns = "", []
    for session, speaker, words in TALK:
        if session == name:
            text += f"{speaker}: "
            role = "moderator" if speaker == "M" else "participant"
            turns.append(Turn(len(text), len(text) + len(words), speaker, role))
            text += f"{words}\n"
    return Transcript(name, text, tuple(turns))


@pytest.fixture
def study():
    """Two sessions with 12 participant turns, three codes under two themes, coders A and B; B left two turns unread."""
    transcripts = tuple(map(_transcript, CODED))
    applied, read = [], []
    for transcript in transcripts:
        turns = [turn for turn in transcript.turns if turn.role == "participant"]
        for turn, both in zip(turns, CODED[transcript.id], strict=True):
            for coder, codes in zip("AB", both, strict=True):
                if codes is not None:
                    read.append(ReadSpan(coder, transcript.id, turn.start, turn.end))
                    applied += [CodedSpan(coder, transcript.id, turn.start, turn.end, code) for code in codes]
    return Study(transcripts, BOOK, Coding(tuple(applied), tuple(read), BOOK), title="hand-made", synthetic=True)


@pytest.fixture(autouse=True)
def _no_width(monkeypatch):
    """Commands write into no terminal here, whatever the shell of the tests says; tests of widths set their own."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _cache_of_its_own(tmp_path_factory):
    """Tests neither read nor fill the user's cache; every worker of a run shares one."""
    before = os.environ.get("XDG_CACHE_HOME")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # one text is encoded once in a run
    os.environ["XDG_CACHE_HOME"] = str(shared / "cache")
    yield
    os.environ.pop("XDG_CACHE_HOME")
    if before is not None:
        os.environ["XDG_CACHE_HOME"] = before

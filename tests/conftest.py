"""What many tests share: the folder of real corpora, a hashing encoder that needs no weights, a cache of its own."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


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


@pytest.fixture(scope="session", autouse=True)
def _cache_of_its_own(tmp_path_factory):
    """Tests neither read nor fill the user's cache; every worker of a run shares one."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    os.environ.pop("XDG_CACHE_HOME")
    if before is not None:
        os.environ["XDG_CACHE_HOME"] = before

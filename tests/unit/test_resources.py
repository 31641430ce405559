"""A hundred runs in one process keep handles, threads and memory flat; caches never mix, and are never needed."""

import gc
import os
import subprocess
import sys
import textwrap
import threading
import zipfile

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.embeddings import encode_texts
from conftest import HashingEncoder

TALK = "Moderator: Why?\n\nAnn: It takes time.\n\nBo: Mm.\n\nAnn: We listen to one another.\n"


class Named(HashingEncoder):
    def __init__(self, name, revision, sign=1.0, max_tokens=None):
        super().__init__()
        self.name, self.revision, self.sign = name, revision, sign
        if max_tokens is not None:
            self.max_tokens, self.count_tokens = max_tokens, lambda texts: [len(text.split()) for text in texts]

    def encode(self, texts):
        return self.sign * super().encode(texts)


def one_run(folder, number):
    """Read, segment, embed with a cache, save, load, decide, replay, write tables."""
    study = an.read_study(folder / "study")
    segments = an.segment(study.transcripts)
    embeddings = an.embed(segments, encoder=Named("e", "1"), cache=folder / "cache")
    an.save(embeddings, folder / "kept")
    assert len(an.load(folder / "kept").segments) == len(segments)
    ledger = folder / f"ledger{number % 4}.jsonl"
    an.record_decision(ledger, "note", note="x", by="KL")
    an.replay(ledger)
    study.table().to_csv(folder / "t.csv")


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="no /proc here")  # noqa: PTH112
def test_a_hundred_runs_keep_handles_threads_and_memory_flat(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "talk.txt").write_text(TALK)
    for number in range(10):
        one_run(tmp_path, number)
    gc.collect()
    handles, threads = len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208
    blocks = sys.getallocatedblocks()
    for number in range(100):
        one_run(tmp_path, number)
    gc.collect()
    grown = sys.getallocatedblocks() - blocks
    assert len(os.listdir("/proc/self/fd")) == handles  # noqa: PTH208
    assert threading.active_count() == threads
    assert grown < 2000, f"{grown} blocks of memory more after 100 runs"


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="no /proc here")  # noqa: PTH112
@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".odt"])
def test_a_damaged_file_leaves_no_handle_open(tmp_path, ending):
    with zipfile.ZipFile(tmp_path / f"t{ending}", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types><Default/></Types>")
        archive.writestr("content.xml", "<a>")
    gc.collect()
    gc.disable()
    try:
        handles = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
        for _ in range(5):
            with pytest.raises(an.InputError, match=f"t{ending}"):
                an.read_transcripts(tmp_path / f"t{ending}")
        assert len(os.listdir("/proc/self/fd")) == handles  # noqa: PTH208
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "other",
    [Named("e", "2", -1.0), Named("e1", "", -1.0), Named("e", "1", -1.0, max_tokens=9), Named("", "e1", -1.0)],
    ids=["revision", "name", "length", "joined"],
)
def test_the_caches_of_two_encoders_never_mix(tmp_path, other):
    one = Named("e", "1")
    texts = ["It takes time.", "We listen."]
    first = encode_texts(texts, one, cache=tmp_path).vectors
    assert np.allclose(encode_texts(texts, other, cache=tmp_path).vectors, -first)
    assert np.array_equal(encode_texts(texts, Named("e", "1"), cache=tmp_path).vectors, first)


HOMES = {
    "no home": "for name in ('HOME', 'XDG_CACHE_HOME', 'USER', 'LOGNAME'): os.environ.pop(name, None)",
    "a home that is no folder": "os.environ.update(HOME='/dev/null', XDG_CACHE_HOME='/dev/null/x')",
    "a home that cannot be written": "os.environ.update(HOME='/proc', XDG_CACHE_HOME='/proc/1/x')",
    "a full disk": "resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64)); os.environ.update(XDG_CACHE_HOME=sys.argv[1])",
}


@pytest.mark.parametrize("home", HOMES.values(), ids=HOMES)
def test_without_a_place_for_the_cache_the_result_is_right(tmp_path, home):
    code = textwrap.dedent("""
        import os, resource, sys, warnings
        HOME
        import numpy as np
        import alliance_nlp as an
        class E:
            name, revision = "e", "1"
            def encode(self, texts): return [[len(t), 1.0] for t in texts]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = an.embed(an.segment(an.read_transcripts(["It takes time.", "We listen."])), encoder=E())
        said = str(caught[0].message)[:26] if caught else ""
        print([round(float(x), 4) for x in found.vectors[:, 1]], len(caught), said)
    """).replace("HOME\n", home + "\n", 1)
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("[0.0712, 0.0995]"), run.stdout
    said = run.stdout.split("] ")[1].strip()
    assert said in ("0", "1 Vectors could not be kept"), said

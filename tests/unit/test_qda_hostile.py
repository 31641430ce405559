"""Files of programs that are made to harm are refused, in a sentence, before they fill a memory."""

import tracemalloc
import warnings

import pytest
from qda_hostile_files import HARMFUL, HEAD, made

import alliance_nlp as an
from alliance_nlp import InputError

READERS = {".qdpx": an.read_qdpx, ".qdc": an.read_qdc, ".sqlite3": an.read_taguette, ".qda": an.read_qualcoder}
ATTACKS = {
    "bombs": ("zeros", "hides its size", "a gigabyte", "texts"), "traversal": ("a place",),
    "links": ("link",), "document types": ("document type",), "entities": ("entit",), "nesting": ("10,000 codes",),
    "declared sizes": ("four gigabytes", "21 MB"), "cut off": ("cut in half",), "no project": ("somebody else's",),
    "many": ("million", "thousand", "700,000"), "endless": ("never ends",),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), HARMFUL, ids=[f"{kind}: {name}" for kind, name in HARMFUL])
def test_what_is_made_to_harm_is_refused(tmp_path, kind, name):
    path, match = made(tmp_path, kind, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", an.AllianceWarning)
        with pytest.raises(InputError, match=match) as refused:
            READERS[kind](path)
    assert "root:" not in str(refused.value)  # no line of /etc/passwd
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_kind_of_harm_stands_in_the_list(attack):
    assert [name for _, name in HARMFUL if any(sign in name for sign in ATTACKS[attack])]


@pytest.mark.parametrize("name", ["a member of zeros", "nine million elements", "three million attributes"])
def test_a_refusal_takes_little_memory(tmp_path, name):
    path, _ = made(tmp_path, ".qdpx", name)
    tracemalloc.start()
    with pytest.raises(InputError):
        an.read_qdpx(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100 << 20


def test_times_of_a_transcript_are_looked_up_once(tmp_path):
    """Each selection looked through all moments before: a hundred thousand of both never ended."""
    n = 3000
    points = "".join(f'<SyncPoint guid="{k}" timeStamp="{k}" position="3"/>' for k in range(n))
    chosen = f'<TranscriptSelection guid="x" fromSyncPoint="1" toSyncPoint="{n - 1}"/>' * n
    text = f"<PlainTextContent>{'abc ' * 9}</PlainTextContent>"
    inside = f'<AudioSource guid="1" name="a"><Transcript guid="2">{text}{points}{chosen}</Transcript></AudioSource>'
    whole = f"{HEAD}<Sources>{inside}</Sources></Project>"
    (tmp_path / "a.qde").write_text(whole, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", an.AllianceWarning)
        assert an.read_qdpx(tmp_path / "a.qde").losses.of("text selections without a code").held == n

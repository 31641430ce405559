"""How the library warns and refuses, whichever room it happens in."""

import errno
import pickle
from pathlib import Path

import pytest

import alliance_nlp as an
from alliance_nlp.errors import AllianceWarning, InputError, Told, around, check_choice, listed, present
from alliance_nlp.files.whole import FileError, telling


def test_a_choice_is_taken_or_refused_with_the_nearest():
    check_choice("level", ("code", "theme"), "theme")
    with pytest.raises(InputError, match="^level must be 'code' or 'theme'. Got 'them' instead. Did you mean 'theme'?"):
        check_choice("level", ("code", "theme"), "them")


@pytest.mark.parametrize(
    ("names", "row"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_in_a_row(names, row):
    assert listed(names, "and") == row


def test_what_a_study_has_goes_through_as_it_is():
    book = an.Codebook(())
    assert present(book, "codebook", "map_clusters()", "Read one.") is book


def test_a_warning_points_to_the_line_outside_the_library_however_deep_the_doubt_arose():
    said = ["Ich weiß nicht, was ich dazu noch sagen soll, es ist einfach schwierig für uns alle hier."] * 9
    with pytest.warns(AllianceWarning, match="do not look English") as caught:
        an.suggest_codes(an.segment(an.read_transcripts(said)), an.Codebook((an.Code("Zeit"),)))
    assert {warning.filename for warning in caught} == {__file__}


@pytest.mark.parametrize(
    ("number", "has_cuda", "said"),
    [
        (errno.ENOSPC, True, "PyTorch is installed with CUDA here.*README says at its top"),
        (errno.ENOSPC, False, "Free some space, or name a place on another disk.$"),
        (errno.EACCES, True, "Name a place that you may write to.$"),
    ],
)
def test_a_full_disk_names_what_takes_gigabytes_where_it_is_installed(monkeypatch, number, has_cuda, said):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if has_cuda and name == "nvidia" else None)
    with pytest.raises(FileError, match=f"talk.txt cannot be written.*{said}"), telling(Path("talk.txt")):
        raise OSError(number, "No space left on device")


def test_a_sentence_keeps_what_it_says_on_its_way():
    told = Told("code 'fear' is not in the codebook", "unknown_code", code="fear")
    assert told == "code 'fear' is not in the codebook"
    on = pickle.loads(pickle.dumps(around(told, "a.csv: row 3: ", " (rows 3, 4)", rows=(3, 4))))
    assert on == "a.csv: row 3: code 'fear' is not in the codebook (rows 3, 4)"
    assert (on.kind, on.facts) == ("unknown_code", {"code": "fear", "rows": (3, 4)})
    plain = around("odd", "a.csv: ", rows=(3,))
    assert (plain, type(plain)) == ("a.csv: odd", str)

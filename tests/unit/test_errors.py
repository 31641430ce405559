"""How the library warns and refuses, whichever room it happens in."""

import pytest

import alliance_nlp as an
from alliance_nlp.errors import AllianceWarning, InputError, check_choice, listed, present


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

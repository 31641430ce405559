"""Codes, themes, codebooks: paths, names that can mean them, rolling up, refusals."""

import pytest

import alliance_nlp as an
from alliance_nlp.records import Code, Codebook, Theme

BOOK = Codebook(
    (
        Code("Trust", "takes time", "slow", "slowly built", ("it took years",), ("gradual",)),
        Code("Trust", "takes time", "fragile", "soon lost", ("one word and it was gone", "it took years")),
        Code("Time", "", "slow", "a slow day"),
        Code("", "", "humor", "jokes"),
        Code("Trust", "", "", "all that concerns trust", ("trust me",)),
    ),
    (Theme("Time", ("The clock",), "practical", "They speak of clocks."),),
)


@pytest.mark.parametrize(
    ("parts", "path", "name"),
    [
        (("Trust", "takes time", "slow"), "Trust/takes time/slow", "slow"),
        (("Trust", "", "slow"), "Trust/slow", "slow"),
        (("Trust", "takes time", ""), "Trust/takes time", "takes time"),
        (("", "", "slow"), "slow", "slow"),
        (("and/or", "", "a/b"), "and/or/a/b", "a/b"),
    ],
)
def test_a_code_is_its_path(parts, path, name):
    assert (Code(*parts).id, Code(*parts).name) == (path, name)


def test_a_code_needs_a_name_somewhere():
    with pytest.raises(an.InputError, match="A code needs a name on at least one of the levels theme, essence, code"):
        Code(definition="but no name")


@pytest.mark.parametrize(
    ("parts", "theme", "essence"),
    [
        (("Trust", "takes time", "slow"), "Trust", "Trust/takes time"),
        (("", "takes time", "slow"), "takes time/slow", "takes time"),
        (("", "", "slow"), "slow", "slow"),
        (("Trust", "", ""), "Trust", "Trust"),
    ],
)
def test_a_code_rolls_up_and_stands_for_itself_without_that_level(parts, theme, essence):
    code = Code(*parts)
    assert (code.at("theme"), code.at("essence"), code.at("code")) == (theme, essence, code.id)


def test_paths_are_unique_and_labels_may_repeat():
    with pytest.raises(an.InputError, match="Given more than once: 'Trust/slow'"):
        Codebook((Code("Trust", "", "slow"), Code("Trust", "slow", ""), Code("Time", "", "slow")))
    assert len(Codebook((Code("Trust", "", "slow"), Code("Time", "", "slow")))) == 2


def test_themes_are_those_of_the_codes_and_keep_what_is_known():
    assert [theme.name for theme in BOOK.themes] == ["Trust", "Time"]
    assert BOOK.themes[1].description == "They speak of clocks."
    with pytest.raises(an.InputError, match="described that no code belongs to: 'Joy'. .*themes are 'Trust'"):
        Codebook((Code("Trust"),), (Theme("Joy"),))
    with pytest.raises(an.InputError, match="themes are none"):
        Codebook((Code("", "", "humor"),), (Theme("Joy"),))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Trust/takes time/slow", ("Trust/takes time/slow",)),
        ("trust/TAKES time/slow", ("Trust/takes time/slow",)),
        ("takes time/slow", ("Trust/takes time/slow",)),
        ("Trust/slow", ("Trust/takes time/slow",)),
        ("slow", ("Trust/takes time/slow", "Time/slow")),
        (" Gradual ", ("Trust/takes time/slow",)),
        ("Time/slow", ("Time/slow",)),
        ("Trust", ("Trust",)),
        ("takes time", ()),
        ("", ()),
    ],
)
def test_names_find_the_codes_they_can_mean(name, found):
    assert BOOK.find(name) == found


def test_themes_are_found_by_name_and_alias():
    assert [BOOK.find_theme(name) for name in ("the clock", "TRUST", "Joy")] == ["Time", "Trust", None]


def test_codes_are_got_by_path_and_near_misses_are_named():
    assert BOOK["Time/slow"].definition == "a slow day"
    assert "Time/slow" in BOOK
    assert "slow" not in BOOK
    with pytest.raises(an.InputError, match="No code has the path 'Time/slw'. Did you mean 'Time/slow'"):
        BOOK["Time/slw"]
    with pytest.raises(an.InputError, match="No code has the path 'xyz'. The codebook has 5 codes; see `.ids`"):
        BOOK["xyz"]


def test_rolled_up_codes_keep_exemplars_and_only_definitions_written_for_that_level():
    themes = BOOK.at("theme")
    assert themes.ids == ("Trust", "Time", "humor")
    assert themes["Trust"].definition == "all that concerns trust"
    assert themes["Trust"].exemplars == ("it took years", "one word and it was gone", "trust me")
    assert themes["Time"].definition == ""  # what was written for one code does not define its theme
    assert themes["humor"] == BOOK["humor"]
    assert themes.themes == BOOK.themes
    assert BOOK.at("essence").ids == ("Trust/takes time", "Time/slow", "humor", "Trust")
    assert BOOK.at("code") is BOOK
    with pytest.raises(an.InputError, match="level must be 'code', 'essence' or 'theme'. Got 'themes'"):
        BOOK.at("themes")


def test_paths_roll_up_and_unknown_ones_stay():
    assert BOOK.roll_up("Trust/takes time/slow", "theme") == "Trust"
    assert BOOK.roll_up("from elsewhere", "theme") == "from elsewhere"


def test_rows_frames_and_print():
    assert BOOK.rows()[0]["code_id"] == "Trust/takes time/slow"
    assert list(BOOK.to_frame().columns) == [
        "code_id",
        "theme",
        "essence",
        "code",
        "definition",
        "exemplars",
        "aliases",
    ]
    assert repr(BOOK) == "Codebook(5 codes under 2 themes)"
    assert [code.id for code in BOOK] == list(BOOK.ids)
    assert len(Codebook(())) == 0


def test_an_essence_that_a_coding_names_rolls_up_to_its_theme():
    book = an.Codebook((an.Code("Trust", "takes time", "slow"), an.Code("", "alone", "x")))
    assert book.roll_up("Trust/takes time", "theme") == "Trust"
    assert book.roll_up("Trust/takes time", "essence") == "Trust/takes time"
    assert book.roll_up("alone", "theme") == "alone"

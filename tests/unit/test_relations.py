"""Relations between themes: overlap, sequence and groups, by hand and by brute force."""

import math
from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.ledger import Ledger, replay
from alliance_nlp.method.relations import relate_themes
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Theme
from hand_made_study import BOOK, DEMANDING, RUSH, make_study, transcript


def study_of(*turns, book=BOOK):
    """One session; each turn a string of codes: d (Trust), r (Time), both, or nothing."""
    t = transcript("S", [("P1", "participant", f"turn {i}") for i in range(len(turns))])
    path = {"d": DEMANDING, "r": RUSH, "j": "Joy/worth it"}
    spans = [CodedSpan("A", "S", t.turns[i].start, t.turns[i].end, path[c]) for i, own in enumerate(turns) for c in own]
    return Study((t,), book, Coding(tuple(spans), (), book))


def pair(table, a, b):
    return next(row for row in table.rows() if (row["theme"], row["other"]) == (a, b))


def test_turns_that_carry_two_themes():
    row = pair(relate_themes(study_of("dr", "d", "", "r", "dr", "d")).overlap, "Trust", "Time")
    assert (row["turns"], row["other_turns"], row["both"]) == (4, 3, 2)
    assert row["by_chance"] == pytest.approx(4 * 3 / 5)
    assert row["share"] == pytest.approx(2 / 5)


def test_what_follows_what_and_what_chance_gives_is_the_mean_over_all_orders():
    turns = ("dr", "d", "r", "d", "")
    found = relate_themes(study_of(*turns)).sequence
    assert pair(found, "Trust", "Time")["follows"] == 1  # dr d, d r, r d: only d before r
    assert pair(found, "Time", "Trust")["follows"] == 2
    assert pair(found, "Trust", "Trust")["follows"] == 1
    coded = [set(own) for own in turns if own]
    for a, b, names in (("d", "r", ("Trust", "Time")), ("d", "d", ("Trust", "Trust")), ("r", "d", ("Time", "Trust"))):
        counts = [sum(a in x and b in y for x, y in pairwise(p)) for p in permutations(coded)]
        assert pair(found, *names)["by_chance"] == pytest.approx(np.mean(counts))


def test_sessions_are_shuffled_apart():
    found = relate_themes(make_study())
    # S1: d d r r; S2: d r d
    row = pair(found.sequence, "Trust", "Time")
    assert row["follows"] == 2
    assert row["by_chance"] == pytest.approx(2 * 2 / 4 + 2 * 1 / 3)
    assert row["ratio"] == pytest.approx(2 / (1 + 2 / 3))


def test_groups_that_people_made():
    found = relate_themes(study_of("dr", "d", "j"))
    rows = {row["group"]: row for row in found.groups.rows()}
    assert rows["overarching"]["themes"] == ("Trust",)
    assert (rows["overarching"]["turns"], rows["overarching"]["with_another_group"]) == (2, 1)
    assert rows["(not grouped)"]["themes"] == ("Joy",)
    together = replace(BOOK, themes=tuple(replace(theme, group="one") for theme in BOOK.themes))
    row = relate_themes(study_of("dr", "d", book=together)).groups.rows()[0]
    assert (row["two_of_the_group"], row["with_another_group"]) == (1, 0)
    essences = relate_themes(study_of("dr", "d"), level="essence").groups.rows()
    assert {row["group"] for row in essences} == {"overarching", "practical"}


def test_a_figure_gets_square_arrays():
    found = relate_themes(study_of("dr", "d", "r"))
    assert found.names == ("Trust", "Time")
    np.testing.assert_array_equal(found.matrix(), [[0, 1], [1, 0]])
    assert found.matrix("share")[0, 1] == pytest.approx(1 / 3)
    np.testing.assert_array_equal(found.matrix("follows"), [[1, 1], [1, 0]])
    with pytest.raises(InputError, match="what must be 'both', 'share', 'follows' or 'recorded'"):
        found.matrix("overlap")


def test_a_record_that_prints():
    found = relate_themes(make_study())
    assert repr(found) == "Relations(2 themes, 1 pair)"
    assert "One after the other" in str(found)
    assert found._repr_html_().count("<table>") == 3
    assert len(found.to_frame()) == len(found.rows()) == 1


def test_what_cannot_be_related():
    with pytest.raises(InputError, match="level must be"):
        relate_themes(make_study(), level="themes")
    with pytest.raises(InputError, match="need two themes or more. Got 1"):
        relate_themes(study_of("d"))


def test_without_a_codebook_codes_stand_for_themselves_and_rejected_ones_do_not_count():
    study = study_of("dr", "d", "r")
    bare = Study(study.transcripts, None, Coding(study.coding.applied, ()))
    assert relate_themes(bare).names == (DEMANDING, RUSH)
    spans = tuple(
        replace(a, status="rejected") if a.code_id == RUSH and a.start > 10 else a for a in study.coding.applied
    )
    row = relate_themes(Study(study.transcripts, BOOK, Coding(spans, (), BOOK))).rows()[0]
    assert row["other_turns"] == 1


def test_chance_of_nothing_is_no_ratio():
    two = transcript("A", [("P", "participant", "x")]), transcript("B", [("P", "participant", "x")])
    spans = tuple(
        CodedSpan("A", t.id, t.turns[0].start, t.turns[0].end, c) for t, c in zip(two, (DEMANDING, RUSH), strict=True)
    )
    row = relate_themes(Study(two, BOOK, Coding(spans, (), Codebook(BOOK.codes)))).rows()[0]
    assert (row["both"], row["by_chance"]) == (0, 0)
    assert math.isnan(row["ratio"])


# --- what people recorded, beside the counts --------------------------------------------------------------------------


def recorded(*rows):
    told = {"kind": "relation", "role": "coder", "date": "2025-05-14"}
    return replay(
        Ledger.of([{**told, "by": by, "theme": a, "to": b, "note": "so"} for by, a, b in rows]), codebook=BOOK
    )


def test_relations_of_people_stand_beside_the_counts_and_are_directed():
    study = study_of("dr", "d", "r", "d")
    found = relate_themes(study, standing=recorded(("KL", "Time", "Trust"), ("MR", "Time", "Trust")))
    assert pair(found.sequence, "Time", "Trust")["recorded_by"] == ("KL", "MR")
    assert pair(found.sequence, "Trust", "Time")["recorded_by"] == ()
    assert [(r["theme"], r["group"], r["bears_on"], r["its_group"]) for r in found.recorded.rows()] == [
        ("Time", "practical", "Trust", "overarching")
    ] * 2
    assert found.matrix("recorded").tolist() == [[0, 0], [2, 0]]  # Trust, Time in the codebook's order
    assert relate_themes(study).matrix("recorded").tolist() == [[0, 0], [0, 0]]
    assert found.matrix("follows").tolist() == relate_themes(study).matrix("follows").tolist()
    assert found.group_of == {"Trust": "overarching", "Time": "practical"}
    assert "Relations that people recorded" in str(found)
    assert "Relations that people recorded" not in str(relate_themes(study))


def test_a_relation_to_a_theme_that_nobody_coded_is_listed_and_not_drawn():
    found = relate_themes(study_of("dr", "d"), standing=recorded(("KL", "Joy", "Trust")))
    assert len(found.recorded) == 1
    assert found.matrix("recorded").sum() == 0


# --- codebooks of any depth -------------------------------------------------------------------------------------------


DEEP = Codebook(
    (Code("Care", "Trust", "patients/slow/earned"), Code("Care", "Trust", "patients/slow/kept"),
     Code("Care", "Trust", "colleagues/quick"), Code("Care", "Time"), Code("Work")),
    (Theme("Care", ("caring",), "overarching", "What care is."),),
)  # fmt: skip


def test_three_levels_are_a_view_of_any_depth():
    assert DEEP.depth == 5
    view = DEEP.viewed(theme=3)
    assert view.ids == DEEP.ids
    assert view.at("theme").ids == ("Care/Trust/patients", "Care/Trust/colleagues", "Care/Time", "Work")
    assert view.at("essence").ids[0] == "Care/Trust/patients/slow"
    assert {theme.name: theme.group for theme in view.themes} == {
        "Care/Trust/patients": "overarching", "Care/Trust/colleagues": "overarching", "Care/Time": "overarching",
        "Work": "",
    }  # fmt: skip
    assert DEEP.viewed() == DEEP.viewed(theme=1, essence=2)
    assert DEEP.viewed().themes[0] == DEEP.themes[0]
    assert view.viewed(theme=1).ids == DEEP.ids
    assert DEEP.viewed(theme=2, essence=4).at("essence").ids[0] == "Care/Trust/patients/slow"
    assert "Care" in view.paths  # a coding that names what stands above the themes of the view stays valid
    for theme, essence in ((0, 1), (2, 2), (3, 1)):
        with pytest.raises(InputError, match="theme and essence must be levels from 1"):
            DEEP.viewed(theme=theme, essence=essence)


def test_relations_on_the_third_and_fourth_level():
    t = transcript("S", [("P1", "participant", f"turn {i}") for i in range(3)])
    codes = [(0, DEEP.ids[0]), (0, DEEP.ids[2]), (1, DEEP.ids[1]), (2, "Care")]
    spans = tuple(CodedSpan("A", "S", t.turns[i].start, t.turns[i].end, code) for i, code in codes)
    coding = Coding(spans, (), DEEP)
    study = Study((t,), DEEP, coding, Coding(spans, (), DEEP, made_from=coding))
    with pytest.raises(InputError, match="two themes or more. Got 1"):
        relate_themes(study)
    third = study.viewed(theme=3)
    assert third.consensus.made_from is third.coding
    found = relate_themes(third)
    assert found.names == ("Care/Trust/patients", "Care/Trust/colleagues", "Care")
    assert pair(found.overlap, "Care/Trust/patients", "Care/Trust/colleagues")["both"] == 1
    assert found.group_of["Care/Trust/patients"] == "overarching"
    fourth = relate_themes(study.viewed(theme=4))
    assert fourth.names[0] == "Care/Trust/patients/slow"

"""Any number of coders beside a comparison: what a mean over them hides, and what stays readable of it."""

import math
from dataclasses import replace

import pytest

import alliance_nlp as an
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, ReadSpan, Study, Transcript, Turn

NAMES = ("Ada", "Bo", "Cem", "Dag", "Eva", "Fay", "Gro", "Hal", "Ida", "Jon", "Kim", "Liv")
BOOK = Codebook((Code("Time", "", "waiting"), Code("Trust", "", "trusting")))
N_TURNS = 24


def talk():
    turns, text = [], ""
    for i in range(N_TURNS):
        words = f"That was week number {i + 1} of the long year."
        turns.append(Turn(len(text), len(text) + len(words), f"P{i % 3}", "participant"))
        text += f"{words}\n"
    return Transcript("talk", text, tuple(turns))


def coding_of(given, *, read=None):
    """Codes by coder and turn ("w", "t", "" or "wt"); who read which turns, by default all."""
    turns, paths = talk().turns, {"w": "Time/waiting", "t": "Trust/trusting"}
    applied = [
        CodedSpan(coder, "talk", turns[i].start, turns[i].end, paths[sign])
        for coder, codes in given.items() for i, signs in enumerate(codes) for sign in signs
        if read is None or i in read[coder]
    ]  # fmt: skip
    seen = [
        ReadSpan(coder, "talk", turns[i].start, turns[i].end)
        for coder in given for i in (range(N_TURNS) if read is None else read[coder])
    ]  # fmt: skip
    return Coding(tuple(applied), tuple(seen), BOOK)


def codes_of(k):
    """What the coder of a number gave: the same pattern, one turn in nine changed."""
    return ["w" if (i + (i % 9 == k % 9)) % 2 else "t" for i in range(N_TURNS)]


def compared(people):
    study = Study((talk(),), BOOK, people, synthetic=True)
    agreed = replace(coding_of({"A+B": codes_of(20)}), made_from=people)
    agreed = replace(agreed, applied=tuple(replace(span, status="consensus") for span in agreed.applied))
    machine = coding_of({"machine": codes_of(30)})
    machine = replace(machine, applied=tuple(replace(span, status="suggested") for span in machine.applied))
    segments = an.segment(study.transcripts)
    found = an.compare(agreed, machine, segments=segments, n_draws=20, n_permutations=0)
    return found, replace(study, consensus=agreed)


def doubts(found):
    return [sentence.text for sentence in found.basis.sentences if sentence.kind == "warning"]


@pytest.mark.parametrize("n", [2, 3, 7, 12])
def test_any_number_of_coders_fits_the_page(n):
    found, study = compared(coding_of({name: codes_of(k) for k, name in enumerate(NAMES[:n])}))
    assert doubts(found) == []
    called = " and ".join(NAMES[:n]) if n < 4 else f"the {n} people who coded"
    assert f"human human: mean kappa of {called} on the same segments" in str(found)
    page = an.page_text(found, study=study)
    part = page[page.index("WHERE THE CODERS PART") : page.index("THE THEMES")]
    readings = [line.strip() for line in part.splitlines() if line.startswith("    ")]
    assert len(readings) == 3
    if n < 4:
        assert all(f"{NAMES[0]}: " in line for line in readings)
    else:
        # turn 3, say, is one of those that coder 2 read otherwise, and coder 11 with them where there are twelve
        apart = 2 if n == 12 else 1
        assert any(line.startswith(f"{n - apart} of {n}: T") and f"{apart} of {n}: T" in line for line in readings)
        assert all(line.count("Ada") == 1 for line in readings)


def test_who_gave_no_code_is_said():
    found, _ = compared(coding_of({"Ada": [""] * N_TURNS, "Bo": codes_of(1), "Cem": codes_of(2)}))
    assert doubts(found) == [
        "No code was given by Ada (24 segments read): that lowers what people reach with one another."
    ]


def test_the_same_codes_are_agreement_and_nothing_to_part_on():
    found, study = compared(coding_of(dict.fromkeys(NAMES[:3], codes_of(0))))
    assert {row["human_human"] for row in found.per_theme.rows()} == {1.0}
    assert "The coders gave every passage that may be shown the same themes." in an.page_text(found, study=study)


def test_coders_who_share_no_segment_are_no_agreement():
    people = NAMES[:4]
    read = {name: range(k * 6, k * 6 + 6) for k, name in enumerate(people)}
    found, study = compared(coding_of({name: codes_of(k) for k, name in enumerate(people)}, read=read))
    assert all(math.isnan(row["human_human"]) for row in found.per_theme.rows())
    assert doubts(found) == ["No two people read the same segment: nothing says how far people agree with one another."]
    assert "was read by two coders, so nothing says where they part" in an.page_text(found, study=study)


def test_unequal_reading_is_said_and_who_did_not_read_stands_last():
    people = NAMES[:4]
    read = {"Ada": range(24), "Bo": range(24), "Cem": range(4), "Dag": range(20, 24)}
    found, study = compared(coding_of({name: codes_of(k) for k, name in enumerate(people)}, read=read))
    assert doubts(found) == [
        "1 of 6 pairs of people read no segment in common and say nothing.",
        "People read unequally: pairs share 4 to 24 segments, and each pair weighs the same in a mean over people.",
    ]
    page = an.page_text(found, study=study)
    assert "2 of 4: not read (Cem, Dag); Agreed on" in page
    # the machine parts from both who read a turn, though two others did not reach it
    assert "WHERE THE MACHINE PARTS FROM EVERY CODER\nOn passages" not in page


def test_many_projects_are_folded_to_a_row_a_coder():
    coded = {name: codes_of(k) for k, name in enumerate(NAMES[:5])}
    studies = [Study((talk(),), BOOK, coding_of({name: codes})) for name, codes in coded.items()]
    found = an.compare_projects(studies, read="all", n_draws=20)
    assert len(found.pairs) == 10
    folded = next(table for table in found.tables() if table.title == "Each coder with the others")
    assert [row["coder"] for row in folded.rows()] == list(coded)
    own = [row["pooled_kappa"] for row in found.pairs.rows() if "Ada" in (row["a"], row["b"])]
    ada = folded.rows()[0]
    assert (ada["pairs"], ada["n_turns"]) == (4, "24 to 24")
    assert (ada["from"], ada["to"]) == (min(own), max(own))
    assert ada["pooled_kappa"] == pytest.approx(sum(own) / 4)
    assert "Time/waiting: Bo, Cem, Dag, Eva" in str(found) or "Time/waiting: Ada" in str(found)
    assert "Two by two" in str(an.compare_projects(studies[:4], read="all", n_draws=20))

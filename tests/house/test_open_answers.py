"""What the shipped survey promises about itself, read with the standard library only."""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

STUDY = Path(__file__).parents[2] / "src" / "alliance_nlp" / "studies" / "open_answers"
QUESTIONS = {"q1_helped": 116, "q2_hard": 108, "q3_change": 76}
REASONS = ("boundary", "neighbouring code", "missed", "over-read")
COLUMNS = {
    "transcripts/answers": ["transcript", "turn", "person", "answer"],
    "participants": ["id", "role", "sessions", "description"],
    "codebook": ["theme", "code", "definition", "exemplars", "theme_aliases"],
    "codings": ["coder", "transcript", "turn", "code"],
    "consensus": ["transcript", "turn", "code", "reason", "by", "date"],
    "guide": ["session", "question"],
    "notes": ["date", "session", "by", "turn", "note"],
}


def rows(name):
    with (STUDY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def place(row):
    return row["transcript"], int(row["turn"])


def applied(table, coder=None):
    """Answer to the codes applied there; a row without a code leaves an empty set."""
    found = {}
    for row in table:
        if coder in (None, row.get("coder")):
            found.setdefault(place(row), set()).update({row["code"]} - {""})
    return found


def kappa(first, second):
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    p, q = sum(first) / n, sum(second) / n
    chance = p * q + (1 - p) * (1 - q)
    return (observed - chance) / (1 - chance)


ANSWERS = {place(row): row for row in rows("transcripts/answers")}
SAID = {where: row["answer"] for where, row in ANSWERS.items()}
THEME = {row["code"]: row["theme"] for row in rows("codebook")}
THEMES = list(dict.fromkeys(THEME.values()))
HB, JO = (applied(rows("codings"), coder) for coder in ("HB", "JO"))
CONSENSUS = applied(rows("consensus"))
PARTED = {where for where in SAID if HB.get(where, set()) != JO.get(where, set())}
META = tomllib.loads((STUDY / "study.toml").read_text(encoding="utf-8"))
README = (STUDY / "README.md").read_text(encoding="utf-8")


def carries(coding, codes):
    return [bool(coding.get(where, set()) & codes) for where in SAID]


@pytest.mark.parametrize("name", COLUMNS)
def test_tables_have_their_columns_and_lf_only(name):
    path = STUDY / f"{name}.csv"
    assert b"\r" not in path.read_bytes()
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert table[0] == COLUMNS[name]
    assert {len(row) for row in table} == {len(COLUMNS[name])}


def test_three_hundred_answers_by_120_people_numbered_under_each_question():
    numbers = {q: [turn for question, turn in SAID if question == q] for q in QUESTIONS}
    assert numbers == {q: list(range(1, n + 1)) for q, n in QUESTIONS.items()}
    assert sum(QUESTIONS.values()) == len(rows("transcripts/answers")) == 300
    assert all(text.strip() == text and text for text in SAID.values())
    answered = {}
    for (question, _), row in ANSWERS.items():
        answered.setdefault(row["person"], []).append(question)
    people = rows("participants")
    assert [row["id"] for row in people] == [f"P{n:03}" for n in range(1, 121)]
    assert {row["id"]: row["sessions"].split(" | ") for row in people} == answered
    assert {row["role"] for row in people} == {"participant"}
    for n, said in Counter(map(len, answered.values())).items():
        word = {3: f"{said} people answered all three", 2: f"{said} two", 1: f"{said} one"}[n]
        assert word in README


def test_answers_are_as_people_leave_them_on_a_form():
    n_words = [len(text.split()) for text in SAID.values()]
    short = Counter(re.sub(r"\W+$", "", text).casefold() for text in SAID.values())
    assert short["no"] >= 15
    assert short["don't know"] + short["dont know"] >= 5
    assert short["nothing"] >= 3
    assert short["same as above"] == 2
    assert short[""] >= 4  # "-" and "?"
    assert sum(text.isupper() and len(text) > 1 for text in SAID.values()) >= 3
    assert any("\n" in text for text in SAID.values())
    assert any("ł" in text for text in SAID.values())
    assert f"{sum(n <= 1 for n in n_words)} answers are one word" in README
    assert f"{sum(n <= 3 for n in n_words)} have at most three words, the longest has {max(n_words)}" in README
    assert sum(n >= 25 for n in n_words) >= 15
    assert all(n == 1 for text, n in short.items() if len(text.split()) > 4)


def test_names_are_bracketed_pseudonyms():
    text = " ".join(SAID.values())
    assert set(re.findall(r"\[[^\]]*\]", text)) == {"[name]"}
    assert not re.search(r"@|https?:", text)


def test_codebook_says_what_is_in_and_out_and_borrows_no_answer():
    assert len(THEMES) == 4
    assert len(THEME) == len(rows("codebook")) == 18
    talk = " ".join(SAID.values()).casefold()
    for row in rows("codebook"):
        assert " Out: " in row["definition"]
        assert all(name in THEME for name in re.findall(r"\(([^),]*)\)", row["definition"]))
        exemplars = row["exemplars"].split(" | ")
        assert len(exemplars) == 3
        assert not any(exemplar.rstrip(".").casefold() in talk for exemplar in exemplars)
    assert [theme["name"] for theme in META["themes"]] == THEMES
    aliases = {row["theme"]: row["theme_aliases"].split(" | ") for row in rows("codebook") if row["theme_aliases"]}
    assert {theme["name"]: theme["aliases"] for theme in META["themes"]} == aliases
    assert all(50 <= len(theme["description"].split()) <= 150 for theme in META["themes"])


def test_codes_of_the_codebook_stand_on_answers_once():
    for table in (rows("codings"), rows("consensus")):
        keys = [(row.get("coder"), *place(row), row["code"]) for row in table]
        assert len(set(keys)) == len(keys)
        assert {place(row) for row in table} <= set(SAID)
        assert {row["code"] for row in table} - {""} == set(THEME), "every code is used"
    assert {row["coder"] for row in rows("codings")} == {"HB", "JO"}
    assert all(row["code"] for row in rows("codings"))
    assert all(sum(carries(coding, {code})) >= 5 for code in THEME for coding in (HB, JO, CONSENSUS))
    silent = len(SAID) - len(set(HB) | set(JO))
    assert f"Neither gave a code to {silent} ({silent / 3:.0f} %)" in README


def test_consensus_gives_a_reason_of_its_own_where_the_coders_part_and_only_there():
    assert set(CONSENSUS) == set(HB) | set(JO)
    why = {}
    for row in rows("consensus"):
        assert bool(row["reason"]) == (place(row) in PARTED), place(row)
        assert row["by"] == "HB+JO"
        why.setdefault(place(row), set()).update({row["reason"]} - {""})
    assert all(CONSENSUS[where] == HB[where] for where in CONSENSUS if where not in PARTED)
    reasons = [reason for where in PARTED for reason in why[where]]
    assert len(set(reasons)) == len(reasons) == len(PARTED)
    kinds = Counter(reason.partition(": ")[0] for reason in reasons)
    assert set(kinds) == set(REASONS)
    assert all(len(reason.split()) >= 8 for reason in reasons)
    assert f"They part on {len(PARTED)} of the\n{len(CONSENSUS)} answers" in README
    for kind in REASONS:
        assert re.search(rf"^- `{kind}`: .*\({kinds[kind]}( answers)?\)[;.]$", README, re.MULTILINE), kind


def test_kappa_per_theme_is_as_intended_and_as_the_readme_says():
    for theme in THEMES:
        codes = {code for code in THEME if THEME[code] == theme}
        value = kappa(carries(HB, codes), carries(JO, codes))
        assert 0.60 <= value <= 0.85, theme
        counts = " | ".join(str(sum(carries(coding, codes))) for coding in (HB, JO, CONSENSUS))
        assert f"| {theme} | {counts} | {value:.2f} |\n" in README
    for code, theme in THEME.items():
        value = kappa(carries(HB, {code}), carries(JO, {code}))
        counts = " | ".join(str(sum(carries(coding, {code}))) for coding in (HB, JO, CONSENSUS))
        assert f"| {theme} | {code} | {counts} | {value:.2f} |\n" in README


def test_it_says_synthetic_first_and_who_read_what():
    assert "SYNTHETIC" in README.splitlines()[0]
    assert "never evidence of quality" in README
    assert META["synthetic"] is True
    assert "ynthetic" in META["title"] + META["note"]
    assert [session["id"] for session in META["sessions"]] == [row["session"] for row in rows("guide")] == [*QUESTIONS]
    assert META["read"] == {"HB": "all", "JO": "all"}
    for row, (question, n) in zip(rows("guide"), QUESTIONS.items(), strict=True):
        assert f"| `{question}`: {row['question']} | {n} | {120 - n} |" in README
    for row in rows("notes"):
        assert not row["turn"] or (row["session"], int(row["turn"])) in SAID

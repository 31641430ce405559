"""What the shipped study promises about itself, read with the standard library only."""

import csv
import datetime
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "src" / "alliance_nlp" / "studies" / "focus_group"
SEEDS = ROOT.parent / "shared" / "seeds"
SESSIONS = ("session_1", "session_2")
REASONS = ("boundary", "neighbouring code", "missed", "over-read")
COLUMNS = {
    "codebook": ["theme", "essence", "code", "definition", "exemplars", "aliases"],
    "codings": ["coder", "transcript", "turn", "code", "reason"],
    "consensus": ["transcript", "turn", "code", "reason", "by", "date"],
    "guide": ["session", "question"],
    "marks": ["reader", "transcript", "turn", "significant", "why", "date"],
    "notes": ["date", "session", "by", "turn", "note"],
    "expectations": ["date", "by", "expectation", "theme", "contrary"],
}


def rows(name):
    with (STUDY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def turns(session):
    text = (STUDY / "transcripts" / f"{session}.txt").read_bytes().decode("utf-8")
    return [tuple(paragraph.split(": ", 1)) for paragraph in text.removesuffix("\n").split("\n\n")]


def words(text):
    return re.sub(r"[^\w ]", "", text.lower().replace("-", " ").replace("\n", " ")).split()


def applied(table, coder=None):
    """Turn to the codes applied there; a row without a code leaves an empty set."""
    found = {}
    for row in table:
        if coder in (None, row.get("coder")):
            codes = found.setdefault((row["transcript"], int(row["turn"])), set())
            codes.update({row["code"]} - {""})
    return found


def kappa(first, second):
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    p, q = sum(first) / n, sum(second) / n
    chance = p * q + (1 - p) * (1 - q)
    return (observed - chance) / (1 - chance)


TURNS = {session: turns(session) for session in SESSIONS}
READ = [(s, i) for s in SESSIONS for i, (name, _) in enumerate(TURNS[s], 1) if re.fullmatch(r"P\d", name)]
BOOK = rows("codebook")
PATHS = ["/".join((row["theme"], row["essence"], row["code"])) for row in BOOK]
THEMES = list(dict.fromkeys(row["theme"] for row in BOOK))
CODERS = {coder: applied(rows("codings"), coder) for coder in ("KL", "MR")}
CONSENSUS = applied(rows("consensus"))
META = tomllib.loads((STUDY / "study.toml").read_text(encoding="utf-8"))
README = (STUDY / "README.md").read_text(encoding="utf-8")


def carries(coding, prefix):
    return [any(code.startswith(prefix) for code in coding.get(turn, ())) for turn in READ]


@pytest.mark.parametrize("name", COLUMNS)
def test_tables_have_their_columns_and_lf_only(name):
    path = STUDY / f"{name}.csv"
    assert b"\r" not in path.read_bytes()
    with path.open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert table[0] == COLUMNS[name]
    assert {len(row) for row in table} == {len(COLUMNS[name])}


def test_transcripts_hold_turns_only():
    speakers = {"Moderator", "Co-moderator", "P1", "P2", "P3", "P4", "P5"}
    for session in SESSIONS:
        assert all(len(turn) == 2 and turn[0] in speakers and turn[1].strip() == turn[1] for turn in TURNS[session])
        assert not any("\n" in text or "\r" in text for _, text in TURNS[session])
    assert {name for name, _ in TURNS["session_1"]} == speakers
    assert {name for name, _ in TURNS["session_2"]} == speakers - {"P4"}


def test_there_is_enough_talk_and_it_varies():
    count = Counter(session for session, _ in READ)
    assert count["session_1"] >= 185
    assert count["session_2"] >= 155
    length = [len(TURNS[s][i - 1][1].split()) for s, i in READ]
    assert sum(8 <= n <= 40 for n in length) >= 150
    assert sum(60 <= n <= 120 for n in length) >= 30
    assert max(length) <= 120


def test_short_responses_return_and_longer_turns_do_not():
    said = Counter(" ".join(words(TURNS[s][i - 1][1])) for s, i in READ)
    repeated = {text: n for text, n in said.items() if n > 1}
    assert all(len(text.split()) < 5 for text in repeated)
    assert {"mm", "yes", "yeah", "exactly", "yeah same"} <= set(repeated)
    assert 0.10 <= sum(repeated.values()) / len(READ) <= 0.15


def test_names_are_bracketed_pseudonyms():
    text = " ".join(text for session in SESSIONS for _, text in TURNS[session])
    assert set(re.findall(r"\[[^\]]*\]", text)) <= {"[clinic]", "[name]", "[town]"}
    assert not re.search(r"@|https?:|\d{3}", text)


def test_codebook_has_four_themes_and_full_rows():
    assert THEMES == ["An ideal standard", "Time-consuming", "Challenging area", "The art of balancing"]
    assert len(set(PATHS)) == len(PATHS) >= 14
    assert all(3 <= sum(row["theme"] == theme for row in BOOK) <= 5 for theme in THEMES)
    for row in BOOK:
        assert "/" not in row["theme"] + row["essence"] + row["code"]
        assert len(row["definition"].split()) >= 10
        assert 2 <= len(row["exemplars"].split(" | ")) <= 3
    first = [next(row for row in BOOK if row["theme"] == theme) for theme in THEMES]
    assert [bool(row["aliases"]) for row in BOOK] == [row in first for row in BOOK]


def test_exemplars_are_not_taken_from_the_transcripts():
    talk = " ".join(" ".join(words(text)) for session in SESSIONS for _, text in TURNS[session])
    for row in BOOK:
        assert not any(" ".join(words(exemplar)) in talk for exemplar in row["exemplars"].split(" | "))


def test_only_participant_turns_are_coded_with_codes_of_the_codebook():
    readable = set(READ)
    for table in (rows("codings"), rows("consensus")):
        assert {(row["transcript"], int(row["turn"])) for row in table} <= readable
        assert {row["code"] for row in table} - {""} <= set(PATHS)
        keys = [(row.get("coder"), row["transcript"], row["turn"], row["code"]) for row in table]
        assert len(set(keys)) == len(keys)
    assert all(row["code"] for row in rows("codings"))


def test_every_code_and_theme_is_used_enough():
    for path in PATHS:
        assert sum(carries(CONSENSUS, path)) >= 5, path
        assert all(sum(carries(coding, path)) for coding in CODERS.values()), path
    assert all(sum(carries(CONSENSUS, theme + "/")) >= 25 for theme in THEMES)
    for coding in (*CODERS.values(), CONSENSUS):
        assert 0.45 <= sum(carries(coding, "")) / len(READ) <= 0.60
    assert sum(len(codes) > 1 for codes in CONSENSUS.values()) >= 20


def test_every_participant_speaks_for_every_theme():
    for theme in THEMES:
        hits = [turn for turn, hit in zip(READ, carries(CONSENSUS, theme + "/"), strict=True) if hit]
        assert len({TURNS[s][i - 1][0] for s, i in hits}) == 5, theme
        assert {s for s, _ in hits} == set(SESSIONS), theme


def test_coders_disagree_for_written_reasons_only_where_they_differ():
    for row in rows("codings"):
        turn = (row["transcript"], int(row["turn"]))
        other = CODERS["MR" if row["coder"] == "KL" else "KL"].get(turn, set())
        kind, _, why = row["reason"].partition(": ")
        assert bool(row["reason"]) == (row["code"] not in other), turn
        assert not row["reason"] or (kind in REASONS and len(why.split()) >= 5), turn
    parted = {t for t in READ if CODERS["KL"].get(t, set()) != CODERS["MR"].get(t, set())}
    why = {(r["transcript"], int(r["turn"])): r["reason"] for r in rows("codings") if r["reason"]}
    assert set(why) == parted
    assert len(set(why.values())) == len(parted), "each reason is written for its turn"
    kinds = Counter(text.split(":")[0] for text in why.values())
    assert all(kinds[kind] >= 15 for kind in REASONS)


def test_consensus_settles_every_turn_that_somebody_coded():
    assert set(CONSENSUS) == set(CODERS["KL"]) | set(CODERS["MR"])
    opened = datetime.date(2025, 3, 19)
    for row in rows("consensus"):
        turn = (row["transcript"], int(row["turn"]))
        first, second = (CODERS[coder].get(turn, set()) for coder in ("KL", "MR"))
        assert bool(row["reason"]) == (first != second), turn
        assert row["code"] or len(CONSENSUS[turn]) == 0, turn
        assert first != second or CONSENSUS[turn] == first, turn
        assert row["by"] == "KL+MR"
        assert opened < datetime.date.fromisoformat(row["date"]) <= META["consensus"]["date"]


def test_kappa_per_theme_is_as_intended_and_as_the_readme_says():
    for theme in THEMES:
        value = kappa(*(carries(coding, theme + "/") for coding in CODERS.values()))
        assert 0.65 <= value <= 0.80, theme
        assert re.search(rf"^\| {theme} \| .* \| {value:.2f} \|$", README, re.MULTILINE), theme
    for path in PATHS:
        value = kappa(*(carries(coding, path) for coding in CODERS.values()))
        assert re.search(rf"^\| {re.escape(path.replace('/', ' | '))} \| .* \| {value:.2f} \|$", README, re.MULTILINE)


def test_readme_says_synthetic_first_and_counts_right():
    assert "SYNTHETIC" in README.splitlines()[0]
    for said in ("doi:10.1002/pri.1932", "never evidence of quality", f"{len(READ)} participant turns"):
        assert said in README
    for session in SESSIONS:
        spoken = sum(s == session for s, _ in READ)
        assert f"{len(TURNS[session])} turns ({spoken}" in README or f"{len(TURNS[session])} ({spoken}" in README
    assert f"a code to {sum(carries(CONSENSUS, ''))} of them" in " ".join(README.split())
    parted = sum(CODERS["KL"].get(t, set()) != CODERS["MR"].get(t, set()) for t in READ)
    assert f"part on {parted} of the {len(CONSENSUS)} participant turns" in README


def test_study_file_tells_sessions_people_and_themes():
    assert META["synthetic"] is True
    assert "ynthetic" in META["title"] + META["note"]
    assert META["language"] == "en"
    assert [session["id"] for session in META["sessions"]] == list(SESSIONS)
    dates = [session["date"] for session in META["sessions"]]
    assert 150 <= (dates[1] - dates[0]).days <= 210
    for person in META["participants"]:
        heard = [s for s in SESSIONS if any(name == person["id"] for name, _ in TURNS[s])]
        assert person["sessions"] == heard
        role = "participant" if person["id"].startswith("P") else person["id"].lower()
        assert person["role"] == role
    assert META["read"] == {"KL": "all participant turns", "MR": "all participant turns"}
    assert META["consensus"]["coders"] == ["KL", "MR"]


def test_themes_of_study_file_and_codebook_are_the_same():
    assert [theme["name"] for theme in META["themes"]] == THEMES
    group = {theme["name"]: theme["group"] for theme in META["themes"]}
    assert [group[theme] for theme in THEMES] == ["overarching", "practical", "practical", "overarching"]
    for theme in META["themes"]:
        aliases = next(row["aliases"] for row in BOOK if row["theme"] == theme["name"])
        assert aliases.split(" | ") == theme["aliases"]
        assert 80 <= len(theme["description"].split()) <= 150


def test_guide_notes_and_expectations_are_dated_and_placed():
    assert Counter(row["session"] for row in rows("guide")).keys() == set(SESSIONS)
    first = META["sessions"][0]["date"]
    notes, expectations = rows("notes"), rows("expectations")
    assert len(notes) >= 12
    assert len(expectations) >= 6
    for row in notes:
        assert row["session"] in SESSIONS
        assert row["by"] == "MR"
        assert datetime.date.fromisoformat(row["date"]) >= first
        assert not row["turn"] or 1 <= int(row["turn"]) <= len(TURNS[row["session"]])
    for row in expectations:
        assert datetime.date.fromisoformat(row["date"]) < first
        assert row["theme"] in ["", *THEMES]


def test_no_eight_words_in_a_row_come_from_the_founding_study():
    papers = sorted(SEEDS.glob("*.txt"))
    if not papers:
        pytest.skip("the founding study is not part of this repository; ../shared/seeds is absent")

    def runs(text):
        spoken = words(text)
        return {tuple(spoken[i : i + 8]) for i in range(len(spoken) - 7)}

    known = set().union(*(runs(paper.read_text(encoding="utf-8")) for paper in papers))
    for path in STUDY.rglob("*"):
        if path.suffix in {".txt", ".csv", ".toml", ".md"}:
            assert not known & runs(path.read_text(encoding="utf-8")), path.name

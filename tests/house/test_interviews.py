"""What the shipped interviews promise about themselves, read with the standard library only."""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

STUDY = Path(__file__).parents[2] / "src" / "alliance_nlp" / "studies" / "interviews"
README = (STUDY / "README.md").read_text(encoding="utf-8")
META = tomllib.loads((STUDY / "study.toml").read_text(encoding="utf-8"))
SESSIONS = tuple(f"interview_{n}" for n in range(1, 6))
HEADS = {
    "codebook": ["theme", "code", "definition", "include", "exclude", "exemplars"],
    "codings": ["coder", "transcript", "turn", "code"],
    "consensus": ["transcript", "turn", "code", "reason", "by", "date"],
    "guide": ["session", "question"],
    "notes": ["date", "session", "by", "turn", "note"],
    "expectations": ["date", "by", "expectation", "theme", "contrary"],
}


def rows(name):
    path = STUDY / f"{name}.csv"
    assert b"\r" not in path.read_bytes()
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        assert table.fieldnames == HEADS[name]
        return list(table)


def turns(session):
    text = (STUDY / "transcripts" / f"{session}.txt").read_bytes().decode("utf-8")
    return [tuple(paragraph.split(": ", 1)) for paragraph in text.removesuffix("\n").split("\n\n")]


TURNS = {session: turns(session) for session in SESSIONS}
READ = [(s, n) for s in SESSIONS for n, (who, _) in enumerate(TURNS[s], 1) if who == "Interviewee"]
BOOK = rows("codebook")
CODES = [f"{row['theme']}/{row['code']}" for row in BOOK]


def place(row):
    return row["transcript"], int(row["turn"])


def coded(table, coder=None):
    found = {where: set() for where in READ}
    for row in table:
        if coder in (None, row.get("coder")):
            found[place(row)].update({row["code"]} - {""})
    return found


EN, TS, AGREED = coded(rows("codings"), "EN"), coded(rows("codings"), "TS"), coded(rows("consensus"))
PARTED = {where for where in READ if EN[where] != TS[where]}


def figures(prefix):
    """Turns of EN, of TS and of the consensus that carry it, and Cohen's kappa of the first two."""
    one, other, agreed = ([any(c.startswith(prefix) for c in sets[w]) for w in READ] for sets in (EN, TS, AGREED))
    n, p, q = len(READ), sum(one) / len(READ), sum(other) / len(READ)
    chance = p * q + (1 - p) * (1 - q)
    kappa = (sum(a == b for a, b in zip(one, other, strict=True)) / n - chance) / (1 - chance)
    return f"{sum(one)} | {sum(other)} | {sum(agreed)} | {kappa:.2f} |", kappa


def test_it_is_marked_synthetic_and_everybody_is_called_interviewee():
    assert "SYNTHETIC" in README.splitlines()[0]
    assert "never evidence of quality" in README
    assert META["synthetic"] is True
    assert "ynthetic" in META["title"] + META["note"]
    assert [session["id"] for session in META["sessions"]] == list(SESSIONS)
    assert all({who for who, _ in spoken} == {"Interviewer", "Interviewee"} for spoken in TURNS.values())
    listed = {tuple(p["sessions"]): p["labels"] for p in META["participants"] if p["role"] == "participant"}
    assert listed == {(session,): ["Interviewee"] for session in SESSIONS}


def test_the_readme_counts_right():
    n_all, sizes = sum(map(len, TURNS.values())), [sum(s == session for s, _ in READ) for session in SESSIONS]
    of_each = f"{', '.join(map(str, sizes[:-1]))} and {sizes[-1]}"
    assert f"{n_all} turns, {len(READ)} of them by those who were interviewed: {of_each}." in README
    assert f"longest has {max(len(TURNS[s][n - 1][1].split()) for s, n in READ)} words" in README
    some = [where for where in READ if EN[where] or TS[where]]
    assert f"Neither gave a code to {len(READ) - len(some)}." in README
    said = (
        f"a code to {sum(map(bool, AGREED.values()))} of them, two codes to {sum(len(c) > 1 for c in AGREED.values())}"
    )
    assert said in " ".join(README.split())
    assert f"part on {len(PARTED)} of the {len(some)} turns" in README


def test_codebook_says_when_and_when_not_and_borrows_no_words_of_the_talk():
    talk = " ".join(text for spoken in TURNS.values() for _, text in spoken).casefold()
    assert len(set(CODES)) == len(CODES) == 12
    for row in BOOK:
        assert all(row.values())
        assert len(row["exemplars"].split(" | ")) == 2
        assert not any(shown.rstrip(".").casefold() in talk for shown in row["exemplars"].split(" | "))
    names = {row["code"] for row in BOOK}
    assert [n for row in BOOK for n in re.findall(r"\(([^)]*)\)", row["exclude"]) if n not in names] == []
    assert [theme["name"] for theme in META["themes"]] == list(dict.fromkeys(row["theme"] for row in BOOK))
    assert all(50 <= len(theme["description"].split()) <= 150 and theme["aliases"] for theme in META["themes"])


def test_each_code_is_used_by_each_and_stands_on_a_turn_once():
    for table in (rows("codings"), rows("consensus")):
        keys = [(row.get("coder"), *place(row), row["code"]) for row in table]
        assert len(set(keys)) == len(keys)
    for sets in (EN, TS, AGREED):
        assert set().union(*sets.values()) == set(CODES)


def test_each_parting_has_its_own_reason_and_nothing_else_has_one():
    why = {}
    for row in rows("consensus"):
        if row["reason"]:
            why.setdefault(place(row), set()).add(row["reason"])
        assert (row["by"], row["date"]) == ("EN+TS", str(META["consensus"]["date"]))
    assert set(why) == PARTED
    assert len(set().union(*why.values())) == len(PARTED)
    kinds = Counter(reason.partition(": ")[0] for (reason,) in why.values())
    for kind in ("boundary", "neighbouring code", "missed", "over-read"):
        assert re.search(rf"^- `{kind}`: .*\({kinds[kind]}( turns)?\)[;.]$", README, re.MULTILINE), kind
    assert kinds.total() == len(PARTED)
    assert all(AGREED[where] == EN[where] for where in set(READ) - PARTED)


def test_figures_on_the_page_are_those_of_the_codings():
    themes = list(dict.fromkeys(row["theme"] for row in BOOK))
    for theme in themes:
        assert f"| {theme} | {figures(theme + '/')[0]}" in README
    for row, path in zip(BOOK, CODES, strict=True):
        assert f"| {row['theme']} | {row['code']} | {figures(path)[0]}" in README
    mean = sum(figures(theme + "/")[1] for theme in themes) / len(themes)
    assert f"mean of the four: {mean:.2f}" in README


def test_notes_and_expectations_come_before_and_after_and_point_to_turns():
    dates = [str(session["date"]) for session in META["sessions"]]
    assert all(row["date"] < dates[0] for row in rows("expectations"))
    assert all(row["date"] >= dates[0] for row in rows("notes"))
    assert all(not row["turn"] or int(row["turn"]) <= len(TURNS[row["session"]]) for row in rows("notes"))

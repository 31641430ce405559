"""What the shipped study in Norwegian promises about itself, read with the standard library only."""

import csv
import re
import tomllib
from pathlib import Path

STUDY = Path(__file__).parents[2] / "src" / "alliance_nlp" / "studies" / "fokusgruppe"
README = (STUDY / "README.md").read_text(encoding="utf-8")
META = tomllib.loads((STUDY / "study.toml").read_text(encoding="utf-8"))
HEADS = {
    "codebook": ["tema", "undertema", "kode", "definisjon", "eksempler"],
    "codings": ["koder", "transkript", "replikk nr", "kode", "kommentar"],
    "consensus": ["transkript", "replikk nr", "kode", "kommentar", "by", "date"],
}


def rows(name):
    with (STUDY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        assert table.fieldnames == HEADS[name]
        return list(table)


text = (STUDY / "transcripts" / "gruppe_1.txt").read_text(encoding="utf-8")
TURNS = [tuple(paragraph.split(": ", 1)) for paragraph in text.removesuffix("\n").split("\n\n")]
READ = [n for n, (who, _) in enumerate(TURNS, 1) if who != "Moderator"]
BOOK = rows("codebook")
CODES = {"/".join((row["tema"], row["undertema"], row["kode"])) for row in BOOK}


def coded(table, coder=None):
    found = {n: set() for n in READ}
    for row in table:
        if coder in (None, row.get("koder")):
            found[int(row["replikk nr"])].update({row["kode"]} - {""})
    return found


ONE, OTHER, AGREED = coded(rows("codings"), "HN"), coded(rows("codings"), "ÅV"), coded(rows("consensus"))


def kappa(first, second):
    n = len(first)
    p, q = sum(first) / n, sum(second) / n
    chance = p * q + (1 - p) * (1 - q)
    return (sum(a == b for a, b in zip(first, second, strict=True)) / n - chance) / (1 - chance)


def test_it_is_marked_synthetic_and_says_its_language():
    assert META["synthetic"] is True
    assert META["language"] == "nb"
    assert "SYNTETISK" in README
    assert {p["id"] for p in META["participants"]} == {who for who, _ in TURNS}


def test_there_are_as_many_turns_and_partings_as_the_page_says():
    parted = sum(ONE[n] != OTHER[n] for n in READ)
    assert f"{len(TURNS)} replikker, {len(READ)} av dem fra deltakerne" in README
    assert f"på {parted} av de {len(READ)} kodet de ulikt" in README
    assert len({words for _, words in TURNS}) == len(TURNS)


def test_every_code_is_in_the_codebook_is_used_by_each_and_is_shown_by_words_of_nobody():
    for coding in (ONE, OTHER, AGREED):
        assert set().union(*coding.values()) == CODES
    shown = [words.strip() for row in BOOK for words in row["eksempler"].split("|")]
    assert len(shown) == len(set(shown)) == 2 * len(BOOK)
    assert not [words for words in shown if words in text]


def test_each_parting_has_its_reason_and_nothing_else_has_one():
    why = {int(row["replikk nr"]) for row in rows("consensus") if row["kommentar"]}
    assert why == {n for n in READ if ONE[n] != OTHER[n]}
    assert all(AGREED[n] == ONE[n] for n in READ if ONE[n] == OTHER[n])


def test_figures_on_the_page_are_those_of_the_codings():
    for theme in dict.fromkeys(row["tema"] for row in BOOK):
        carried = [[any(code.startswith(theme) for code in coding[n]) for n in READ] for coding in (ONE, OTHER, AGREED)]
        figures = " | ".join([*(str(sum(one)) for one in carried), f"{kappa(*carried[:2]):.2f}"])
        assert f"| {theme} | {figures} |" in README


def test_it_is_written_in_bokmaal():
    words = set(re.findall(r"[a-zæøå]+", text.lower()))
    assert not words & {"ikkje", "eg", "kva", "hvad", "nogen", "sprog", "the", "and", "frå", "dei"}
    assert {"ikke", "jeg", "hva", "noen"} <= words

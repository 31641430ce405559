"""Writes the tables of can_and_cannot.md from the rows of the benchmarks; nothing in them is typed by hand.

    python docs/explanation/can_and_cannot.py

tests/house/test_docs_pages.py holds the page against the rows.
"""

import json
import re
from collections import defaultdict
from pathlib import Path

PAGE = Path(__file__).with_suffix(".md")
RESULTS = Path(__file__).parents[2] / "benchmarks"


def rows(name):
    with (RESULTS / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def table(heads, lines):
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, ["---", *["--:"] * (len(heads) - 1)], *lines))


def with_interval(row, key):
    low, high = row[f"{key}_interval"]
    return f"{row[key]:.2f} [{low:.2f}, {high:.2f}]".replace(" ", "\u00a0")  # on one line


NAMES = {
    "the other person": "the other coder",
    "alliance_nlp": "the machine, held out",
    "logistic regression": "logistic regression",
    "previous segment's code": "the people's code of the segment before (no word read)",
    "majority code": "the commonest code for all",
}


def learnt():
    """The machine beside two people, and beside rules that read nothing."""
    found = {row["method"]: row for row in rows("suggesting/results/parity") if row["level"] == "theme"}
    lines = [
        [said, with_interval(found[name], "kappa"), f"{found[name]['auc']:.2f}",
         f"{found[name]['n_segments']} in {found[name]['n_documents']}"]
        for name, said in NAMES.items()
    ]  # fmt: skip
    return table(["beside each of the two coders", "mean kappa", "AUC", "segments in interviews"], lines)


def themes():
    """Each theme of that set, the best first."""
    (row,) = (r for r in rows("suggesting/results/parity") if (r["level"], r["method"]) == ("theme", "alliance_nlp"))
    codes = sorted(row["codes"], key=lambda code: -code["kappa"])
    return table(
        ["theme", "segments of A", "of B", "people", "machine"],
        [[c["code"], str(c["n_a"]), str(c["n_b"]), f"{c['kappa_people']:.2f}", f"{c['kappa']:.2f}"] for c in codes],
    )


def clusters():
    """AMI of the default clusters on each set, mean over its runs, the best first."""
    found = defaultdict(list)
    for row in rows("clusters/results/runs"):
        if row["method"] == "alliance":
            found[row["set"]].append(row)
    mean = {name: sum(row["ami"] for row in of) / len(of) for name, of in found.items()}
    return table(
        ["set", "AMI", "segments", "codes of people", "clusters", "runs"],
        [
            [name, f"{mean[name]:.2f}", str(of[0]["n"]), str(of[0]["n_codes"]),
             "–".join(map(str, sorted({f(r["n_clusters"] for r in of) for f in (min, max)}))), str(len(of))]
            for name, of in sorted(found.items(), key=lambda item: -mean[item[0]])
        ],
    )  # fmt: skip


def significance():
    """Marks of people foretold by a score, beside the length of a turn."""
    lines = [
        [
            f"{row['corpus']}, {row['score']}",
            f"{row['ap']:.2f} [{row['low']:.2f}, {row['high']:.2f}]",
            str(row["n"]),
            row["says"],
        ]
        for row in rows("method/results/significance")
        if row["score"] in ("learnt from marks", "set by hand", "length alone")
    ]
    chance = {r["corpus"]: r["ap"] for r in rows("method/results/significance") if r["score"] == "chance"}
    lines += [[f"{name}, chance", f"{ap:.2f}", "", ""] for name, ap in chance.items()]
    return table(["set, score", "average precision", "segments", "beside length"], sorted(lines))


def languages():
    """Sentences of which the twin in English was found, among 20."""
    found = defaultdict(dict)
    for row in rows("encoders/results/languages"):
        found[row["language"]][row["encoder"]] = f"{row['found']} of {row['n']}"
    names = ["all-MiniLM-L6-v2", "multilingual-e5-small"]
    return table(["language", *names], [[language, *(of[n] for n in names)] for language, of in found.items()])


def identifiers():
    """Planted identifiers that were suggested, in English and Norwegian."""
    wanted = ("name", "place", "date", "number", "rare role", "third person", "all planted")
    found = {(r["what"], r["language"]): r for r in rows("privacy/results/identifiers") if r["rule"] == "rules"}
    lines = [
        [what, *(f"{found[what, lang]['hit']} of {found[what, lang]['n']}" for lang in ("en", "no"))] for what in wanted
    ]
    told = found["all suggestions", ""]
    false = "more than half are false alarms, so a person decides on each."
    return table(["what was planted", "English", "Norwegian"], lines) + (
        f"\n\nOf {told['n']} suggestions {told['hit']} were one of these: {false}"
    )


TABLES = {
    "learnt": learnt, "themes": themes, "clusters": clusters, "significance": significance, "languages": languages,
    "identifiers": identifiers,
}  # fmt: skip


def written(text):
    """The page with its tables made anew."""
    for name, make in TABLES.items():
        text, n = re.subn(
            rf"(<!-- from rows: {name} -->\n).*?(<!-- end -->)",
            lambda found, make=make: f"{found[1]}\n{make()}\n\n{found[2]}",
            text,
            flags=re.DOTALL,
        )
        if n != 1:
            raise SystemExit(f"{PAGE.name} has {n} places for {name}.")
    return text


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

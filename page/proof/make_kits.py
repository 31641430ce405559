"""Make the kits whose sheets the proof opens, fill workbooks as students do, and collect: nothing but public functions.

python proof/make_kits.py make FOLDER
python proof/make_kits.py fill SHEETS FOLDER
python proof/make_kits.py collect STUDY FOLDER     (prints what was found as JSON)
"""

import json
import shutil
import sys
from pathlib import Path

import openpyxl
from make_reports import HOSTILE, THEMES

import alliance_nlp as an

STUDENTS = ("Ada", "Bo", "Cem", "Dag", "Eva", "Fay", "Gro", "Hal", "Ida", "Jon", "Kim", "Liv")
NAMES = (
    "=1+1",
    'a, b; "c"',
    "</script><img src=x onerror=window.ran=1>",
    "\u202eegnahc",
    "-minus",
    "d\u00e5rlig \u05e9\u05dc\u05d5\u05dd",
)


def hostile():
    turns, parts, at = [], [], 0
    for i, text in enumerate(HOSTILE):
        turns.append(
            an.Turn(
                at, at + len(text), "</b><img src=x onerror=window.ran=1>", "participant" if i != 1 else "moderator"
            )
        )
        parts.append(text)
        at += len(text) + 1
    book = an.Codebook(tuple(an.Code(THEMES[i % 2], "", name, HOSTILE[i]) for i, name in enumerate(NAMES)))
    return an.Study(
        (an.Transcript("T {{7*7}}", "\n".join(parts), tuple(turns)),),
        book,
        title="</title><script>window.ran=1</script>",
    )


def make(folder):
    shutil.rmtree(folder, ignore_errors=True)
    an.write_class_kit(
        an.load_study(), folder / "en", STUDENTS, transcript="session_1", turns=(5, 45), practice=(46, 51)
    )
    an.write_class_kit(an.load_study("fokusgruppe"), folder / "nb", ["Åse", "Bo"], turns=(1, 38), language="nb")
    an.write_class_kit(hostile(), folder / "hostile", ["=cmd"])
    an.save(hostile(), folder / "hostile_study")


def fill(sheets, folder):
    """Six workbooks: whole, half, blanks between, two codes, codes alone, and a code with a slip of the pen."""
    for student in STUDENTS[:6]:
        book = openpyxl.load_workbook(sheets / f"{student}.xlsx")
        rows = [row for row in book.active.iter_rows(min_row=2) if row[3].value != "Moderator"]
        for at, row in enumerate(rows[: 18 if student == "Bo" else None]):
            if student == "Cem" and at % 4 == 3:
                continue
            row[5].value = "presence" if student == "Eva" or at % 3 else "no code"
            if student == "Dag" and at % 3:
                row[6].value = "demanding"
        if student == "Fay":
            rows[1][5].value = "presense"
        book.save(folder / f"{student}.xlsx")


def collect(name, folder):
    study = an.load(name) if Path(name).exists() else an.load_study(name)
    found = an.collect_class(folder, study, n_draws=20)
    applied = [(a.coder, a.transcript_id, a.code_id) for a in found.coding.applied]
    print(json.dumps({"students": [{k: row[k] for k in ("student", "read", "applied")} for row in found.rows()],
                      "troubles": found.troubles.rows(), "applied": applied}))  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    elif sys.argv[1] == "fill":
        fill(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        collect(sys.argv[2], Path(sys.argv[3]))

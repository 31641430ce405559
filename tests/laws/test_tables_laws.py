"""What holds for every record that has rows: frames, CSV, print and HTML agree with ``rows()``."""

import csv
import io
import re
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from alliance_nlp import (
    ClassCodings,
    CodedParts,
    ImportedProposals,
    LossReport,
    QdaCount,
    QdaProject,
    QdaTrouble,
    compare_files,
    compare_projects,
    compare_readers,
    find_identifiers,
    merge_projects,
    realign,
    tabulate_codings,
)
from alliance_nlp.errors import AllianceWarning
from alliance_nlp.records import FileRead, Mark, Marks, Page, ReadItem, ReadReport, Record, Table, Tabular
from alliance_nlp.scaling.coded_parts import PARTS
from alliance_nlp.storage import load
from alliance_nlp.suggesting import HeldOut, ModelStability, ModelSuggestions
from alliance_nlp.suggesting.with_model.self_agreement import PER_CODE, RUNS
from alliance_nlp.withdrawal.withdrawn_files import Withdrawal

SAVED = Path(__file__).parents[1] / "data" / "saved_by_0_1_0"
with warnings.catch_warnings():
    warnings.simplefilter("ignore", AllianceWarning)  # 0.1.0 saved them
    LOADED = {path.parent.name: load(path.parent) for path in sorted(SAVED.glob("*/record.json"))}
RECORDS = {name: record for name, record in LOADED.items() if isinstance(record, Tabular | Table)}
RECORDS |= {"transcript": LOADED["study"].transcripts[0], "suggestions": LOADED["coding_suggested"].made_from}
RECORDS |= {
    "files": compare_files(*([{"unit": u, "code": "x", "quote": f"words {u}"} for u in s] for s in ("ab", "bc")))
}
RECORDS["losses"] = LossReport((QdaCount("graphs", 2, 0, 1, "no place"),), (), (QdaTrouble("codes", "", "odd"),))
EDITED = [replace(t, text=t.text.replace("trust", "faith")) for t in LOADED["study"].transcripts]
RECORDS["identifiers"] = find_identifiers(
    [replace(EDITED[0], text=EDITED[0].text.replace("hard", "Wexcombe Practice"), turns=())]
)
RECORDS["realigned"] = realign(LOADED["study"].coding, LOADED["study"], EDITED)
BOTH = [
    replace(LOADED["study"], coding=LOADED["study"].coding.by(c), consensus=None, title=c)
    for c in LOADED["study"].coding.coders[:2]
]
RECORDS["merged"], RECORDS["projects"] = merge_projects(BOTH), compare_projects(BOTH, n_draws=20)
ROW = Table(("coder", "turn", "code"), (("A", 6, "x"),))
RECORDS["class"] = ClassCodings(
    LOADED["study"].coding, Table(("turn", "quote"), ((6, "loud words"),), quoting=("quote",)),
    ROW.only(["code"]), ROW.only(["coder"]), Table((), ()), ("1 student.",),
)  # fmt: skip
RECORDS["project"] = QdaProject(LOADED["study"], RECORDS["losses"])
RECORDS["read"] = ReadReport((FileRead("T", 2, items=(ReadItem("left out", "a title", "line 1", "Date: May"),)),))
RECORDS["coded_out"] = tabulate_codings(LOADED["study"], LOADED["segments"])
MADE = LOADED["coding_suggested"].made_from
BLOCKS = Table(("block", "n_segments", "reason"), (("T1", 3, ""), ("T2", 2, "nothing that people coded is left")))
RECORDS["held_out"] = HeldOut(MADE.segments, MADE.codebook, MADE.probabilities, BLOCKS, MADE.withheld)
OUTCOMES = tuple("coded" if i == 0 else "no code" for i in range(len(MADE.segments)))
GIVEN = [[i == 0 and c == 0 for c in range(len(MADE.codebook))] for i in range(len(MADE.segments))]
FIRST = MADE.segments[0]
RECORDS["with_model"] = ModelSuggestions(
    MADE.segments, MADE.codebook, GIVEN, OUTCOMES,
    Table(("segment_id", "code_id", "start", "end"), ((FIRST.id, MADE.codebook.ids[0], FIRST.start, FIRST.start + 2),)),
    Table(("what", "n"), (("calls", 5),)), {"model": "m"},
)  # fmt: skip
RECORDS["stability"] = ModelStability(
    MADE.segments, MADE.codebook, [[0.5] * len(MADE.codebook)] * len(MADE.segments),
    Table(RUNS, (("asked again", 5, 0.8, 0.5, 3, ""),)), Table(PER_CODE, ((MADE.codebook.ids[0], 1, 0.5, 0.4, 5, ""),)),
)  # fmt: skip
RECORDS["withdrawal"] = Withdrawal(
    "P1", Table(("file", "what"), (("T.txt", "by hand"),)), Table(("copy", "do"), (("paper", "ask"),)), False
)
RECORDS["proposals"] = ImportedProposals(
    Table(("file", "by", "outcome"), (("p.json", "KL", "in conflict"), ("p.json", "KL", "in the ledger"))), (), True
)
RECORDS["parts"] = CodedParts("coded", Table(PARTS, ((0, "a.csv", 2, 9, "failed", "row 3: no", None, None),)))
PLACES = [("S1", segment.start, segment.end) for segment in LOADED["segments"] if segment.transcript_id == "S1"]
SAID = {"KL": "loud words that only a reader wrote", "MR": ""}
RECORDS["marks"] = Marks(
    tuple(Mark(r, *p, bool(i % 2) or r == "KL", SAID[r]) for r in SAID for i, p in enumerate(PLACES))
)
RECORDS["readers"] = compare_readers(RECORDS["marks"], LOADED["segments"])
REPORTS = {"TableOne"}  # what is made to show words


def subclasses(kind):
    return {sub for child in kind.__subclasses__() for sub in (child, *subclasses(child))}


def main_table(record):
    return record if isinstance(record, Table) else record.table()


PAGES = [name for name, record in RECORDS.items() if isinstance(record, Page)]


def test_the_list_holds_every_kind_of_record_with_rows():
    known = {kind for kind in subclasses(Tabular) if kind.__module__.startswith("alliance_nlp.")} - {Page}
    assert known - {type(record) for record in RECORDS.values()} == set()
    assert {kind for kind in subclasses(Record) if hasattr(kind, "rows")} == known - {type(RECORDS["transcript"])} | {
        Table
    }


@pytest.mark.parametrize("name", RECORDS)
def test_rows_and_frames_have_the_same_columns(name):
    record = RECORDS[name]
    columns, rows = main_table(record).columns, record.rows()
    assert all(tuple(row) == columns for row in rows)
    for backend in ("pandas", "polars", "pyarrow"):
        frame = record.to_frame(backend=backend)
        assert tuple(frame.column_names if backend == "pyarrow" else frame.columns) == columns
        assert len(frame) == len(rows)


@pytest.mark.parametrize("name", RECORDS)
def test_csv_has_a_line_a_row(name):
    record = RECORDS[name]
    head, *lines = csv.reader(io.StringIO(record.to_csv(), newline=""))
    assert len(lines) == len(record.rows())
    assert all(len(line) == len(head) for line in lines)


@pytest.mark.parametrize("name", RECORDS)
def test_print_holds_no_words_and_html_is_whole(name):
    record = RECORDS[name]
    table, printed = main_table(record), str(record)
    words = {str(row[column]) for row in table.rows() for column in table.quoting if row[column]}
    if type(record).__name__ not in REPORTS:
        assert [text for text in words if len(text) > 12 and text in printed] == []
    html = record._repr_html_()
    assert html.count("<table") == html.count("</table>") >= 1
    assert html.count("<td") == html.count("</td>")
    assert len(re.findall("<th[ >]", html)) == html.count("</th>")
    assert not re.search(r"<(?!/?(table|caption|thead|tbody|tr|th|td|p|details|summary|small|strong|em)\b)", html)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_it_rests_on_in_print_and_in_a_notebook(name):
    record = replace(RECORDS[name], said=("rests on <7> turns, 1 & 2",))
    assert record.to_text(None).startswith("rests on <7> turns, 1 & 2\n\n")
    assert record._repr_html_().startswith("<p>rests on &lt;7&gt; turns, 1 &amp; 2</p>")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_writes_the_tables_that_hold_anything(name, tmp_path):
    record = RECORDS[name]
    written = record.write(tmp_path / "new")
    assert {path.stem for path in written} == {name for name, table in record.files().items() if len(table)}
    assert sorted(written) == sorted((tmp_path / "new").iterdir())


def test_the_records_hold_words_that_print_could_give_away():
    quoting = {name for name, record in RECORDS.items() if any(main_table(record).quoting)}
    assert {"segments", "clusters", "chain", "quotes", "study"} & quoting >= {"segments", "clusters", "chain"}

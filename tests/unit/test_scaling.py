"""Large files in parts: rows, labels and figures as in one process, what fails by name, and going on after a cut."""

import contextlib
import csv
import errno
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.agreement import binary_tables, cohen_kappa
from alliance_nlp.errors import AlignmentError, AllianceWarning, InputError
from alliance_nlp.scaling import part_work
from alliance_nlp.scaling.part_figures import add_up, chance_of, plan_of, tabulate_beside, tabulate_codes
from alliance_nlp.scaling.part_files import BadRowsError, Columns, find_files, plan_parts, read_part
from alliance_nlp.scaling.part_work import read_counts

NEEDS_DASK = pytest.mark.skipif(find_spec("distributed") is None, reason="dask is not installed: extra [scale]")
SAID = (
    "we never have time",
    "there is no time",
    "they trust me",
    "trust grows slowly",
    "the stairs hurt",
    "cold hands",
)
COLUMNS = Columns("text", "id", "code")


class Words:
    """An encoder that is quick, and the same in every process: how often each letter occurs."""

    name, revision = "letters", "1"

    def encode(self, texts):
        rows = np.array([[text.lower().count(letter) + 0.01 for letter in "aehinorstuvy"] for text in texts])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def made():
    """Clusters of a sample, and codes learnt from it."""
    said = [f"{text} {n}" for n in range(6) for text in SAID]
    segments = an.segment(an.read_transcripts(said))
    embeddings = an.embed(segments, encoder=Words(), cache=None)
    book = an.Codebook((an.Code("A", "", "time"), an.Code("A", "", "trust"), an.Code("B", "", "body")))
    spans = [an.CodedSpan("KL", s.transcript_id, s.start, s.end, book.ids[i % 6 // 2]) for i, s in enumerate(segments)]
    read = [an.ReadSpan("KL", s.transcript_id, s.start, s.end) for s in segments]
    coding = an.Coding(tuple(spans), tuple(read), book)
    return an.cluster(embeddings, n_clusters=3), an.suggest_codes(embeddings, book, learn_from=coding), book


def write_rows(path, n, first=0):
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["id", "text", "code"])
        for k in range(first, first + n):
            code = ("time", "trust", "body")[k % 6 // 2] if k % 7 else ""
            out.writerow([f"r{k}", f'{SAID[k % 6]}, "{k}"\nsaid {k % 5}', code])
    return path


def rows_of(found):
    import pyarrow.parquet as pq

    tables = [pq.read_table(path).to_pylist() for path in sorted(Path(found.folder).glob("parts/*.parquet"))]
    return [row for table in tables for row in table]


def column(table, name):
    return [row[name] for row in table.rows()]


def run(source, to, made, **more):
    clusters, machine, _ = made
    options = {"id": "id", "coded": "code", "rows_per_part": 20, "n_workers": 0, "encoder": Words()} | more
    return an.code_in_parts(source, to, clusters=clusters, suggestions=machine, **options)


# --- parts of files --------------------------------------------------------------------------------------------------


def test_a_table_is_cut_into_parts_that_give_every_row_once(tmp_path):
    path = write_rows(tmp_path / "a.csv", 25)
    parts = plan_parts([path], COLUMNS, 10)
    assert [(p.number, p.first, p.n_rows) for p in parts] == [(0, 2, 10), (1, 12, 10), (2, 22, 5)]
    found = [read_part(part, COLUMNS) for part in parts]
    assert [n for rows in found for n in rows.numbers] == list(range(2, 27))
    assert [cell for rows in found for cell in rows.cells["id"]] == [f"r{k}" for k in range(25)]
    assert found[0].cells["text"][1] == 'there is no time, "1"\nsaid 1'


def test_bad_rows_are_named_and_do_not_shift_the_others(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbftext;id;code\none;1;\n\ntwo;2\nth\xffree;3;\nfour;4;\nfive;5;\n")
    parts = plan_parts([path], COLUMNS, 4)
    with pytest.raises(BadRowsError, match=r"a.csv, row 4: has 2 cells, and there are 3 columns; a.csv, row 5: holds"):
        read_part(parts[0], COLUMNS)
    assert read_part(parts[1], COLUMNS).numbers == [6, 7]


def test_a_quote_that_is_never_closed_is_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('text,id,code\nfine,1,\n"open,2,\n' + "x" * 140_000 + ",3,\nlast,4,\n", encoding="utf-8")
    (part,) = plan_parts([path], COLUMNS, 10)
    with pytest.raises(BadRowsError, match=r"row 3: cannot be read as a row"):
        read_part(part, COLUMNS)


def test_parquet_is_cut_within_its_row_groups(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a", None, "c", "d", "e"], "other": [1, 2, 3, 4, 5]}), path, row_group_size=3)
    parts = plan_parts([path], Columns("text"), 2)
    assert [(p.first, p.n_rows, p.at, p.skipped) for p in parts] == [(2, 2, 0, 0), (4, 1, 0, 2), (5, 2, 1, 0)]
    assert [read_part(part, Columns("text")).cells["text"] for part in parts] == [["a", ""], ["c"], ["d", "e"]]
    with pytest.raises(BadRowsError, match=r"row 2: the text is a int, not words"):
        read_part(parts[0], Columns("other"))
    with pytest.raises(InputError, match="no column 'words'"):
        plan_parts([path], Columns("words"), 2)


def test_what_is_no_source_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"There is no file with texts"):
        find_files(tmp_path)
    (tmp_path / "a.docx").touch()
    with pytest.raises(InputError, match=r"(?s)gone.csv: there is no such file.*a.docx: not of a kind"):
        find_files([tmp_path / "gone.csv", tmp_path / "a.docx"])
    with pytest.raises(InputError, match=r"row 1: there is no column 'words'"):
        plan_parts([write_rows(tmp_path / "b.csv", 2)], Columns("words"), 2)


def test_a_file_that_changes_while_it_is_worked_on_is_noticed(tmp_path):
    path = write_rows(tmp_path / "a.csv", 25)
    parts = plan_parts([path], COLUMNS, 10)
    path.write_bytes(path.read_bytes().replace(b"r3,", b"q3,"))
    with pytest.raises(InputError, match="has changed since it was cut into parts"):
        read_part(parts[0], COLUMNS)
    assert read_part(parts[1], COLUMNS).numbers[0] == 12


# --- in one process --------------------------------------------------------------------------------------------------


def test_labels_and_codes_are_those_of_one_piece(tmp_path, made):
    clusters, machine, _ = made
    found = run(write_rows(tmp_path / "a.csv", 50), tmp_path / "out", made)
    rows = rows_of(found)
    assert found.complete
    assert [row["row"] for row in rows] == list(range(2, 52))
    texts = [
        read
        for part in plan_parts([tmp_path / "a.csv"], COLUMNS, 99)
        for read in read_part(part, COLUMNS).cells["text"]
    ]
    embeddings = an.embed(an.segment(an.read_transcripts(texts)), encoder=Words(), cache=None)
    whole = an.assign(clusters, embeddings)
    assert [row["cluster"] for row in rows] == whole.labels.tolist()
    assert np.allclose([row["strength"] for row in rows], whole.strength)
    scorer = part_work.Scorer.of(machine)
    shares, _, accepted = scorer.score(texts, embeddings.vectors.astype(float))
    ids = scorer.codebook.ids
    assert [row["codes"] for row in rows] == [[ids[c] for c in np.flatnonzero(row)] for row in accepted]
    assert np.allclose(
        [row["probabilities"][0] for row in rows if row["codes"]],
        [s.max() for s, a in zip(shares, accepted, strict=True) if a.any()],
        atol=1e-6,
    )


def test_figures_from_counts_are_those_from_rows(tmp_path, made):
    book = made[2]
    found = run(write_rows(tmp_path / "a.csv", 70), tmp_path / "out", made)
    rows = rows_of(found)
    people = [None if not k % 7 else ("A/time", "A/trust", "B/body")[k % 6 // 2] for k in range(70)]
    judged = [(p, row["codes"]) for p, row in zip(people, rows, strict=True) if p and not row["abstained"]]
    for row in found.codes.rows():
        sides = [
            [float(row["code"] in side) for side in sides]
            for sides in ([[p] for p, _ in judged], [c for _, c in judged])
        ]
        table = binary_tables([sides[0]], [sides[1]])[0]
        assert (row["n_judged"], row["n_people"], row["n_both"]) == (len(judged), table[1].sum(), table[1, 1])
        assert np.isclose(row["kappa"], float(cohen_kappa(*sides)), equal_nan=True)
        assert row["n_suggested"] == sum(row["code"] in r["codes"] for r in rows)
    assert sum(row["n"] for row in found.clusters.rows()) == 70
    assert set(column(found.beside, "code")) <= set(book.ids)
    assert sum(dict(zip(column(found.beside, "cluster"), column(found.beside, "n_read"), strict=True)).values()) == 60


def test_a_second_call_does_nothing_and_gives_the_same(tmp_path, made, monkeypatch):
    path = write_rows(tmp_path / "a.csv", 50)
    first = run(path, tmp_path / "out", made)
    monkeypatch.setattr(part_work, "encode_texts", None)  # nothing is encoded again
    assert run(path, tmp_path / "out", made) == first


def test_a_poisoned_part_is_named_with_file_and_row_and_the_others_are_done(tmp_path, made):
    path = write_rows(tmp_path / "a.csv", 50)
    good = path.read_bytes()
    path.write_bytes(good.replace(b"r25,", b"r25,,,"))
    with pytest.warns(AllianceWarning, match=r"1 of 3 parts not done; the first, part 1: a.csv, row 27: has 5 cells"):
        found = run(path, tmp_path / "out", made)
    assert column(found.parts, "state") == ["done", "failed", "done"]
    assert len(rows_of(found)) == 30
    path.write_bytes(good)
    again = run(path, tmp_path / "out", made)
    assert again.complete
    assert [row["row"] for row in rows_of(again)] == list(range(2, 52))
    kept = [row["process"] for row in again.parts.rows()]
    assert kept == [os.getpid()] * 3
    whole = run(path, tmp_path / "new", made)
    assert rows_of(again) == rows_of(whole)
    assert again.codes == whole.codes


def test_an_odd_code_of_people_is_named(tmp_path, made):
    path = write_rows(tmp_path / "a.csv", 10)
    path.write_bytes(path.read_bytes().replace(b",trust\r", b",trsut\r"))
    with pytest.warns(AllianceWarning, match=r"a.csv, row 4: 'trsut' is not one code of the codebook"):
        run(path, tmp_path / "out", made)


def test_a_full_disk_stops_the_work_and_leaves_nothing_by_halves(tmp_path, made, monkeypatch):
    path = write_rows(tmp_path / "a.csv", 90)
    real, n = part_work.write_atomic, []

    def filling(target, data):
        n.append(target)
        if len(n) > 2:
            raise an.FileError(errno.ENOSPC, "No space left on device")
        return real(target, data)

    monkeypatch.setattr(part_work, "write_atomic", filling)
    with pytest.warns(AllianceWarning, match=r"3 of 5 parts not done; the first, part 2"):
        found = run(path, tmp_path / "out", made)
    assert column(found.parts, "state") == ["done", "done", "failed", "not done", "not done"]
    assert len(n) == 3
    assert len(list((tmp_path / "out" / "parts").iterdir())) == 2
    monkeypatch.setattr(part_work, "write_atomic", real)
    again = run(path, tmp_path / "out", made)
    assert [row["row"] for row in rows_of(again)] == list(range(2, 92))


def test_a_damaged_part_is_done_again_and_what_no_longer_belongs_goes(tmp_path, made):
    path = write_rows(tmp_path / "a.csv", 50)
    found = run(path, tmp_path / "out", made)
    first = sorted((tmp_path / "out" / "parts").iterdir())[0]
    first.write_bytes(first.read_bytes()[:-9])
    assert read_counts(first) is None
    with pytest.warns(AllianceWarning, match="1 damaged file in out/parts removed"):
        assert rows_of(run(path, tmp_path / "out", made)) == rows_of(found)
    write_rows(path, 30)  # fewer rows: parts 1 and 2 are others now
    assert [row["row"] for row in rows_of(run(path, tmp_path / "out", made))] == list(range(2, 32))


def test_another_job_does_not_mix_with_the_first(tmp_path, made):
    path = write_rows(tmp_path / "a.csv", 10)
    run(path, tmp_path / "out", made)
    with pytest.raises(InputError, match="out holds the results of another job"):
        run(path, tmp_path / "out", made, rows_per_part=5)
    (tmp_path / "out" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="another job"):
        run(path, tmp_path / "out", made)


def test_what_cannot_be_is_refused(tmp_path, made):
    clusters, machine, _ = made
    path = write_rows(tmp_path / "a.csv", 4)
    with pytest.raises(InputError, match="Pass clusters= or suggestions="):
        an.code_in_parts(path, tmp_path / "out")
    with pytest.raises(InputError, match="coded= needs a codebook"):
        an.code_in_parts(path, tmp_path / "out", clusters=clusters, coded="code")
    with pytest.raises(InputError, match="rows_per_part must be at least 1. Got 0"):
        run(path, tmp_path / "out", made, rows_per_part=0)
    with pytest.raises(InputError, match="suggestions must be what suggest_codes"):
        an.code_in_parts(path, tmp_path / "out", suggestions=replace(machine, made_from=None))
    with pytest.raises(AlignmentError, match="made with letters@1; here the encoder is Other"):
        run(path, tmp_path / "out", made, encoder=type("Other", (), {"encode": Words.encode})())
    none = replace(clusters, labels=np.full(36, -1), hierarchy=None, leaves=None, tree_strength=None, cut_stability={},
                   stability=np.zeros(0), strength=np.zeros(36))  # fmt: skip
    with pytest.raises(InputError, match="no cluster to assign to"):
        an.code_in_parts(path, tmp_path / "out", clusters=none)


def test_no_words_leave(tmp_path, made):
    found = run(write_rows(tmp_path / "a.csv", 30), tmp_path / "out", made)
    held = b"".join(path.read_bytes() for path in Path(found.folder).rglob("*") if path.is_file())
    assert b"said 3" not in held
    assert b"stairs" not in held


# --- figures ---------------------------------------------------------------------------------------------------------


def test_counts_add_up_by_hand():
    one = {"n_rows": 2, "suggested": [1, 0], "tables": [[1, 0, 0, 1], [2, 0, 0, 0]], "cluster_codes": {"0": [1, 0, 2]}}
    two = {"n_rows": 1, "suggested": [1, 1], "tables": [[0, 1, 0, 0], [0, 0, 1, 0]], "cluster_codes": {"0": [0, 1, 1]}}
    total = add_up([one, two])
    assert total["n_rows"] == 3
    assert total["suggested"].tolist() == [2, 1]
    assert total["tables"].tolist() == [[1, 1, 0, 1], [2, 0, 1, 0]]
    assert total["cluster_codes"]["0"].tolist() == [1, 1, 3]


def test_rows_of_one_person_count_together(tmp_path, made):
    path = tmp_path / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["id", "text", "code", "who"])
        for k in range(120):
            said = f"{SAID[k // 4 % 6]} said {k}"  # four rows of each of 30 people are alike
            out.writerow([k, said, ("time", "trust", "body")[(k // 4 + (k // 4 % 5 == 0)) % 6 // 2], f"P{k // 4}"])
    plain = run(path, tmp_path / "rows", made)
    found = run(path, tmp_path / "people", made, person="who")
    assert found.codes == run(path, tmp_path / "other_parts", made, person="who", rows_per_part=33).codes
    assert "all rows of a person in one of at most 200 groups" in found.codes.notes[0]
    for by_rows, by_people in zip(plain.codes.rows(), found.codes.rows(), strict=True):
        assert by_people["kappa"] == by_rows["kappa"]
        if not by_rows["reason"]:
            assert by_people["high"] - by_people["low"] > 1.4 * (by_rows["high"] - by_rows["low"])
            assert by_people["p"] > by_rows["p"]
    assert any(not row["reason"] for row in plain.codes.rows())
    assert b"P17" not in b"".join(each.read_bytes() for each in (tmp_path / "people").rglob("*.*"))
    with pytest.raises(InputError, match="Pass coded= and suggestions= too"):
        run(path, tmp_path / "no_codes", made, person="who", coded=None)


def test_too_few_people_give_no_interval():
    groups = {str(g): np.array([[4, 1, 1, 4]]) for g in range(9)}
    total = {"suggested": np.array([45]), "tables": np.array([[36, 9, 9, 36]]), "by_people": groups}
    row = tabulate_codes(total, an.Codebook((an.Code("", "", "x"),)), 0)[0]
    assert row["reason"] == "people fall into 9 groups; an interval over groups needs at least 10"
    assert np.isclose(row["kappa"], 0.6)
    assert np.isnan([row["low"], row["high"], row["p"]]).all()


def test_chance_is_fishers_exact_test():
    from scipy.stats import fisher_exact

    for table in ([[5, 1], [2, 4]], [[0, 3], [3, 0]], [[90, 4], [3, 9]]):
        assert np.isclose(chance_of(np.array(table)), fisher_exact(table, alternative="greater").pvalue)
    assert np.isnan(chance_of(np.array([[3, 0], [0, 0]])))


def test_codes_beside_a_cluster_by_hand():
    book = an.Codebook((an.Code("", "", "x"), an.Code("", "", "y")))
    table = tabulate_beside({"0": np.array([3, 1, 4]), "1": np.array([0, 2, 2])}, book)
    # x: 3 of 4 in cluster 0, none of 2 elsewhere; y: 2 of 2 in cluster 1, 1 of 4 elsewhere
    assert table.values == ((0, 4, "x", 3, 0.75, 0.0), (1, 2, "y", 2, 1.0, 0.25))


def test_a_plan_is_rows_over_speed(tmp_path, made):
    table = plan_of(10_000_000, 50.0, 40.0, (1, 10), 4, 2.0)
    # 10 million at 50 a second and worker: 200,000 worker seconds, 13.889 hours of four workers
    assert table.values == ((1, 4, 13.889, 13.889, 27.78), (10, 40, 1.389, 13.889, 27.78))
    assert "0.40 GB" in table.notes[0]
    found = run(write_rows(tmp_path / "a.csv", 30), tmp_path / "out", made)
    assert column(found.plan(1_000_000, price=1.5), "machines") == [1, 5, 20]
    with pytest.raises(InputError, match="at least 1, price at least 0"):
        found.plan(0)
    with pytest.raises(InputError, match="Nothing was measured here"):
        replace(found, settings={}).plan(10)


# --- on Dask ---------------------------------------------------------------------------------------------------------


def without_times(found):
    return [row[:6] for row in found.parts.values], found.clusters, found.codes, found.beside


@NEEDS_DASK
def test_two_processes_give_what_one_gives_and_load_the_encoder_once(tmp_path, made):
    path = write_rows(tmp_path / "a.csv", 130)
    here = run(path, tmp_path / "here", made)
    there = run(path, tmp_path / "there", made, n_workers=2, encoder=LettersElsewhere())
    assert rows_of(there) == rows_of(here)
    assert without_times(there) == without_times(here)
    processes = set(column(there.parts, "process"))
    assert len(processes) == 2
    assert os.getpid() not in processes
    loads = {read_counts(path)["n_loads"] for path in (tmp_path / "there" / "parts").iterdir()}
    assert loads == {1}


class LettersElsewhere(Words):
    """The same encoder; slow enough that one process cannot do all parts before the other has begun."""

    def encode(self, texts):
        import time

        time.sleep(0.1)
        return super().encode(texts)


class KillsOnce(Words):
    """An encoder whose process dies in the midst of the first part that it is given, once in all."""

    def __init__(self, flag, pid=None, after=1):
        self.flag, self.pid, self.after = str(flag), pid, after

    def encode(self, texts):
        seen = Path(self.flag)
        n = len(seen.read_text()) if seen.exists() else 0
        with seen.open("a") as file:
            file.write(".")
        if n == self.after:
            os.kill(self.pid or os.getpid(), signal.SIGKILL)
        return super().encode(texts)


@NEEDS_DASK
def test_a_worker_that_is_killed_loses_nothing_and_leaves_nothing_twice(tmp_path, made):
    path = write_rows(tmp_path / "a.csv", 90)
    path.write_bytes(path.read_bytes().replace(b"r45,", b"r45,,,"))  # and one part is poisoned
    with pytest.warns(AllianceWarning, match=r"1 of 5 parts not done; the first, part 2: a.csv, row 47"):
        found = run(path, tmp_path / "out", made, n_workers=1, encoder=KillsOnce(tmp_path / "flag"))
    assert len(set(column(found.parts, "process")) - {None}) == 2  # the one that died, and the one that came after
    assert [row["row"] for row in rows_of(found)] == [*range(2, 42), *range(62, 92)]
    assert not list((tmp_path / "out" / "parts").glob(".writing*"))


def started(*words):
    return subprocess.Popen(
        [sys.executable, "-m", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip


@contextlib.contextmanager
def scheduler_with_worker(folder):
    where = folder / "scheduler.json"
    where.unlink(missing_ok=True)
    scheduler = started(
        "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(where)
    )
    worker = started("distributed.cli.dask_worker", "--scheduler-file", str(where), "--nthreads", "1", "--no-dashboard",
                     "--no-nanny", "--death-timeout", "60")  # fmt: skip
    try:
        for _ in range(600):
            with contextlib.suppress(ValueError, OSError):
                yield json.loads(where.read_text())["address"], scheduler.pid
                return
            time.sleep(0.1)
        raise TimeoutError
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()


@NEEDS_DASK
@pytest.mark.slow
def test_a_scheduler_that_is_lost_leaves_what_is_done_and_another_goes_on(tmp_path, made):
    path = write_rows(tmp_path / "a.csv", 90)
    with scheduler_with_worker(tmp_path) as (address, pid):
        killer = KillsOnce(tmp_path / "flag", pid, after=2)
        with pytest.warns(AllianceWarning, match=r"not done; the first, part \d: .*the scheduler was lost"):
            first = run(path, tmp_path / "out", made, scheduler=address, encoder=killer)
    done = {path.name for path in (tmp_path / "out" / "parts").iterdir()}
    assert 2 <= len(done) < 5
    assert not first.complete
    with scheduler_with_worker(tmp_path) as (address, _):
        again = run(path, tmp_path / "out", made, scheduler=address, encoder=Words())
    assert again.complete
    assert [row["row"] for row in rows_of(again)] == list(range(2, 92))
    assert rows_of(again) == rows_of(run(path, tmp_path / "here", made))
    assert len((tmp_path / "flag").read_text()) + 5 - len(done) <= 6  # at most the part under way was done twice


class FullAfter(Words):
    """An encoder after two calls of which no file may be larger than a byte in its process, as on a full disk."""

    n = 0

    def encode(self, texts):
        import resource

        FullAfter.n += 1
        if FullAfter.n > 2:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        return super().encode(texts)


@NEEDS_DASK
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_a_disk_that_fills_on_a_worker_stops_the_work_with_a_reason(tmp_path, made):
    path = write_rows(tmp_path / "a.csv", 170)
    with pytest.warns(AllianceWarning, match=r"parts not done; the first, part 2: .*Free some space"):
        found = run(path, tmp_path / "out", made, n_workers=1, encoder=FullAfter())
    states = column(found.parts, "state")
    assert states[:2] == ["done", "done"]
    assert "not done" in states  # what was not handed out yet was not tried
    again = run(path, tmp_path / "out", made)
    assert [row["row"] for row in rows_of(again)] == list(range(2, 172))


@NEEDS_DASK
def test_no_scheduler_at_an_address_is_one_sentence(tmp_path, made, monkeypatch):
    monkeypatch.setattr("alliance_nlp.scaling.on_dask.PATIENCE", 0.3)
    with pytest.raises(InputError, match="None answered at 'tcp://127.0.0.1:1'"):
        run(write_rows(tmp_path / "a.csv", 3), tmp_path / "out", made, scheduler="tcp://127.0.0.1:1")

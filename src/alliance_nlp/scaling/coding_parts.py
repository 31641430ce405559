"""Clusters and suggestions that were made of some segments, given to any number of texts, a part at a time."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from alliance_nlp.clusters.assigning import Placing
from alliance_nlp.errors import AlignmentError, InputError, check_choice, check_type, counted, import_extra, warn
from alliance_nlp.files.adding import hold_lock
from alliance_nlp.files.whole import checked_path, write_atomic
from alliance_nlp.provenance import canonical_json, hash_bytes, readable_json, versions
from alliance_nlp.records import Clusters, Codebook, Coding, Encoder, Table
from alliance_nlp.records.tables import PARQUET
from alliance_nlp.scaling.coded_parts import PARTS, CodedParts
from alliance_nlp.scaling.on_dask import outcomes_on_dask
from alliance_nlp.scaling.part_figures import add_up, tabulate_beside, tabulate_codes, tabulate_sizes
from alliance_nlp.scaling.part_files import Columns, Part, find_files, plan_parts
from alliance_nlp.scaling.part_work import Job, Outcome, file_of, read_counts, work_on
from alliance_nlp.suggesting.scoring_new import Scorer
from alliance_nlp.suggesting.suggestions import Suggestions

SCHEMA = "alliance_nlp.parts/1"
MANIFEST = "manifest.json"
OFTEN = 10.0  # seconds after which the manifest is written again
_NAME = re.compile(r"part-\d{6,}-[0-9a-f]{16}\.parquet")
Blank = Literal["unread", "no code"]


def code_in_parts(
    source: str | Path | Sequence[str | Path],
    to: str | Path,
    *,
    clusters: Clusters | None = None,
    suggestions: Coding | None = None,
    text: str = "text",
    id: str | None = None,
    coded: str | None = None,
    person: str | None = None,
    codebook: Codebook | None = None,
    blank: Blank = "unread",
    encoder: str | Path | Encoder | None = None,
    rows_per_part: int = 10_000,
    n_workers: int | None = None,
    scheduler: str | None = None,
    batch_size: int = 64,
    progress: bool | None = None,
    random_state: int = 0,
) -> CodedParts:
    """Give each text of large files its cluster and its suggested codes, a part at a time, on one machine or many.

    Parameters
    ----------
    source : str, Path or a list of them
        Files (.csv, .tsv, .txt with columns, .parquet) or a folder of them; one row a text that stands by itself, such
        as an answer to an open question.
    to : str or Path
        Folder for the results. Called again with the same folder, only what is not done yet is worked on.
    clusters : Clusters, optional
        What `cluster` made of a sample; each row joins the cluster whose middle is nearest, as `assign` does.
    suggestions : Coding, optional
        What `suggest_codes` made in this session; what it learnt is put to each row.
    text : str, default "text"
        Column with the words.
    id : str, optional
        Column with a name for each row, to be kept beside its results.
    coded : str, optional
        Column with the codes that people gave, ``|`` between several: then agreement is counted.
    person : str, optional
        Column with who wrote each row, where some wrote several: intervals then draw people, not rows. What is kept of
        it is in which of 200 groups of people a coded row falls; an empty cell is somebody of their own.
    codebook : Codebook, optional
        What `coded` is looked up in; by default the codebook of the suggestions.
    blank : {"unread", "no code"}, default "unread"
        What an empty cell of `coded` says.
    encoder : str, Path or Encoder, optional
        By default the encoder of clusters and suggestions, by its name, loaded once by each worker.
    rows_per_part : int, default 10000
        Rows that are in memory at a time on each worker, and lost when it is cut off.
    n_workers : int, optional
        Processes on this computer; by default as many as it has cores. 0 works in this process, without Dask.
    scheduler : str, optional
        Address of a scheduler of Dask, such as "tcp://10.0.0.1:8786": the work is done by its workers, which need the
        same packages, and must reach the files and the folder by the same paths.
    batch_size : int, default 64
        Texts that are encoded at a time.
    progress : bool, optional
        Whether to show a bar; by default in a terminal only.
    random_state : int, default 0
        Seed of the draws for intervals.

    Returns
    -------
    CodedParts
        What became of each part, and the figures. The rows lie in ``to/parts/*.parquet``: ``row`` (as a spreadsheet
        shows it), ``cluster``, ``strength``, ``codes``, ``probabilities``, ``abstained``, ``learnt_from``; no words.

    Raises
    ------
    InputError
        When there is nothing to give, a file or column is not there, or the folder holds the results of another job.
    AlignmentError
        When clusters and suggestions were made by different encoders.
    MissingExtraError
        When Dask or pyarrow are not installed (``pip install 'alliance-nlp[scale]'``).

    Warns
    -----
    AllianceWarning
        When parts are not done; ``failed`` says which, and why, with file and row. The others are.

    Notes
    -----
    Labels and figures are the same in one process, on many workers, and after any interruption. What a text that stands
    by itself does not have is not used: turns around it, its speaker. In a script, the call stands below
    ``if __name__ == "__main__":``, since each process reads the script again. That a million rows carry a code says
    how often a machine suggests it, not how often people would; `coded` on a sample says how far the two agree.

    Examples
    --------
    >>> import alliance_nlp as an, pathlib, tempfile
    >>> home = pathlib.Path(tempfile.mkdtemp())
    >>> _ = an.Table(("text",), (("We never have time.",), ("They believe me.",))).to_csv(home / "answers.csv")
    >>> said = ["no time at all", "no time", "they trust me", "I trust them"]
    >>> clusters = an.cluster(an.embed(an.segment(an.read_transcripts(said))), n_clusters=2)
    >>> code_in_parts(home / "answers.csv", home / "coded", clusters=clusters, n_workers=0)
    CodedParts(1 of 1 part done, 2 rows)
    """
    check_choice("blank", ("unread", "no code"), blank)
    for name, n, least in (("rows_per_part", rows_per_part, 1), ("batch_size", batch_size, 1)):
        if n < least:
            raise InputError(f"{name} must be at least {least}. Got {n}.")
    import_extra(PARQUET, "scale", "code_in_parts()")
    job = _job(
        Columns(text, id, coded, person), clusters, suggestions, codebook, blank, encoder, rows_per_part, batch_size
    )
    folder = checked_path(to, "The folder for the results")
    parts = plan_parts(find_files(source), job.columns, rows_per_part)
    with hold_lock(folder / MANIFEST, patience=1.0):
        _refuse_other(folder, job.key)
        kept = _kept(folder, parts, job.key)
        todo = [part for part in parts if part.number not in kept]
        if todo:
            _ = job.reader  # another encoder than the one that was used is refused before the work, not by every part
        by = _by_whom(job, todo, folder, n_workers, scheduler)
        done = _watched(by, parts, kept, folder, job.key, progress)
        _sweep(folder, parts, job.key, done)
    found = _coded(folder, parts, done, job, random_state)
    if not found.complete:
        first = found.failed.rows()[0]
        warn(
            f"{len(found.failed)} of {counted(len(parts), 'part')} not done; the first, part {first['part']}: "
            f"{first['reason']} What is done stays done: call again for the rest. See .failed."
        )
    return found


def _job(
    columns: Columns, clusters: Clusters | None, suggestions: Coding | None, codebook: Codebook | None, blank: str,
    encoder: str | Path | Encoder | None, rows_per_part: int, batch_size: int,
) -> Job:  # fmt: skip
    """Take together all that every part needs, and name it by a hash."""
    if clusters is None and suggestions is None:
        raise InputError(
            "code_in_parts() gives rows clusters, suggested codes, or both. Pass clusters= or suggestions=."
        )
    made_by: list[str] = []
    if clusters is not None:
        check_type("clusters must be what cluster() gives", Clusters, clusters)
        if not clusters.n_clusters:
            raise InputError("There is no cluster to assign to: all segments were set aside or are in no cluster.")
        made_by.append(str(clusters.embeddings.encoder))
    scorer = None if suggestions is None else Scorer.of(suggestions)
    if suggestions is not None and isinstance(suggestions.made_from, Suggestions):
        made_by.append(str(suggestions.made_from.settings["encoder"]))
    if len(set(made_by)) > 1:
        raise AlignmentError(f"Clusters were made with {made_by[0]}, suggestions with {made_by[1]}. Use one encoder.")
    book = scorer.codebook if scorer is not None else codebook
    if columns.coded is not None and book is None:
        raise InputError("coded= needs a codebook to look codes up in. Pass codebook=.")
    if columns.person is not None and (columns.coded is None or scorer is None):
        raise InputError("person= says whose rows belong together in intervals. Pass coded= and suggestions= too.")
    placing = None if clusters is None else Placing.of(clusters)
    with_what = encoder if encoder is not None else _encoder_of(clusters, suggestions)
    told: list[Any] = [SCHEMA, columns, blank, made_by[0], rows_per_part, *_content(placing, scorer), book and book.ids]
    return Job(
        columns, with_what, made_by[0], placing, scorer, book, blank, hash_bytes(canonical_json(told)), batch_size
    )


def _encoder_of(clusters: Clusters | None, suggestions: Coding | None) -> str | Path | Encoder:
    """Give the encoder that was used: by name where it has one that can be loaded elsewhere, else the object."""
    if clusters is not None:
        embeddings = clusters.embeddings
        if embeddings.model is None or embeddings.encoder.revision is not None:
            return embeddings.encoder.name
        return embeddings.model
    made = suggestions.made_from if suggestions is not None else None
    return str(made.settings["encoder"]).rpartition("@")[0] if isinstance(made, Suggestions) else ""


def _content(placing: Placing | None, scorer: Scorer | None) -> Iterator[Any]:
    """Give hashes of what rows are placed and scored by."""
    if placing is not None:
        yield hash_bytes(placing.middles.rows.tobytes() + placing.middles.reach.tobytes())
        yield hash_bytes(canonical_json(sorted(placing.known.items())))
    if scorer is not None:
        fitted = scorer.fitted
        arrays = (fitted.coefficients, fitted.spread, fitted.thresholds, fitted.taught, scorer.needed)
        yield [hash_bytes(np.ascontiguousarray(array).tobytes()) for array in arrays]
        yield [scorer.level, sorted(scorer.learnt)]


def _refuse_other(folder: Path, key: str) -> None:
    """Refuse a folder with parts of another job, whose rows would stand beside this one's."""
    path = folder / MANIFEST
    try:
        held = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError:
        held = {"job": "unknown"}
    if held and held.get("job") != key:
        raise InputError(
            f"{folder.name} holds the results of another job: other clusters, suggestions, columns, encoder or "
            "rows_per_part. Name another folder, or remove this one."
        )


def _kept(folder: Path, parts: Sequence[Part], key: str) -> dict[int, Outcome]:
    """Find the parts that are done already; what is damaged is removed, and done again."""
    found, n_damaged = {}, 0
    for part in parts:
        path = file_of(folder, part, key)
        counts = read_counts(path) if path.exists() else None
        if counts is not None:
            found[part.number] = Outcome(part.number, "done", "", counts)
        elif path.exists():
            path.unlink()
            n_damaged += 1
    if n_damaged:
        warn(f"{counted(n_damaged, 'damaged file')} in {folder.name}/parts removed; these parts are done again.")
    return found


def _by_whom(
    job: Job, todo: Sequence[Part], folder: Path, n_workers: int | None, scheduler: str | None
) -> Iterable[Outcome]:
    """Work in this process, or on Dask's."""
    if not todo:
        return iter(())
    if scheduler is None and n_workers == 0:
        return _here(job, todo, folder)
    return outcomes_on_dask(job, todo, folder, n_workers=n_workers, scheduler=scheduler)


def _here(job: Job, todo: Sequence[Part], folder: Path) -> Iterator[Outcome]:
    for part in todo:
        outcome = work_on(job, part, folder)
        yield outcome
        if outcome.state == "disk full":
            return


def _watched(
    outcomes: Iterable[Outcome], parts: Sequence[Part], kept: Mapping[int, Outcome], folder: Path, key: str,
    progress: bool | None,
) -> dict[int, Outcome]:  # fmt: skip
    """Take outcomes as they come, show how far it is, and keep the manifest up to date."""
    from tqdm import tqdm

    done, before = dict(kept), sum(part.n_rows for part in parts if part.number in kept)
    _write_manifest(folder, parts, done, key)
    written = time.monotonic()
    total = sum(part.n_rows for part in parts)
    disable = None if progress is None else not progress
    with (
        contextlib.closing(
            tqdm(total=total, initial=before, desc="coding in parts", unit="row", disable=disable)
        ) as bar,
        contextlib.ExitStack() as at_end,
    ):
        at_end.callback(lambda: _write_manifest(folder, parts, done, key))
        for outcome in outcomes:
            done[outcome.number] = outcome
            bar.update(parts[outcome.number].n_rows)
            if time.monotonic() - written > OFTEN:
                _write_manifest(folder, parts, done, key)
                written = time.monotonic()
    return done


def _write_manifest(folder: Path, parts: Sequence[Part], done: Mapping[int, Outcome], key: str) -> None:
    rows = [
        {**part._asdict(), "state": found.state if found else "not done", "reason": found.reason if found else ""}
        for part in parts
        for found in (done.get(part.number),)
    ]
    with contextlib.suppress(OSError):  # a full disk: the files of the parts say as much
        write_atomic(
            folder / MANIFEST, readable_json({"schema": SCHEMA, "job": key, "versions": versions(), "parts": rows})
        )


def _sweep(folder: Path, parts: Sequence[Part], key: str, done: Mapping[int, Outcome]) -> None:
    """Remove files of parts that are no longer there, for instance after a row was repaired: nothing is there twice."""
    wanted = {file_of(folder, part, key).name for part in parts if done.get(part.number) is not None}
    for path in sorted((folder / "parts").glob("*.parquet")):
        if _NAME.fullmatch(path.name) and path.name not in wanted:
            path.unlink()


def _coded(folder: Path, parts: Sequence[Part], done: Mapping[int, Outcome], job: Job, random_state: int) -> CodedParts:
    """Lay out what became of each part, and the figures of those that are done."""
    values = []
    for part in parts:
        state, reason, counts = done.get(part.number, Outcome(part.number, "not done", "not worked on.", {}))[1:]
        said = "not done" if state == "not done" else "done" if state == "done" else "failed"
        values.append(
            (
                part.number,
                part.file,
                part.first,
                part.n_rows,
                said,
                reason,
                counts.get("seconds"),
                counts.get("process"),
            )
        )
    told = [outcome.counts for outcome in done.values() if outcome.state == "done"]
    total = add_up(told)
    seconds = sum(float(counts["seconds"]) for counts in told)
    n = max(int(total["n_rows"]), 1)
    settings = {
        "encoder": job.wanted, "text": job.columns.text, "blank": job.blank, "random_state": random_state,
        **{name: int(total[name]) for name in ("n_rows", "n_long", "n_no_words", "n_abstained", "n_learnt_from")},
        "rows_per_second": round(total["n_rows"] / seconds, 3) if seconds else 0.0,
        "bytes_per_row": round(int(total["bytes"]) / n, 3),
    }  # fmt: skip
    none = Table((), ())
    return CodedParts(
        str(folder),
        Table(PARTS, tuple(values), "Parts"),
        tabulate_sizes(total["clusters"]) if total["clusters"] else none,
        tabulate_codes(total, job.scorer.codebook, random_state) if job.scorer is not None else none,
        tabulate_beside(total["cluster_codes"], job.codebook) if job.codebook is not None else none,
        settings,
    )

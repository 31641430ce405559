"""The work on one part: its rows read, embedded, placed, suggested for, counted, and written, whole or not at all."""

from __future__ import annotations

import errno
import io
import json
import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.clusters.assigning import Placing
from alliance_nlp.clusters.near_empty import reason_to_set_aside
from alliance_nlp.embeddings.embedding import encode_texts
from alliance_nlp.embeddings.encoders import Reader, reader_of
from alliance_nlp.errors import AlignmentError, AllianceError, did_you_mean, import_extra
from alliance_nlp.files.whole import write_atomic
from alliance_nlp.numeric import Bools, Singles
from alliance_nlp.provenance import canonical_json, hash_words
from alliance_nlp.records import Codebook, Encoder
from alliance_nlp.records.tables import PARQUET
from alliance_nlp.scaling.part_files import BadRowsError, Columns, Part, Rows, read_part
from alliance_nlp.suggesting.scoring_new import Scorer

ABOUT = b"alliance_nlp"  # under this name a part's file says what it holds
GROUPS = 200  # of people, whose rows are counted together: what intervals draw, and all that is kept of who wrote what
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Counts = dict[str, Any]


@dataclass(eq=False)
class Job:
    """All that the work on any part needs; what loads the encoder loads it once.

    Attributes
    ----------
    columns : Columns
        Which columns are read.
    encoder : str, Path or Encoder
        What embeds; by name it is loaded where the work is done.
    placing : Placing or None
        The clusters.
    scorer : Scorer or None
        The suggestions.
    codebook : Codebook or None
        Codes that people's column may hold.
    blank : {"unread", "no code"}
        What an empty cell of people's column says.
    key : str
        Hash of all of this: files of another job are not taken for this one's.
    """

    columns: Columns
    encoder: str | Path | Encoder
    wanted: str
    placing: Placing | None
    scorer: Scorer | None
    codebook: Codebook | None
    blank: str
    key: str
    batch_size: int = 64
    n_loads: int = 0
    _reader: Reader | None = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_reader": None, "n_loads": 0}  # every process loads its own

    @property
    def reader(self) -> Reader:
        """Give the encoder, loaded when it is first asked for.

        Raises
        ------
        AlignmentError
            When it is not the one that clusters and suggestions were made with.
        """
        if self._reader is None:
            found = reader_of(self.encoder)
            if str(found.info) != self.wanted:
                raise AlignmentError(
                    f"Clusters and suggestions were made with {self.wanted}; here the encoder is {found.info}. Install "
                    "the same weights on every machine, or pass the encoder that embedded the segments."
                )
            self._reader, self.n_loads = found, self.n_loads + 1
        return self._reader


class Outcome(NamedTuple):
    """What became of a part.

    Attributes
    ----------
    number : int
        Of the part.
    state : {"done", "failed", "disk full"}
        What became of it.
    reason : str
        Why it failed.
    counts : dict
        What was counted, empty where it failed.
    """

    number: int
    state: str
    reason: str
    counts: Counts


def file_of(folder: Path, part: Part, job_key: str) -> Path:
    """Name the file of a part by what it holds and what was done with it."""
    return folder / "parts" / f"part-{part.number:06d}-{hash_words(part.key, job_key)[:16]}.parquet"


def work_on(job: Job, part: Part, folder: Path) -> Outcome:
    """Do all work on one part and write its file; what fails is told, not raised, so that other parts go on.

    A part whose file is there already is not done again: its worker may have died before it could say so.
    """
    began = time.perf_counter()
    path = file_of(folder, part, job.key)
    if (kept := read_counts(path) if path.exists() else None) is not None:
        return Outcome(part.number, "done", "", kept)
    try:
        rows = read_part(part, job.columns)
        columns, counts = _found(job, part, rows)
        counts |= {"seconds": round(time.perf_counter() - began, 3), "process": os.getpid(), "n_loads": job.n_loads}
        counts["bytes"] = _write(path, columns, counts)
    except OSError as err:
        state = "disk full" if err.errno in _FULL else "failed"
        return Outcome(part.number, state, str(err), {})
    except AllianceError as err:
        return Outcome(part.number, "failed", str(err), {})
    except MemoryError:
        return Outcome(part.number, "failed", "there was not enough memory. Ask for fewer rows_per_part.", {})
    return Outcome(part.number, "done", "", counts)


def _found(job: Job, part: Part, rows: Rows) -> tuple[dict[str, Any], Counts]:
    """Give the columns of a part's file, and what is counted in it."""
    texts = rows.cells[job.columns.text]
    people = _people(job, part, rows)
    vectors, n_long = encode_texts(texts, job.reader, cache=None, batch_size=job.batch_size, progress=False)
    columns: dict[str, Any] = {"row": rows.numbers}
    if job.columns.id is not None:
        columns["id"] = rows.cells[job.columns.id]
    counts: Counts = {"n_rows": len(texts), "n_long": n_long, "n_no_words": int((~vectors.any(axis=1)).sum())}
    learnt = np.array([job.scorer is not None and job.scorer.was_learnt(text) for text in texts], dtype=bool)
    if job.placing is not None:
        added, counted = _placed(job.placing, texts, vectors)
        columns, counts = columns | added, counts | counted
    if job.scorer is not None:
        groups = _groups(job, part, rows) if people is not None else None
        added, counted = _suggested(job.scorer, texts, vectors, people, learnt, groups)
        columns, counts = columns | added, counts | counted
    if people is not None and job.placing is not None and job.codebook is not None:
        counts["cluster_codes"] = _beside(np.asarray(columns["cluster"]), people, job.codebook)
    return columns, counts


def _placed(placing: Placing, texts: Sequence[str], vectors: Singles) -> tuple[dict[str, Any], Counts]:
    aside = {i for i, text in enumerate(texts) if reason_to_set_aside(text, in_talk=False) is not None}
    aside |= set(np.flatnonzero(~vectors.any(axis=1)).tolist())
    labels, strength = placing.place(texts, vectors, aside)
    sizes = {str(label): n for label, n in sorted(Counter(labels.tolist()).items())}
    return {"cluster": labels, "strength": strength.astype(np.float32)}, {"clusters": sizes}


def _suggested(
    scorer: Scorer,
    texts: Sequence[str],
    vectors: Singles,
    people: list[set[int] | None] | None,
    learnt: Bools,
    groups: list[int] | None,
) -> tuple[dict[str, Any], Counts]:
    probabilities, suggested, accepted = scorer.score(texts, vectors.astype(np.float64))
    ids, abstained = scorer.codebook.ids, np.asarray(suggested.any(axis=1) & ~accepted.any(axis=1))
    taken = [np.flatnonzero(row).tolist() for row in accepted]
    shares = [[round(float(p[c]), 6) for c in row] for p, row in zip(probabilities, taken, strict=True)]
    columns: dict[str, Any] = {
        "codes": [[ids[c] for c in row] for row in taken], "probabilities": shares, "abstained": abstained,
        "learnt_from": learnt,
    }  # fmt: skip
    counts: Counts = {
        "suggested": accepted.sum(axis=0).tolist(), "n_abstained": int(abstained.sum()),
        "n_learnt_from": int(learnt.sum()),
    }  # fmt: skip
    if people is not None:
        # as in compare(): what the machine learnt from and what it abstained on is left out
        judged = [i for i, codes in enumerate(people) if codes is not None and not learnt[i] and not abstained[i]]
        gave = np.array([[c in (people[i] or ()) for c in range(len(ids))] for i in judged], dtype=bool)
        gave, given = gave.reshape(len(judged), len(ids)), accepted[judged]
        counts["tables"] = _tables(gave, given)
        if groups is not None:
            of = np.array([groups[i] for i in judged], dtype=np.int64)
            counts["by_people"] = {str(g): _tables(gave[of == g], given[of == g]) for g in np.unique(of).tolist()}
    return columns, counts


def _groups(job: Job, part: Part, rows: Rows) -> list[int] | None:
    """Put each row into a group of people, the same for one person in every part; a row without a name stands alone."""
    if job.columns.person is None:
        return None
    names = (name.strip() for name in rows.cells[job.columns.person])
    alone = (f"{Path(part.file).name}\n{number}" for number in rows.numbers)
    return [int(hash_words(name or row)[:12], 16) % GROUPS for name, row in zip(names, alone, strict=True)]


def _tables(people: Bools, machine: Bools) -> list[list[int]]:
    """Count for each code: neither, only the machine, only people, both."""
    both, one, other = (people & machine).sum(axis=0), people.sum(axis=0), machine.sum(axis=0)
    cells = (len(people) - one - other + both, other - both, one - both, both)
    return [[int(n) for n in row] for row in np.stack(cells, axis=1)]


def _people(job: Job, part: Part, rows: Rows) -> list[set[int] | None] | None:
    """Codes that people gave each row, by their place in the codebook; None for a row that nobody read."""
    if job.columns.coded is None or job.codebook is None:
        return None
    found: list[set[int] | None] = []
    problems = []
    for number, cell in zip(rows.numbers, rows.cells[job.columns.coded], strict=True):
        names = [name.strip() for name in cell.split("|") if name.strip()]
        places = [_place(job.codebook, name) for name in names]
        if None in places:
            odd = names[places.index(None)]
            # the name of a code is no word of a participant
            problems.append(
                f"row {number}: {odd!r} is not one code of the codebook. {did_you_mean(odd, job.codebook.ids)}"
            )
        found.append(None if not names and job.blank == "unread" else {c for c in places if c is not None})
    if problems:
        raise BadRowsError(
            f"{Path(part.file).name}, {'; '.join(map(str.strip, problems[:5]))} ({len(problems)} in all)."
        )
    return found


def _place(codebook: Codebook, name: str) -> int | None:
    if name in codebook:
        return codebook.ids.index(name)
    found = [path for path in codebook.find(name) if path in codebook]
    return codebook.ids.index(found[0]) if len(found) == 1 else None


def _beside(labels: np.ndarray[Any, Any], people: list[set[int] | None], codebook: Codebook) -> dict[str, list[int]]:
    """Count the codes that people gave the rows of each cluster."""
    found: dict[str, list[int]] = {}
    for label, codes in zip(labels.tolist(), people, strict=True):
        if codes is not None:
            row = found.setdefault(str(label), [0] * (len(codebook) + 1))
            row[-1] += 1  # rows that were read
            for code in codes:
                row[code] += 1
    return found


def _write(path: Path, columns: Mapping[str, Any], counts: Counts) -> int:
    pyarrow, parquet = (import_extra(name, "scale", "Work in parts") for name in (PARQUET.partition(".")[0], PARQUET))
    table = pyarrow.table(dict(columns))
    table = table.replace_schema_metadata({ABOUT: canonical_json(counts)})
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd")
    data = out.getvalue()
    write_atomic(path, data)
    return len(data)


def read_counts(path: Path) -> Counts | None:
    """Read what a part's file says it holds; None where it is damaged or not one of ours."""
    parquet = import_extra(PARQUET, "scale", "Work in parts")
    try:
        found = json.loads(parquet.read_metadata(path).metadata[ABOUT])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return {**found, "bytes": path.stat().st_size} if isinstance(found, dict) and "n_rows" in found else None

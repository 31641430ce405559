"""The call that writes an audit trail, and the one that checks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import InputError, counted, warn
from alliance_nlp.files import MANIFEST, as_bytes, checked_path, listed_files, replace_folder
from alliance_nlp.ledger import Ledger, read_ledger, replay
from alliance_nlp.provenance import hash_bytes, hash_file, installed_packages, plain, readable_json
from alliance_nlp.records import Row, Study, Table, in_markdown
from alliance_nlp.reports.audit.contents import CLASSES, Part, parts_of
from alliance_nlp.reports.audit.drafts import (
    coreq_draft,
    data_protection_paragraph,
    methods_paragraph,
    sentences_beside_records,
    srqr_draft,
)
from alliance_nlp.reports.audit.facts import Facts, gather_facts
from alliance_nlp.reports.audit.numbers import numbers_of
from alliance_nlp.reports.audit.rerun import rerun_script

SCHEMA = "alliance_nlp audit trail 1"


def write_audit_trail(
    study: Study, folder: str | Path, *, comparison: Comparison | None = None, ledger: str | Path | None = None,
    quotes: bool = False,
) -> Path:  # fmt: skip
    """Write one folder that a third person can follow from transcript to theme, check, and run again.

    Parameters
    ----------
    study : Study
        The study.
    folder : str or Path
        Where to: a folder that is empty, absent, or holds an earlier audit trail, whose files are replaced.
    comparison : Comparison, optional
        The comparison with the machine; it reaches the mapping, the clusters and the encoder.
    ledger : str or Path, optional
        The file of decisions; by default the decisions that the study holds.
    quotes : bool, default False
        True puts participants' words into it: transcripts, quotes, exemplars. Otherwise hashes and ids stand for them.

    Returns
    -------
    Path
        The folder. ``README.md`` lists every file in Lincoln and Guba's six classes, ``manifest.json`` their hashes,
        versions, model and seeds; ``rerun.py STUDY_FOLDER`` makes every number of ``numbers.json`` anew, or ends with
        2 and says which it could not; ``reporting/`` holds drafts for COREQ, SRQR, a methods paragraph and one on data
        protection, and ``sources.csv`` with the record that each of their sentences came from.

    Raises
    ------
    InputError
        When the folder holds other files, or a transcript's id cannot be a file's name.

    Notes
    -----
    All six headings are always there; an empty class says "not provided". What people wrote (ledger, field notes,
    definitions, expectations) is carried as they wrote it, also without quotes: read it before you give it away. The
    trail shows how the findings were reached. It does not make them right.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
    >>> t = Transcript("T", "No time.", (Turn(0, 8, "Ann", "participant"),))
    >>> study = Study((t,), Codebook((Code("Time"),)), Coding((CodedSpan("KL", "T", 0, 8, "Time"),), ()))
    >>> home = write_audit_trail(study, getfixture("tmp_path") / "trail")
    >>> len(check_audit_trail(home)), (home / "rerun.py").exists()
    (0, True)
    """
    home = checked_path(folder, "The folder of write_audit_trail()")
    _check_home(home)
    text = _ledger_text(study, ledger)
    decisions = read_ledger(ledger) if ledger is not None else Ledger.of_study(study)
    if decisions.problems and ledger is None:
        warn(f"The ledger of the study has {counted(len(decisions.problems), 'problem')}: {decisions.problems[0]}")
    mapping = comparison.mapping if comparison is not None else None
    standing = None
    if ledger is not None or study.decisions or study.ledger_lines:
        standing = replay(decisions, codebook=study.codebook, mapping=mapping, consensus=study.consensus)
    facts = gather_facts(study, comparison, standing, decisions)
    script, left_out = rerun_script(study, comparison, decisions)
    numbers = numbers_of(study, comparison, ledger=decisions, pairs=facts.pairs)
    parts = [*parts_of(facts, text, quotes=quotes), *_reporting(facts, quotes=quotes)]
    parts += [Part(name, "NOT_PROVIDED.md", "not provided\n", "not provided")
              for name in CLASSES if not any(part.folder == name for part in parts)]  # fmt: skip
    parts += [Part("", "numbers.json", readable_json(numbers), "every figure, as rerun.py must find it again"),
              Part("", "rerun.py", script, "runs the analysis again: python rerun.py STUDY_FOLDER")]  # fmt: skip
    readme = _readme(facts, parts, left_out, decisions)
    parts.append(Part("", "README.md", readme, "this list"))
    files = {f"{part.folder}/{part.name}".lstrip("/"): as_bytes(part.text, part.name) for part in parts}
    manifest = readable_json(_manifest(facts, files, quotes=quotes, ledger=decisions))
    replace_folder(home, files | {MANIFEST: as_bytes(manifest, MANIFEST)})
    return home


def check_audit_trail(folder: str | Path) -> Table:
    """Check every file of an audit trail against its hash.

    Parameters
    ----------
    folder : str or Path
        The folder that `write_audit_trail` wrote.

    Returns
    -------
    Table
        Files that were changed, are missing, or were added; empty when the trail is as it was written.

    Raises
    ------
    InputError
        When the folder holds no audit trail.

    Examples
    --------
    >>> from alliance_nlp.records import Study, Transcript
    >>> home = write_audit_trail(Study((Transcript("T", "No time."),)), getfixture("tmp_path") / "trail")
    >>> (home / "numbers.json").unlink()
    >>> check_audit_trail(home).rows()
    [{'file': 'numbers.json', 'what': 'missing'}]
    """
    home = Path(folder)
    hashes: Mapping[str, str] = _read_manifest(home)["files"]
    rows: list[Row] = []
    for name, stated in hashes.items():
        path = home / name
        if not path.is_file():
            rows.append({"file": name, "what": "missing"})
        elif hash_file(path) != stated:
            rows.append({"file": name, "what": "changed"})
    present = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    rows += [{"file": name, "what": "added"} for name in sorted(present - set(hashes) - {MANIFEST})]
    return Table.of(rows, columns=("file", "what"))


def _read_manifest(home: Path) -> dict[str, Any]:
    try:
        found = json.loads((home / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or not isinstance(found.get("files"), dict):
        raise InputError(f"{home.name} holds no audit trail: {MANIFEST} is absent or was not written by this library.")
    return found


def _check_home(home: Path) -> None:
    """Refuse a folder with anything but an earlier trail in it."""
    if home.exists() and not home.is_dir():
        raise InputError(f"An audit trail is a folder. {home.name} is a file. Name a folder.")
    if home.exists() and any(home.iterdir()) and not listed_files(home, SCHEMA):
        raise InputError(
            f"The folder {home.name} holds files that are no audit trail. Name an empty folder, so that nothing of "
            f"yours is mixed with it or lost."
        )


def _ledger_text(study: Study, ledger: str | Path | None) -> bytes | None:
    """Bytes of the ledger as they stand: those of the file, those of the study's lines, or rows that it holds."""
    if ledger is not None:
        path = checked_path(ledger, "The path of a ledger")
        return path.read_bytes() if path.is_file() else None
    lines = study.ledger_lines or [json.dumps(dict(row), ensure_ascii=False, default=str) for row in study.decisions]
    return "\n".join([*lines, ""]).encode("utf-8", "surrogateescape") if lines else None


def _reporting(facts: Facts, *, quotes: bool) -> list[Part]:
    methods = f"# Methods (draft, from the records)\n\n{in_markdown(methods_paragraph(facts))}\n"
    protection = f"# Data protection (draft)\n\n{in_markdown(data_protection_paragraph(facts, quotes=quotes))}\n"
    return [
        Part("reporting", "coreq.md", _page(coreq_draft(facts)), "COREQ draft, with where each line comes from"),
        Part("reporting", "srqr.md", _page(srqr_draft(facts)), "SRQR draft, with where each line comes from"),
        Part("reporting", "methods.md", methods, "methods paragraph, a draft"),
        Part("reporting", "data_protection.md", protection, "paragraph for an ethics board, a draft"),
        Part("reporting", "sources.csv", f"\ufeff{sentences_beside_records(facts, quotes=quotes).to_csv()}",
             "every sentence of the drafts beside the record that it came from"),
    ]  # fmt: skip


def _page(table: Table) -> str:
    return f"# {in_markdown(table.title)}\n\n{replace(table, title='').to_markdown()}\n"


def _readme(facts: Facts, parts: list[Part], left_out: str, ledger: Ledger) -> str:
    title = facts.study.title or "A study"
    lines = [f"# Audit trail: {in_markdown(title)}", ""]
    lines += ["**This study is synthetic; its figures are no evidence.**", ""] if facts.study.synthetic else []
    heads = {**CLASSES, "reporting": "Drafts for reporting", "": "Running it again"}
    for folder, about in heads.items():
        lines += [f"## {about}", ""]
        own = [part for part in parts if part.folder == folder]
        lines += [f"- `{f'{folder}/' if folder else ''}{part.name}`: {in_markdown(part.about)}" for part in own]
        lines.append("")
    lines += [f"`rerun.py` leaves the machine's part out: {in_markdown(left_out)}.", ""] if left_out else []
    lines += [f"Seal of the ledger (hash of its last line): `{ledger.seal}`", ""] if ledger.seal else []
    if ledger.problems:
        lines += [
            "**What is doubtful about the ledger:**",
            "",
            *(f"- {in_markdown(problem)}" for problem in ledger.problems),
            "",
        ]
    return "\n".join([*lines, "Hashes of all files, versions, model and seeds: `manifest.json`.", ""])


def _manifest(facts: Facts, files: Mapping[str, bytes], *, quotes: bool, ledger: Ledger) -> dict[str, Any]:
    clusters = facts.clusters
    encoder = clusters.embeddings.encoder if clusters is not None else None
    return {
        "schema": SCHEMA, "title": facts.study.title, "synthetic": facts.study.synthetic, "versions": facts.versions,
        "packages": installed_packages(),
        "encoder": {"name": encoder.name, "revision": encoder.revision} if encoder is not None else None,
        "seeds": {
            "comparison": facts.comparison.settings["random_state"] if facts.comparison is not None else None,
            "clusters": clusters.settings.get("random_state") if clusters is not None else None,
        },
        "ledger_seal": ledger.seal, "ledger_problems": list(ledger.problems),
        "language_models": [plain(dict(settings)) for settings in facts.language_models],
        "privacy": {
            "processed_locally": not any(settings.get("remote") for settings in facts.language_models),
            "network": "none for this trail", "participants_words": quotes,
        },
        "files": {name: hash_bytes(content) for name, content in sorted(files.items())},
    }  # fmt: skip

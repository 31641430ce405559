"""A study as it would be after a withdrawal, read from a copy and compared, before anything is changed."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from alliance_nlp.errors import AllianceWarning, InputError, listed
from alliance_nlp.provenance import hash_bytes
from alliance_nlp.records import CodedSpan, Coding, Mark, Marks, Study
from alliance_nlp.studies import read_study
from alliance_nlp.withdrawal.steps import BY_HAND, LEDGER, Step, as_lines, ledger_without, part_files, study_steps
from alliance_nlp.withdrawal.studies_without import without_person
from alliance_nlp.withdrawal.taken_back import Said


def tried(home: Path, study: Study, said: Said) -> tuple[list[Step], list[Step]]:
    """Give the steps within the study, tried on a copy: what is read there is what should be left, and no more."""
    wanted = without_person(study, said)
    as_tables: frozenset[str] = frozenset()
    for left in Path(tempfile.gettempdir()).glob(f"{_place_of(home)}*"):  # of a call that was cut off
        shutil.rmtree(left, ignore_errors=True)
    for _ in range(2):
        around, spoken = study_steps(home, study, said, as_tables)
        with tempfile.TemporaryDirectory(prefix=_place_of(home)) as place, warnings.catch_warnings():
            warnings.simplefilter("ignore", AllianceWarning)  # said when the study itself was read
            copy = Path(place) / (home.resolve().name or "study")
            _copied(home, copy, (*around, *spoken), said)
            wrong = _differences(wanted, read_study(copy), said)
        if not wrong:
            return around, spoken
        as_tables = frozenset(name for name, where in wrong.items() if where == "turns")
        if not as_tables:
            break
    raise InputError(
        f"{listed(sorted(wrong), 'and')} cannot be shortened so that what others said and coded stays as it is "
        f"({listed(sorted(set(wrong.values())), 'and')}). Take out by hand what {said.person} said there, with as many "
        f"signs in its place, then call again. Nothing was changed."
    )


def _place_of(home: Path) -> str:
    """Beginning of the name of the folder in which this study is tried: nobody else's begins so."""
    return f"alliance_nlp-withdrawing-{hash_bytes(str(home.resolve()))[:24]}-"


def _copied(home: Path, copy: Path, steps: Sequence[Step], said: Said) -> None:
    """Copy a study as it would be."""
    copy.mkdir()
    contents = {path: path.read_bytes() for path in part_files(home)}
    if home / LEDGER in contents:
        contents[home / LEDGER] = as_lines(ledger_without(home / LEDGER, said)[0])
    steps = [step for step in steps if step.what != BY_HAND]
    for step in steps:
        del contents[step.path]
    contents |= {step.becomes or step.path: step.content or b"" for step in steps}
    for path, content in contents.items():
        target = copy / path.relative_to(home)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)


def _differences(wanted: Study, found: Study, said: Said) -> dict[str, str]:
    """Name the files that came out otherwise than they should, and in what."""
    wrong: dict[str, str] = {}
    then = {t.id: t for t in found.transcripts}
    for t in wanted.transcripts:
        now = then.get(t.id)
        if now is None or now.text != t.text or [*map(_told, now.turns)] != [*map(_told, t.turns)]:
            wrong[t.source or t.id] = "turns"
    after = without_person(found, said)
    for part in ("coding", "consensus", "marks"):
        mine, theirs, left = (_spans(getattr(one, part)) for one in (wanted, after, found))
        if set(mine) != set(theirs) or any(said.alone(x.transcript_id, x.start, x.end) for x in left):
            wrong["codings" if part == "coding" else part] = "codes"
    for part in ("codebook", "expectations", "notes", "guide"):
        if getattr(after, part) != getattr(found, part):  # letters that the file spells otherwise, say
            wrong[part] = "copied words"
    return wrong


def _spans(coding: Coding | Marks | None) -> tuple[CodedSpan | Mark, ...]:
    return coding.applied if isinstance(coding, Coding) else coding.marks if coding is not None else ()


def _told(turn: object) -> tuple[object, ...]:
    return tuple(getattr(turn, name) for name in ("start", "end", "speaker", "person", "role"))

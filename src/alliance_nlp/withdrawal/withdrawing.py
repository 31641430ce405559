"""The one call: look, try, and only then change."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliance_nlp.embeddings.cache import files_with
from alliance_nlp.embeddings.weights import find_cache_folder
from alliance_nlp.errors import AllianceWarning, InputError, check_type, choice_error, listed, warn
from alliance_nlp.files import checked_path, hold_lock, showing, write_atomic
from alliance_nlp.ledger.lines import rows_of
from alliance_nlp.ledger.shortening import tombstone
from alliance_nlp.records import Cast, CodedSpan, Coding, Mark, Marks, Row, Study, Table, Unit, fold, is_withdrawn
from alliance_nlp.segments import segment
from alliance_nlp.storage import folders
from alliance_nlp.studies import read_study
from alliance_nlp.withdrawal.steps import (
    BY_HAND,
    REMOVED,
    SHORTENED,
    Step,
    as_lines,
    digest_of,
    is_part,
    ledger_without,
    other_steps,
    part_files,
    record_without,
    repeated_steps,
    study_steps,
)
from alliance_nlp.withdrawal.studies_without import without_person
from alliance_nlp.withdrawal.taken_back import Said, people_of
from alliance_nlp.withdrawal.withdrawn_files import Withdrawal, out_of_reach

LEDGER, WAITING = "decisions.jsonl", ".withdrawing-"
UNITS: tuple[Unit, ...] = ("turn", "sentence", "paragraph", "window")


def withdraw(
    study: str | Path,
    person: str,
    *,
    by: str,
    copies: Sequence[str | Path] = (),
    cache: str | Path | bool = True,
    preview: bool = False,
) -> Withdrawal:
    r"""Take what one person said out of a study, and out of what was made of it.

    Parameters
    ----------
    study : str or Path
        The study's folder.
    person : str
        Who withdraws, by the name that the study prints: the id in its list of participants, else the label, with the
        transcript where a label is several people.
    by : str
        Who carries it out; it stands in the ledger.
    copies : sequence of str or Path, optional
        Other folders, or files, to go through: reports, audit trails, saved records, packs, exports. Name all of them:
        afterwards nothing tells any more what to look for.
    cache : str, Path or bool, default True
        Where vectors are kept; True for the usual place, False to leave it alone.
    preview : bool, default False
        Only say what would become of each file.

    Returns
    -------
    Withdrawal
        One row a file, before and after; what is to be done by hand; which copies are out of reach.

    Raises
    ------
    InputError
        When nobody is called so, somebody else goes by the same name, or a file cannot be shortened so that everybody
        else's words, codes and places stay. Nothing is changed then.

    Notes
    -----
    Every sign of the person's words becomes a dot, so that offsets, codes and decisions of all others stay right; a
    turn of dots is no segment. Codes, marks and answers of or about them go. What counts everybody (reports, trails,
    clusters, suggestions, what a machine learnt) is removed: make it again. Lines of the ledger are shortened and keep
    their place in its chain, and a line behind them says so, so that the file and a seal that was kept apart still
    verify. Before anything is changed the shortened study is read once, and compared. A call that was interrupted is
    made again: transcripts go last. The pseudonym stays, since others say it.

    Words are known again where four in a row, or a turn of three or more, stand as they were said. Read what is left.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "talk.txt").write_text("Ann: It takes time, more than one would think.\n\nBo: We listen.\n")
    >>> print(withdraw(folder, "Ann", by="KL", cache=False).files.only(("file", "what")))
    What became of what Ann said
    file             what
    decisions.jsonl  shortened
    talk.txt         shortened
    >>> [turn.speaker for turn in read_study(folder).transcripts[0].turns]
    ['Ann', 'Bo']
    """
    home = checked_path(study, "The folder of a study")
    check_type("person must be a name", str, person)
    if not by.strip():
        raise InputError("A withdrawal needs a name: by='...'. It stands in the ledger.")
    if home.is_file():
        raise InputError(
            f"withdraw() goes through a study's folder. {home.name} is a file: take the person out in the program that "
            f"wrote it, and export it again."
        )
    places = [checked_path(place, "A place in copies") for place in copies]
    _finish(home)
    read = read_study(home)
    name = _known(read, person)
    said = Said.of(read.transcripts, name)
    if _is_over(home, name, read):
        warn(
            f"{name} has withdrawn before, and nothing that they said is left in the transcripts. Nothing is changed. "
            f"Copies in other places cannot be searched any more, since nothing here tells what to look for: go "
            f"through them by hand."
        )
        return _result(home, name, [], [], done=False)
    _refuse_names(read, said)
    parts = frozenset(path for path in part_files(home) if is_part(path, read))
    around, spoken = _tried(home, read, said)
    steps = [step for place in (home, *places) for step in _elsewhere(place, parts, said)]
    steps += [
        Step(file, REMOVED, "vectors of their words, kept between runs") for file in _kept_vectors(read, said, cache)
    ]
    steps += repeated_steps(home, read, name)
    rows = [_row(home, step) for step in (*steps, *around, _of_ledger(home, said), *spoken)]
    if not preview:
        for step in (*steps, *around):
            _take(step, said, by)
        _write_ledger(home / LEDGER, said, by)
        for step in spoken:  # last: a call that was cut off finds in them what to look for
            _take(step, said, by)
        rows = [{**row, "after": digest_of(home / str(row["becomes"]))} for row in rows]
    return _result(home, name, rows, places, done=not preview)


def _known(study: Study, person: str) -> str:
    """Name of a person as the study prints it; a label that means one person will do."""
    people = people_of(study)
    if person in people:
        return person
    cast = Cast(study.transcripts, study.participants, study.same_people)
    named = {
        turn.person for t in cast.resolved() for turn in t.turns
        if turn.speaker is not None and fold(turn.speaker) == fold(person) and turn.person is not None
    }  # fmt: skip
    named |= {one.id for one in study.participants if fold(person) in one.names}
    if len(named) > 1:
        raise InputError(
            f"{person!r} is a label of several people: {listed(sorted(named), 'and')}. Name one of them; who speaks "
            f"in several sessions under one label is one person once study.toml says so."
        )
    if not named:
        raise choice_error("a person of the study", people or ("(nobody is named)",), person)
    return named.pop()


def _refuse_names(study: Study, said: Said) -> None:
    """Refuse codes and themes that are called by the person's words: people decide what they are called then."""
    book, used = study.book, [x.code_id for coding in study.codings for x in coding.applied]
    named = [name for code in book.codes for name in (code.name, code.theme, code.essence) if name]
    named += [theme.name for theme in book.themes]
    names = [name for name in dict.fromkeys([*named, *used]) if said.holds(name)]
    if names:
        raise InputError(
            f"{listed([repr(name) for name in names], 'and')} {'is' if len(names) == 1 else 'are'} called by what "
            f"{said.person} said. Give another name, the same in the codebook, codings and consensus, then call again. "
            f"Nothing was changed."
        )


def _is_over(home: Path, person: str, study: Study) -> bool:
    """Whether a withdrawal of this person is on record and was carried to its end."""
    return any(_told_of(row, person) for row in study.decisions) and all(
        is_withdrawn(t.turn_text(at)) or not t.turn_text(at).strip()
        for t in study.transcripts
        for at, turn in enumerate(t.turns)
        if turn.person == person
    )


def _tried(home: Path, study: Study, said: Said) -> tuple[list[Step], list[Step]]:
    """Give the steps within the study, tried on a copy: what is read there is what should be left, and no more."""
    wanted = without_person(study, said)
    as_tables: frozenset[str] = frozenset()
    for _ in range(2):
        around, spoken = study_steps(home, study, said, as_tables)
        with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
            warnings.simplefilter("ignore", AllianceWarning)  # said when the study itself was read
            copy = Path(place) / (home.resolve().name or "study")
            _copied(home, copy, (*around, *spoken))
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


def _copied(home: Path, copy: Path, steps: Sequence[Step]) -> None:
    """Copy a study as it would be."""
    copy.mkdir()
    contents = {path: path.read_bytes() for path in part_files(home)}
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


def _elsewhere(place: Path, parts: frozenset[Path], said: Said) -> list[Step]:
    if not place.exists():
        raise InputError(f"No file or folder is called {str(place)!r}. Check the path in copies.")
    with showing(f"looking through {place.name}"):
        return list(other_steps(place, parts, said))


def _kept_vectors(study: Study, said: Said, cache: str | Path | bool) -> list[Path]:
    folder = find_cache_folder() if cache is True else Path(cache) if cache else None
    if folder is None or not folder.is_dir():
        return []
    own = [t for t in study.transcripts if t.id in said.spans]
    texts = {
        piece.text for unit in UNITS for piece in segment(own, unit=unit, roles="all")
        if said.touches(piece.transcript_id, piece.start, piece.end)
    }  # fmt: skip
    return files_with(folder, texts)


def _take(step: Step, said: Said, by: str) -> None:
    """Do what a step says; what somebody has to do by hand stays."""
    if step.what == BY_HAND:
        return
    if step.what == REMOVED:
        if step.path.is_dir():
            shutil.rmtree(step.path)
        else:
            step.path.unlink(missing_ok=True)
        return
    if step.path.suffix == ".jsonl":
        _write_ledger(step.path, said, by)
        return
    if step.content is None:
        folders.save(record_without(folders.load(step.path), said), step.path)
        return
    becomes = step.becomes or step.path
    if becomes == step.path:
        write_atomic(becomes, step.content)
        return
    waiting = write_atomic(
        becomes.with_name(f"{WAITING}{becomes.name}"), step.content
    )  # two files of one name are refused
    step.path.unlink(missing_ok=True)
    waiting.replace(becomes)


def _finish(home: Path) -> None:
    """Put files in their place that a call which was cut off had written under a name of their own."""
    for waiting in [*home.glob(f"{WAITING}*"), *home.glob(f"*/{WAITING}*")]:
        becomes = waiting.with_name(waiting.name.removeprefix(WAITING))
        if any(path.stem == becomes.stem for path in waiting.parent.iterdir() if path != waiting):
            waiting.unlink()  # what it was made from is still there
        else:
            waiting.replace(becomes)


def _write_ledger(at: Path, said: Said, by: str) -> None:
    """Shorten the ledger and say so behind it, in one write; once, however often the call is made."""
    with hold_lock(at):
        lines, n = ledger_without(at, said)
        if n or not any(_told_of(row, said.person) for row in rows_of(lines)):
            note = f"{said.person} withdrew; what they said was taken out."
            write_atomic(at, as_lines([*lines, tombstone(lines, said.person, by=by, note=note)]))


def _told_of(row: Mapping[str, object], person: str) -> bool:
    return row.get("kind") == "withdrawal" and row.get("about") == person


def _of_ledger(home: Path, said: Said) -> Step:
    lines, n = ledger_without(home / LEDGER, said)
    return Step(home / LEDGER, SHORTENED, f"{n} of {len(lines)} lines, and a line that says so")


def _row(home: Path, step: Step) -> Row:
    becomes = step.path if step.what == BY_HAND else None if step.what == REMOVED else step.becomes or step.path
    return {
        "file": _name(home, step.path), "what": step.what, "becomes": _name(home, becomes) if becomes else "",
        "why": step.why, "before": digest_of(step.path),
    }  # fmt: skip


def _name(home: Path, path: Path) -> str:
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)


def _result(home: Path, person: str, rows: list[Row], places: list[Path], *, done: bool) -> Withdrawal:
    columns = ("file", "what", "becomes", "why", "before", "after")
    verb = "became" if done else "would become"
    files = Table.of(rows, columns=columns, title=f"What {verb} of what {person} said")
    return Withdrawal(person, files, out_of_reach(home, places), done)

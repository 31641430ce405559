"""The one call: look, try, and only then change."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from alliance_nlp.embeddings.cache import files_with
from alliance_nlp.embeddings.weights import find_cache_folder
from alliance_nlp.errors import AllianceWarning, InputError, check_type, choice_error, listed, warn
from alliance_nlp.files import checked_path, hold_lock, showing, write_atomic
from alliance_nlp.ledger.lines import Ledger, rows_of
from alliance_nlp.ledger.shortening import tombstone
from alliance_nlp.records import Cast, Row, Study, Table, Unit, fold, is_withdrawn
from alliance_nlp.segments import segment
from alliance_nlp.storage import folders
from alliance_nlp.studies import PARTS, read_study
from alliance_nlp.withdrawal.elsewhere import other_steps, record_without
from alliance_nlp.withdrawal.finishing import WAITING, finish, put_in_place, refuse_cut_off
from alliance_nlp.withdrawal.steps import (
    BY_HAND,
    LEDGER,
    REMOVED,
    SHORTENED,
    Step,
    as_lines,
    digest_of,
    is_part,
    ledger_without,
    part_files,
    part_of,
    repeated_steps,
    same_label_steps,
)
from alliance_nlp.withdrawal.studies_without import decision_without
from alliance_nlp.withdrawal.taken_back import Said, people_of
from alliance_nlp.withdrawal.trying import tried
from alliance_nlp.withdrawal.withdrawn_files import Withdrawal, out_of_reach

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
        else's words, codes and places stay; for a preview, when a call was cut off. Nothing is changed then.

    Notes
    -----
    Every sign of the person's words becomes a dot, so that offsets, codes and decisions of all others stay right; a
    turn of dots is no segment. Codes, marks and answers of or about them go. What counts everybody (reports, trails,
    clusters, suggestions, what a machine learnt) is removed: make it again. Lines of the ledger are shortened and keep
    their place in its chain, and a line behind them says so, so that the file and a seal that was kept apart still
    verify. Before anything is changed the shortened study is read once, and compared. A call that was interrupted is
    made again: transcripts go last, together. The pseudonym stays, since others say it. From copies of the study in the
    folders the person withdraws, too.

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
    return _withdrawn(home, person, by=by, places=places, cache=cache, preview=preview)


def _withdrawn(
    home: Path, person: str, *, by: str, places: Sequence[Path], cache: str | Path | bool, preview: bool,
    known: Said | None = None,
) -> Withdrawal:  # fmt: skip
    """Withdraw somebody from one study; `known` is what they said in another, of which this one is a copy."""
    if preview:
        refuse_cut_off(home)
    else:
        finish(home)
    read = read_study(home)
    name = _known(read, person)
    said = _all_said(read, name, known)
    if _is_over(home, name, read):
        warn(
            f"{name} has withdrawn before, and nothing that they said is left in the transcripts. Nothing is changed. "
            f"Copies in other places cannot be searched any more, since nothing here tells what to look for: go "
            f"through them by hand."
        )
        return _result(home, name, [], [], done=False)
    _refuse_names(read, said)
    copied, steps, theirs_alone = _copies_of(name, said, home, places, preview=preview)
    theirs = [_withdrawn(one, name, by=by, places=(), cache=False, preview=True, known=said) for one in copied]
    parts = frozenset(path.resolve() for path in part_files(home) if is_part(path, read))
    parts |= {path.resolve() for one in copied for path in one.rglob("*")} | theirs_alone
    around, spoken = tried(home, read, said)
    steps += [step for place in (home, *places) for step in _elsewhere(place, parts, said)]
    steps += [
        Step(file, REMOVED, "vectors of their words, kept between runs") for file in _kept_vectors(read, said, cache)
    ]
    steps = list({(step.path.resolve(), step.why): step for step in steps}.values())  # places may hold each other
    steps += [*repeated_steps(home, read, name), *same_label_steps(home, read, name)]
    rows = [_row(home, step) for step in (*steps, *around, _of_ledger(home, said), *spoken)]
    if not preview:
        theirs = [_withdrawn(one, name, by=by, places=(), cache=False, preview=False, known=said) for one in copied]
        for step in (*steps, *around):
            _take(step, said, by)
        _write_ledger(home / LEDGER, said, by)
        put_in_place(home, spoken)  # last: a call that was cut off finds in them what to look for
        rows = [{**row, "after": digest_of(home / str(row["becomes"]))} for row in rows]
    for one, found in zip(copied, theirs, strict=True):
        there = {row["file"]: {**row, "file": _name(home, one / str(row["file"]))} for row in found.files.rows()}
        rows += [
            {**row, "becomes": row["becomes"] and _name(home, one / str(row["becomes"]))} for row in there.values()
        ]
    return _result(home, name, rows, places, done=not preview)


def _all_said(study: Study, person: str, known: Said | None) -> Said:
    """Gather what somebody said, and what goes with it: answers, translations, summaries of the person."""
    said = Said.of(study.transcripts, person)
    if known is not None:
        said = replace(
            said, turns=said.turns | known.turns, runs=said.runs | known.runs, signs=said.signs | known.signs
        )
    texts: dict[bool, list[str]] = {True: [], False: []}
    for decision in Ledger.of_study(study).decisions:
        goes = decision_without(decision, said) is None
        texts[goes] += [text for text in (decision.note, decision.to) if isinstance(text, str)]
    return said.written(texts[True], texts[False])


def _copies_of(
    person: str, said: Said, home: Path, places: Sequence[Path], *, preview: bool
) -> tuple[list[Path], list[Step], set[Path]]:
    """Find other studies in the folders: those in which somebody goes by that name; a step, and files, of the rest."""
    found: list[Path] = []
    steps: list[Step] = []
    parts: set[Path] = set()
    marks = [path for place in (home, *places) if place.is_dir() for path in place.rglob("*") if _begins_study(path)]
    for folder in sorted({path.parent.resolve() for path in marks} - {home.resolve()}):
        if any(one in folder.parents for one in found) or home.resolve().is_relative_to(folder):
            continue
        (refuse_cut_off if preview else finish)(folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AllianceWarning)  # they are said when that study itself is read
            try:
                other = read_study(folder)
            except InputError:
                continue  # no study: its files are looked at one by one
        if person in people_of(other):
            found.append(folder)
        elif any(part_of(path) in PARTS for path in part_files(folder)) and any(
            said.holds(t.text) for t in other.transcripts
        ):
            why = "another study, with their words and without their name: withdraw them there, by the name it has"
            steps.append(Step(folder, BY_HAND, why))
            parts |= {path.resolve() for path in part_files(folder) if is_part(path, other)}
    return found, steps, parts


def _begins_study(path: Path) -> bool:
    return path.name == "study.toml" if path.is_file() else path.name.casefold() == "transcripts"


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
            for numbers in step.path.rglob("*.npy"):
                numbers.unlink()  # before the words, by which the rest is found again
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


def _result(home: Path, person: str, rows: list[Row], places: Sequence[Path], *, done: bool) -> Withdrawal:
    columns = ("file", "what", "becomes", "why", "before", "after")
    verb = "became" if done else "would become"
    files = Table.of(rows, columns=columns, title=f"What {verb} of what {person} said")
    return Withdrawal(person, files, out_of_reach(home, places), done)

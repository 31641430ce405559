"""The one call: every file read and checked, then all of it written behind the last decision, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from alliance_nlp.errors import InputError, check_type, counted, listed, problems_error
from alliance_nlp.files import checked_path
from alliance_nlp.ledger import Decision
from alliance_nlp.ledger.lines import read_lines, seals_of
from alliance_nlp.ledger.recording import record_after
from alliance_nlp.method.proposals.imported import COLUMNS, CONFLICT, ImportedProposals
from alliance_nlp.method.proposals.merging_in import Merged, merge
from alliance_nlp.method.proposals.proposal_files import Proposals, read_proposals
from alliance_nlp.records import Study, Table
from alliance_nlp.records.fingerprints import key_of_study
from alliance_nlp.studies import read_study

LEDGER = "decisions.jsonl"
MOST_TOLD = 30  # problems of one file
SETTLE = (
    "Conflicts stand until somebody settles them: talk, then write the decision that holds, with settles= naming the "
    "numbers, by record_decision(). Nothing of a conflict is applied until then."
)


def import_proposals(
    ledger: str | Path, *files: str | Path, of: Study | None = None, dry_run: bool = False, same_study: bool = True
) -> ImportedProposals:
    """Bring back what people decided on a page: seal their proposals into the ledger of the study.

    Parameters
    ----------
    ledger : str or Path
        The study's folder, or the file of its ledger.
    *files : str or Path
        Files that the page handed over, such as ``proposals-KL-2026-11-27.json``; those of several people at once.
    of : Study, optional
        The study; by default the one in the folder.
    dry_run : bool, default False
        Only say what would become of each proposal.
    same_study : bool, default True
        False also takes files whose page was made on other transcripts: some were added or taken away since.

    Returns
    -------
    ImportedProposals
        One row a proposal: in the ledger, there already, in conflict, not to be applied, or left out, and why.

    Raises
    ------
    InputError
        When anything is wrong with any file: all problems of all files, one sentence each. Nothing is written then.

    Notes
    -----
    All of it is written, or nothing. A proposal has an id, so that a file that is brought in twice adds nothing, and a
    later file of the same person adds what is new. Two people's proposals that contradict one another are both written
    and neither is applied, whoever's file came first. What somebody looked at before deciding is one line a person.

    Examples
    --------
    >>> import json
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "talk.txt").write_text("Ann: It takes time.")
    >>> study = read_study(folder)
    >>> said = {"id": "a1", "at": "2026-11-27T10:00:00Z", "kind": "memo", "segment": "talk:5-19", "note": "How much?"}
    >>> head = {"format": "alliance_nlp proposals 1", "study": {"key": key_of_study(study.transcripts), "title": ""},
    ...         "based_on": {"seal": "", "n_decisions": 0}, "by": "KL", "role": "coder"}
    >>> made = head | {"exported": "2026-11-27T10:01:00Z", "proposals": [said], "saw": []}
    >>> _ = (folder / "proposals-KL.json").write_text(json.dumps(made))
    >>> print(import_proposals(folder, folder / "proposals-KL.json").table().only(("by", "what", "subject", "outcome")))
    1 proposal of KL
    by  what  subject    outcome
    KL  memo  talk:5-19  in the ledger
    """
    check_type("of must be a Study, as an.read_study() gives", Study | None, of)
    if not files:
        raise InputError("import_proposals() takes the files that a page handed over. Got none. Name one or more.")
    path, study = _ledger_and_study(ledger, of)
    given = _read_all([checked_path(file, "A file of proposals") for file in files])
    _refuse_strangers(given, study, path, same_study=same_study)
    found: list[Merged] = []

    def make(place: Path) -> tuple[Decision, ...]:
        found.append(merge(given, study, read_lines(place)))
        return found[-1].decisions

    if dry_run:
        make(path)
        return _result(found[-1], given, done=False)
    written = record_after(path, make)
    return _result(found[-1]._replace(decisions=written), given, done=True)


def _ledger_and_study(ledger: str | Path, of: Study | None) -> tuple[Path, Study]:
    place = checked_path(ledger, "The study's folder, or its ledger")
    if place.is_dir():
        return place / LEDGER, of if of is not None else read_study(place)
    if of is None:
        raise InputError(
            f"{place.name!r} is no folder. Name the study's folder; or, with the file of a ledger, pass of=study: the "
            f"study that its decisions are about."
        )
    return place, of


def _read_all(paths: Sequence[Path]) -> list[Proposals]:
    """Read every file, and tell all problems of all of them together."""
    found: list[Proposals] = []
    told: list[str] = []
    for path in paths:
        try:
            read, problems = read_proposals(path)
        except InputError as err:
            read, problems = None, [str(err).removeprefix(f"{path.name} ")]
        told += _told(path.name, problems)
        found += [read] if read is not None else []
    if told:
        raise problems_error("What was handed over", told, "Nothing was written.")
    return found


def _told(name: str, problems: Sequence[str]) -> Iterator[str]:
    yield from (f"{name}: {problem}" for problem in problems[:MOST_TOLD])
    if len(problems) > MOST_TOLD:
        yield f"{name}: and {len(problems) - MOST_TOLD} more"


def _refuse_strangers(given: Sequence[Proposals], study: Study, path: Path, *, same_study: bool) -> None:
    """Refuse files whose page was made of another study: by its transcripts, or by the ledger that it was made on."""
    keys, lines = {key_of_study(study.transcripts, numbered=one) for one in (False, True)}, read_lines(path)
    sealed = {seal for line in lines for seal in seals_of(line)}
    wrong = [
        f"{one.file}: its page was made of another study ({one.title[:80]!r}), or of other transcripts of this one"
        for one in given if same_study and one.study not in keys and one.seal not in sealed
    ]  # fmt: skip
    wrong += [
        f"{one.file}: no line of the ledger has the seal {one.seal[:12]}… with which the ledger of its page ended "
        f"({counted(one.n_decisions, 'decision')}): it is another one, or was altered since"
        for one in given if one.seal and one.seal not in sealed and (one.study in keys or not same_study)
    ]  # fmt: skip
    if wrong:
        advice = (
            "Nothing was written. Name the study and the ledger that the page was made of; alliance-nlp ledger verify "
            "says whether a ledger was altered. Where only transcripts were added or taken away since, pass "
            "same_study=False."
        )
        raise problems_error("What was handed over", wrong, advice)


def _result(merged: Merged, given: Sequence[Proposals], *, done: bool) -> ImportedProposals:
    people = listed(list(dict.fromkeys(one.by for one in given)), "and")
    title = f"{counted(len(merged.rows), 'proposal')} of {people}{'' if done else ' (nothing is written yet)'}"
    notes = [*merged.notes, *([SETTLE] if any(row["outcome"] == CONFLICT for row in merged.rows) else [])]
    table = Table.of(merged.rows, columns=COLUMNS, title=title, notes=notes)
    return ImportedProposals(table, merged.decisions, done)

"""Files that change their place together: all of them or none, also where a call is cut off in between."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from alliance_nlp.errors import InputError
from alliance_nlp.files import write_atomic
from alliance_nlp.withdrawal.steps import Step

WAITING = ".withdrawing-"
LIST = ".withdrawing"  # says that every file that waits is whole, and which it takes the place of


def put_in_place(home: Path, steps: Sequence[Step]) -> None:
    """Write what files become beside them, then say so in the study's folder, then let them change places.

    What one transcript copies of another is known by that other alone: none may be shortened before all are written.
    """
    pairs = []
    for step in steps:
        becomes = step.becomes or step.path
        write_atomic(becomes.with_name(f"{WAITING}{becomes.name}"), step.content or b"")
        pairs.append([path.relative_to(home).as_posix() for path in (step.path, becomes)])
    if pairs:
        write_atomic(home / LIST, json.dumps(pairs).encode())
    finish(home)


def is_cut_off(home: Path) -> bool:
    """Whether a call was cut off and left files that wait."""
    return (home / LIST).exists() or any(waiting_in(home))


def waiting_in(home: Path) -> list[Path]:
    """Files that wait for a name, in the folder of a study and one below."""
    return sorted([*home.glob(f"{WAITING}*"), *home.glob(f"*/{WAITING}*")])


def finish(home: Path) -> None:
    """Let waiting files change places, if all are there; those that a call wrote before that go, or take their name."""
    listed = home / LIST
    if listed.exists():
        for before, after in json.loads(listed.read_text(encoding="utf-8")):
            waiting = (home / after).with_name(f"{WAITING}{(home / after).name}")
            if before != after:
                (home / before).unlink(missing_ok=True)
            if waiting.exists():
                waiting.replace(home / after)
        listed.unlink()
    for waiting in waiting_in(home):
        becomes = waiting.with_name(waiting.name.removeprefix(WAITING))
        if any(path.stem == becomes.stem for path in waiting.parent.iterdir() if path != waiting):
            waiting.unlink()  # what it was made from is still there
        else:
            waiting.replace(becomes)


def refuse_cut_off(home: Path) -> None:
    """Refuse to look at a study in which a withdrawal was cut off: a look changes nothing, so it finishes nothing."""
    if is_cut_off(home):
        raise InputError(
            f"A withdrawal from {home.name!r} was cut off while files changed their names. Make that call again, "
            f"without preview: it is finished first."
        )

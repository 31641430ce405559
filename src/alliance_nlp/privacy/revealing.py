"""Back from pseudonyms to the old words, with the key and only with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError
from alliance_nlp.privacy.key_files import read_key
from alliance_nlp.privacy.replacing import Swap, Swapped
from alliance_nlp.provenance import hash_bytes
from alliance_nlp.records import Study, Transcript


def refuse_unfit(transcript: Transcript, held: Mapping[str, Any]) -> None:
    """Refuse a text that is not the one the key was made for."""
    if hash_bytes(transcript.text) != held["sha256"]:
        raise InputError(
            f"The text of {transcript.id!r} is not the one that the key was made for: it was changed since. Undo the "
            f"change, or realign() first."
        )


def reveal(transcripts: Sequence[Transcript] | Study, key: str | Path) -> tuple[Transcript, ...]:
    r"""Give the transcripts as they were before they were pseudonymised, from the key.

    Parameters
    ----------
    transcripts : Study, or sequence of Transcript
        Under pseudonyms.
    key : str or Path
        The file of the key.

    Returns
    -------
    tuple of Transcript
        With the old words, labels and ids.

    Raises
    ------
    InputError
        When the file is no key, or not that of these transcripts, or a text was changed since.

    Examples
    --------
    >>> from alliance_nlp.privacy.pseudonymising import pseudonymise
    >>> from alliance_nlp.records import Turn
    >>> text = "P1: So Anna.\nP1: Yes."
    >>> study = Study((Transcript("T", text, (Turn(4, 12, "P1"), Turn(17, 21, "P1"))),))
    >>> home = getfixture("tmp_path")
    >>> _ = pseudonymise(study, {"Anna": "Eva"}).write(home / "new", key=home / "names.key")
    >>> reveal((Transcript("T", "P1: So Eva.\nP1: Yes."),), home / "names.key")[0].text
    'P1: So Anna.\nP1: Yes.'
    """
    held = read_key(key)["transcripts"]
    given = transcripts.transcripts if isinstance(transcripts, Study) else tuple(transcripts)
    missing = [t.id for t in given if t.id not in held]
    if missing:
        raise InputError(f"The key knows no transcript {missing[0]!r}. Name the key that was written with this study.")
    for transcript in given:
        refuse_unfit(transcript, held[transcript.id])
    return tuple(_revealed(t, held[t.id]) for t in given)


def _revealed(transcript: Transcript, held: Mapping[str, Any]) -> Transcript:
    text, places, at, length = [], [], 0, 0
    for start, end, words in held["words"]:
        text += [transcript.text[at:start], words]
        length += start - at
        places.append((start, end, length, length + len(words)))
        length, at = length + len(words), end
    back = Swapped("".join([*text, transcript.text[at:]]), tuple(Swap(*place, "") for place in places))
    turns = []
    for turn, (speaker, person) in zip(transcript.turns, held["speakers"], strict=False):
        start = back.start_of(turn.start)
        turns.append(
            replace(turn, start=start, end=max(start, back.end_of(turn.end)), speaker=speaker, person_id=person)
        )
    return Transcript(held["id"], back.text, tuple(turns), transcript.date, held["session"], held["source"])

"""Which transcripts are talk: people who answer one another, not answers or statements that stand side by side."""

from __future__ import annotations

from collections import Counter

from alliance_nlp.records.transcripts import Transcript, moderates

# the same person again after somebody else, within so many turns, in at least this share of the turns of participants.
# A survey sorted by question also brings each person back, but only after everybody else
NEAR = 10
SHARE = 0.2
ONCE = 0.9  # share of those who answer on a form that have one turn; a few answered twice


def is_conversation(transcript: Transcript) -> bool:
    """Whether people take turns in a transcript, so that "mm" carries the talk on and the turn before says something.

    Read off who speaks when: at least one in five turns of participants is by somebody who spoke at most ten turns
    before, with somebody else in between. Answers of many people to one question, statements of one person and turns
    without speakers are no conversation.

    Parameters
    ----------
    transcript : Transcript
        Turns with their speakers; a moderator's count as somebody else's.

    Returns
    -------
    bool

    Examples
    --------
    >>> from alliance_nlp.records import Turn
    >>> who = ("M", "moderator"), ("P1", "participant")
    >>> turns = tuple(Turn(k, k + 1, *who[k % 2]) for k in range(4))
    >>> is_conversation(Transcript("T", "abcd", turns)), is_conversation(Transcript("T", "abcd", turns[:2]))
    (True, False)
    """
    voices = [(turn.speaker or turn.role, turn.role) for turn in transcript.turns if turn.end > turn.start]
    last: dict[str, int] = {}
    n_answers = n_returns = 0
    for place, (voice, role) in enumerate((voice, role) for voice, role in voices if voice is not None):
        if not moderates(role):
            n_answers += 1
            n_returns += 1 < place - last.get(voice, -NEAR - 1) <= NEAR
        last[voice] = place
    return n_returns > 0 and n_returns >= SHARE * n_answers


def is_form(transcript: Transcript) -> bool:
    """Whether people answer side by side, as on a form: several named people, nine in ten with one turn, and no talk.

    The turn before is somebody else's answer then, given somewhere else. A moderator's turns do not count.

    Examples
    --------
    >>> from alliance_nlp.records import Turn
    >>> form = Transcript("Q1", "No. Yes.", (Turn(0, 3, "P1"), Turn(4, 8, "P2")))
    >>> is_form(form), is_form(Transcript("T", "No. Yes.", (Turn(0, 3, "P1"), Turn(4, 8, "P1"))))
    (True, False)
    """
    n_turns = Counter(turn.person for turn in transcript.turns if not moderates(turn.role))
    once = sum(n == 1 for n in n_turns.values())
    alone = None not in n_turns and len(n_turns) > 1 and once >= ONCE * len(n_turns)
    return alone and not is_conversation(transcript)

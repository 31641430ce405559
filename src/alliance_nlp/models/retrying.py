"""Asking again: only what may pass by itself, a few times, with pauses that grow and differ from call to call."""

from __future__ import annotations

import random
from collections.abc import Callable
from time import sleep
from typing import TypeVar

from alliance_nlp.models.client import UnansweredError

Found = TypeVar("Found")
ATTEMPTS = 4
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
# too early, too often, or the server's own trouble; 408 and 425 say by themselves that one may ask again
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


def may_pass(err: UnansweredError) -> bool:
    """Whether asking again may help: not where the server says that the request, the key or the address is wrong."""
    return err.status in PASSING if err.trouble == "status" else err.trouble not in ("too long", "elsewhere")


def pause_before(attempt: int, call: str, wait_s: float | None, *, random_state: int) -> float:
    """Give the seconds to wait before an attempt (the second is 1): doubled each time, and between half and all of it.

    What the server asks for (`wait_s`) is waited for at least; neither is waited for longer than a minute.

    Examples
    --------
    >>> [round(pause_before(n, "a", None, random_state=0), 2) for n in (1, 2, 3)]
    [0.74, 1.33, 2.16]
    >>> pause_before(1, "a", 30.0, random_state=0) >= 30
    True
    """
    share = random.Random(f"{random_state} {call} {attempt}").uniform(0.5, 1.0)
    pause = FIRST_PAUSE_S * 2.0 ** (attempt - 1) * share
    return min(LONGEST_PAUSE_S, max(pause, (wait_s or 0.0) + pause / 2 if wait_s else 0.0))


def patiently(
    ask: Callable[[], Found], call: str, *, random_state: int, again: Callable[[], None] = lambda: None
) -> Found:
    """Ask, and ask again where the fault may pass.

    Parameters
    ----------
    ask : callable
        What asks.
    call : str
        What tells this call from the others, so that calls which fail together do not come back together.
    random_state : int
        Seed of the pauses.
    again : callable
        Called before each further attempt, to count them.

    Raises
    ------
    UnansweredError
        That of the last attempt.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return ask()
        except UnansweredError as err:
            if not may_pass(err):
                raise
            pause = pause_before(attempt, call, err.wait_s, random_state=random_state)
        again()
        sleep(pause)
    return ask()

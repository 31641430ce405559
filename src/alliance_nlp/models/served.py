"""What a server tells of a model: which weights stand behind its name, and whether it hands words on elsewhere."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from alliance_nlp.errors import InputError
from alliance_nlp.models.addresses import LanguageModel
from alliance_nlp.models.client import UnansweredError, exchange
from alliance_nlp.models.retrying import PASSING, patiently

HANDED_ON = re.compile(r".+[:-]cloud", re.IGNORECASE)  # how Ollama names the models that run at its maker's
REMOTE = ("remote_host", "remote_model")  # by which Ollama says so, whatever the name


class Served(NamedTuple):
    """What stands behind a model's name on a server."""

    digest: str | None = None  # of the weights; None where the server does not tell
    handed_on: bool = False  # the server is said to send what it is asked to another computer


def ask_what_is_served(asked: LanguageModel, *, key: str | None = None) -> Served:
    """Ask the server which weights stand behind the model's name, where it tells: Ollama does.

    One or two requests go to the host that was named; they hold the model's name and no words of anybody.

    Raises
    ------
    UnansweredError
        When a server on this computer has trouble that may pass, and still has it when it is asked again: whether it
        hands words on is not known then. A server that does not know the question is none that does.

    Examples
    --------
    >>> from alliance_nlp.models import language_model
    >>> ask_what_is_served(language_model("http://127.0.0.1:9/v1", "glm:cloud", timeout=1.0))
    Served(digest=None, handed_on=True)
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    root = asked.url.removesuffix("/chat/completions").removesuffix("/v1")
    by_name = HANDED_ON.fullmatch(asked.name) is not None
    found = _values(asked, "GET", f"{root}/api/tags", None, headers).get("models")
    if not isinstance(found, list):
        return Served(None, by_name)
    listed = {model["name"]: model for model in found if isinstance(model, dict) and isinstance(model.get("name"), str)}
    entry = listed.get(asked.name, listed.get(f"{asked.name}:latest", {}))
    body = json.dumps({"model": asked.name}).encode("ascii")
    shown = _values(asked, "POST", f"{root}/api/show", body, {"Content-Type": "application/json", **headers})
    digest = entry.get("digest")
    plain = isinstance(digest, str) and re.fullmatch("(?:sha256:)?[0-9a-f]{32,128}", digest)
    return Served(str(digest) if plain else None, by_name or any(said.get(name) for said in (entry, shown)
                                                                 for name in REMOTE))  # fmt: skip


def refuse_handed_on(asked: LanguageModel, served: Served) -> None:
    """Refuse a server on this computer that sends what it is asked to another one.

    Raises
    ------
    InputError
        When it does.
    """
    if asked.here and served.handed_on:
        raise InputError(
            f"The server at {asked.host} is on this computer, and the model {asked.name!r} is not: what it is asked is "
            "sent on to another computer. No words were sent. Name a model whose weights lie on this computer (one "
            "that is only called so has to be served under another name), or name the other computer itself as "
            "endpoint, with what that needs."
        )


def _values(asked: LanguageModel, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
    """Give what the server answers as values; nothing where it does not know the question."""

    def once() -> bytes:
        try:
            return exchange(asked, method, url, body, headers)
        except UnansweredError as err:
            if not (asked.here and (err.trouble in ("late", "cut off") or err.status in PASSING)):
                return b"{}"
            trouble, status, wait_s = err.trouble, err.status, err.wait_s
        how = f"answered with status {status}" if status is not None else f"was {trouble} with an answer"
        said = (
            f"{how} when it was asked which model that is: whether it sends words on is not known, and none were sent"
        )
        raise UnansweredError(asked.host, said, trouble, status, wait_s)

    content = patiently(once, url, random_state=0)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

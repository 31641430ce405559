"""The client of a language model on a server that the caller names: no proxy, no redirection, nothing unasked."""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.error
import urllib.request
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from alliance_nlp.errors import InputError

MOST_BYTES = 1_000_000  # of an answer
THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


class LanguageModel(NamedTuple):
    """Where to ask, and how the place is called in a message."""

    url: str
    host: str
    name: str
    timeout: float
    in_the_open: bool


def language_model(address: str, name: str | None, *, timeout: float) -> LanguageModel:
    """Check the address of a language model; nothing is sent.

    Parameters
    ----------
    address : str
        Base address of a server that speaks the chat interface of OpenAI, such as ``"http://localhost:8080/v1"``.
    name : str
        Name of the model there.
    timeout : float
        Seconds to wait for each answer.

    Raises
    ------
    InputError
        When the address is no plain one, or the name is missing.

    Examples
    --------
    >>> language_model("http://localhost:8080/v1", "small", timeout=60.0).host
    'localhost:8080'
    """
    try:
        parts = urlsplit(address if isinstance(address, str) and re.fullmatch("[!-~]+", address) else "")
        host, port = parts.hostname, parts.port
    except ValueError:  # brackets that do not close, a port that is no number
        parts, host, port = urlsplit(""), None, None
    if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc or parts.query or parts.fragment:
        raise InputError(
            "endpoint must be the base address of a language model, such as 'http://localhost:8080/v1', without a name "
            "or key in it. Got something else."
        )
    if not name:
        raise InputError("endpoint needs model, the name of the language model there. Give model='...'.")
    named = f"{host}:{port}" if port is not None else host
    in_the_open = parts.scheme == "http" and host not in THIS_COMPUTER
    return LanguageModel(f"{address.rstrip('/')}/chat/completions", named, name, timeout, in_the_open)


def key_in(variable: str) -> str:
    """Read the key of a server from the environment variable of this name.

    Raises
    ------
    InputError
        When the variable is not set, is empty, or holds what cannot be a key.
    """
    key = os.environ.get(variable, "").strip()
    if not key:
        raise InputError(
            f"The environment variable {variable!r} (key_variable) is not set or is empty. Set it to the endpoint's "
            "key, or leave key_variable out."
        )
    if not (key.isascii() and key.isprintable()):
        raise InputError(f"The environment variable {variable!r} (key_variable) holds characters that no key has.")
    return key


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follow no redirection: consent was given for one host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def ask_model(asked: LanguageModel, task: str, material: str, *, key: str | None = None) -> str:
    """Send a task and the material it is about, and give the answer, straight from the host that was named.

    Raises
    ------
    InputError
        When the server does not answer as it should; the error names host and status and nothing that was sent or
        answered.
    """
    body = {
        "model": asked.name, "temperature": 0, "seed": 0,
        "messages": [{"role": "system", "content": task}, {"role": "user", "content": material}],
    }  # fmt: skip
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    data = json.dumps(body).encode("ascii")
    request = urllib.request.Request(asked.url, data=data, headers=headers, method="POST")
    no_chat = "answered with something other than a chat answer"
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _StayHere())
        with opener.open(request, timeout=asked.timeout) as response:
            content = json.loads(response.read(MOST_BYTES))
        answer = content["choices"][0]["message"]["content"]
        if isinstance(answer, str):
            return answer
        trouble = no_chat
    except urllib.error.HTTPError as err:
        err.close()
        trouble = f"answered with status {err.code}"
    except (OSError, http.client.HTTPException) as err:
        late = isinstance(err, TimeoutError) or isinstance(getattr(err, "reason", None), TimeoutError)
        trouble = (
            f"did not answer within {asked.timeout:g} seconds" if late else f"did not answer ({type(err).__name__})"
        )
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        trouble = no_chat
    raise InputError(f"The language model at {asked.host} {trouble}. Check endpoint, model and key, then try again.")

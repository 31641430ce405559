"""One request to a language model and its answer: straight to the host that was named, and bounded in time and size.

`http.client` knows neither proxies nor redirections, so that none has to be switched off. Nothing is logged, and no
error holds what was sent or answered.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from alliance_nlp.errors import InputError
from alliance_nlp.models.addresses import LanguageModel, is_here

MOST_BYTES = 1_000_000  # of an answer
Trouble = Literal["status", "late", "cut off", "too long", "gone", "no chat answer", "elsewhere"]


class Reply(NamedTuple):
    """What a language model answered."""

    text: str
    finish: str = ""  # why it ended, in the server's word: "stop", "length", "content_filter"
    refused: bool = False
    tokens_in: int = 0
    tokens_out: int = 0
    model: str = ""  # whose answer the server says it is


class UnansweredError(InputError):
    """Say that a server did not answer as it should; host and status, and nothing that was sent or answered."""

    def __init__(
        self, host: str, said: str, trouble: Trouble, status: int | None = None, wait_s: float | None = None
    ) -> None:
        super().__init__(f"The language model at {host} {said}. Check endpoint, model and key, then try again.")
        self.trouble, self.status, self.wait_s = trouble, status, wait_s


def ask_model(asked: LanguageModel, task: str, material: str, *, key: str | None = None) -> str:
    """Send a task and the material it is about, and give the answer's words.

    Raises
    ------
    UnansweredError
        When the server does not answer as it should.
    """
    messages = [{"role": "system", "content": task}, {"role": "user", "content": material}]
    body = {"model": asked.name, "temperature": 0, "seed": 0, "messages": messages}
    return converse(asked, json.dumps(body).encode("ascii"), key=key).text


def converse(asked: LanguageModel, body: bytes, *, key: str | None = None) -> Reply:
    """Send the bytes of a request, these and no others, and give what the model answered.

    Raises
    ------
    UnansweredError
        When there is no answer, or one that is no chat answer; a model that declines in the way that servers know has
        answered.
    """
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    reply = _reply_in(exchange(asked, "POST", asked.url, body, headers))
    if reply is None:
        raise UnansweredError(asked.host, "answered with something other than a chat answer", "no chat answer")
    return reply


def exchange(asked: LanguageModel, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> bytes:
    """Send one request and give the body of its answer, or say what came instead.

    Raises
    ------
    UnansweredError
        When what came is no whole answer.
    """
    began = time.monotonic()
    try:
        return _answered(asked, method, url, body, headers)
    except UnansweredError:
        raise
    except (OSError, http.client.HTTPException, UnicodeError) as err:  # the last of a name that no host can have
        late = isinstance(err, TimeoutError) or time.monotonic() - began >= asked.timeout
        cut = isinstance(err, http.client.IncompleteRead)
        name = type(err).__name__
    if late:  # outside of `except`: the error behind may hold what was answered
        raise UnansweredError(asked.host, f"did not answer within {asked.timeout:g} seconds", "late")
    if cut:
        raise UnansweredError(asked.host, "was cut off in the midst of its answer", "cut off")
    raise UnansweredError(asked.host, f"did not answer ({name})", "gone")


def _answered(asked: LanguageModel, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> bytes:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=asked.timeout)
    try:
        connection.connect()
        if asked.here and not is_here(connection.sock.getpeername()[0]):
            raise UnansweredError(asked.host, "is not at an address of this computer. Nothing was sent", "elsewhere")
        with _until(connection.sock, asked.timeout) as over:
            connection.request(method, parts.path, body, {"User-Agent": "alliance_nlp", **headers})
            with connection.getresponse() as response:
                if response.status != 200:
                    wait = _seconds(response.getheader("Retry-After"))
                    said = f"answered with status {response.status}"
                    raise UnansweredError(asked.host, said, "status", response.status, wait)
                found = response.read(MOST_BYTES + 1)
                if len(found) > MOST_BYTES:
                    raise UnansweredError(asked.host, f"answered with more than {MOST_BYTES} bytes", "too long")
                if over.is_set():  # where no length was announced, hanging up looks like the end of an answer
                    raise TimeoutError
                if response.length:  # fewer bytes came than were announced
                    raise http.client.IncompleteRead(b"")
        return found
    finally:
        connection.close()


@contextlib.contextmanager
def _until(connected: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """Hang up after some time in all: a server that sends a byte now and then is never silent for long."""
    over = threading.Event()

    def hang_up() -> None:
        over.set()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()


def _seconds(header: str | None) -> float | None:
    return float(header) if header is not None and re.fullmatch("[0-9]{1,6}", header.strip()) else None


def _reply_in(content: bytes) -> Reply | None:
    """Take a chat answer apart; None for anything else."""
    try:
        found = json.loads(content)
        choice = found["choices"][0]
        message, finish = choice["message"], choice.get("finish_reason")
        text, usage = message.get("content"), found.get("usage")
        refused = bool(message.get("refusal")) or finish == "content_filter"
        if not isinstance(text, str) and not refused:
            return None
        used = usage if isinstance(usage, dict) else {}
        counts = (used.get(name) for name in ("prompt_tokens", "completion_tokens"))
        tokens = [n if isinstance(n, int) and n > 0 else 0 for n in counts]
        named = found.get("model")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    said = [part if isinstance(part, str) else "" for part in (text, finish, named)]
    return Reply(said[0], said[1], refused, tokens[0], tokens[1], said[2])

"""Where a language model is asked: an address that the caller names, checked before anything is sent."""

from __future__ import annotations

import ipaddress
import os
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from alliance_nlp.errors import InputError


class LanguageModel(NamedTuple):
    """Where to ask, and how the place is called in a message."""

    url: str
    host: str
    name: str
    timeout: float
    in_the_open: bool
    here: bool  # on this computer: what is sent there leaves it nowhere


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
    >>> asked = language_model("http://localhost:8080/v1", "small", timeout=60.0)
    >>> asked.host, asked.here
    ('localhost:8080', True)
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
    named, here = f"{host}:{port}" if port is not None else host, is_here(host)
    in_the_open = parts.scheme == "http" and not here
    return LanguageModel(f"{address.rstrip('/')}/chat/completions", named, name, timeout, in_the_open, here)


def is_here(host: str) -> bool:
    """Whether a host is this computer by its own name: ``localhost``, or an address of the loopback.

    Examples
    --------
    >>> [is_here(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "localhost.example.org")]
    [True, True, True, False, False]
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)  # ::ffff:127.0.0.1
    return (address if mapped is None else mapped).is_loopback


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

"""The client of a language model: what passes is waited for, what does not is said, and nobody else is asked."""

import json
import logging
import time

import pytest

import model_server
from alliance_nlp.errors import InputError
from alliance_nlp.models import (
    Reply,
    UnansweredError,
    ask_model,
    ask_what_is_served,
    converse,
    language_model,
    patiently,
)
from alliance_nlp.models.addresses import is_here
from alliance_nlp.models.client import MOST_BYTES
from alliance_nlp.models.retrying import ATTEMPTS, LONGEST_PAUSE_S, pause_before
from model_server import ModelServer, chat, http

SECRET = "zebra quagmire"  # stands for words of a participant; no message may


@pytest.fixture
def server():
    made = ModelServer()
    yield made
    made.close()


@pytest.fixture
def slept(monkeypatch):
    """Pauses between attempts, which no test waits for."""
    found = []
    monkeypatch.setattr("alliance_nlp.models.retrying.sleep", found.append)
    return found


def ask(server, body=None, timeout=5.0):
    asked = language_model(server.url, "small", timeout=timeout)
    return converse(asked, json.dumps(body or {"messages": [SECRET]}).encode())


def trouble(server, *faults, timeout=5.0):
    server.faults = list(faults)
    with pytest.raises(UnansweredError) as caught:
        ask(server, timeout=timeout)
    message = str(caught.value)
    assert message.startswith(f"The language model at {server.host} ")
    assert message.endswith(" Check endpoint, model and key, then try again.")
    assert not any(word in message for word in (*SECRET.split(), "echo"))
    assert caught.value.__cause__ is None is caught.value.__context__
    assert len(server.raw) == 1
    return caught.value, message


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (http(b"echo", "500 Oh"), "status", "answered with status 500"),
        (http(b"echo", "429 Later", Retry_After=7), "status", "answered with status 429"),
        (http(b"", "302 Found", Location="http://127.0.0.1:1/v1"), "status", "answered with status 302"),
        (http(b"", "307 Moved", Location="http://127.0.0.1:1/v1"), "status", "answered with status 307"),
        (http(chat("echo"), length=5000), "cut off", "was cut off in the midst of its answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\nech", "cut off", "was cut off in the midst"),
        (b"echo\r\n\r\n", "gone", "did not answer (BadStatusLine)"),
        (model_server.hang_up, "gone", "did not answer (RemoteDisconnected)"),
        (http(b"echo"), "no chat answer", "answered with something other than a chat answer"),
        (http(b" " * (MOST_BYTES + 1)), "too long", f"answered with more than {MOST_BYTES} bytes"),
        (http(json.dumps({"choices": [{"message": {"content": None}}]}).encode()), "no chat answer", "something other"),
    ],
)  # fmt: skip
def test_a_fault_is_said_with_its_host_and_without_words(server, fault, kind, said):
    err, message = trouble(server, fault)
    assert err.trouble == kind
    assert said in message


@pytest.mark.parametrize("fault", [model_server.silent, model_server.drip, model_server.drip_headers])
def test_a_slow_answer_is_waited_for_so_long_in_all(server, fault):
    began = time.monotonic()
    err, message = trouble(server, fault, timeout=0.15)
    assert (err.trouble, time.monotonic() - began < 0.5) == ("late", True)
    assert "did not answer within 0.15 seconds" in message


def test_nobody_there(server):
    server.close()
    with pytest.raises(UnansweredError, match=r"did not answer \(ConnectionRefusedError\)"):
        ask(server)


@pytest.mark.parametrize("host", ["a" * 70, "a..b"])
def test_a_host_that_cannot_be(host):
    with pytest.raises(UnansweredError, match=r"did not answer \((UnicodeError|UnicodeEncodeError)\)"):
        converse(language_model(f"http://{host}/v1", "small", timeout=5.0), b"{}")


def test_what_an_answer_says_of_itself(server):
    server.faults = [http(chat("words", finish="length")), http(chat(None, refusal="I will not")),
                     http(chat("", finish="content_filter")), http(chat("x", read="many", model="large"))]  # fmt: skip
    assert ask(server) == Reply("words", "length", False, 1000, 10)
    assert ask(server)[:3] == ("", "stop", True)
    assert ask(server)[:3] == ("", "content_filter", True)
    assert ask(server)[3:] == (0, 10, "large")


def test_every_byte_that_is_sent_is_known(server):
    server.faults = [http(chat("words"))]
    asked = language_model(server.url, "small", timeout=5.0)
    assert ask_model(asked, "Do.", "é", key="k") == "words"
    body = (
        b'{"model": "small", "temperature": 0, "seed": 0, "messages": [{"role": "system", "content": "Do."}, '
        b'{"role": "user", "content": "\\u00e9"}]}'
    )
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {server.host}\r\nAccept-Encoding: identity\r\n"
        f"Content-Length: {len(body)}\r\nUser-Agent: alliance_nlp\r\nContent-Type: application/json\r\n"
        "Authorization: Bearer k\r\n\r\n"
    )
    assert server.raw == [head.encode() + body]


def test_proxies_of_the_computer_are_not_used(server, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert ask(server, {"messages": [0, {"content": '{"segments": []}'}]}).text == '{"segments": []}'


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False),
     ("localhost.example.org", False), ("127.0.0.1.example.org", False), ("10.0.0.1", False), ("::", False),
     ("2130706433", False)],
)  # fmt: skip
def test_this_computer_is_known_by_its_own_names_only(host, here):
    assert is_here(host) == here


# --- asking again ----------------------------------------------------------------------------------------------------


def flaky(*errors):
    waiting = list(errors)

    def ask():
        if waiting:
            raise waiting.pop(0)
        return "answer"

    return ask


def err(kind="status", status=None, wait_s=None):
    return UnansweredError("h", "failed", kind, status, wait_s)


@pytest.mark.parametrize("passing", [err(status=429), err(status=500), err(status=503), err("late"), err("cut off"),
                                     err("gone"), err("no chat answer")])  # fmt: skip
def test_what_may_pass_is_asked_again(slept, passing):
    counted = []
    found = patiently(flaky(passing, passing), "1", random_state=0, again=lambda: counted.append(1))
    assert (found, len(slept), len(counted)) == ("answer", 2, 2)
    assert 0.5 <= slept[0] <= 1.0 <= slept[1] <= 2.0


@pytest.mark.parametrize("lasting", [err(status=400), err(status=401), err(status=404), err(status=302),
                                     err("too long")])  # fmt: skip
def test_what_does_not_pass_is_said_at_once(slept, lasting):
    with pytest.raises(UnansweredError):
        patiently(flaky(lasting), "1", random_state=0)
    assert slept == []


def test_asking_again_ends(slept):
    with pytest.raises(UnansweredError, match="The language model at h failed"):
        patiently(flaky(*[err(status=500)] * 9), "1", random_state=0)
    assert len(slept) == ATTEMPTS - 1


def test_pauses_come_from_the_seed_and_differ_from_call_to_call():
    pauses = {(call, seed): pause_before(1, call, None, random_state=seed) for call in "ab" for seed in (0, 1)}
    assert len(set(pauses.values())) == 4
    assert pauses["a", 0] == pause_before(1, "a", None, random_state=0)


def test_what_a_server_asks_for_is_waited_for_but_no_longer_than_a_minute():
    assert 20 < pause_before(1, "a", 20.0, random_state=0) < 21
    assert pause_before(1, "a", 9e5, random_state=0) == LONGEST_PAUSE_S
    assert pause_before(40, "a", None, random_state=0) == LONGEST_PAUSE_S


# --- which model -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "tags", "digest"),
    [
        ("small", [{"name": "small:latest", "digest": "a1" * 32}], "a1" * 32),
        ("small:1b", [{"name": "other", "digest": "b" * 64}, {"name": "small:1b", "digest": "c" * 64}], "c" * 64),
        ("small", [{"name": "other", "digest": "b" * 64}], None),
        ("small", [{"name": "small", "digest": "../../etc"}], None),
        ("small", ["small"], None),
        ("small", None, None),
    ],
)
def test_the_digest_is_what_the_server_tells_of_this_name(server, name, tags, digest):
    server.tags = tags
    assert ask_what_is_served(language_model(server.url, name, timeout=5.0)).digest == digest
    assert server.raw[0].startswith(b"GET /api/tags HTTP/1.1\r\n")


def test_nothing_is_logged_or_printed(server, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    trouble(server, http(b"echo", "500 Oh"))
    assert caplog.records == []
    assert capsys.readouterr() == ("", "")


def test_an_error_of_the_client_is_one_of_ours():
    assert issubclass(UnansweredError, InputError)

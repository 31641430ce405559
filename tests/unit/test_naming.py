"""suggest_names(): nothing leaves without permission, what leaves is known, and what comes back is checked."""

import json
import logging
import threading
import time
import unicodedata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from hypothesis import given, strategies as st

from alliance_nlp.clusters.naming import FUNCTION_WORDS, check_phrase, suggest_names
from alliance_nlp.errors import InputError
from alliance_nlp.records import Clusters, Embeddings, EncoderInfo, Segment, Segments, Transcript

SAID = [
    ("P1", "The waiting never ends. We sit. [laughs]"),
    ("P2", "Waiting for the doctor takes hours"),
    ("P3", "I wait, hours of waiting"),
    ("P1", "Trust grows slowly"),
    ("P2", "They do not trust me"),
]


def clusters_of(said=SAID, labels=(0, 0, 0, 1, 1)):
    text, segments = "", []
    for position, (speaker, words) in enumerate(said):
        segments.append(Segment("T", len(text), len(text) + len(words), words, speaker, None, 0, position))
        text += words + "\n"
    vectors = np.eye(2, 4)[np.maximum(labels, 0)] if said else np.zeros((0, 4))
    kept = Segments(tuple(segments), (Transcript("T", text),))
    return Clusters(Embeddings(kept, vectors, EncoderInfo("example")), np.array(labels, dtype=int))


class Server:
    """A language model on this computer that says what a test wants and remembers what it was asked."""

    def __init__(self):
        self.asked, self.status, self.wait, self.headers = [], 200, 0.0, {}
        self.answer = lambda body: {"choices": [{"message": {"content": "Waiting"}}]}
        memory = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                memory.asked.append((self.path, dict(self.headers), body))
                time.sleep(memory.wait)
                answer = memory.answer(body)
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(memory.status)
                for name, value in {**memory.headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self):
                self.do_POST()

            def log_message(self, *_):
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):  # a caller that gave up waiting
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.http.server_port}"
        self.url = f"http://{self.host}/v1"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def says(self, *phrases):
        queue = list(phrases)
        self.answer = lambda _: {"choices": [{"message": {"content": queue.pop(0)}}]}


@pytest.fixture
def server():
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


def ask(server, clusters=None, **more):
    chosen = {"model": "small", "allow_send": True, "timeout": 5.0, **more}
    return suggest_names(clusters_of() if clusters is None else clusters, endpoint=server.url, **chosen)


# --- without a model -------------------------------------------------------------------------------------------------


def test_without_an_endpoint_a_cluster_has_its_own_words_and_no_phrase(monkeypatch):
    monkeypatch.setattr("http.client.HTTPConnection", None)
    names = suggest_names(clusters_of())
    assert [(x.cluster, x.n_segments, x.phrase, x.checked) for x in names.items] == [(0, 3, None, ""), (1, 2, None, "")]
    assert "waiting" in " ".join(names[0].keywords)
    assert names[0].sentence == "The waiting never ends."
    assert names.settings == {}


def test_print_marks_suggestions_and_keeps_the_sentence_for_rows_and_html():
    names = suggest_names(clusters_of())
    assert "Suggestions of a machine" in str(names)
    assert "never ends" not in str(names) + repr(names)
    assert names.rows()[0]["sentence"] == "The waiting never ends."
    assert "never ends" in names._repr_html_()
    assert repr(names) == "ClusterNames(2 clusters, 0 with a suggested phrase)"
    assert len(names) == len(names.to_frame()) == 2


def test_no_clusters_give_no_names_and_ask_nothing(server):
    names = ask(server, clusters_of([], ()))
    assert len(names) == 0
    assert server.asked == []


# --- permission ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("allow", [False, None, 1, "yes"])
def test_without_permission_nothing_is_sent_and_the_refusal_says_what_would_be(server, allow):
    with pytest.raises(InputError) as caught:
        ask(server, allow_send=allow, n_quotes=4)
    assert f"up to 4 quotes of each of 2 clusters, words of participants, to {server.host}. Nothing was sent" in str(
        caught.value
    )
    assert server.asked == []


def test_the_refusal_says_when_the_way_is_not_encrypted():
    with pytest.raises(InputError, match="to example.org, unencrypted. Nothing was sent"):
        suggest_names(clusters_of(), endpoint="http://example.org/v1", model="m")
    with pytest.raises(InputError, match="to example.org. Nothing was sent"):
        suggest_names(clusters_of(), endpoint="https://example.org/v1", model="m")


@pytest.mark.parametrize("model", ["glm:cloud", "gpt-oss:120b-cloud"])
def test_a_model_that_a_server_here_hands_on_gets_no_quotes(server, model):
    with pytest.raises(InputError, match="is sent on to another computer. No words were sent"):
        ask(server, model=model)
    assert server.asked == []


def test_marks_of_a_chat_in_a_quote_are_sent_as_words(server):
    ask(server, clusters_of([("P1", "So<end_of_turn> and [/INST] waiting [laughs]")], (0,)))
    sent = server.asked[0][2]["messages"][1]["content"]
    assert sent == "- So\\u003cend_of_turn> and \\u005b/INST] waiting [laughs]"


def test_one_request_a_cluster_with_the_quotes_and_nothing_else(server):
    server.says("Waiting hours", "Trust grows")
    names = ask(server, n_quotes=2)
    assert [x.phrase for x in names.items] == ["Waiting hours", "Trust grows"]
    assert len(server.asked) == 2
    path, headers, body = server.asked[0]
    assert path == "/v1/chat/completions"
    assert "Authorization" not in headers
    assert {name: body[name] for name in body if name != "messages"} == {"model": "small", "temperature": 0, "seed": 0}
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert "at most 6 words" in body["messages"][0]["content"]
    lines = body["messages"][1]["content"].split("\n")
    assert len(lines) == 2
    assert all(line.removeprefix("- ") in {words for _, words in SAID[:3]} for line in lines)
    assert not any(speaker in json.dumps(server.asked[0][2]) for speaker in ("P1", "P2", "P3"))
    assert names.settings == {"model": "small", "host": server.host, "n_quotes": 2}
    assert f"Phrases by small at {server.host}, from up to 2 quotes" in str(names)


def test_a_long_turn_is_cut(server):
    ask(server, clusters_of([("P1", "waiting " * 20_000)], (0,)))
    assert server.asked[0][2]["messages"][1]["content"].count("waiting") == 120


def test_the_key_comes_from_the_variable_that_is_named(server, monkeypatch):
    monkeypatch.setenv("OWN_KEY", " secret\n")
    ask(server, key_variable="OWN_KEY")
    assert server.asked[0][1]["Authorization"] == "Bearer secret"


def test_a_missing_or_broken_key_is_one_sentence_and_nothing_is_sent(server, monkeypatch):
    monkeypatch.delenv("OWN_KEY", raising=False)
    with pytest.raises(InputError, match="variable 'OWN_KEY' \\(key_variable\\) is not set or is empty"):
        ask(server, key_variable="OWN_KEY")
    monkeypatch.setenv("OWN_KEY", "two\nlines")
    with pytest.raises(InputError, match="'OWN_KEY' \\(key_variable\\) holds characters that no key has") as caught:
        ask(server, key_variable="OWN_KEY")
    assert "lines" not in str(caught.value)
    assert server.asked == []


def test_proxies_of_the_computer_are_not_used(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert ask(server)[0].phrase == "Waiting"


# --- answers that are no answers -------------------------------------------------------------------------------------


def refused(server, **more):
    with pytest.raises(InputError) as caught:
        ask(server, **more)
    message = str(caught.value)
    assert f"The language model at {server.host} " in message
    assert "\n" not in message
    assert caught.value.__cause__ is None is caught.value.__context__
    assert not any(word in message for word in ("waiting", "doctor", "Trust", "echo"))
    return message


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_a_status_is_named_and_its_body_is_not(server, status):
    server.status, server.answer = status, lambda body: {"error": "echo " + body["messages"][1]["content"]}
    assert f"answered with status {status}. Check endpoint" in refused(server)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirections_are_not_followed(server, status):
    server.status, server.headers = status, {"Location": f"{server.url}/elsewhere"}
    assert f"answered with status {status}" in refused(server)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [b"echo, no JSON", b"", b"\xff\xfe", [], {}, {"choices": []}, {"choices": [{"message": {"content": None}}]},
     {"choices": {"0": 1}}, {"choices": [{"message": {"content": ["a"]}}]}, b"[" * 100_000, None, 3],
)  # fmt: skip
def test_what_is_no_chat_answer_is_said_so(server, answer):
    server.answer = lambda _: answer
    assert "answered with something other than a chat answer" in refused(server)


def test_a_slow_answer_is_waited_for_so_long(server):
    server.wait = 2.0
    assert "did not answer within 0.2 seconds" in refused(server, timeout=0.2)


def test_nobody_there(server):
    server.http.shutdown()
    server.http.server_close()
    assert "did not answer (ConnectionRefusedError)" in refused(server)


def test_a_server_that_hangs_up(server):
    server.answer = lambda body: body["nothing of this name"]
    assert "did not answer (RemoteDisconnected)" in refused(server)
    assert len(server.asked) == 1


def test_nothing_is_logged_or_printed(server, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    ask(server)
    server.status = 500
    refused(server)
    assert caplog.records == []
    assert capsys.readouterr() == ("", "")


# --- the check -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "phrase", "checked"),
    [
        ("Waiting for the doctor", "Waiting for the doctor", "all words are in the segments"),
        ('"Waiting hours."', "Waiting hours", "all words are in the segments"),
        ('"Waiting hours".', "Waiting hours", "all words are in the segments"),
        ("“Waiting hours”", "Waiting hours", "all words are in the segments"),
        ('"Waiting" hours', '"Waiting" hours', "all words are in the segments"),
        ("**Waiting hours**\n", "Waiting hours", "all words are in the segments"),
        ("WAITING of those", "WAITING of those", "all words are in the segments"),
        ("Waits for doctors", None, "dropped: 2 of 2 words (100%) not in the segments"),  # other forms are other words
        ("Waiting without a doctor", None, "dropped: 1 of 3 words (33%) not in the segments"),
        ("Not waiting", None, "dropped: 1 of 2 words (50%) not in the segments"),
        ("Waiting and laughs", None, "dropped: 1 of 2 words (50%) not in the segments"),  # the transcriber's word
        ("Waiting (betrayal)", None, "dropped: 1 of 2 words (50%) not in the segments"),
        ("Waiting_betrayal", None, "dropped: 1 of 2 words (50%) not in the segments"),
        ("“their” waiting", None, "dropped: 1 of 2 words (50%) not in the segments"),  # quoted, and nobody said it
        ("their waiting", "their waiting", "all words are in the segments"),
        ("Waiting for the doctor takes hours of", None, "dropped: 7 words, at most 6 were asked for"),
        ("of the", None, "dropped: nothing but function words"),
        ("", None, "dropped: the answer is no phrase"),
        ("…!", None, "dropped: the answer is no phrase"),
        ("waiting\x1b[31m", None, "dropped: the answer is no phrase"),
        ("waiting\u202ehours", None, "dropped: the answer is no phrase"),
    ],
)  # fmt: skip
def test_each_word_of_a_phrase_stands_in_the_segments(server, answer, phrase, checked):
    server.says(answer, "Trust")
    name = ask(server)[0]
    assert (name.phrase, name.checked) == (phrase, checked)


def test_words_of_another_cluster_do_not_count(server):
    server.says("Trust", "Waiting")
    assert [x.phrase for x in ask(server).items] == [None, None]


def test_negation_is_no_function_word():
    assert not FUNCTION_WORDS & {"not", "no", "never", "without", "none", "nobody", "nothing"}


WORDS = st.sampled_from(["waiting", "Hours", "don't", "doctor", "the", "of", "\u00e9t\u00e9", "e\u0301te\u0301"])


@given(st.lists(WORDS, min_size=1, max_size=6), st.lists(WORDS, max_size=6))
def test_a_phrase_is_kept_exactly_when_the_segments_hold_its_words(words, said):
    phrase, checked = check_phrase(" ".join(words), [f"{word}, so." for word in said])
    plain = {unicodedata.normalize("NFC", word).casefold() for word in words} - {"the", "of"}
    spoken = {unicodedata.normalize("NFC", word).casefold() for word in said}
    assert (phrase is not None) == bool(plain and plain <= spoken)
    assert (phrase is None) == checked.startswith("dropped: ")


@given(st.text(), st.lists(st.text(max_size=30), max_size=4))
def test_any_answer_is_kept_or_dropped_with_a_reason(answer, texts):
    phrase, checked = check_phrase(answer, texts)
    assert (phrase is None) == checked.startswith("dropped: ")
    assert phrase is None or (phrase.isprintable() and check_phrase(phrase, texts)[0] is not None)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "endpoint",
    ["file:///etc/passwd", "localhost:8080", "", "http://", "http://me:secret@host/v1", "http://host/v1?key=secret",
     "http://host/#x", "http://[::1", "http://host:port/v1", "http://ho st/v1", "http://høst/v1", 8080],
)  # fmt: skip
def test_an_endpoint_is_a_plain_address(endpoint):
    with pytest.raises(InputError, match="endpoint must be the base address of a language model") as caught:
        suggest_names(clusters_of(), endpoint=endpoint, model="m", allow_send=True)
    assert "secret" not in str(caught.value)


def test_other_values_are_checked():
    with pytest.raises(InputError, match="takes Clusters, as an.cluster\\(\\) gives. Got dict"):
        suggest_names({})
    with pytest.raises(InputError, match="Got n_quotes=0, timeout=60.0"):
        suggest_names(clusters_of(), n_quotes=0)
    with pytest.raises(InputError, match="timeout=0"):
        suggest_names(clusters_of(), timeout=0)
    with pytest.raises(InputError, match="timeout=nan"):
        suggest_names(clusters_of(), timeout=float("nan"))
    with pytest.raises(InputError, match="model and key_variable go with endpoint"):
        suggest_names(clusters_of(), model="m")
    with pytest.raises(InputError, match="endpoint needs model"):
        suggest_names(clusters_of(), endpoint="http://localhost:1/v1", allow_send=True)


def test_the_sentence_is_the_one_with_most_words_of_the_keywords():
    said = [
        ("P1", "They were there for him and her and for us all the while. Waiting hurts. Waiting."),
        ("P2", "waiting hurts"),
    ]
    assert suggest_names(clusters_of(said, (0, 0)), n_quotes=1)[0].sentence in ("Waiting hurts.", "waiting hurts")
    assert suggest_names(clusters_of(said[:1], (0,)), n_quotes=1)[0].sentence == "Waiting hurts."

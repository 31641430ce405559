"""Servers as their documentation says they answer: Ollama, llama.cpp, LM Studio, vLLM, llama-cpp-python, OpenAI itself.

None of them is run here but llama.cpp (tests/flows/test_real_language_model.py): answers are written by hand in the
form of each, with the fields beside the ones that are read.
"""

import contextlib
import json

import pytest

import alliance_nlp as an
from alliance_nlp.errors import AllianceWarning, InputError
from model_server import ModelServer, given, http

RUSH = "Time/takes time/rush"
SAID = given([(RUSH, "waiting")])
USAGE = {"prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940}


def answer(content, *, model="small", usage=USAGE, finish="stop", message=None, **more):
    """Write a chat completion with fields of one server beside the shared ones."""
    told = {"role": "assistant", "content": content, **(message or {})}
    choice = {"index": 0, "message": told, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model, "choices": [choice],
            "usage": usage, **more}  # fmt: skip


DIALECTS = {  # server: its answer, outcome, tokens read
    "Ollama": (answer(SAID, system_fingerprint="fp_ollama"), "coded", 900),
    "Ollama, thinking": (answer(SAID, message={"reasoning": "Codes? {"}), "coded", 900),
    "llama.cpp": (answer(SAID, timings={"prompt_n": 12, "cache_n": 888}, system_fingerprint="b1",
                         usage={**USAGE, "prompt_tokens_details": {"cached_tokens": 888}}), "coded", 900),
    "LM Studio": (answer(SAID, stats={}, system_fingerprint="small"), "coded", 900),
    "vLLM": (answer(SAID, message={"refusal": None, "annotations": None, "audio": None, "function_call": None,
                                   "tool_calls": [], "reasoning_content": None}, service_tier=None,
                    prompt_logprobs=None, kv_transfer_params=None), "coded", 900),
    "vLLM, thinking": (answer(SAID, message={"reasoning_content": "Codes? {"}), "coded", 900),
    "thoughts in the answer": (answer(f"<think>Codes? {{</think>\n\n{SAID}"), "coded", 900),
    "all went into thoughts": (answer("", finish="length", message={"reasoning_content": "Hm."}), "cut off", 900),
    "all went into thoughts, said as nothing": (answer("", message={"reasoning": "Hm."}), "not JSON", 900),
    "llama-cpp-python": (answer(SAID, model="/models/small.gguf"), "coded", 900),
    "OpenAI": (answer(SAID, model="small-2026-08-06", message={"refusal": None}, service_tier="default"), "coded", 900),
    "OpenAI, refusing": (answer(None, message={"refusal": "I cannot."}), "refused", 900),
    "Azure, filtering": (answer("", finish="content_filter"), "refused", 900),
    "no count of tokens": (answer(SAID, usage=None), "coded", 0),
}  # fmt: skip


@pytest.fixture
def server():
    made = ModelServer()
    yield made
    made.close()


def on(server, study, **more):
    segments = an.segment(study.transcripts)
    one = segments.take([i for i, segment in enumerate(segments) if "waiting" in segment.text])
    chosen = {"model": "small", "cache": False, "timeout": 5.0, **more}
    return an.suggest_with_model(one, study.codebook, endpoint=server.url, **chosen)


@pytest.mark.parametrize("name", DIALECTS)
def test_an_answer_as_each_server_writes_it(server, study, name):
    told, outcome, read = DIALECTS[name]
    server.faults = [http(json.dumps(told).encode())]
    lost = outcome != "coded"
    with pytest.warns(AllianceWarning, match="No answer that can be used") if lost else contextlib.nullcontext():
        made = on(server, study).made_from
    assert made.outcomes == (outcome,)
    assert made.settings["tokens_in"] == read
    assert dict(made.counts.values)["answers that name another model"] == 0


@pytest.mark.parametrize(
    ("form", "field"),
    [("json_schema", {"type", "json_schema"}), ("json_object", {"type", "schema"}), ("words", None)],
)
def test_a_request_holds_what_all_of_them_know_and_one_form_of_the_schema(server, study, form, field):
    on(server, study, answer_format=form)
    (body,) = server.bodies
    shared = {"model", "temperature", "seed", "stream", "max_tokens", "messages"}
    assert set(body) - shared == ({"response_format"} if field else set())
    assert field is None or set(body["response_format"]) == field
    assert (body["temperature"], body["stream"], isinstance(body["seed"], int)) == (0.0, False, True)


def test_the_weights_are_asked_for_as_ollama_tells_them_and_nobody_else_is_put_off(server, study):
    server.tags = [{
        "name": "small:latest", "model": "small:latest", "modified_at": "2026-11-01T00:00:00Z", "size": 3825819519,
        "digest": "fe938a131f40e6f6d40083c9f0f430a515233eb2edaa6d72eb85c50d64f2300e",
        "details": {"format": "gguf", "family": "llama", "families": None, "parameter_size": "7B"},
    }]  # fmt: skip
    server.shown = {
        "modelfile": "FROM x",
        "template": "{{ .Prompt }}",
        "model_info": {},
        "capabilities": ["completion"],
    }
    assert on(server, study).made_from.settings["revision"].startswith("fe938a131f40")
    for tags in (None, [], [{"name": "other", "digest": "a" * 64}]):  # llama.cpp and vLLM say 404
        server.tags, server.shown = tags, {"error": "model 'small' not found"}
        assert on(server, study).made_from.settings["revision"] is None


def test_a_name_that_is_not_served_stops_the_run_with_what_to_check(server, study):
    server.faults = [http(b'{"error": {"message": "The model `small` does not exist."}}', "404 Not Found")]
    with pytest.raises(InputError, match=r"answered with status 404. Check endpoint, model and key"):
        on(server, study)

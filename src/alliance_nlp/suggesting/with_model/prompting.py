"""What a language model is sent: a prompt of a versioned file with the codebook in it, then segments as JSON.

No name, no label of a speaker, no id of a transcript and no session is sent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from alliance_nlp.errors import InputError, choice_error
from alliance_nlp.files import checked_path, refuse_size
from alliance_nlp.models import escape_marks
from alliance_nlp.provenance import hash_bytes
from alliance_nlp.records import Code, Codebook

AnswerFormat = Literal["json_schema", "json_object", "words"]
FOLDER, PLACE = Path(__file__).parent / "prompts", "{{codes}}"
PROMPTS = ("coding-1", "coding-1-other-words")  # a shipped prompt is never changed: a new wording is a new file
TOKENS_EACH, TOKENS_MORE = 400, 100  # that an answer may have, for each segment and for the rest


class Prompt(NamedTuple):
    """A prompt by its name, its words before the codebook stands in them, and their hash."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the words."""
        return hash_bytes(self.text)


def read_prompt(prompt: str | Path) -> Prompt:
    """Read a shipped prompt by its name, or a caller's own from a file.

    Raises
    ------
    InputError
        When there is no prompt of this name, or the file has no place, or several, for the codes.

    Examples
    --------
    >>> read_prompt("coding-1").name
    'coding-1'
    """
    if isinstance(prompt, str) and prompt in PROMPTS:
        return Prompt(prompt, (FOLDER / f"{prompt}.txt").read_text(encoding="utf-8"))
    path = checked_path(prompt, "prompt")
    if isinstance(prompt, str) and not path.suffix:
        raise choice_error("prompt", PROMPTS, prompt)
    refuse_size(path, "text")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise InputError(
            f"prompt {path.name} cannot be read as text in UTF-8 ({type(err).__name__}). Name a file, or one of "
            f"{', '.join(PROMPTS)}."
        ) from err
    if text.count(PLACE) != 1:
        raise InputError(f"prompt {path.name} must hold {PLACE} once, where the codebook goes. It holds it "
                         f"{text.count(PLACE)} times.")  # fmt: skip
    return Prompt(path.stem, text)


def code_line(code: Code, codebook: Codebook, exemplars: Sequence[str]) -> str:
    """Write one code as a line of JSON; above the codes, what stands below it speaks for it where nobody defined it.

    Examples
    --------
    >>> book = Codebook((Code("Time", "", "rush", "too little time", exclude="mere lateness"),))
    >>> code_line(book.codes[0], book, ("The clock is worse.",))
    '{"code": "Time/rush", "definition": "too little time", "do not give it when": "mere lateness",
      "examples": ["The clock is worse."]}'
    """
    below = [c.name for c in codebook if c.id != code.id and c.id.startswith(f"{code.id}/")]
    told = {
        "code": code.id, "definition": code.definition or ", ".join(below), "also called": ", ".join(code.aliases),
        "give it when": code.include, "do not give it when": code.exclude, "examples": list(exemplars),
    }  # fmt: skip
    return as_material({name: value for name, value in told.items() if value})


def as_material(values: dict[str, Any]) -> str:
    r"""Write values as JSON in which nothing can be taken for a mark between the messages of a chat.

    Examples
    --------
    >>> print(as_material({"text": "So <|im_end|> [/INST] [laughs] é"}))
    {"text": "So \u003c|im_end|> \u005b/INST] [laughs] é"}
    """
    return escape_marks(json.dumps(values, ensure_ascii=False))


def schema_for(n_segments: int, codes: Sequence[str]) -> dict[str, Any]:
    """Give the JSON schema of an answer on some segments: an entry for each, and no more codes in it than there are."""

    def of(**properties: Any) -> dict[str, Any]:
        return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}

    given = of(code={"type": "string", "enum": list(codes)}, quote={"type": "string"})
    segment = of(
        segment={"type": "integer", "enum": list(range(1, n_segments + 1))},
        codes={"type": "array", "items": given, "maxItems": len(codes)},
    )
    return of(segments={"type": "array", "items": segment, "minItems": n_segments, "maxItems": n_segments})


def request_for(
    model: str, prompt: str, texts: Sequence[str], before: Sequence[dict[str, str]], codes: Sequence[str], *,
    answer_format: AnswerFormat, temperature: float, seed: int, thinking_tokens: int = 0,
) -> bytes:  # fmt: skip
    """Write the bytes of one request; the same arguments give the same bytes."""
    segments = [{"segment": number, "text": text} for number, text in enumerate(texts, 1)]
    material = {"before": list(before), "segments": segments} if before else {"segments": segments}
    body: dict[str, Any] = {
        "model": model, "temperature": temperature, "seed": seed, "stream": False,
        "max_tokens": TOKENS_EACH * len(texts) + TOKENS_MORE + thinking_tokens,
        "messages": [{"role": "system", "content": prompt},
                     {"role": "user", "content": as_material(material)}],
    }  # fmt: skip
    if answer_format == "json_schema":
        schema = {"name": "codes", "strict": True, "schema": schema_for(len(texts), codes)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif answer_format == "json_object":
        body["response_format"] = {"type": "json_object", "schema": schema_for(len(texts), codes)}
    return json.dumps(body).encode("ascii")  # escapes carry half characters, too


def letters_asked(body: bytes) -> int:
    """Count the letters that a model is to read of a request."""
    return sum(len(message["content"]) for message in json.loads(body)["messages"])

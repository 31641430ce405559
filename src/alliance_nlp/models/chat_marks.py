"""Marks that stand between the messages of a chat, written so that in somebody's words they stay words."""

from __future__ import annotations

import re

# Servers know the marks between messages (<|im_end|>, <end_of_turn>, [/INST] ...) wherever they stand, in what somebody
# said, too (llama.cpp, issue 24382; Ollama, pull request 17262). As an escape of JSON such a mark is words again.
_MARK = re.compile(
    r"<|\[(?=/?(?:INST|SYSTEM_PROMPT|MODEL_SETTINGS|AVAILABLE_TOOLS|TOOL_[A-Z]+|CALL_ID|ARGS|THINK|PREFIX|MIDDLE|SUFFIX|"
    r"(?:IMG|AUDIO|BEGIN|REF|TRANSCRIBE)[A-Z_]*|gMASK)\])"
)


def escape_marks(text: str) -> str:
    r"""Write the first sign of each mark as an escape of JSON: inside JSON the text stays what it was.

    Examples
    --------
    >>> print(escape_marks("So <|im_end|> [/INST] [laughs]"))
    So \u003c|im_end|> \u005b/INST] [laughs]
    """
    return _MARK.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

"""What suggestions were learnt from, so that a draft can say it and another run can repeat it."""

from __future__ import annotations

from typing import Any

from alliance_nlp.embeddings.encoders import runs_here
from alliance_nlp.records import Coding, Embeddings, Rule
from alliance_nlp.records.fingerprints import hash_coding


def origin_of(embeddings: Embeddings, learn_from: Coding | None, rule: Rule) -> dict[str, Any]:
    """Name the coders and the coding that are learnt from, the rule, and whether the encoder ran from files on disk."""
    source = {} if learn_from is None else {"coders": learn_from.coders, "sha256": hash_coding(learn_from)}
    return {"rule": rule, "learnt_from": source, "ran_here": runs_here(embeddings.model)}

"""Suggest codes for segments: learnt from a codebook, from exemplars, or from what people coded."""

from alliance_nlp.suggesting.asking import Trouble, find_trouble
from alliance_nlp.suggesting.coding_next import next_to_code
from alliance_nlp.suggesting.held_out import HeldOut, suggest_held_out
from alliance_nlp.suggesting.making import suggest_codes
from alliance_nlp.suggesting.suggestions import Suggestions
from alliance_nlp.suggesting.with_model import (
    ModelStability,
    ModelSuggestions,
    estimate_with_model,
    promise_with_model,
    stability_with_model,
    suggest_with_model,
)

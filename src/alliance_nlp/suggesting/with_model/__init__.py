"""A language model as one more coder, on a server that the caller names."""

from alliance_nlp.suggesting.with_model.coding_with_model import suggest_with_model
from alliance_nlp.suggesting.with_model.estimating import estimate_with_model
from alliance_nlp.suggesting.with_model.model_suggestions import ModelSuggestions
from alliance_nlp.suggesting.with_model.promising import promise_with_model
from alliance_nlp.suggesting.with_model.self_agreement import ModelStability, stability_with_model

"""The client of a language model on a server that the caller names: no proxy, no redirection, nothing unasked."""

from alliance_nlp.models.addresses import LanguageModel, key_in, language_model
from alliance_nlp.models.client import Reply, UnansweredError, ask_model, converse, digest_of
from alliance_nlp.models.retrying import ATTEMPTS, patiently

"""The client of a language model on a server that the caller names: no proxy, no redirection, nothing unasked."""

from alliance_nlp.models.addresses import LanguageModel, key_in, language_model
from alliance_nlp.models.chat_marks import escape_marks
from alliance_nlp.models.client import Reply, UnansweredError, ask_model, converse
from alliance_nlp.models.retrying import ATTEMPTS, patiently
from alliance_nlp.models.served import Served, ask_what_is_served, refuse_handed_on

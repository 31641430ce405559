"""Statement → cluster of meaning → essence → theme: who made each link, when, and the quote in its context."""

from alliance_nlp.chain.contexts import QuoteInContext, open_quote, question_before, turn_at
from alliance_nlp.chain.first_table import TableOne, table1
from alliance_nlp.chain.tracing import Chain, ChainLink, trace_chain

__all__ = [
    "Chain", "ChainLink", "QuoteInContext", "TableOne", "open_quote", "question_before", "table1", "trace_chain",
    "turn_at",
]  # fmt: skip

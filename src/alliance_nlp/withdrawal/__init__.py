"""Somebody takes back what they said: out of transcripts, codings, ledger, records, and what was made of them."""

from alliance_nlp.withdrawal.withdrawing import withdraw
from alliance_nlp.withdrawal.withdrawn_files import Withdrawal

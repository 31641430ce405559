"""Who decided what, when, in which role and why: an append-only ledger, and what stands once it is replayed."""

from alliance_nlp.ledger.changes import CodebookVersion, carry_coding, diff_codebooks
from alliance_nlp.ledger.decisions import KINDS, PROGRAM, VERDICTS, Decision, DecisionKind
from alliance_nlp.ledger.lines import Ledger, read_ledger
from alliance_nlp.ledger.recording import decide, record_all, record_decision
from alliance_nlp.ledger.replaying import Standing, replay

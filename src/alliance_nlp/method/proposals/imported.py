"""What became of each proposal."""

from __future__ import annotations

from dataclasses import dataclass

from alliance_nlp.errors import counted
from alliance_nlp.ledger import Decision
from alliance_nlp.records import Record, Table, Tabular

COLUMNS = ("file", "by", "what", "subject", "outcome", "why")
NEW, KNOWN, CONFLICT, NOT_APPLIED, GONE = (
    "in the ledger", "was there already", "in conflict", "cannot be applied", "left out",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class ImportedProposals(Tabular, Record):
    """What became of each proposal, or would, and the decisions that it made.

    Parameters
    ----------
    outcomes : Table
        One row a proposal: file, by whom, what, subject, outcome, why. An outcome is "in the ledger", "was there
        already", "in conflict" and "cannot be applied" (both are in the ledger, and wait there for a decision that
        settles), or "left out" (somebody withdrew what it is about; it is nowhere).
    decisions : tuple of Decision
        The lines that were written, views that were opened among them; as they would be where nothing was written.
    done : bool
        False where it was only looked at: nothing was written.

    Notes
    -----
    A proposal in the ledger is what one person thinks. It stands for a team once nobody's contradicts it.
    """

    outcomes: Table
    decisions: tuple[Decision, ...]
    done: bool

    @property
    def n_open(self) -> int:
        """Number of proposals that wait for somebody: in conflict, not to be applied, or left out."""
        return sum(row["outcome"] in (CONFLICT, NOT_APPLIED, GONE) for row in self.outcomes)

    def table(self) -> Table:
        """Give one row a proposal."""
        return self.outcomes

    def _summary(self) -> str:
        looked = "" if self.done else ", nothing written yet"
        return f"{counted(len(self.outcomes), 'proposal')}, {self.n_open} open{looked}"

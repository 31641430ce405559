"""What people decided on a page, brought back: files of proposals, checked and sealed into the ledger."""

from alliance_nlp.method.proposals.bringing_in import import_proposals
from alliance_nlp.method.proposals.imported import ImportedProposals

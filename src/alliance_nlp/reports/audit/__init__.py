"""The audit trail: one folder that a third person can follow, check and run again."""

from alliance_nlp.reports.audit.drafts import (
    coreq_draft,
    data_protection_paragraph,
    methods_paragraph,
    sentences_beside_records,
    srqr_draft,
)
from alliance_nlp.reports.audit.facts import Facts, gather_facts
from alliance_nlp.reports.audit.numbers import differences, numbers_of
from alliance_nlp.reports.audit.trail import check_audit_trail, write_audit_trail

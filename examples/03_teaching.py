"""Teaching: what two coders of the synthetic study agree on, and what a coefficient hides."""

import alliance_nlp as an

study = an.load_study("focus_group")
assert study.coding is not None  # nobody may have coded a study yet
segments = an.segment(study.transcripts)
one, other = (study.coding.by(coder) for coder in study.coding.coders)
comparison = an.compare(one, other, segments=segments, level="code")
print(comparison.per_code)
print(an.page_text(comparison, study=study))

rare_a, rare_b = [1] + [0] * 99, [0, 1] + [0] * 98  # each coder used the code once, never on the same segment
print(an.agreement.percent_agreement([rare_a, rare_b]))
print(an.agreement.cohen_kappa(rare_a, rare_b))

settled = an.reach_consensus(study.coding, segments)
if settled.ledger is not None:
    print(settled.ledger.notes[0])

"""Every step of the founding study's analysis, in the paper's order, on the shipped (synthetic) study."""

import shutil
import sys
from pathlib import Path

import alliance_nlp as an

out = Path(sys.argv[1] if len(sys.argv) > 1 else "founding_study")
ledger = out / "decisions.jsonl"
if ledger.exists():
    sys.exit(f"{ledger} exists already. A ledger is only ever added to: name another folder.")

# Two sessions, with roles, dates and a guide; four people of five came to the second
study = an.load_study("focus_group")
segments = an.segment(study.transcripts)

# Horizontalization: what each reader marked, how far they agree, and whether wording says more than length
print(an.compare_readers(study))
print(an.find_significant(segments, marked=study.marks).beside_people)

# Decontextualization and recontextualization: a quote alone, and in its context
print(an.open_quote(study.transcripts, an.trace_chain(study).links[0].segment_id))

# Independent coding and consensus, clusters and a machine that learnt beside them: the page for the meeting
clusters = an.cluster(an.embed(segments))
mapping = an.map_clusters(clusters, study.codebook)
learnt = an.suggest_held_out(clusters.embeddings, study.codebook, learn_from=study.coding, level="theme")
comparison = an.compare(study.consensus, learnt, clusters=mapping)
print(an.page_text(comparison, study=study))

# Essence and structure: the paper's Table 1
print(an.table1(study))

# People decide; the ledger keeps it
link = mapping.links[0]
an.record_decision(ledger, "accept", cluster=link.cluster, code=link.code_id, by="KL+MR", of=mapping)
an.record_decision(
    ledger, "change definition", code="presence", to="Being there for the patient, with attention.", by="KL", of=study
)
standing = an.replay(ledger, codebook=study.codebook, mapping=mapping, consensus=study.consensus)
print(standing)
print(an.effect_of_change(clusters, study.codebook, standing.codebook, consensus=study.consensus))

# Interaction: who speaks for a theme, who answers whom, what the co-moderator saw
print(an.count_voices(study))
print(an.who_answers_whom(study.transcripts))
print(an.notes_beside(study))

# Wording that lies apart; who spoke for a theme is for people to mark (a code is no stance)
print(an.find_opposing(study, "Time-consuming", embeddings=clusters.embeddings))
an.record_decision(ledger, "stance", theme="Time-consuming", about="P1", verdict="for", by="KL", of=study)
print(an.who_spoke_for(study, an.replay(ledger, codebook=study.codebook)))

# Quotes of everybody; relations between themes, as people recorded them, beside the counts
print(an.choose_quotes(study))
an.record_decision(
    ledger, "relation", theme="Time", to="The art of balancing", note="no time, no limit", by="KL+MR", of=study
)
print(an.relate_themes(study, standing=an.replay(ledger, codebook=study.codebook)))

# Session 2 elaborates session 1; saturation of two focus groups
print(an.compare_sessions(study))
print(an.assess_saturation(study))

# Member checking: a pack for one participant, a sheet as it might come back, and what stands
pack = an.member_check_pack(study, "P1")
pack.to_html(out / "pack_P1.html")
an.hand_out_pack(ledger, pack, by="KL", of=study)
sheet = out / "reply_P1.csv"
sheet.write_text(pack.to_csv().replace(",,,,", ",x,,,"), encoding="utf-8")  # here P1 ticks yes everywhere
an.record_replies(ledger, an.read_replies(sheet, pack), of=study)
an.record_workshop(
    ledger, "workshop", present=["P2", "P5"], shown="four themes on a sheet", by="MR", of=study,
    replies=[{"said": "Keep the laughter in.", "by": ["P2"], "changed": "a sentence in the description"}],
)  # fmt: skip
standing = an.replay(ledger, codebook=study.codebook)
print(an.member_agreement(study, standing))
print(an.group_checks(study, standing))

# Pre-understanding: what was said nearest to each expectation and to its contrary; people judge, and say what changed
quote_id = "session_2:31403-31682"
an.record_decision(ledger, "expectation", about="6", verdict="contradicted", segment=quote_id, by="MR", of=study)
an.record_decision(ledger, "read differently", note="nothing", by="KL", of=study)
standing = an.replay(ledger, codebook=study.codebook)
print(an.compare_expectations(study, embeddings=clusters.embeddings, standing=standing))

# Somebody withdraws, at any moment: from a copy of the study with a pack and a table that were made of it
home = out / "copy"
shutil.copytree(Path(an.__file__).parent / "studies" / "focus_group", home)
shutil.copy(ledger, home)
an.member_check_pack(study, "P3").to_html(home / "pack_P3.html")
an.choose_quotes(study).to_csv(home / "quotes.csv")
print(an.withdraw(home, "P3", by="KL", cache=False).files.only(("file", "what", "before", "after")))
print("Problems of the ledger:", len(an.read_ledger(home / "decisions.jsonl").problems))

# An audit trail of everything; reporting/sources.csv lays each sentence of the drafts beside its record
trail = an.write_audit_trail(study, out / "trail", comparison=comparison, ledger=ledger)
print("The audit trail:", trail)

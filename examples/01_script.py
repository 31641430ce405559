"""A researcher's script: clusters of meaning, and a machine that learnt, beside the themes people agreed on."""

import sys

import alliance_nlp as an

study = an.load_study("focus_group")  # or an.read_study("my_study/")
segments = an.segment(study.transcripts, unit="turn")
embeddings = an.embed(segments)
clusters = an.cluster(embeddings)
mapping = an.map_clusters(clusters, study.codebook)
learnt = an.suggest_held_out(embeddings, study.codebook, learn_from=study.coding, level="theme")
comparison = an.compare(study.consensus, learnt, clusters=mapping)

print(an.page_text(comparison, study=study))  # print(comparison) has every figure
folder = sys.argv[1] if len(sys.argv) > 1 else "report"
print("The report:", an.write_report(comparison, folder, study=study))

"""A researcher's script: the machine's suggestions beside the themes that people agreed on."""

import sys

import alliance_nlp as an

study = an.load_study("focus_group")  # or an.read_study("my_study/")
segments = an.segment(study.transcripts, unit="turn")
embeddings = an.embed(segments)
clusters = an.cluster(embeddings)
mapping = an.map_clusters(clusters, study.codebook)
comparison = an.compare(study.consensus, mapping.to_coding())

print(comparison)
for row in comparison.disagreements.rows()[:3]:
    print(row["segment_id"], row["a"], row["b"], row["likely_reason"])
folder = sys.argv[1] if len(sys.argv) > 1 else "report"
print("The report:", an.write_report(comparison, folder, study=study))

"""A benchmark: two recipes of clustering against a hand-coded gold standard, with chance and people beside them."""

import sys

import alliance_nlp as an

study = an.read_study(sys.argv[1]) if len(sys.argv) > 1 else an.load_study("focus_group")
embeddings = an.embed(an.segment(study.transcripts))
for recipe in ("consensus", "umap-hdbscan"):
    clusters = an.cluster(embeddings, recipe=recipe)
    machine = an.map_clusters(clusters, study.codebook).to_coding()
    comparison = an.compare(study.consensus, machine, n_permutations=199)
    print(f"\n{recipe}: {clusters.n_clusters} clusters, coverage {clusters.coverage:.0%}")
    print(comparison.overall)

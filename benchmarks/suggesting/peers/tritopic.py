"""Run TriTopic with seeds on jobs that `benchmarks/suggesting/run.py --jobs` wrote.

It needs an environment of its own (tritopic 2.6.0).

usage: python tritopic.py JOBS_FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np
from tritopic import TriTopic

for path in sorted(Path(sys.argv[1]).glob("*.json"), key=lambda found: found.stat().st_size):  # small sets first
    out = path.with_suffix(".tritopic.npy")
    if out.exists():
        continue
    job = json.loads(path.read_text(encoding="utf-8"))
    arrays = np.load(path.with_suffix(".npz"))
    vectors, seeds = arrays["vectors"], arrays["seed_vectors"]
    names = [str(k) for k in range(len(seeds))]
    try:
        model = TriTopic()
        model.fit(
            job["texts"],
            embeddings=vectors,
            seeds=dict(zip(names, job["seed_texts"], strict=True)),
            seed_embeddings=seeds,
        )
        labels = np.asarray(model.labels_)
        topic_to_code = {topic: int(name) for name, topic in model.seed_topics_.items()}
        nearest = (vectors @ seeds.T).argmax(axis=1)
        codes = np.array([topic_to_code.get(int(t), int(n)) for t, n in zip(labels, nearest, strict=True)])
    except Exception as err:  # a peer that fails on a set is a result, not an end
        print(path.name, type(err).__name__, err, flush=True)
        codes = np.full(len(vectors), -1)
    np.save(out, codes)

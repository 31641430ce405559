"""One run of one clustering method in a fresh process: ``python methods.py METHOD INPUT.npz OUTPUT.npy PEAK``.

This file is run by the Python of the peer's own environment, so it imports nothing but numpy and that peer. The input
holds `vectors`, `texts`, `k` (the number of gold codes, used by the methods that must be told it) and `seed`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Method = Callable[[np.ndarray, list[str], int, int], np.ndarray]


def embedded(vectors: np.ndarray, texts: list[str]) -> Any:
    """Put vectors and texts into the record that the library clusters: a list of texts, a turn each."""
    import alliance_nlp as an

    segments = an.segment(an.read_transcripts(texts))
    return an.Embeddings(segments, vectors, an.EncoderInfo("given"))


def alliance(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    import alliance_nlp as an

    return an.cluster(embedded(vectors, texts), random_state=seed).labels


def alliance_vectors(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    import alliance_nlp as an

    return an.ConsensusClustering(random_state=seed).fit_predict(vectors)


def alliance_told(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    import alliance_nlp as an

    return an.cluster(embedded(vectors, texts), n_clusters=k, random_state=seed).labels


def umap_hdbscan(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from hdbscan import HDBSCAN
    from umap import UMAP

    umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
    return HDBSCAN(min_cluster_size=10, metric="euclidean", prediction_data=True).fit_predict(
        umap.fit_transform(vectors)
    )


def bertopic(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from bertopic import BERTopic

    np.random.seed(seed)  # noqa: NPY002  BERTopic's own UMAP has no seed; this is the only handle
    return np.array(BERTopic().fit_transform(texts, embeddings=vectors)[0])


def bertopic_ours(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction

    import alliance_nlp as an

    model = BERTopic(umap_model=BaseDimensionalityReduction(), hdbscan_model=an.ConsensusClustering(random_state=seed))
    return np.array(model.fit_transform(texts, embeddings=vectors)[0])


def top2vec(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    import os

    from sentence_transformers import SentenceTransformer
    from top2vec import Top2Vec

    encoder = SentenceTransformer(os.environ["ALLIANCE_BENCHMARK_MODEL"], device="cpu")
    known = dict(zip(texts, vectors, strict=True))

    def embed(batch: list[str]) -> np.ndarray:
        """Give documents their shared vectors; only words go through the encoder."""
        if all(text in known for text in batch):
            return np.array([known[text] for text in batch])
        return encoder.encode(list(batch), normalize_embeddings=True)

    np.random.seed(seed)  # noqa: NPY002
    model = Top2Vec(texts, embedding_model=embed, embedding_batch_size=len(texts))
    return np.asarray(model.doc_top)


def tritopic(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from tritopic import TriTopic

    return np.asarray(TriTopic(random_state=seed, verbose=False).fit_transform(texts, embeddings=vectors))


def tritopic_told(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from tritopic import TriTopic

    return np.asarray(TriTopic(n_topics=k, random_state=seed, verbose=False).fit_transform(texts, embeddings=vectors))


def evoc(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from evoc import EVoC

    return np.asarray(EVoC(random_state=seed).fit_predict(vectors))


def plscan(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from fast_hdbscan import PLSCAN

    return np.asarray(PLSCAN().fit(vectors).labels_)


def kmeans_silhouette(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    best, labels = -2.0, np.zeros(len(vectors), dtype=int)
    top = min(len(vectors) - 1, max(3, int(3 * np.sqrt(len(vectors)))))
    for n in np.unique(np.geomspace(2, top, 20).astype(int)):
        found = KMeans(int(n), n_init=3, random_state=seed).fit_predict(vectors)
        score = silhouette_score(vectors, found)
        if score > best:
            best, labels = score, found
    return labels


def kmeans_told(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    return KMeans(k, n_init=10, random_state=seed).fit_predict(vectors)


def turftopic_told(vectors: np.ndarray, texts: list[str], k: int, seed: int) -> np.ndarray:
    from turftopic import GMM

    class Silent:
        """Stand in for the encoder: the vectors are given."""

        def encode(self, batch: list[str], **_: object) -> np.ndarray:
            return np.zeros((len(batch), vectors.shape[1]), dtype=np.float32)

    model = GMM(n_components=k, encoder=Silent(), random_state=seed)
    return np.asarray(model.fit_transform(texts, embeddings=vectors)).argmax(axis=1)


METHODS: dict[str, Method] = {
    f.__name__: f
    for f in (
        alliance, alliance_vectors, alliance_told, umap_hdbscan,
        bertopic, bertopic_ours, top2vec, tritopic, tritopic_told, evoc, plscan,
        kmeans_silhouette, kmeans_told, turftopic_told,
    )
}  # fmt: skip

if __name__ == "__main__":
    name, source, target, peak = sys.argv[1:5]
    with np.load(Path(source)) as given:
        texts = given["texts"].tolist()
        found = METHODS[name](given["vectors"], texts, int(given["k"]), int(given["seed"]))
    np.save(Path(target), np.asarray(found, dtype=np.int64))
    # not ru_maxrss: that counts the parent's memory at the moment of the fork
    status = Path("/proc/self/status").read_text()
    Path(peak).write_text(str(int(status.split("VmHWM:")[1].split()[0]) // 1024))

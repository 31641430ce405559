"""The consensus as a scikit-learn clusterer.

This module imports scikit-learn at its top, because a class must know its bases. It is therefore loaded only when
somebody asks the door for `ConsensusClustering`; nothing else in the library may import it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from alliance_nlp.clusters.assigning import BEYOND, middles_of, nearest_cluster
from alliance_nlp.clusters.coassociation import consensus_labels
from alliance_nlp.errors import check_choice
from alliance_nlp.numeric import Labels
from alliance_nlp.records import GRAINS, Grain


class ConsensusClustering(ClusterMixin, BaseEstimator):  # type: ignore[misc]
    """Group vectors by what many different groupings of them agree on; every row gets a cluster.

    Parameters
    ----------
    n_clusters : int, optional
        Number of clusters; by default it is chosen from the consensus itself.
    grain : {"coarse", "default", "fine"}
        Which cut of the tree to use when `n_clusters` is not given.
    nearest_share : float
        For `predict`: a new vector joins the cluster with the nearest center; it is -1 where it lies farther from that
        center than all but this share of the fitted rows would lie from theirs if they were new, that is, from the
        center of the other rows. 0 takes in all that are as near as any fitted row, 1 only what is as near as the
        nearest of them; what lies beyond 0-1 counts as 0 or 1.
    random_state : int, RandomState or None
        Seed. None draws one from numpy's global generator, so results differ from run to run.

    Attributes
    ----------
    labels_ : array of shape (n_rows,)
        Cluster of each fitted row, 0 the largest.
    strength_ : array of shape (n_rows,)
        How firmly each row sits in its cluster, 0-1; nan for a row without company.
    result_ : ConsensusResult
        The whole result, with the tree that other cuts come from.

    Notes
    -----
    There is no `transform`: a label is not a feature. `predict` gives fitted rows their own labels back, by exact
    look-up, and says -1 to a vector unlike anything fitted.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.repeat(np.eye(3), 6, axis=0) + np.random.default_rng(0).normal(0, 0.1, (18, 3))
    >>> model = ConsensusClustering(n_clusters=3).fit(rows)
    >>> model.predict([[0.0, 0.0, -1.0]]).tolist()
    [-1]
    """

    def __init__(
        self,
        *,
        n_clusters: int | None = None,
        grain: Grain = "default",
        nearest_share: float = BEYOND,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.grain = grain
        self.nearest_share = nearest_share
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None) -> ConsensusClustering:
        """Find the clusters of the rows of X."""
        check_choice("grain", GRAINS, self.grain)
        rows = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = int(check_random_state(seed).randint(np.iinfo(np.int32).max))
        self.result_ = consensus_labels(rows, n_clusters=self.n_clusters, random_state=int(seed))
        cut = self.result_.cut(self.result_.sizes["default" if self.n_clusters else self.grain])
        self.labels_, self.strength_ = cut.labels, cut.strength
        self._known = {(row + 0.0).tobytes(): int(label) for row, label in zip(rows, self.labels_, strict=True)}
        share = min(max(float(self.nearest_share), 0.0), 1.0)
        ranks = self.result_.ranks
        self._middles = middles_of(rows, self.labels_, ranks, ranks, share=share)
        return self

    def predict(self, X: ArrayLike) -> Labels:
        """Give fitted rows their own labels, new ones that of the nearest cluster, or -1 when none is near."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        found, _ = nearest_cluster(self._middles, rows)
        for position, row in enumerate(rows):
            found[position] = self._known.get((row + 0.0).tobytes(), found[position])
        return found

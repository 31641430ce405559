"""Clusters of meaning: which segments belong together, at which grain, and how sure that is."""

from alliance_nlp.clusters.assigning import assign
from alliance_nlp.clusters.clustering import cluster

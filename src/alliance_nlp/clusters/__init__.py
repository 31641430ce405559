"""Clusters of meaning: which segments belong together, at which grain, and how sure that is."""

"""Clusters of meaning against people's codes, beside the peers; their time, memory and stability."""

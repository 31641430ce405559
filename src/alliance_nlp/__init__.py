"""Clusters of meaning beside the themes that people agreed on, for interview and focus-group research."""

__version__ = "0.1.0"

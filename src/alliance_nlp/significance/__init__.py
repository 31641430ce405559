"""Horizontalization: which statements carry feeling, worth and personal experience, and which words say so."""

"""Measurements of the library: one folder a question, each with its run script, its stored rows and its page."""

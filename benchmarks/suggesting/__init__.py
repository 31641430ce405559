"""Suggested codes against people's codes: from exemplars, beside two people, promises, what to read next and again."""

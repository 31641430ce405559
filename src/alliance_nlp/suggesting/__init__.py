"""Suggest codes for segments: learnt from a codebook, from exemplars, or from what people coded."""

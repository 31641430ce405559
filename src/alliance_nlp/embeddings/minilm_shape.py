"""The shape of the default encoder's published weights, as their config.json says."""

LAYERS, HEADS, WIDTH, TINY = 6, 12, 384, 1e-12
LEAST_WEIGHT = 1e-9  # below the words of a text, so that nobody divides by nought, as sentence-transformers has it

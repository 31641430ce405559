"""Segments and codebooks into vectors: which encoder, how long texts are read whole, and what is kept for next time."""

from alliance_nlp.embeddings.embedding import EncodedTexts, embed, embed_codes, encode_texts
from alliance_nlp.embeddings.encoders import SentenceEncoder, load_encoder

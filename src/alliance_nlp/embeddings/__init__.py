"""Segments and codebooks to unit vectors; the only home of sentence-transformers."""

from alliance_nlp.embeddings.encoders import Encoder, LoadedEncoder, load_encoder
from alliance_nlp.embeddings.making import embed, encode_texts

__all__ = ["Encoder", "LoadedEncoder", "embed", "encode_texts", "load_encoder"]

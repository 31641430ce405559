"""Records kept in a folder of JSON and .npy files, and read from it again: nothing in it can run."""

from alliance_nlp.storage.folders import load, save

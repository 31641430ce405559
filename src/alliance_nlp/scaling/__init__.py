"""More texts than memory holds: clusters and suggestions made of some, given to any number, a part at a time."""

from alliance_nlp.scaling.coded_parts import CodedParts
from alliance_nlp.scaling.coding_parts import code_in_parts

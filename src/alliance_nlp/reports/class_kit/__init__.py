"""A class's kit: what a lecturer hands out, keeps, and shows; figures for slides come after the discussion."""

from alliance_nlp.reports.class_kit.kits import write_class_kit
from alliance_nlp.reports.class_kit.slides import write_class_slides

"""What the page opens, sorts and decides on, as data: one JSON text in the file, from which no word can run."""

from alliance_nlp.reports.page_data.assembling import data_of

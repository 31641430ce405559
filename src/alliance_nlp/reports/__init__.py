"""Reports: one record in, a page, Markdown, figures and tables out."""

from alliance_nlp.reports.writing import page_text, write_report

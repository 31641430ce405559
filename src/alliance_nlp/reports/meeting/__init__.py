"""The page that opens a report: what a team argues over and decides, passages before figures."""

from alliance_nlp.reports.meeting.front import front_of

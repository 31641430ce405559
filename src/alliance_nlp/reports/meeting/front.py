"""The sections of the page in their order: who coded, passages, themes, unnamed talk, the machine apart, limits."""

from __future__ import annotations

from alliance_nlp.reports.document import Section
from alliance_nlp.reports.material import Material
from alliance_nlp.reports.meeting.passages import both_section, parting_section
from alliance_nlp.reports.meeting.seen import Seen
from alliance_nlp.reports.meeting.starting import starting_sections
from alliance_nlp.reports.meeting.themes import themes_section
from alliance_nlp.reports.meeting.to_mark import unnamed_section
from alliance_nlp.reports.meeting.who import cannot_section, who_section


def front_of(material: Material, seen: Seen | None) -> tuple[Section, ...]:
    """Give the page of a comparison, as everybody is `seen` on it; without one, what to code first."""
    if seen is None:
        return starting_sections(material)
    machine = seen.comparison.basis.machine is not None
    return (
        who_section(seen), parting_section(seen), themes_section(seen),
        *((unnamed_section(seen), both_section(seen)) if machine else ()), cannot_section(seen),
    )  # fmt: skip

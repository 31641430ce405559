"""Who coded, alone or not, what the machine saw and learnt from; and what the page cannot show."""

from __future__ import annotations

from typing import Any

from alliance_nlp.comparison.sides import Source
from alliance_nlp.errors import listed
from alliance_nlp.records import unstated
from alliance_nlp.reports.document import Bullets, Section
from alliance_nlp.reports.meeting.seen import Seen, in_words

FEW = 10  # people; fewer say nothing of others by statistics
CANNOT = (
    "Whether a theme is true or deep. Agreement says that two codings meet, not that either is right.",
    "What is not in the words: irony, hesitation, silence, laughter, who answers whom.",
    "What another grain, encoder or unit would group. The number of clusters is a choice, not a finding.",
    "What nobody chose to show. The passages were picked by rule, not drawn at random: nothing is as common in your "
    "material as it is here.",
)


def who_section(seen: Seen) -> Section:
    """Say who coded, whether alone, what stands for the people, and what each machine saw."""
    return Section("who", "Who coded, and what the machine saw", (Bullets((*_people(seen), *_machines(seen))),))


def _people(seen: Seen) -> list[str]:
    coders = list(seen.coders)
    alone = "; whether each did without knowing the others' codes is not on record" if len(coders) > 1 else ""
    said = [f"{listed(coders, 'and')} coded{alone}."]
    saw = seen.people.saw_suggestions
    told = {words: [c for c in coders if saw.get(c) is value] for value, words in _SAW.items()}
    said += [f"{listed(names, 'and')} {words}." for words, names in told.items() if names]
    unsaid = [coder for coder in coders if coder not in saw]
    if unsaid:
        who = listed(unsaid, "and") if len(unsaid) < len(coders) else "anybody"
        said.append(f"Whether {who} had seen suggestions before coding is not stated.")
    if silent := unstated(seen.people):
        who = listed(list(silent), "and")
        said.append(
            f"What {who} read is not stated: a transcript in which they coded anything is taken as finished. State it "
            "under [read] in study.toml, or nobody knows what was left without a code on purpose."
        )
    if seen.agreed is not None:
        said.append("What they agreed on afterwards is what machine and clusters stand beside.")
    return said + _hidden(seen)


_SAW = {False: "had seen no suggestion before coding", True: "had seen suggestions before coding"}


def _hidden(seen: Seen) -> list[str]:
    """Name the transcripts that are not shown, and how they can be."""
    hidden = seen.material.hidden
    if not hidden:
        return []
    names = [f"{name} ({listed(list(who), 'and')})" if who else name for name, who in hidden.items()]
    return [
        f"Not finished by everybody, so that neither codes nor suggestions of it are shown: {listed(names, 'and')}. "
        "State who read what when a transcript is finished; show_unfinished= shows it, and records that it was seen."
    ]


def _machines(seen: Seen) -> list[str]:
    said = []
    learnt = seen.comparison.learnt
    if learnt is not None:
        said.append(how_learnt(learnt.made_from))
    elif seen.comparison.basis.machine is not None:
        said.append("No machine learnt from this coding: too little was coded, or none was asked for.")
    clusters = seen.comparison.clusters
    if clusters is not None:
        guided = clusters.settings.get("guided")
        saw = "guided by the codebook" if guided else "without any code being seen"
        said.append(f"Clusters of meaning were made from the words alone, {saw}.")
    if said:
        said.append("Machines suggest, people decide: nothing below is a finding.")
    return said


def how_learnt(made: Any) -> str:
    """Say what the machine that learnt had seen when it suggested."""
    settings = getattr(made, "settings", {})
    what = settings.get("kind", "")
    if what:
        return (
            f"A machine learnt from this coding, and suggested codes for one {what} at a time, having seen no code of "
            "it: held out."
        )
    if "prompt" in settings:
        return (
            f"The language model {settings.get('model')} was asked for codes by a prompt that holds the codebook; it "
            "saw no coding. Whether it had seen texts like these in its training is not known."
        )
    if settings.get("calibrated"):
        return "A machine learnt from this coding; what it suggests on a session comes from fits without that session."
    return "A machine suggested codes from the codebook; how it came to them is in the tables."


def cannot_section(seen: Seen) -> Section:
    """Say what this page cannot show."""
    said = list(CANNOT)
    study = seen.material.wishes.study
    if study is not None and study.synthetic:
        said.insert(0, "Anything about people: the study is synthetic, and so is every agreement in it.")
    speakers = seen.comparison.segments.speakers
    if 0 < len(speakers) < FEW:
        said.append(
            f"Other people. {in_words(len(speakers), 'person speaks', 'people speak').capitalize()} here, and nothing "
            "carries over to others by statistics."
        )
    if len(seen.coders) > 1 and seen.comparison.basis.machine is not None and Source.of(seen.comparison.human).people:
        said.append("What you would have agreed on without talking: a consensus was made by the coders themselves.")
    return Section("cannot", "What this cannot show", (Bullets(tuple(said)),))

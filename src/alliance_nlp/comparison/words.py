"""Every remark and verdict of a comparison: a code that the library goes by, and the words that people read."""

from __future__ import annotations

from typing import Literal

Remark = Literal["unread", "unused", "everywhere", "never a", "never b", "few", "ac1", "characters"]
REMARKS: dict[Remark | None, str] = {
    None: "",
    "unread": "no segment was read on both sides",
    "unused": "undefined: neither side applied it",
    "everywhere": "undefined: both sides applied it everywhere",
    "never a": "a applied it 0 times",
    "never b": "b applied it 0 times",
    "few": "too few to judge",
    "ac1": "rare or common: AC1 misleads",
    "characters": "over characters it is another",
}
NOT_ASKED = "not asked for (n_permutations=0)"
TESTED_WITH_POOLED = "one test for all codes, beside pooled kappa"
NO_INTERVAL = "none is given for a figure that chance is not taken off"
NO_CHARACTERS = "characters of one segment are anything but independent"
# why a column of the table of codes may be nan
NAN_COLUMNS = {
    "human_human": "human human: nan where fewer than two people are known, or none of them applied the code",
    "machine_human": "machine human, difference: nan where neither applied the code",
    "ratio": "ratio: nan unless the interval of the people's own kappa lies above 0",
    "precision": "precision: nan where the side beside the consensus never applied the code",
    "recall": "recall: nan where the consensus never applied it",
    "f1": "F1: nan where neither applied the code",
    "position": "position: nan where the people gave the code to no segment, or to all, or nobody speaks in turn",
    "kappa_characters": "kappa characters: nan where the code is on none, or on all, of the characters",
}

OverallRemark = Literal["spread", "left out", "pooled", "nothing varies", "by chance too", "in a cluster", "one by one"]
OVERALL_REMARKS: dict[OverallRemark, str] = {
    "spread": "from {low} to {high}",
    "left out": "{n} undefined left out",
    "pooled": "common codes count for more",
    "nothing varies": "undefined: no code varies",
    "by chance too": "not corrected for chance",
    "in a cluster": "segments with one code and a cluster, {n} of {total}",
    "one by one": "all {total} segments with one code, those in no cluster one by one",
}

OVERALL_PRINTED = ("figure", "value", "interval", "p", "n", "human_human", "position", "remark")
LEAST_COVERAGE = 0.85  # of 95% intervals by stretches of talk, in the worst cell of docs/benchmarks/agreement.md
DRAWN = {
    "participants": "{n_draws} draws of {n} participants, seed {seed}",
    "stretches of talk": "{n_draws} draws of {n} stretches of talk, seed {seed}. With fewer than ten participants they "
    "answer for more talk of these people, not for other people; in simulations at least "
    f"{LEAST_COVERAGE:.0%} of them held the truth",
}
P_FROM = {
    "moved": "share of arrangements, codes moved along each participant's talk, that agree as well.",
    "stretches": "Student's t over {n} stretches of talk, centred within each person (their signs where all say the "
    "same); no code is moved.",
    "nothing": "not asked for.",
}

Reason = Literal["one side", "neighboring", "different", "boundary", "unsure"]
# in the order in which they are worth reading
REASONS: dict[Reason, str] = {
    "one side": "one side saw no code",
    "neighboring": "neighboring codes",
    "different": "different themes",
    "boundary": "boundary",
    "unsure": "machine unsure",
}

# The machine is the subject: the clusters gathered ... of this theme; the rule is in docs/decisions/0102.
ThemeVerdict = Literal["most of", "part of", "together with", "not", "too little to say"]
THEME_VERDICTS: dict[ThemeVerdict, str] = {
    "most of": "most of the theme is in clusters that go with it, and most of what they hold is the theme, beyond what "
    "chance gives",
    "part of": "clusters go with the theme and hold a part of it",
    "together with": "most of the theme is in clusters that go with it, but most of what they hold is something else",
    "not": "no cluster goes with the theme, or nearly everything is in those that do, or no more than a trace of it",
    "too little to say": "no way in which its segments could have fallen into the clusters would have been told from "
    "chance, or not for a cluster that holds some of it",
}
NOT_WEAKER = (
    "A theme that the clusters do not gather is not thereby weaker: the machine groups wordings, and people hear more "
    "than wording."
)
Why = Literal["gathered", "everything", "trace", "nothing apart", "out of reach", "untold", "none"]
WHYS: dict[Why, str] = {
    "gathered": "",
    "everything": "the clusters that go with it hold {fallout:.0%} of all other segments as well",
    "trace": "more than chance gives, but a trace (kappa {kappa:.2f})",
    "nothing apart": "the clusters tell no two segments apart",
    "out of reach": "too few stretches of talk could tell",
    "untold": "of what is in {untold} it cannot be told whether chance put it there",
    "none": "no cluster goes with it",
}

ClusterVerdict = Literal["goes with one", "shares one", "goes with several", "goes with none", "too little to say"]
CLUSTER_VERDICTS: dict[ClusterVerdict, str] = {
    "goes with one": "goes with one theme, and no other cluster does",
    "shares one": "goes with one theme, as other clusters do",
    "goes with several": "goes with two themes or more",
    "goes with none": "goes with no theme by itself",
    "too little to say": "lies in too few stretches of talk to be told from chance",
}

UNIVERSES = {
    "shared": "segments that both sides read, coded or not",
    "coded": "segments that at least one side coded (leaving out what nobody coded changes every coefficient)",
    "characters": "characters that both sides read",
}
MEANING = (
    "A kappa of 0 is what two codings reach that apply codes as often but without regard to one another; 1 is the "
    "same code on the same segments every time. It says nothing on whether the codes are right.",
    "Percent agreement, AC1 and Brennan-Prediger stay high for a rare code even when the two sides never agree on "
    "it; kappa, alpha and F1 do not.",
    "An interval covers which participants, or which stretches of these people's talk, were drawn, not who coded or "
    "how the codebook was made.",
    "p asks, stretch of talk by stretch of talk, whether the same person's segments carry the code on both sides more "
    "often than each side's use of it for that person there gives. A small p says more than chance, not good, and not "
    "why: both sides may follow the questions of a guide. A large p does not say that nothing is there. p adjusted is "
    "for reading all codes together; nothing makes up for comparisons that were tried and left out.",
    "Kappa over characters counts what the spans share, whatever the segments: where it lies far below kappa, the two "
    "sides marked other words of the same segment.",
)
POSITION = (
    "Position is what the order of talk says by itself, without a word read: for codes the people's own code of the "
    "segment before it, for groupings blocks of neighboring segments."
)
BEFORE = "the people's own code of the segment before"
NO_ORDER = "none: answers of different people stand side by side, one each, so there is no order of talk"
BELOW = "Below position stand {names}: there the machine has found nothing that the order of talk does not say better."
OF_CLUSTERS = (
    "AMI and ARI compare groupings of segments; segments in no cluster are left out of the first pair of figures and "
    "stand alone in the second. Neither names a theme. Both come out too high where few people speak, so an interval "
    "may lie below its figure. The p beside them asks whether clusters and codes are related at all, on all segments "
    "that were read."
)
# Labels that people quote; each with its source, never used to color or judge a figure here.
QUOTED = "Thresholds that people quote, with their source:"
THRESHOLDS = (
    "Krippendorff (Content Analysis): alpha >= .800 to rely on, .667-.800 for tentative conclusions",
    "Landis & Koch 1977 (doi:10.2307/2529310): .41-.60 moderate, .61-.80 substantial",
)
OBJECTION = (
    "Reflexive thematic analysis holds that themes are made, not found, and that agreement can measure a shared "
    "shallowness (Braun & Clarke, doi:10.1080/14780887.2020.1769238). Read these figures as a start of a conversation "
    "(O'Connor & Joffe, doi:10.1177/1609406919899220): the list of disagreements is of use without any of them."
)

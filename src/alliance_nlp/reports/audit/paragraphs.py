"""Drafts of two paragraphs: how the analysis was made, and what happened to the data."""

from __future__ import annotations

from alliance_nlp.errors import counted
from alliance_nlp.records import format_cell
from alliance_nlp.reports.audit.facts import Facts


def methods_paragraph(facts: Facts) -> str:
    """Draft a methods paragraph from the records: counts, coders, machine, seed, who decided, what was not done.

    Parameters
    ----------
    facts : Facts
        What `gather_facts` gave.

    Returns
    -------
    str
        Plain sentences without adjectives, to be read and changed by the authors.
    """
    study = facts.study
    sessions = counted(len({t.session_name for t in study.transcripts}), "session")
    turns = counted(sum(len(t.turns) for t in study.transcripts), "turn")
    said = ["This study is synthetic; its figures are no evidence."] if study.synthetic else []
    said.append(f"The material is {sessions} with {counted(len(facts.people), 'participant')}, {turns}.")
    if facts.coders:
        n = counted(len(facts.coders), "person", "people")
        said.append(f"{n} ({', '.join(facts.coders)}) coded the transcripts, each alone.")
    said += _agreed(facts)
    if study.codebook is not None:
        codes, themes = counted(len(study.codebook), "code"), counted(len(study.codebook.themes), "theme")
        said.append(f"The codebook holds {codes} under {themes}.")
    said += _machine(facts)
    said.append("Essences, themes and composite descriptions were written by people.")
    said += [f"Saturation: {facts.saturation}."] if facts.saturation else []
    said += _not_done(facts)
    software = ", ".join(f"{name} {number}" for name, number in facts.versions.items())
    return " ".join([*said, f"Software: {software}."])


def _agreed(facts: Facts) -> list[str]:
    said = []
    if facts.agreement is not None:
        rows = [
            f"{row['code']} {format_cell(row['kappa'])} ({format_cell(row['kappa_interval'])})"
            for row in facts.agreement
        ]
        said.append(f"Agreement before consensus was, as Cohen's kappa with its interval: {'; '.join(rows)}.")
    if facts.study.consensus is not None:
        said.append("They then agreed on one coding.")
    return said


def _machine(facts: Facts) -> list[str]:
    comparison, clusters = facts.comparison, facts.clusters
    if comparison is None or clusters is None:
        return ["No machine took part in the analysis."]
    settings = clusters.settings
    said = [
        f"Segments ({len(clusters.segments)}, unit: {clusters.segments.unit}) were embedded with {facts.encoder} and "
        f"grouped into {counted(clusters.n_clusters, 'cluster')} (recipe {settings.get('recipe')}, seed "
        f"{settings.get('random_state')}); set aside as near-empty: {counted(len(clusters.set_aside), 'segment')}."
    ]
    if comparison.mapping is not None:
        links = comparison.mapping.links
        said.append(
            f"The machine suggested {counted(len(links), 'link')} between clusters and codes; people decided on "
            f"{sum(link.decided for link in links)}."
        )
    return said


def _not_done(facts: Facts) -> list[str]:
    missing = []
    missing += ["participants were not asked about the themes"] if facts.member_checks is None else []
    missing += ["expectations were not recorded"] if not facts.study.expectations else []
    missing += ["decisions were not kept in a ledger"] if facts.standing is None else []
    missing += [f"agreement before consensus ({facts.no_agreement})"] if facts.agreement is None else []
    return [f"Not done, or not on record: {'; '.join(missing)}."] if missing else []


def data_protection_paragraph(facts: Facts, *, quotes: bool) -> str:
    """Draft a paragraph on data protection for an ethics board, from what this library does and wrote.

    Parameters
    ----------
    facts : Facts
        What `gather_facts` gave.
    quotes : bool
        Whether this audit trail holds participants' words.

    Returns
    -------
    str
        Plain sentences; what only the authors know is named at the end.
    """
    model = (
        f"The language model ({facts.encoder}) was run on the researchers' own computer from files on its disk."
        if facts.encoder
        else "No language model was used."
    )
    words = (
        "This folder holds participants' words and must be kept as the transcripts are."
        if quotes
        else "This folder holds hashes and counts in place of participants' words; notes that people wrote in the "
        "ledger, in field notes and in definitions stand as they wrote them and may name participants by pseudonym."
    )
    return (
        f"Transcripts were processed by the open-source library alliance_nlp. {model} The library sends nothing over "
        f"the network unless it is asked to: a model may be fetched (download=True), and names for clusters may be "
        f"asked of an endpoint that the researchers name (allow_send=True), which then receives quotes; whether that "
        f"was done is for the researchers to state here. It has no telemetry, and no words "
        f"go into logs, error messages or names of files. Nothing was used to train a model that leaves the computer. "
        f"Embeddings are derived from personal data and are treated like it; those kept between runs lie in the user's "
        f"cache folder and can be deleted there. {words} For the authors to add: who has access, how long material is "
        f"kept and how it is deleted, who pseudonymised it, and whether the consent covers this processing."
    )

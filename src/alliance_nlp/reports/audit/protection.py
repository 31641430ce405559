"""What the records say of data protection: who agreed to what, which model read the words, what this folder holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from alliance_nlp.errors import counted
from alliance_nlp.records import took_back
from alliance_nlp.reports.audit.facts import Facts
from alliance_nlp.reports.audit.said import Said, left_open, said


def data_protection(facts: Facts, *, quotes: bool) -> list[Said]:
    """Give the sentences on data protection."""
    number = facts.versions["alliance_nlp"]
    found = [said(f"The figures of this folder were made with alliance_nlp {number}.", "versions of this run", number)]
    found += _words_used(facts)
    found += consented(facts)
    if all(row[use] == "not said" for row in facts.study.consent for use in ("quotation", "machine", "remote_model")):
        found.append(left_open("whether the consent covers quotation and processing by a machine; it is not on record"))
    words = (
        "This folder holds participants' words and must be kept as the transcripts are."
        if quotes
        else "This folder holds hashes and counts in place of transcripts and quotes; what people wrote in the ledger, "
        "in field notes and in definitions stands as they wrote it and may name participants by pseudonym."
    )
    found.append(said(words, "manifest.json: participants_words", quotes))
    return [
        *found,
        left_open(
            "whether a model was fetched over the network (download=True), and whether quotes were sent to a model "
            "elsewhere (allow_send=True)"
        ),
        left_open(
            "who has access, how long material, vectors in the user's cache and saved records are kept and how they "
            "are deleted, and who pseudonymised the transcripts"
        ),
    ]


def _sent(settings: Mapping[str, Any]) -> Said:
    """Say which words went to which language model, on this computer or another, by which way."""
    of = {name: settings.get(name) for name in ("model", "revision", "host", "n_segments", "n_requests", "bytes_sent")}
    revision = f" ({of['revision']})" if of["revision"] else ""
    way = "unencrypted" if settings.get("unencrypted") else "encrypted"
    where = f"another computer, {way}" if settings.get("remote") else "the computer on which it was asked"
    n, requests = (counted(int(of[f"n_{noun}s"] or 0), noun) for noun in ("segment", "request"))
    return said(
        f"Words of {n} went to the language model {of['model']}{revision} at {of['host']}, {where}, without names and "
        f"labels of speakers: {requests} in that run, {of['bytes_sent']} bytes; what had been answered in an earlier "
        "run was not sent again.", "settings of the language model", *of.values(), where,
    )  # fmt: skip


def consented(facts: Facts) -> Iterator[Said]:
    """Say how many agreed to which use of their words, as it is recorded of each person."""
    study = facts.study
    consent = [row for row in study.consent if not took_back(study.transcripts, str(row["participant"]))]
    for use, words in (("quotation", "be quoted"), ("machine", "have their words read by a machine"),
                       ("remote_model", "have their words sent to a model elsewhere")):  # fmt: skip
        of = Counter(row[use] for row in consent)
        if of["yes"] or of["no"]:
            yield said(
                f"Of {len(consent)} people listed {of['yes']} agreed to {words}, {of['no']} did not, and of "
                f"{of['not said']} it is not on record.", f"participants: {use}", len(consent), of["yes"], of["no"],
                of["not said"],
            )  # fmt: skip


def _words_used(facts: Facts) -> Iterator[Said]:
    """Say whether a model read the words, and where it ran as far as that is known."""
    for settings in facts.language_models:
        yield _sent(settings)
        if not settings.get("remote"):
            yield left_open("whether the program that answered there sends words on; it gave no sign of it")
    if facts.encoder:
        yield said(f"Words were turned into vectors by {facts.encoder}.", "encoder of the run", facts.encoder)
        if facts.ran_here:
            yield said("It was run on the computer on which this folder was made, from files on its disk.",
                       "encoder of the run", "a model of files on disk")  # fmt: skip
        else:
            yield left_open("where that model was run; the records do not hold it")
    elif not facts.suggested and facts.clusters is None and not facts.language_models:
        yield said("This folder holds nothing that a language model made.", "files of this folder", "no encoder")

"""What the records say of people: who was asked, answered, withdrew, spoke for what, and how researchers stand."""

from __future__ import annotations

from collections.abc import Iterator

from alliance_nlp.errors import counted, listed
from alliance_nlp.numeric import grouped
from alliance_nlp.records import moderates
from alliance_nlp.reports.audit.facts import Facts
from alliance_nlp.reports.audit.said import Said, said


def withdrawn(facts: Facts) -> Iterator[Said]:
    """Say how many withdrew, and when."""
    leaders = {one.id for one in facts.study.participants if moderates(one.role)}
    made = [d for d in facts.decided("withdrawal") if d.about not in leaders]
    days = sorted({d.date.isoformat() for d in made if not d.is_shortened})
    n = len({d.about for d in made if not d.is_shortened})
    if n:
        yield said(f"{counted(n, 'participant')} withdrew ({', '.join(days)}).", "ledger: withdrawal", n, days)


def positions(facts: Facts) -> Iterator[Said]:
    """Say how researchers stand to participants and moderator, as they wrote it down themselves."""
    for d in facts.decided("position"):
        words = facts.study.quotable(d.note)
        yield said(f"{d.by}, towards {d.about}: {words}", f"decision {d.number}", d.by, d.about, words)


def asked(facts: Facts) -> Iterator[Said]:
    """Say who was asked what they think of the findings, and who answered."""
    if facts.standing is None:
        return
    packs, record = facts.decided("pack"), "ledger: pack, workshop, member check"
    to = {d.about: d.date.isoformat() for d in packs}
    if to:
        names = listed([f"{who} ({day})" for who, day in to.items()], "and")
        yield said(f"Packs with their own statements were handed out to {names}.", "ledger: pack", to)
    for d in facts.decided("workshop"):
        day, who = d.date.isoformat(), listed(d.people, "and")
        yield said(f"At {d.about}, on {day}, preliminary findings were shown to {who}.",
                   f"decision {d.number}", d.about, d.date.isoformat(), d.people)  # fmt: skip
    answered = sorted(facts.answered)
    if answered:
        n = counted(len(answered), "participant")
        yield said(
            f"Answers of {n} for themselves are on record: {', '.join(answered)}.", record, len(answered), answered
        )
    if facts.replied:
        replied = sorted(facts.replied)
        n = counted(len(replied), "participant")
        yield said(f"Replies of {n} in a group are on record: {', '.join(replied)}.", "ledger: workshop reply",
                   len(replied), replied)  # fmt: skip
    present = facts.replied | {person for d in facts.decided("workshop") for person in d.people}
    never = [p for p in facts.people if p not in to and p not in answered and p not in present]
    if (to or answered or present) and never:
        yield said(f"That {listed(never, 'or')} was asked is not on record.", record, never)
    if not (to or answered or present):
        yield said("No member checks are on record.", "ledger of decisions", "no pack, workshop or member check")


def stances(facts: Facts) -> Iterator[Said]:
    """Say who spoke for and against a theme by people's marks, and which cases go against it."""
    for theme, marks in grouped((d.theme, d) for d in facts.decided("stance")).items():
        of = grouped((d.verdict, d.about) for d in marks)
        words = "; ".join(f"{verdict}: {', '.join(dict.fromkeys(who))}" for verdict, who in of.items())
        yield said(f"{theme}, by the marks of {listed(sorted({d.by for d in marks}), 'and')}: {words}.",
                   "ledger: stance", theme, [(d.number, d.by, d.about, d.verdict) for d in marks])  # fmt: skip
    for d in facts.decided("negative case"):
        words = facts.study.quotable(d.note)
        yield said(f"{d.segment} goes against {d.theme!r}, by {d.by}: {words}", f"decision {d.number}", d.segment,
                   d.theme, d.by, words)  # fmt: skip


def read_differently(facts: Facts) -> Iterator[Said]:
    """Say what the researchers read differently after seeing the machine, in their words."""
    for d in facts.decided("read differently"):
        words = facts.study.quotable(d.note)
        yield said(f"After seeing the machine, {d.by} read differently: {words}", f"decision {d.number}", d.by, words)

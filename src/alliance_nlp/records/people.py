"""Who stands behind a label: the one place where the labels of transcripts become the people of a study."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from alliance_nlp.errors import choice_error, problems_error
from alliance_nlp.numeric import grouped
from alliance_nlp.records.consent import USES, Use
from alliance_nlp.records.fields import Checked, Name
from alliance_nlp.records.transcripts import Role, Transcript, Voiced, moderates

SamePeople = bool | tuple[Name, ...] | None
# What a transcriber calls whoever answers, in the languages that the reader knows and their neighbors.
_GENERIC = frozenset({
    "p", "pt", "pp", "r", "b", "tn", "ip", "ie", "iee", "part", "resp", "participant", "participants", "interviewee",
    "informant", "respondent", "subject", "client", "patient", "case", "person", "speaker", "voice", "guest", "expert",
    "male", "female", "man", "woman", "answer", "svar", "antwort", "antwoord", "réponse", "respuesta", "resposta",
    "risposta", "odpowiedź", "vastaus", "other", "student", "teacher", "nurse", "employee", "user", "customer",
    "teilnehmer", "teilnehmerin", "teilnehmende", "befragter", "befragte", "befragte person", "interviewte",
    "interviewter", "interviewpartner", "interviewpartnerin", "proband", "probandin", "sprecher", "sprecherin",
    "patientin", "participante", "participantes", "entrevistado", "entrevistada", "informante", "hablante", "paciente",
    "encuestado", "encuestada", "respondiente", "participante da pesquisa", "falante", "inquirido", "inquirida",
    "interviewé", "interviewée", "enquêté", "enquêtée", "répondant", "répondante", "locuteur",
    "locutrice", "informateur", "informatrice", "participant·e", "partecipante", "intervistato", "intervistata",
    "rispondente", "parlante", "paziente", "deelnemer", "deelneemster", "geïnterviewde", "respondente", "spreker",
    "spreekster", "intervjuobjekt", "intervjuobjektet", "deltaker", "deltakar", "deltakeren", "respondenten",
    "informanten", "intervjuperson", "intervjupersonen", "deltagare", "deltagaren", "deltager", "deltageren",
    "interviewperson", "interviewpersonen", "taler", "talare", "pasient", "haastateltava", "osallistuja", "vastaaja",
    "puhuja", "uczestnik", "uczestniczka", "badany", "badana", "rozmówca", "rozmówczyni", "respondentka", "účastník",
    "viðmælandi", "þátttakandi", "katılımcı", "görüşülen",
})  # fmt: skip
_FORMS = re.compile(r"(?:[/*:·_]-?|\()(?:in|innen|r|n|e|ne|a|o)\)?$")  # Teilnehmer/in, Befragte*r, entrevistado(a)
_VOICE = re.compile(
    r"(?:speaker|spk|voice|person|sprecher(?:in)?|hablante|falante|locuteur|parlante|spreker|taler|talare|puhuja|"
    r"male|female|man|woman|unknown|unidentified)[ _.#-]*(?:\d+|[a-z])"
)


def fold(name: str) -> str:
    """Form a name for comparing: one space between words, case, form of marks, invisible signs forgotten.

    So is what stands around it: dots, colons, ``*``, ``#``, ``@``.

    Examples
    --------
    >>> fold("\u200e**Jose\u0301  B.**") == fold("jos\u00e9 b")
    True
    """
    seen = name if name.isascii() else "".join(s for s in unicodedata.normalize("NFC", name) if is_seen(s))
    return " ".join(seen.split()).casefold().strip(" .:*#@")


_BEFORE_NUMBER = re.compile(r"(?<=[^\W\d_])[ _.#-]+(?=\d)")


def key(label: str) -> str:
    """Form a label for telling whether two are one: as `fold`, and what parts letters from a number is forgotten.

    Examples
    --------
    >>> [key(label) for label in ("P1", "P 1:", "p-1", "Speaker #2")]
    ['p1', 'p1', 'p1', 'speaker2']
    """
    return _BEFORE_NUMBER.sub("", fold(label))


def is_seen(sign: str) -> bool:
    """Whether a sign of a name can be seen: marks of direction, joiners and soft hyphens cannot."""
    return unicodedata.category(sign) != "Cf"


def is_generic(label: str) -> bool:
    """Whether a label names nobody: what a transcriber calls whoever answers, or a voice that a program numbered.

    Examples
    --------
    >>> [is_generic(label) for label in ("Interviewee", "Speaker 1", "deltaker", "Teilnehmer:in", "P1", "Anna")]
    [True, True, True, True, False, False]
    """
    folded = fold(label)
    return _is_word(folded) or _VOICE.fullmatch(folded) is not None


def _is_word(folded: str) -> bool:
    """Whether a folded label is a general word, in one form or in two ("teilnehmer/in")."""
    return folded in _GENERIC or _FORMS.sub("", folded) in _GENERIC


@dataclass(frozen=True, slots=True)
class Participant(Checked):
    """One person of the study: pseudonym, role, the sessions they came to, the labels they go by there.

    Parameters
    ----------
    id : str
        Pseudonym, as it stands in the transcripts.
    role : {"participant", "moderator", "co-moderator"} or None
        None where the study does not say.
    sessions : tuple of str
        Sessions (or transcripts) they attended; who speaks under one of their labels there is this person. Absent from
        a session is not the same as silent in it.
    description : str
        What the study says of them.
    quotation, machine, remote_model : bool or None
        Whether they agreed that their words are quoted, read by a machine, sent to a model elsewhere; None: not said.
    labels : tuple of str
        Other names by which they go in these transcripts.
    """

    id: Name
    role: Role | None = None
    sessions: tuple[Name, ...] = ()
    description: str = ""
    quotation: bool | None = None
    machine: bool | None = None
    remote_model: bool | None = None
    labels: tuple[Name, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Folded names by which they go."""
        return frozenset(map(fold, (self.id, *self.labels)))

    @property
    def keys(self) -> frozenset[str]:
        """The same, as labels are told apart."""
        return frozenset(map(key, self.names))

    def consent(self, refused: frozenset[Use]) -> frozenset[Use]:
        """Give what they refuse, with what was known before; who refuses a machine refuses a remote one, too."""
        said = dict(zip(USES, (self.quotation, self.machine, self.remote_model), strict=True))
        known = {use for use, agreed in said.items() if agreed is False or (agreed is None and use in refused)}
        return frozenset(known | ({"remote model"} if "machine" in known else set()))

    def attends(self, transcript: Transcript) -> bool:
        """Whether their sessions name a transcript or its session."""
        return not {transcript.id, transcript.session_name}.isdisjoint(self.sessions)


@dataclass(frozen=True)
class Cast:
    """Who stands behind each label of some transcripts, by what the study says.

    A label that nobody answers for is one person in one transcript. In several transcripts it is as many people.
    """

    transcripts: Sequence[Transcript]
    participants: Sequence[Participant] = ()
    same_people: SamePeople = None

    @cached_property
    def places(self) -> dict[str, dict[str, str]]:
        """Of each folded label the transcripts in which it stands, with its first spelling there."""
        found: dict[str, dict[str, str]] = {}
        for transcript in self.transcripts:
            for label in transcript.speakers:
                found.setdefault(key(label), {}).setdefault(transcript.id, label)
        return found

    @cached_property
    def _claims(self) -> dict[tuple[str, str], list[Participant]]:
        """Who is listed under a folded label in a transcript; sessions that are named go before "everywhere"."""
        told = [p for p in self.participants if p.sessions]
        pairs = [((name, t.id), p) for p in told for name in p.keys for t in self.transcripts if p.attends(t)]
        taken = {key for key, _ in pairs}
        free = [
            ((name, t.id), p)
            for p in self.participants if not p.sessions
            for name in p.keys if not self.is_vague(name)
            for t in self.transcripts if (name, t.id) not in taken
        ]  # fmt: skip
        return grouped([*pairs, *free])

    @property
    def vague(self) -> frozenset[str]:
        """Ids of those who are listed by a general word alone, which is another person in each of its transcripts."""
        return frozenset(p.id for p in self.participants if not (p.sessions or p.labels) and self.is_vague(key(p.id)))

    def is_vague(self, name: str) -> bool:
        """Whether a folded name is a general word that stands in several transcripts."""
        return is_generic(name) and len(self.places.get(name, ())) > 1

    def listed(self, label: str, transcript: Transcript) -> Participant | None:
        """Give the participant that a label means in a transcript, where the study lists one."""
        found = self._claims.get((key(label), transcript.id), [])
        return found[0] if found else None

    def is_shared(self, label: str) -> bool:
        """Whether the study or the caller says that a label is one person wherever it stands."""
        if isinstance(self.same_people, tuple):
            return key(label) in set(map(key, self.same_people))
        return self.same_people is True and not is_generic(label)

    def person_id(self, turn: Voiced, transcript: Transcript) -> str | None:
        """Give who speaks; None where the label alone says it."""
        label = turn.speaker
        if label is None:
            return turn.person_id
        person, spelled = self.listed(label, transcript), self.places.get(key(label), {})
        first = spelled.get(transcript.id, label)
        automatic = f"{first} ({transcript.id})"
        if person is not None:
            return person.id
        if self.is_shared(label) and turn.person_id in (None, automatic):
            return next(iter(spelled.values()), label)
        if turn.person_id is not None:
            return turn.person_id
        if len(spelled) > 1 or key(label) in self._taken:
            return automatic
        return first if first != label else None

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset(key(person.id) for person in self.participants if person.sessions)

    def unanswered(self) -> dict[str, tuple[str, ...]]:
        """Labels of participants that recur without a word on whether they are one person, with their transcripts.

        A label that names nobody is no question: it is another person in each transcript.
        """
        if self.same_people is False:
            return {}
        open_: dict[str, dict[str, str]] = {}
        for transcript in self.transcripts:
            for turn in transcript.turns:
                label = turn.speaker
                if label is None or moderates(turn.role) or is_generic(label) or self.is_shared(label):
                    continue
                spelled = self.places[key(label)]
                answered = turn.person_id not in (None, f"{spelled[transcript.id]} ({transcript.id})")
                if len(spelled) > 1 and not answered and self.listed(label, transcript) is None:
                    open_[next(iter(spelled.values()))] = spelled
        return {label: tuple(spelled) for label, spelled in open_.items()}

    def conflicts(self) -> list[str]:
        """Say which people go by one label in one place."""
        found: dict[tuple[str, ...], list[str]] = {}
        for (name, transcript_id), people in self._claims.items():
            if len(people) > 1:
                found.setdefault((name, *(p.id for p in people)), []).append(transcript_id)
        return [
            f"{' and '.join(map(repr, people))} both go by {name!r} in {', '.join(where)}. Give each of them sessions "
            f"of their own, or another label"
            for (name, *people), where in found.items()
        ]

    def resolved(self) -> tuple[Transcript, ...]:
        """Give the transcripts, each turn with the person where its label alone does not tell."""
        return tuple(map(self._resolve, self.transcripts))

    def _resolve(self, transcript: Transcript) -> Transcript:
        told = [self.person_id(turn, transcript) for turn in transcript.turns]
        if all(turn.person_id == person for turn, person in zip(transcript.turns, told, strict=True)):
            return transcript
        turns = (
            turn if turn.person_id == person else replace(turn, person_id=person)
            for turn, person in zip(transcript.turns, told, strict=True)
        )
        return replace(transcript, turns=tuple(turns))


def doubt_about(person: str, cast: Cast) -> str:
    """Say why what is said to be one person's may be several people's; empty where the study leaves no doubt.

    `person` is an id or a label. In doubt is a label that is several people, one that recurs and that nobody answered
    for, and a general word beside the labels of others, which may be any of them.
    """
    said = [(t, turn) for t in cast.transcripts for turn in t.turns if person in (turn.person, turn.speaker)]
    people = dict.fromkeys(turn.person for _, turn in said)
    if people and person not in people:
        return f"{person!r} is a label of several people: {', '.join(map(repr, people))}"
    own, asked = [(t, turn) for t, turn in said if turn.person == person], cast.unanswered()
    for label in dict.fromkeys(turn.speaker for _, turn in own if turn.speaker is not None):
        spoken = {t.id: t for t, turn in own if key(turn.speaker or "") == key(label)}
        where = [t for t in spoken.values() if cast.listed(label, t) is None]
        places = next((asked[name] for name in asked if key(name) == key(label)), ()) if where else ()
        if places:
            return f"the label {label!r} stands in {', '.join(places)}, and nobody says whether it is one person"
        beside = dict.fromkeys(other for t in where for other in _others(label, t))
        if beside and _is_word(key(label)):
            named, there = ", ".join(map(repr, beside)), ", ".join(t.id for t in where)
            return f"{label!r} is a general word beside {named} in {there}, and may be any of them"
    return ""


def _others(label: str, transcript: Transcript) -> list[str]:
    """Labels of other participants in a transcript."""
    return [
        turn.speaker for turn in transcript.turns
        if turn.speaker is not None and key(turn.speaker) != key(label) and not moderates(turn.role)
    ]  # fmt: skip


def why_nowhere(person: Participant, cast: Cast) -> str:
    """Say why a participant who is listed is nowhere; empty where they are somewhere, be it silent."""
    known = list(dict.fromkeys(name for t in cast.transcripts for name in (t.id, t.session_name)))
    where = [t for t in cast.transcripts if not person.sessions or person.attends(t)]
    if person.sessions and not where:
        return str(choice_error("its session", tuple(known) or ("(none)",), person.sessions[0]))
    spoken = dict.fromkeys(label for t in where for label in t.speakers)
    if not person.keys.isdisjoint(map(key, spoken)):
        vague = not person.sessions and person.labels and any(map(cast.is_vague, person.keys))
        labels = " or ".join(person.labels)
        return f"{labels} stands in several transcripts. Say in which: sessions = [...]" if vague else ""
    if person.sessions and not person.labels:
        return ""  # there, and silent
    scope = f"in {', '.join(person.sessions)}" if person.sessions else "anywhere"
    return (
        f"nobody speaks {scope} as {' or '.join(map(repr, (person.id, *person.labels)))}, but as "
        f"{', '.join(map(repr, spoken)) or 'nobody that is named'}. Correct id or labels; who was there and silent "
        f"has sessions = [...] and no labels, who came to none has sessions = []"
    )


def resolve_people(
    transcripts: Iterable[Transcript], participants: Sequence[Participant] = (), same_people: SamePeople = None
) -> tuple[Transcript, ...]:
    """Say in each turn who speaks, where its label alone does not tell.

    Parameters
    ----------
    transcripts : iterable of Transcript
        All that are read together.
    participants : sequence of Participant
        The people that the study lists, with their sessions and labels.
    same_people : bool or tuple of str, optional
        True: a label other than a general word ("Interviewee") is one person wherever it stands. A tuple: these labels
        are, general words among them. False: none is. None: not answered, so they stay apart.

    Returns
    -------
    tuple of Transcript
        Those given where there is nothing to say.

    Raises
    ------
    InputError
        When two of the participants go by one label in one place.

    Examples
    --------
    >>> from alliance_nlp.records import Turn
    >>> days = [Transcript(name, "No time.", (Turn(0, 8, "Interviewee"),)) for name in ("anna", "bea")]
    >>> [t.turns[0].person for t in resolve_people(days)]
    ['Interviewee (anna)', 'Interviewee (bea)']
    """
    cast = Cast(tuple(transcripts), participants, same_people)
    if conflicts := cast.conflicts():
        raise problems_error("The participants", conflicts)
    return cast.resolved()


def how_to_answer(unanswered: dict[str, tuple[str, ...]]) -> str:
    """Say which labels recur over which transcripts, and how to say whether each is one person."""
    named = "; ".join(f"{label!r} in {', '.join(where)}" for label, where in unanswered.items())
    return (
        f"labels that recur: {named}. Nobody says whether each is one person, so they stay apart, and no pack is made "
        f"for them. In study.toml write same_people = true (or false), or one [[participants]] each with its sessions "
        f"and labels; a call takes same_people=True"
    )

"""What is made for one person holds no words of another, whatever labels, sessions and lists a study has."""

import html
import re
import warnings

from hypothesis import given, settings, strategies as st

import alliance_nlp as an
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Participant, Study, Transcript, Turn, attendance

LABELS = ("Interviewee", "P", "Speaker 1", "Deltaker", "P1", "Anna")
CODES = ("Fear", "Anger")


def word(number):
    """A word that nobody else says: letters only, so that nothing takes it apart."""
    return "zq" + "".join("abcdefghij"[int(digit)] for digit in f"{number:03d}") + "xy"


@st.composite
def studies(draw):
    """Interviews and groups: every answer holds a word of its own, and a question may take up the one before.

    Gives the study and, per word, who truly said it: the person who is listed for a label in a transcript, else that
    label in that transcript.
    """
    names = [f"T{n}" for n in range(draw(st.integers(1, 3)))]
    session = draw(st.sampled_from([None, "wave"]))
    pairs = draw(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(names)), unique=True, max_size=3))
    listed = {pair: f"Id{number}" for number, pair in enumerate(pairs)}
    people = tuple(Participant(name, "participant", (pair[1],), labels=(pair[0],)) for pair, name in listed.items())
    truth, transcripts, spans = {}, [], []
    for name in names:
        text, turns, before = "", [], ""
        for label in draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=4)):
            own = word(len(truth))
            truth[own] = listed.get((label, name), (label, name))
            question = f"How about {before} then?" if draw(st.booleans()) else "How did it go on?"
            answer = f"There {own} happened to {own} there."
            asked = Turn(len(text), len(text) + len(question), "I", "moderator")
            said = Turn(asked.end + 1, asked.end + 1 + len(answer), label, "participant")
            turns += [asked, said]
            text += f"{question}\n{answer}\n"
            start = draw(st.sampled_from([asked.start, said.start]))  # people mark the question with the answer, too
            spans.append(CodedSpan("A", name, start, said.end, draw(st.sampled_from(CODES))))
            before = own
        transcripts.append(Transcript(name, text, tuple(turns), session=session))
    book = Codebook(tuple(map(Code, CODES)))
    return Study(tuple(transcripts), book, Coding(tuple(spans), ()), participants=people), truth


def given_away(pack):
    return html.unescape(re.sub("<[^>]+>", " ", pack.to_html())) + pack.to_csv() + str(pack.rows()) + repr(pack.themes)


@settings(max_examples=120, deadline=None)
@given(studies())
def test_no_pack_holds_words_of_two_people(made):
    study, truth = made
    for person in (*attendance(study), *LABELS):
        try:
            pack = an.member_check_pack(study, person)
        except InputError:
            continue
        people = {truth[own] for own in re.findall(r"zq[a-j]{3}xy", given_away(pack))}
        assert len(people) <= 1, (person, people)


@settings(max_examples=80, deadline=None)
@given(studies())
def test_everybody_is_counted_once_wherever_people_are_counted(made):
    study, truth = made
    n = len(set(truth.values()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        segments = an.segment(study.transcripts)
    voices = an.count_voices(study).per_person.rows()
    assert len({row["participant"] for row in voices if row["statements"]}) == n
    assert len(segments.speakers) == n
    assert len({s.person for s in segments}) == n
    assert len({x.person for x in study.statements()}) == n
    quoted = an.choose_quotes(study, n_per_theme=99).rows()
    assert len({row["participant"] for row in quoted}) == n

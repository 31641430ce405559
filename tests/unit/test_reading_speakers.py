"""The visible rule by which names give roles, and the caller's word over it."""

import pytest

from alliance_nlp import InputError
from alliance_nlp.reading import read_transcripts, role_of


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Moderator", "moderator"),
        ("MODERATOR", "moderator"),
        ("Mod.", "moderator"),
        ("I", "moderator"),
        ("I2", "moderator"),
        ("Interviewer 2", "moderator"),
        ("Interviewerin", "moderator"),
        ("Facilitator", "moderator"),
        ("M", "moderator"),
        ("Q", "moderator"),
        ("Researcher 1", "moderator"),
        ("Entrevistadora", "moderator"),
        ("Co-moderator", "co-moderator"),
        ("co moderator", "co-moderator"),
        ("Assistant moderator", "co-moderator"),
        ("Observer", "co-moderator"),
        ("Note-taker", "co-moderator"),
        ("P1", "participant"),
        ("P 12", "participant"),
        ("PT 1", "participant"),
        ("Participant", "participant"),
        ("Participant 3", "participant"),
        ("Informant", "participant"),
        ("Respondent A", "participant"),
        ("Client", "participant"),
        ("FG1-P3", "participant"),
        ("id1", "participant"),
        ("B1", "participant"),
        ("Interviewee", "participant"),
        ("M1", None),
        ("F2", None),
        ("Speaker 1", None),
        ("SPEAKER_00", None),
        ("Anna", None),
        ("P", None),
        ("A", None),
    ],
)
def test_what_a_name_tells(name, role):
    assert role_of(name) == role


def roles(tmp_path, text, **options):
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    (transcript,) = read_transcripts(tmp_path / "t.txt", **options)
    return {turn.speaker: turn.role for turn in transcript.turns}


def test_beside_a_moderator_the_others_are_participants(tmp_path):
    assert roles(tmp_path, "Moderator: a\n\nAnn: b\n\nBo: c") == {
        "Moderator": "moderator", "Ann": "participant", "Bo": "participant",
    }  # fmt: skip


def test_without_a_moderator_a_plain_name_tells_nothing(tmp_path):
    assert roles(tmp_path, "Ann: a\n\nBo: b\n\nAnn: c") == {"Ann": None, "Bo": None}


def test_the_caller_overrides_the_rule(tmp_path):
    text = "P1: a\n\nBo: b\n\nI: c\n\nBo: d"
    assert roles(tmp_path, text, roles={"p1": "moderator", "I": None}) == {
        "P1": "moderator", "Bo": "participant", "I": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Bo": "moderater"}, "roles['Bo'] must be 'participant', 'moderator' or 'co-moderator'. Got 'moderater'"),
        ({"Boo": "moderator"}, "a name in roles must be 'Ann' or 'Bo'. Got 'Boo' instead. Did you mean 'Bo'?"),
        ({"": "moderator"}, "roles must give a role per speaker's name. Got str as a name."),
    ],
)
def test_slips_in_roles_are_errors(tmp_path, given, message):
    with pytest.raises(InputError) as caught:
        roles(tmp_path, "Ann: a\n\nBo: b\n\nAnn: c", roles=given)
    assert message in str(caught.value)

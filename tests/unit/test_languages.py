"""The warning for segments in a language that the packaged encoder was not trained on."""

import warnings

import pytest

import alliance_nlp as an
from alliance_nlp.embeddings.languages import looks_english, warn_of_other_languages
from alliance_nlp.errors import AllianceWarning

NORWEGIAN = [
    "Det tar lang tid før pasienten stoler på det jeg sier",
    "Vi har ikke nok tid til å snakke med alle sammen",
    "Jeg synes det er vanskelig å vite hva de egentlig trenger",
    "Noen ganger må man bare vente og la dem fortelle selv",
    "Hun kom tilbake etter et halvt år og var helt forandret",
]
ENGLISH = [
    "It takes a long time before the patient believes what I say",
    "We never have enough hours to talk with all of them",
    "I find it hard to know what they really need from me",
    "Sometimes you just wait and let them tell it themselves",
    "She came back after half a year and was quite changed",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_looks_english(text):
    assert looks_english(text) is True


@pytest.mark.parametrize(
    "text",
    [
        *NORWEGIAN,
        "Wir haben einfach nicht genug Zeit für die Patienten in der Praxis",
        "On n'a jamais assez de temps pour parler avec les patients",
        "No tenemos tiempo suficiente para hablar con los pacientes del centro",
        "患者さんと話す時間がぜんぜん足りないと思います",
        "У нас никогда не хватает времени поговорить с пациентами",
    ],
)
def test_other_languages_do_not(text):
    assert looks_english(text) is False


def test_another_language_is_warned_of_with_its_share():
    with pytest.warns(AllianceWarning, match=r"5 of 10 segments long enough to judge \(50%\) do not look English"):
        warn_of_other_languages([*NORWEGIAN, *ENGLISH, "Mm."], "all-MiniLM-L6-v2")


def test_english_and_other_encoders_are_not_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_other_languages(ENGLISH * 3 + NORWEGIAN[:2], "all-MiniLM-L6-v2")
        warn_of_other_languages(NORWEGIAN, "a-multilingual-one")


def test_the_shipped_study_looks_english():
    texts = [s.text for s in an.segment(an.load_study("focus_group").transcripts)]
    judged = [english for text in texts if (english := looks_english(text)) is not None]
    assert judged.count(False) / len(judged) < 0.03


@pytest.mark.parametrize("name", ["wac_experts", "serdif_thinkaloud", "annomi", "counselchat"])
def test_real_english_corpora_look_english(shared, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        study = an.read_study(shared / "data" / name)
    texts = [transcript.turn_text(i) for transcript in study.transcripts for i in range(len(transcript.turns))]
    judged = [english for text in texts if (english := looks_english(text)) is not None]
    assert judged.count(False) / len(judged) < 0.1

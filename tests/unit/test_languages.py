"""Which languages the words are in: for the warning, for stop words, for near-empty responses."""

import warnings

import pytest
from twins import ENGLISH, TWINS

import alliance_nlp as an
from alliance_nlp.clusters.near_empty import find_near_empty
from alliance_nlp.embeddings.languages import NAMES, languages_of, stop_words_in, warn_of_other_languages
from alliance_nlp.errors import AllianceWarning

# written for these tests: titles and keywords of a trade, with hardly a function word in them
TECHNICAL = (
    "Java HashMap memory leak",
    "Docker compose volume permission denied",
    "CSS grid column overflow",
    "Python pandas merge duplicate rows",
    "Kubernetes ingress TLS termination",
    "Segmentation fault linked list C",
    "Git rebase merge conflict",
    "Regex lookbehind JavaScript",
    "Postgres index scan slow query",
    "Null pointer exception Spring Boot",
    "Android emulator GPU acceleration",
    "Excel VLOOKUP multiple criteria",
)
OTHERS = {
    "ja": "患者さんと話す時間がぜんぜん足りないと思います。もっと聞いてほしいです。" * 2,
    "ru": "У нас никогда не хватает времени поговорить с пациентами.",
}


@pytest.mark.parametrize("name", TWINS)
def test_a_language_is_named(name):
    found = languages_of(TWINS[name])
    assert sum(n for code, n in found.items() if NAMES.get(code) == name) >= 0.75 * found.total() >= 3


@pytest.mark.parametrize(("code", "text"), OTHERS.items())
def test_other_scripts_are_named(code, text):
    assert set(languages_of([text])) == {code}


def test_english_is_english_short_technical_titles_too():
    assert set(languages_of(ENGLISH)) == {"en"}
    assert set(languages_of(TECHNICAL)) == {"en"}
    assert languages_of(["Mm.", "Yes."]) == {}


@pytest.mark.parametrize("name", TWINS)
def test_another_language_is_warned_of_with_its_share(name):
    with pytest.warns(AllianceWarning, match=rf"% of the words do not look English .*{name}.*multilingual-e5-small"):
        warn_of_other_languages(TWINS[name], "all-MiniLM-L6-v2")
    with pytest.warns(AllianceWarning, match="do not look English"):
        warn_of_other_languages([*ENGLISH, *TWINS[name]], "all-MiniLM-L6-v2")


def test_english_and_other_encoders_are_not_warned_of():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_other_languages([*ENGLISH * 3, *TWINS["German"][:3]], "all-MiniLM-L6-v2")
        warn_of_other_languages(TECHNICAL, "all-MiniLM-L6-v2")
        warn_of_other_languages(TWINS["German"], "a-multilingual-one")


def test_the_shipped_studies_are_english():
    for name in ("focus_group", "interviews", "open_answers"):
        texts = [s.text for s in an.segment(an.load_study(name).transcripts)]
        assert set(languages_of(texts)) == {"en"}


@pytest.mark.parametrize("name", ["wac_experts", "serdif_thinkaloud", "annomi", "counselchat", "napire_effects"])
def test_real_english_corpora_are_english(shared, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        study = an.read_study(shared / "data" / name)
    texts = [transcript.turn_text(i) for transcript in study.transcripts for i in range(len(transcript.turns))]
    found = languages_of(texts)
    assert found["en"] >= 0.98 * found.total() > 30


def test_stop_words_are_those_of_the_language_and_none_for_english():
    assert {"ikke", "jeg", "det"} <= stop_words_in(TWINS["Norwegian"])
    assert {"nicht", "ich"} <= stop_words_in(TWINS["German"])
    assert "pasientene" not in stop_words_in(TWINS["Norwegian"])
    assert stop_words_in(ENGLISH) == frozenset()


@pytest.mark.parametrize(
    ("name", "responses"),
    [
        ("Norwegian", ["Jeg vet ikke.", "Ja, akkurat.", "Nei"]),
        ("German", ["Ja, genau.", "Ich auch nicht.", "Doch, doch."]),
        ("French", ["Oui, voilà.", "Je ne sais pas."]),
        ("Spanish", ["Sí, claro.", "Yo también."]),
        ("Swedish", ["Ja, precis.", "Jag också."]),
    ],
)
def test_responses_of_other_languages_are_set_aside_in_talk(name, responses):
    said = [*TWINS[name], *responses]
    text, turns = "", []
    for place, words in enumerate(said):
        turns.append(an.Turn(len(text), len(text) + len(words), f"P{place % 2}", "participant"))
        text += words + "\n"
    aside = find_near_empty(an.segment([an.Transcript("T", text, tuple(turns))]))
    assert [said[place] for place in sorted(aside)] == responses
    assert find_near_empty(an.segment(an.read_transcripts(said))) == {}


def test_keywords_are_no_stop_words_in_other_languages():
    class Half:
        def encode(self, texts):
            return [[1.0, 0.0] if "buss" in text.lower() or "ganger" in text else [0.0, 1.0] for text in texts]

    norwegian = [*TWINS["Norwegian"], "Bussen går ikke, så jeg må gå hjem.", "Bussen er for sen, og jeg må vente."]
    segments = an.segment(an.read_transcripts(norwegian))
    described = an.describe(an.cluster(an.embed(segments, encoder=Half()), n_clusters=2))
    shown = {word for one in described for phrase in one.keywords for word in phrase.split()}
    assert "bussen" in shown
    assert not shown & {"jeg", "ikke", "det", "og", "som", "på"}

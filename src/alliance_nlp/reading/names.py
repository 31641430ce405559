"""What can be a name: the shape of the words before a colon, under a time, in brackets; what never is one."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from alliance_nlp.reading.role_words import is_question_or_answer, told_by
from alliance_nlp.records import fold

# Signs that nobody sees, among them the marks of direction that chats put around names.
INVISIBLE = (
    " \t\u00a0\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u202f\u2060"
    "\u2066\u2067\u2068\u2069\ufeff"
)
# What a turn does not begin or end with; marks of direction belong to the words.
BLANK = " \t\u00a0\u200b\u200c\u200d\u2060\ufeff\r\n\x0b\x0c\u2028\u2029"
WRAPS = {"[": "]", "(": ")", "{": "}", "<": ">"}
QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "‘": "’", "'": "'"}
_AROUND = INVISIBLE + "*_"

# Words before a colon that are no people: headings and remarks of transcribers.
NO_NAMES = frozenset({
    "note", "notes", "nb", "ps", "e.g", "example", "figure", "table", "http", "https", "www", "date", "time", "place",
    "location", "title", "duration", "length", "subject", "topic", "warning", "interview",
    "session", "transcript", "file", "recording", "participants", "present", "absent", "transcribed", "transcriber",
    "language", "project", "study", "document", "documents", "dokument", "documento", "tags",
    "page", "audio", "media", "source", "version", "created", "modified",
    "dato", "sted", "tid", "varighet", "varighed", "språk", "sprog", "prosjekt", "projekt", "transkribert",
    "transskriberet",
    "datum", "plats", "längd", "transkriberad", "ort", "dauer", "datei", "thema", "sprache", "transkription",
    "transkript",
    "päivämäärä", "paikka", "kesto", "aihe", "plaats", "duur", "onderwerp", "taal", "lieu", "durée", "fichier", "sujet",
    "langue", "titre", "fecha", "lugar", "duración", "archivo", "tema", "título", "data", "luogo", "durata", "local",
    "duração", "ficheiro", "arquivo", "titolo", "miejsce", "czas", "plik", "język", "titel", "tittel", "merknad",
    "anmerkung",
    "remarque", "nota", "uwaga", "huom",
    "aika", "ajankohta", "klo", "zeit", "uhrzeit", "heure", "hora", "ora", "godzina", "tijd", "tidspunkt", "tidpunkt",
    "litteroija", "litteroinut",
    "transcripteur", "transcriptor", "trascrittore", "transcriptie", "anonymisiert", "interviewnr", "interviewnummer",
    "code name", "pseudonym",
    "theme", "section", "chapter", "phase", "module", "abschnitt", "avsnitt", "afsnit", "sección", "seção", "sezione",
    "sekcja", "rozdział",
    "hoofdstuk", "thème", "temat", "teema", "luku", "kapitel", "kapittel", "capítulo", "chapitre", "capitolo",
    "dated", "venue", "setting", "mode", "medium", "platform", "consent", "samtykke", "suostumus", "zgoda",
    "consenso", "consentimiento",
})  # fmt: skip
_MARKS = frozenset({
    "inaudible", "unclear", "unintelligible", "laughter", "laughs", "laughing", "laugh", "pause", "silence",
    "crosstalk", "cough", "coughs", "music", "applause", "sigh", "sighs", "sic", "recording", "beep", "noise",
    "crying", "whispers", "overlap", "overlapping", "foreign", "redacted", "name", "clinic", "town", "place",
})  # fmt: skip
NOBODY = frozenset({
    "all", "everyone", "everybody", "several", "many", "multiple", "group", "various", "unknown", "unidentified",
    "crosstalk", "?", "??", "multiple speakers", "several speakers", "all speakers", "unknown speaker",
    "unidentified speaker", "several voices", "multiple voices", "both", "together", "speaker undefined", "undefined",
    "alle", "allesammen", "alle sammen", "flere", "begge", "begge to", "samtlige", "gruppen", "gruppa", "ukjent",
    "ukendt",
    "alla", "flera", "båda", "samtliga", "okänd", "kaikki", "useita", "useat", "molemmat", "tuntematon", "ryhmä",
    "mehrere", "beide", "unbekannt", "gruppe", "durcheinander", "iedereen", "allen", "meerdere", "beiden", "onbekend",
    "groep",
    "tous", "toutes", "tous ensemble", "plusieurs", "les deux", "tout le monde", "inconnu", "inconnue", "groupe",
    "todos", "todas", "varios", "varias", "ambos", "ambas", "desconocido", "desconocida", "grupo", "vários", "várias",
    "desconhecido", "desconhecida", "tutti", "tutte", "vari", "entrambi", "entrambe", "sconosciuto", "gruppo",
    "wszyscy", "wszystkie", "kilka osób", "oboje", "obie", "obaj", "nieznany", "nieznana", "grupa",
    "všichni", "все", "όλοι", "hepsi", "الجميع", "כולם", "全員", "みんな", "大家", "所有人", "全体", "众人", "모두",
    "kaikki yhdessä", "tümü", "herkes", "hep birlikte", "mindenki", "všetci", "всі", "усі", "все вместе", "όλες",
    "semua", "bersama",
    "tất cả", "mọi người", "सभी", "सब", "সবাই", "ทุกคน", "svi", "vsi", "visi", "kõik", "tots", "toți", "كلهم",
    "جميعهم", "همه", "alle zusammen",
    "tutti insieme", "wszyscy razem", "todos juntos", "alle samen", "iedereen samen", "tous en chœur",
})  # fmt: skip
# What people answer: under a time, or before a colon, none of these is anybody's name.
_RESPONSES = frozenset({
    "so", "and", "but", "then", "because", "or", "if", "that", "og", "men", "fordi", "så", "eller", "och", "mutta",
    "und", "aber", "dann", "oder", "weil", "en", "maar", "dus", "et", "mais", "puis", "donc", "y", "pero", "entonces",
    "mas", "então", "ma", "poi", "allora", "ale", "więc",
    "yes", "yeah", "yep", "yup", "no", "nope", "okay", "ok", "right", "sure", "exactly", "well", "oh", "ah", "uh",
    "um", "mm", "mmm", "mhm", "hmm", "hm", "uh-huh", "true", "indeed", "thanks", "hello", "hi", "bye", "alright",
    "absolutely", "definitely", "really", "i see", "thank you", "of course", "all right", "and then", "so then",
    "me too", "i know", "not really", "oh yes", "oh no", "yes yes", "no no", "i think so", "that's right",
    "very good", "ja", "jo", "nei", "nej", "næ", "joda", "jada", "javel", "akkurat", "nettopp", "riktig", "jaha",
    "neida", "vel", "enig", "takk", "tak", "tack", "hei", "hej", "jasså", "precis", "klart", "selvfølgelig", "også",
    "ikke", "jepp", "nemlig", "jaja", "just", "det", "nå ja", "mange takk", "det stemmer", "ja ja", "nei nei",
    "ikke sant", "tusen takk", "lige præcis", "ja tack", "vet ikke", "joo", "juu", "ei", "niin", "kyllä", "aivan",
    "kiitos", "selvä", "juuri", "no niin", "en tiedä", "joo joo", "niin niin", "doch", "nein", "genau", "stimmt",
    "richtig", "also", "gut", "danke", "hallo", "naja", "eben", "klar", "achso", "jawohl", "ach so", "ja genau",
    "ja gut", "na ja", "weiß nicht", "keine ahnung", "jawel", "nee", "precies", "inderdaad", "klopt", "goed", "dank",
    "bedankt", "hoi", "dank je", "dank u", "ja hoor", "ik weet het niet", "oui", "si", "non", "voilà", "exactement",
    "merci", "bonjour", "ouais", "d'accord", "bien sûr", "tout à fait", "c'est ça", "je sais pas", "oui oui", "sí",
    "claro", "vale", "gracias", "hola", "bueno", "exacto", "por supuesto", "así es", "no sé", "muy bien", "sí sí",
    "sim", "não", "exatamente", "obrigado", "obrigada", "olá", "pois", "pois é", "muito bem", "não sei", "está bem",
    "sì", "certo", "esatto", "grazie", "ciao", "infatti", "va bene", "non so", "sì sì", "molto bene", "nie", "dobrze",
    "dokładnie", "dziękuję", "dzięki", "cześć", "właśnie", "jasne", "oczywiście", "no tak", "nie wiem", "tak tak",
    "嗯", "对", "好", "是", "是的", "对的", "好的", "不是", "没有",
})  # fmt: skip
_PARTICLES = frozenset({
    "de", "del", "della", "dei", "di", "da", "das", "do", "dos", "du", "des", "la", "las", "le", "los", "el", "al",
    "van", "von", "vom", "der", "den", "ter", "ten", "te", "zu", "zur", "af", "av", "og", "och", "y", "e", "i", "bin",
    "ibn", "abu", "ben", "bint", "st", "san", "santa", "o'", "mac", "und", "and", "et", "the", "of",
})  # fmt: skip
# what stands between or after titles in small letters: Dr. med., cand. psychol.
_TITLES = re.compile(
    r"(?<![\w-])(?:med|phil|jur|rer|nat|psych|psychol|cand|stud|habil|dent|vet|theol|polit|mag|oec|sc|pol|dr|prof|"
    r"dipl|ing|h\.c|e\.h|univ)"
    r"\.(?!-)\s*",
    re.IGNORECASE,
)
# pictures that chats show before and behind a name, with the signs that colour and join them
_PICTURES = re.compile(
    "^(?:[\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+[ \u00a0]*)+|"
    "(?:[ \u00a0]*[\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+)+$"
)
_NUMBER = re.compile(
    r"(?:№|n[°º]) ?\d{1,5}|#?\d{1,6}[a-z]?|#?\d{1,4}[ _.-]{0,2}[^\W\d_]\w*(?: [^\W\d_]\w*)?|#[^\W\d_]+[ _-]?\d+"
)
# who joined a meeting by phone, with digits hidden or with the sign of a country
_PHONE = re.compile(r"\+\d[\d*• ().-]{5,20}[\d*•]|\d[\d ]{0,8}[*•]{2,8}[\d ]{0,8}\d")
_DESCRIBED = re.compile(r"(?P<label>[^,;|/()–—-]{1,30}?\d[^\W\d_]?|[^\W\d_]{4,20}(?= ?[–—]))\s?[;|/(–—-]\s?[^\W_]")
_VOICE = re.compile(
    r"(?:speaker|spk|voice|person|male|female|man|woman|sprecher(?:in)?|hablante|falante|locuteur|locutrice|parlante|"
    r"spreker|taler|talare|puhuja|mówca|s(?=\d)|[a-z]{1,2})[ _.#-]*\d+[a-z]?|speaker [a-z]|[a-z]-?\d{1,3}"
)
_SENTENCE = re.compile(r"[?!¿¡…。？！؟।;]|\.{2}|//|[\"“”„«»]")
_STOPPED = re.compile(r"(?<!\w)[^\W\d_]{4,}(?=\.\s)")
_ENDS = re.compile(r"[.?!…。？！؟।,;:-]$")

Shape = Literal["plain", "long", "number"]


def bare_name(written: str) -> str:
    """Name without the signs around it: blanks and invisible marks, stars, brackets, ``#`` and ``@``."""
    name = written.strip(_AROUND)
    if len(name) > 2 and QUOTES.get(name[0]) == name[-1] and name[-1] not in name[1:-1]:
        name = name[1:-1].strip(_AROUND)  # a name that was made up
    while len(name) > 2 and WRAPS.get(name[0]) == name[-1] and name[-1] not in name[1:-1]:
        name = name[1:-1].strip(_AROUND)
    if name[:1] in ("@", "#") and not name[1:2].isdigit():
        name = name.strip("#@").strip(_AROUND)
    if name[-1:] == "@" and name[:-1].isalpha():
        return name  # entrevistad@
    return name.rstrip("#@").strip(_AROUND) if name[:1] not in ("#", "@") else name


def shape_of(name: str) -> Shape | None:
    """Tell what kind of name words can be: up to four of them, a longer one in capitals, a number; or None."""
    name = _PICTURES.sub("", name)
    folded = fold(name)
    core = _TITLES.sub("", re.sub(r"\s{0,9}\([^()]{0,60}\)", "", name)).strip(INVISIBLE)
    first, *rest = (part.strip(INVISIBLE) for part in re.split(r"[|,]", core))
    if not folded or len(name) > 80 or folded in ("?", "??"):
        return "plain" if folded in ("?", "??") else None
    if NO_NAMES & {folded, *folded.split()[:1]} and not all(map(told_by, joint_parts(name))):
        return None
    if _PHONE.fullmatch(name):
        return "number"
    if (said := _DESCRIBED.match(name)) and not _SENTENCE.search(name) and is_label(said["label"].strip()):
        return "long"  # "Participant 3 – mother of two, rural"
    ended = _STOPPED.search(core)
    if (
        _SENTENCE.search(core)
        or (ended is not None and ended.group().islower())
        or any(len(part.split()) > 4 for part in rest)
    ):
        return None
    if _NUMBER.fullmatch(fold(first) if not first.startswith("#") else first.casefold()):
        return "number"
    words = first.split()
    if not words or not re.match(r"[^\W\d_]", words[0]) or len(words) > 8:
        return None
    is_long = len(words) > 4 or len(core) > 40 or bool(rest)
    of_rest = [word for part in rest for word in part.split()[:1]]
    full = len(words) > 1 and len(rest) == 1  # "Ola Nordmann, pårørende": what somebody is, in small letters
    if is_long and not all(map(_is_capital, words if full else [*words, *of_rest])):
        return None
    return "long" if is_long or core != name.strip(INVISIBLE) else "plain"


def _is_capital(word: str) -> bool:
    """Whether a word of a name begins as names do; scripts without capitals always do."""
    letter = next((sign for sign in word if sign.isalpha()), "")
    return not letter or not letter.islower() or word.casefold() in _PARTICLES


def is_name(words: str) -> bool:
    """Whether words before a colon can be a name: a few of them, no sentence, no heading."""
    return shape_of(words) is not None


def is_capitalised(words: str) -> bool:
    """Whether every word begins as a name does."""
    return all(map(_is_capital, words.split()))


def is_label(name: str) -> bool:
    """Whether a name is a label that nobody uses as a word: it tells a role, or numbers a voice."""
    told = told_by(name) is not None and not is_question_or_answer(name)
    return told or _VOICE.fullmatch(fold(name)) is not None


def is_bracket(words: str) -> bool:
    """Whether words are one bracket and nothing else, as transcribers write what nobody says."""
    bare = re.sub(r"[.!?…]$", "", words.strip(_AROUND))
    while len(bare) > 4 and bare[:2] in ("((", "[[") and bare[-2:] in ("))", "]]"):
        bare = bare[1:-1]
    return len(bare) > 2 and WRAPS.get(bare[0]) == bare[-1] and not set(bare[1:-1]) & {bare[0], bare[-1]}


def is_response(words: str) -> bool:
    """Whether words are what people answer: "Okay", "Ja", "I see"."""
    return fold(words).strip("?!,.… ") in _RESPONSES


def can_stand_alone(words: str) -> bool:
    """Whether a line of its own can be a name: no response, and it ends no sentence."""
    if is_label(words) and len(words.strip(INVISIBLE)) > 1:
        return True
    return (
        is_name(words) and not is_response(words) and not _ENDS.search(words.strip(INVISIBLE)) and is_capitalised(words)
    )


def is_mark(words: str) -> bool:
    """Whether words in brackets at the start of a line can be a name and are not a transcriber's remark."""
    return is_name(words) and not _MARKS & set(fold(words).split())


_JOINT = re.compile(
    r"\s{0,9}(?:[&+/,]|(?<=\s)(?:and|og|och|ja|sekä|und|en|et|y|e|i|oraz|o|plus)(?=\s))\s*", re.IGNORECASE
)


def joint_parts(name: str) -> list[str]:
    """Names in "X and Y", "X, Y & Z", in the languages that the reader knows; the name alone where it joins none."""
    parts = [part for part in (bare_name(part) for part in _JOINT.split(name)) if part]
    first = re.fullmatch(r"(?P<word>[^\W\d_]{3,}?)s?[ _-](?P<id>[^\W\d_]?\d{0,3})", parts[0]) if parts else None
    if len(parts) > 1 and first is not None and all(re.fullmatch(r"[^\W\d_]?\d{0,3}", part) for part in parts[1:]):
        return [f"{first['word']} {number}" for number in (first["id"], *parts[1:])]  # "Participants A and B"
    return parts


def spellings(name: str) -> list[str]:
    """Ways in which programs write one name: letters with their marks in one sign or in two."""
    return list(dict.fromkeys(unicodedata.normalize(form, name) for form in ("NFC", "NFD")))

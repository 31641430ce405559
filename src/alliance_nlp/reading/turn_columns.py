"""Columns of a table of turns: which holds the words, who speaks, the time: by headings, or by what stands there."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alliance_nlp.reading.column_names import with_more
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.names import can_stand_alone, is_label
from alliance_nlp.reading.times import seconds_of
from alliance_nlp.records import fold

Cells = Sequence[str]
# What a transcript table may hold, and names under which it is found.
_TURNS: dict[str, tuple[str, ...]] = {
    "text": (
        "utterance", "utterance_text", "content", "words", "message", "speech", "answer", "response", "comment",
        "verbatim", "freetext", "free_text", "statement", "quote", "sentence", "segment_text", "segment",
        "texto", "texte", "testo", "tekst", "teksti", "aussage", "ausserung", "antwort", "svar", "ytring",
        "utsagn", "yttrande", "respuesta", "reponse", "risposta", "resposta", "antwoord", "vastaus", "wypowiedz",
        "odpowiedz", "inhalt", "contenido", "contenu", "contenuto", "conteudo", "inhoud",
        "tekster", "utsaga", "udsagn", "innhold", "indhold", "innehall", "transkript", "transkription",
        "transkripsjon", "puhe", "sisalto", "uitspraak", "propos", "enonce", "parole", "fala", "tresc", "текст",
        "said", "replikk", "replik", "dialogue", "wortlaut", "gesprochenes", "gesagtes", "wortbeitrag", "beitrag",
        "redebeitrag", "ordlyd", "ordalydelse", "innlegg", "indlag", "inlagg", "gesproken_tekst", "letterlijke_tekst",
        "puheenvuoro", "sanat", "paroles", "palabras", "palavras", "literal", "intervencion", "intervencao",
        "intervento", "slowa", "wording", "spoken_text", "turn_text",
    ),
    "speaker": (
        "name", "who", "voice", "interlocutor", "person", "participant", "participant_id", "respondent",
        "respondent_id", "interviewee", "informant", "case", "speaker_id", "speaker_name",
        "sprecher", "sprecherin", "sprecher:in", "sprecher_in", "sprechende", "hablante", "falante", "locuteur",
        "locutrice", "intervenant", "parlante", "spreker", "taler", "talare", "puhuja", "mowca", "osoba", "hvem", "vem",
        "wer", "quien", "navn", "namn", "nombre", "nome", "naam", "deltaker", "deltager", "deltagare", "teilnehmer",
        "teilnehmerin", "befragte", "participante", "partecipante", "deelnemer", "osallistuja",
        "kuka", "nimi", "wie", "qui", "nom", "quem", "orador", "chi", "kto", "rozmowca", "имя", "кто", "stimme",
        "stemme", "rost", "stem", "voix", "voz", "voce", "glos",
    ),
    "role": ("speaker_role", "rolle", "roll", "rol", "ruolo", "rola", "papel", "rooli"),
    "begin": (
        "start", "begin_ms", "start_ms", "begin_s", "start_s", "start_time", "begin_time", "timestamp", "time",
        "timespan", "timecode", "in", "from", "begin_time_hh:mm:ss_ms", "begin_time_ss_msec",
        "zeit", "startzeit", "beginn", "anfang", "tid", "starttid", "inicio", "tiempo", "debut", "temps", "inizio",
        "tempo", "alku", "aika", "poczatek", "czas", "begintijd", "tijd",
        "tidspunkt", "tidskode", "tidkod", "tidsstempel", "zeitmarke", "zeitstempel", "zeitpunkt", "aikaleima",
        "tijdcode", "tijdstip", "heure", "minutage", "horodatage", "hora", "ora", "minuto", "minute", "minuter",
        "znacznik_czasu", "час", "время",
    ),
    "end": (
        "end_s", "end_ms", "end_time", "stop", "out", "to", "end_time_hh:mm:ss_ms",
        "end_time_ss_msec", "ende", "endzeit", "slutt", "slut", "sluttid", "fin",
        "fine", "fim", "loppu", "koniec", "eind", "eindtijd",
    ),
    "transcript": (
        "transcript_id", "document", "document_id", "doc", "file", "filename", "source", "interview", "conversation",
        "session", "session_id", "focus_group",
    ),
    "position": (
        "turn", "turn_number", "order", "index", "number", "utterance_id", "nr", "no", "#", "n°", "line", "linje",
        "rad", "zeile", "ligne", "linea", "linha", "riga", "lp",
    ),
}  # fmt: skip
TURN_COLUMNS = with_more(_TURNS, "turns")
# Headings of several words say what a column holds where each is of one kind: "Wer spricht", "Hva ble sagt".
_HEADING_WORDS = {
    "speaker": frozenset({
        "speaker", "speaks", "speaking", "spoke", "who", "name", "wer", "spricht", "sprach", "sprechende",
        "sprechender", "redet", "person", "hvem", "snakker", "taler", "vem", "talar", "pratar", "kuka", "puhuu",
        "puhuja", "wie", "spreekt", "spreker", "qui", "parle", "locuteur", "quién", "quien", "habla",
        "hablante", "quem", "fala", "falante", "chi", "parla", "parlante", "kto", "mówi", "mówca", "navn",
        "namn", "nimi", "naam", "nom", "nombre", "nome",
    }),
    "text": frozenset({
        "said", "say", "words", "text", "spoken", "was", "gesagt", "wurde", "wortlaut", "gesprochen",
        "wörtlich", "hva", "ble", "sagt", "vad", "sades", "sagts", "sa", "mitä", "sanottiin", "sanoi", "wat",
        "gezegd", "werd", "gesproken", "tekst", "ce", "qui", "dit", "texte", "lo", "dicho", "dijo", "texto",
        "foi", "dito", "detto", "testo", "cosa", "powiedziano", "co",
    }),
    "begin": frozenset({
        "time", "begin", "begins", "start", "starts", "code", "stamp", "mark", "timestamp", "zeit", "beginn",
        "anfang", "marke", "tid", "begynner", "börjar", "aika", "alkaa", "alku", "tijd", "begint", "temps",
        "début", "heure", "tiempo", "inicio", "hora", "tempo", "início", "ora", "inizio", "czas", "początek",
    }),
}  # fmt: skip
# Headings of columns whose few words recur as names do, and are none.
_NOT_WHO = frozenset({
    "theme", "themes", "code", "codes", "category", "mood", "emotion", "feeling", "topic", "place", "town", "site",
    "gender", "sex", "age",
    "group", "date", "day", "comment", "note", "question", "phase", "stage", "tema", "kode", "kategori", "thema",
    "kategorie", "stimmung",
    "gefühl", "ort", "geschlecht", "alter", "gruppe", "datum", "frage", "koodi", "teema", "luokka", "tunne", "paikka",
    "ryhmä", "kysymys",
    "thème", "catégorie", "humeur", "lieu", "sexe", "groupe", "categoría", "código", "lugar", "sexo", "grupo",
    "categoria", "codice", "luogo",
    "sesso", "gruppo", "domanda", "pregunta", "pergunta", "stemning", "følelse", "sted", "kjønn", "køn", "alder",
    "spørsmål",
    "stemming", "gevoel", "plaats", "geslacht", "leeftijd", "groep", "vraag", "temat", "kod", "kategoria", "nastrój",
    "miejsce", "płeć",
    "wiek", "grupa", "pytanie", "kön", "ålder", "grupp", "plats", "fråga", "känsla",
})  # fmt: skip
_GLUE = frozenset({
    "the", "of", "is", "in", "a", "der", "die", "das", "des", "den", "som", "har", "hat", "er", "är", "on", "de", "het",
    "la", "le", "el", "il", "o", "os", "do", "da", "du",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table hold, by number; None where none holds it."""

    text: int
    speaker: int | None
    begin: int | None
    position: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a table's columns hold, and whether its first row names them."""

    columns: Columns
    header: bool


def columns_of(rows: Sequence[Cells]) -> Told | None:
    """Tell what the columns of a table hold, by their headings or by what stands in them; None where nothing tells."""
    head = [meaning_of(cell) for cell in rows[0]]
    columns = _by_heads(rows, head) or _by_content(rows)
    return Told(columns, _is_header(rows, head, columns)) if columns is not None else None


def cell_of(cell: str, at: int, columns: Columns) -> str:
    """Give the words of a cell; a name without the colon behind it."""
    return cell.strip().rstrip(":：").rstrip() if at == columns.speaker else cell.strip()


def meaning_of(cell: str) -> str | None:
    """Tell what a heading says that its column holds: by its name, or where all of its words are of one kind."""
    name = fold_column(cell)
    for kind in ("text", "speaker", "begin", "position"):
        if name == kind or name in TURN_COLUMNS[kind]:
            return kind
    words = {word for word in name_words(cell) if word not in _GLUE}
    kinds = [kind for kind, known in _HEADING_WORDS.items() if words and words <= known]
    return kinds[0] if len(kinds) == 1 and len(name_words(cell)) > 1 else None


def name_words(cell: str) -> list[str]:
    """Words of a heading, in small letters."""
    return [word for word in re.split(r"[\W_]+", cell.casefold()) if word]


def _by_heads(rows: Sequence[Cells], head: Sequence[str | None]) -> Columns | None:
    """Columns by their headings; who speaks, and when, by what stands in one whose heading says nothing."""
    if "text" not in head or (sum(kind is not None for kind in head) < 2 and not _are_headings(rows)):
        return None
    first = {kind: head.index(kind) for kind in ("speaker", "begin", "position") if kind in head}
    text, below = head.index("text"), list(zip(*rows[1:], strict=True))
    unknown = [at for at, kind in enumerate(head) if kind is None and below]
    may_speak = [at for at in unknown if not {*name_words(rows[0][at])} & _NOT_WHO] if len(unknown) == 1 else []
    for at in unknown:
        if "speaker" not in first and at in may_speak and speaks(below[at], below[text]):
            first["speaker"] = at
        elif "begin" not in first and _share(below[at], _is_time) >= 0.8:
            first["begin"] = at
    return Columns(text, first.get("speaker"), first.get("begin"), first.get("position"))


def _are_headings(rows: Sequence[Cells]) -> bool:
    """Whether the first row holds headings: each a few words, no sentence, and nothing that stands below it."""
    columns = list(zip(*rows, strict=True))
    short = all(0 < len(cell.split()) <= 4 and not re.search(r"[.?!…]$", cell.strip()) for cell in rows[0])
    return len(rows) > 2 and short and all(fold(cells[0]) not in set(map(fold, cells[1:])) for cells in columns)


def _by_content(rows: Sequence[Cells]) -> Columns | None:
    """Tell columns by what stands in them below the first row: times, numbers in order, a few names, long words."""
    found = _of_rows(rows[1:]) if len(rows) > 2 else None
    return found if found is not None and found.speaker is not None else _of_rows(rows) or found


def _of_rows(below: Sequence[Cells]) -> Columns | None:
    columns = list(zip(*below, strict=True))
    begin = next((at for at, cells in enumerate(columns) if _share(cells, _is_time) >= 0.8), None)
    position = next((at for at, cells in enumerate(columns) if at != begin and _counts(cells)), None)
    left = [at for at in range(len(columns)) if at not in (begin, position)]
    if not left:
        return None
    text = max(left, key=lambda at: (statistics.fmean(len(cell) for cell in columns[at]), at))
    speaker = next((at for at in left if at != text and speaks(columns[at], columns[text])), None)
    if speaker is None and begin is None and position is None:
        return None
    return Columns(text, speaker, begin, position)


def _share(cells: Cells, test: Callable[[str], bool]) -> float:
    filled = [cell for cell in cells if cell.strip()]
    return sum(map(test, filled)) / len(filled) if filled else 0.0


def _is_time(cell: str) -> bool:
    first = cell.replace("–", "-").split("-->")[0].split(" - ")[0].split("-")[0]
    return seconds_of(first) is not None


def _counts(cells: Cells) -> bool:
    numbers = [cell.strip().rstrip(".)") for cell in cells if cell.strip()]
    return bool(numbers) and all(n.isdigit() for n in numbers) and numbers == sorted(numbers, key=int) and len(
        set(numbers)) == len(numbers)  # fmt: skip


def speaks(cells: Cells, words: Cells) -> bool:
    """Whether cells name who says the words: labels, or names that recur, or ones much shorter than the words."""
    filled = [cell.strip().rstrip(":：").strip() for cell in cells if cell.strip()]
    if not filled or not all(is_label(name) or (can_stand_alone(name) and len(name) <= 60) for name in filled):
        return False
    length = statistics.fmean(map(len, words)) if words else 0.0
    recurs = len(set(map(fold, filled))) < len(filled) or all(map(is_label, filled))
    return recurs or 2 * statistics.fmean(map(len, filled)) < length


def _is_header(rows: Sequence[Cells], head: Sequence[str | None], columns: Columns) -> bool:
    """Whether the first row names the columns: by its words, or because it is unlike all rows below."""
    if all(kind is not None or not cell.strip() for kind, cell in zip(head, rows[0], strict=True)):
        return True
    if head[columns.text] == "text" and (sum(kind is not None for kind in head) >= 2 or _are_headings(rows)):
        return True
    first = rows[0]
    if columns.begin is not None and first[columns.begin].strip():
        return not _is_time(first[columns.begin])
    if columns.speaker is None or len(rows) < 3:
        return False
    below = {fold(row[columns.speaker]) for row in rows[1:]}
    is_new = fold(first[columns.speaker]) not in below and not is_label(first[columns.speaker])
    return (
        is_new and len(first[columns.text].split()) <= 3 and not first[columns.text].rstrip().endswith((".", "?", "!"))
    )

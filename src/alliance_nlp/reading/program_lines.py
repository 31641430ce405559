"""Lines that programs write around talk, and that number pages: who began to transcribe, when, how long."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from alliance_nlp.reading.labels import Line
from alliance_nlp.reading.names import INVISIBLE
from alliance_nlp.reading.times import SPOKEN, seconds_of
from alliance_nlp.records import fold

_MONTH = r"[^\W\d_]{3,10}\.?"
_DATE = (
    rf"(?:{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}}\.? (?:de |d['’])?{_MONTH}(?: de| del)?,? \d{{4}}|"
    rf"\d{{4}}-\d{{2}}-\d{{2}}|"
    r"\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일])"
)
_CLOCK = (
    r"(?:,?\s*(?:(?:at|kl|klo|um|à|às|a las|alle|o|om|godz)\b\.? ?)?\d{1,2}[:.h]\d{2}(?: ?Uhr)?(?: ?[ap]\.?m\.?)?)?"
)
_PROGRAM = re.compile(
    r"transcri(?:bed|ption|pt)(?: was)? (?:with|by|for|from|created|provided|powered|generated|automated)\b.*|"
    r"(?:transkribiert|transkribert|transskriberet|transkriberad|transcrit|transcrito|transcrita|trascritto|"
    r"getranscribeerd|litteroitu|transkrypcja|transkription|untertitel|subtitles|sous-titrage|undertekster) "
    r"(?:mit|von|durch|med|av|af|avec|par|con|por|com|da|met|door|przez|by|im auftrag|für|for)\b.*|"
    r"audio (?:source|file): .+|media: .+|\(?language: .+\|.+|\((?:start|stop): .+\)|"
    r".+ (?:started|stopped|has started|has stopped) (?:the )?transcri(?:ption|bing)|"
    r".+ hat die transkription (?:gestartet|beendet|angehalten|gestoppt)|"
    r".+ (?:startet|startede|startade|stoppet|stoppede|stoppade|avsluttet|afsluttede|avslutade) trans\w+|"
    r".+ a (?:démarré|arrêté|commencé|lancé) la transcription|.+ (?:inició|detuvo|iniciou|parou|interrompeu) (?:la|"
    r"a) transcri\w+|"
    r"this (?:editable )?transcript was (?:computer|automatically|machine)[ -]?generated.*|"
    r"people can also change the text after it was created\.?|(?:meeting|transcription|recording) ended after [\d:]+.*|"
    r"(?:this )?transcript (?:was )?exported (?:on|from|by)\b.*|view original transcript.*|"
    r"(?:automated transcription by )?sonix (?:is|has)\b.*|automatically convert your \w+ files to text .*|"
    r"(?![^:]{1,40}:\s)(?=.*\bsonix\b)(?=.*\b(?:transcri|convert|subtitl|translat|audio|text|zoom)).*|"
    r"(?![^:]{1,40}:\s).*(?:www\.|https?://)\S*(?:sonix\.ai|otter\.ai|trint\.com|rev\.com|descript\.com|temi\.com|"
    r"happyscribe\.co|amberscript\.com|riverside\.fm|turboscribe\.ai|notta\.ai|fireflies\.ai|tactiq\.io|"
    r"goodtape\.io).*|"
    r"(?:shared|exported|generated|created|transcript|transcription|notes?) (?:with|from|by|via) (?:sonix|otter|trint|"
    r"rev|descript|happy ?scribe|amberscript|riverside|temi|turboscribe|notta|fireflies|tactiq|good ?tape|"
    r"microsoft teams|zoom|google meet)\b.*|"
    r"webvtt\b.*|kind: captions|language: [a-z]{2}(?:-[a-z]{2})?|note media: .*|"
    r"\[?(?:end of (?:the )?(?:transcript|recording|interview|audio|meeting)|end transcript|transcript ends?)\]?\.?|"
    r"messages and calls are end-to-end encrypted\..*|\[LINE\].*|"
    r"(?:saved on|date saved|保存日時|儲存日期|บันทึกเมื่อ|저장한 날짜) ?[:：] ?\d.*|.+카카오톡 대화|"
    r"kakaotalk chats? with .*",
    re.IGNORECASE,
)
# The name of the recording above a transcript, and the word before it, as Word writes them
_OF_RECORDING = re.compile(r"[^?!:]{1,120}\.(?:m4a|mp3|wav|mp4|mov|aac|wma|ogg|flac|webm|opus|m4v|3gp)", re.IGNORECASE)
_RECORDING = frozenset({
    "audio file", "audio-file", "lydfil", "ljudfil", "lyd", "audiodatei", "fichier audio", "archivo de audio",
    "arquivo de áudio", "ficheiro de áudio", "file audio", "audiobestand", "äänitiedosto", "plik audio", "recording",
})  # fmt: skip
_TITLE_OF_PROGRAM = re.compile(
    rf".*(?:meeting (?:transcript|recording)|[-–] (?:transcript|transkript|trascrizione|transcripción|transcrição|"
    rf"transcription|"
    rf"litterointi|transkrypcja|transkription|transcriptie)|meeting in .+-\d{{8}}_\d{{6}}.*)|"
    rf"\S.*-\d{{8}}_\d{{6}}(?:\D.*)?|{_DATE}{_CLOCK}|{SPOKEN}|"
    rf"(?:\w+, )?{_DATE}.*[•·]\s*[\d:]+.*",
    re.IGNORECASE,
)
# What meetings write of who began to transcribe, in any language that has the word; the name must stand below as well
_OF_TRANSCRIBING = re.compile(
    r"(?P<name>\S+ \S+)(?: \S+){0,3}? ?(?:\S*(?:trans?c?kri|transkry|transkr|transcri|trascri|litteroi|přepis|átír|"
    r"транскри|стенограм|"
    r"nagry|grabaci|gravaç|enregistr|opname|tallen|inspelning|opptak|optagelse|aufzeichnung)\S*|\S*(?:文字起こし|转录|轉錄|转写|"
    r"기록)\S*)(?: \S+){0,2}",
    re.IGNORECASE,
)
# Heads and feet of pages in a text: a number of pages, or of two, and what recurs around it
_OF_PAGE = re.compile(
    r"(?:.*\W)?(?:pages?|seite|side|sida|sivu|pagina|página|strona|stránka|str|стр\w*|σελίδα|sayfa|halaman|oldal|"
    r"페이지)\W{1,3}\d{1,4}"
    r"(?:\s*(?:/|of|von|av|af|de|di|van|z|sur|из|από)\s*\d{1,4})?(?:\W.*)?|[-–—]\s*\d{1,4}\s*[-–—]|"
    r"第\s*\d+\s*[页頁](?:.*)",
    re.IGNORECASE,
)
# A line that explains the signs of a transcript: "Transcription key: (.) pause; [ overlap"
OF_SIGNS = re.compile(
    r"(?:trans(?:c|k|s?k)ri\w*[ -]?(?:regeln|zeichen|konventionen|key|rules?|conventions?|symbols?|regler|tegn|regels|"
    r"tekens|merkinnät|noter|"
    r"nøgle)|key to (?:symbols|signs|transcription)|notation|zeichenerklärung|litterointimerk\w*|(?:règles|"
    r"conventions) de transcription|"
    r"(?:normas|convenciones|símbolos|convenções) de transcripción|(?:normas|convenções) de transcrição|"
    r"convenzioni di trascrizione|"
    r"zasady transkrypcji|oznaczenia)\s*[:：]",
    re.IGNORECASE,
)
ALL_DATE = re.compile(rf"(?:\w+,? )?{_DATE}{_CLOCK}", re.IGNORECASE)
_BLOCKS = frozenset(
    {
        "summary keywords",
        "keywords",
        "speakers",
        "attendees",
        "invited",
        "sprecher",
        "participants",
        "partecipanti",
        "participantes",
        "asistentes",
        "teilnehmer",
        "teilnehmende",
        "deltakere",
        "deltagere",
        "deltagare",
        "osallistujat",
        "deelnemers",
        "uczestnicy",
        "invités",
        "invitados",
        "convidados",
        "invitati",
        "参加者",
        "出席者",
        "참석자",
        "участники",
        "katılımcılar",
    }
)
_TRANSCRIPTS = frozenset(
    {
        "transcript",
        "transkript",
        "transkription",
        "trascrizione",
        "transcripción",
        "transcrição",
        "transcription",
        "litterointi",
        "litteraatti",
        "transkrypcja",
        "transkrypt",
        "transcriptie",
        "transcript:",
        "udskrift",
        "utskrift",
        "avskrift",
        "transkripsjon",
        "transskription",
        "文字起こし",
        "逐字稿",
        "расшифровка",
        "stenogram",
        "přepis",
    }
)
# the last line of a meeting, in any language: few words, one of them that it ended, and how long it took
_ENDED = re.compile(
    r"\D{2,40}\b(?:ended|terminat[ao]|endete|beendet|terminó|finalizó|terminou|encerrada|terminée?|päättyi|afsluttet|"
    r"sluttede|avsluttet|avslutades|"
    r"slutade|zakończył\w*|beëindigd|afgelopen|skončil\w*)\b\D{0,40}(?:\d[\d:.]*)\W*",
    re.IGNORECASE,
)
ABOVE, _BELOW = 14, 8  # so many lines from the ends are looked at for what programs add
_OF_ALL = re.compile(r"\d\s*(?:/|\b(?:of|von|av|af|de|di|van|z|sur|из|από)\b)\s*\d", re.IGNORECASE)


def words_in(text: str, line: Line) -> str:
    """Words of a line without the signs around them."""
    return text[line.start : line.end].strip(INVISIBLE + "*_#<>•")


_LONGEST = 300  # signs of a line that a program writes: patterns try a longer one in every way of parting it


def of_programs(text: str, lines: Sequence[Line]) -> list[Line]:
    """Lines that a program adds, near the top and the bottom of a text."""
    dates = [line for line in lines if line.end - line.start <= _LONGEST and ALL_DATE.fullmatch(words_in(text, line))]
    found: list[Line] = dates if len(dates) > 2 else []  # under every message
    for at, line in enumerate(lines):
        words = words_in(text, line)
        if (at >= ABOVE and at < len(lines) - _BELOW) or len(words) > _LONGEST:
            continue
        ended = at >= len(lines) - _BELOW and _ENDED.fullmatch(words) is not None
        if (
            ended
            or _PROGRAM.fullmatch(words)
            or _of_transcribing(text, words)
            or (at < 5 and _TITLE_OF_PROGRAM.fullmatch(words) and not _says_again(text, lines, at))
        ):
            found.append(line)
        elif at < ABOVE and fold(words) in _BLOCKS and ":" not in words and at + 1 < len(lines):
            found += [line, lines[at + 1]]
        elif at < 5 and _OF_RECORDING.fullmatch(words):
            found += [*(lines[at - 1 : at] if at and fold(words_in(text, lines[at - 1])) in _RECORDING else []), line]
        elif at < ABOVE and fold(words) in _TRANSCRIPTS:
            found.append(line)
    return list(dict.fromkeys(found))


def _says_again(text: str, lines: Sequence[Line], at: int) -> bool:
    """Whether a line says in words the time of the line above it."""
    above = seconds_of(words_in(text, lines[at - 1])) if at else None
    return above is not None and above == seconds_of(words_in(text, lines[at]))


def _of_transcribing(text: str, words: str) -> bool:
    told = _OF_TRANSCRIBING.fullmatch(words.rstrip("."))
    return told is not None and text.count(f"\n{told['name']}") > 1


def of_pages(text: str, lines: Sequence[Line]) -> list[Line]:
    """Lines that number pages: the same words around a number that grows, twice at least; or "Page 1 of 2"."""
    by_shape: dict[str, list[tuple[int, Line]]] = {}
    for line in lines:
        words = " ".join(words_in(text, line).split())
        if len(words) <= 120 and _OF_PAGE.fullmatch(words) and (numbers := re.findall(r"\d+", words)):
            shape = re.sub(r"\d+", "0", words)
            by_shape.setdefault(shape, []).append(
                (int(numbers[-2 if len(numbers) > 1 and _OF_ALL.search(words) else -1]), line)
            )
    alone = (line for at, line in enumerate(lines) if _stands_alone(lines, at))
    numbers = [line for line in alone if re.fullmatch(r"\d{1,6}", words_in(text, line))]  # more digits count no pages
    values = [int(words_in(text, line)) for line in numbers]
    found = numbers if len(values) > 1 and all(b - a == 1 for a, b in itertools.pairwise(values)) else []
    for own in by_shape.values():
        grows = all(before < after for (before, _), (after, _) in itertools.pairwise(own))
        if grows and len(own) > 1:
            found += [line for _, line in own]
    return found


def _stands_alone(lines: Sequence[Line], at: int) -> bool:
    """Whether a line has blank lines above and below it."""
    return lines[at].first and (at + 1 == len(lines) or lines[at + 1].first)

"""What a chat's program writes under somebody's name: notices of encryption, who joined, the name of the group."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alliance_nlp.reading.labels import Head, Line
from alliance_nlp.reading.times import BLANKS, DATE
from alliance_nlp.records import fold

# WhatsApp's first line, in the languages that the reader knows: only there do these words stand together
_ENCRYPTED = re.compile(
    r"(?=.*(?:end-to-end|ende-zu-ende|ende-til-ende|fra ende til anden|ende-tot-ende|päästä päähän|"
    r"totalsträckskrypter|bout en bout|extremo a extremo|ponta a ponta|сквозн|端到端|엔드투엔드|エンドツーエンド))"
    r"(?=.*(?:encrypt|verschlüssel|kryptert|krypter|versleutel|salat|salau|chiffr|cifrad|criptograf|crittograf|"
    r"szyfrow|шифров|加密|암호|暗号)).*",
    re.IGNORECASE | re.DOTALL,
)
# A day on a line of its own above the messages of that day, as LINE and KakaoTalk write: "2024/03/12(火)"
_DAY = re.compile(
    rf"[-–—=\s]*(?:[^\W\d_]{{2,12}}[.,]{{0,2}}{BLANKS}+)?(?P<day>{DATE})"
    rf"[.,]?{BLANKS}*[(（]?[^\W\d_]{{0,12}}[)）]?[-–—=\s]*",
    re.IGNORECASE,
)
_AT_AN_HOUR = re.compile(
    rf"(?:\[[^\]\r\n]{{1,60}}\]{BLANKS}*\[)?(?:[^\W\d_]{{2}}{BLANKS}?)?\d{{1,2}}:\d{{2}}"
    rf"(?:{BLANKS}?[AaPp]\.?[Mm]\.?)?[\]\t ]"
)
# What stands behind a message that its sender changed; behind a mark of direction the program writes, whatever it is
_CHANGED = re.compile(
    r"[ \u00a0]{0,9}(?:\u200e<[^<>\r\n]{3,60}>|<[^<>\r\n]{0,40}(?:edited|bearbeitet|redigert|redigeret|redigera|modifi|"
    r"editad|editó|modificat|bewerkt|muokattu|edytowan|изменен|редагов|düzenlendi|upraven|szerkeszt|已编辑|已編輯|編集|편집)"
    r"[^<>\r\n]{0,40}>)\s{0,9}$",
    re.IGNORECASE,
)
_MARK = "\u200e"  # stands before what the program writes, and before what it writes for a picture
_SENT = re.compile(
    r"^[\d\s:.,-]{4,30}(?:From|Von|Fra|Från|De|Da|Van|Od) .{1,60} (?:to|an|til|till|à|a|para|aan|do) \S", re.MULTILINE
)
# What chats write for what is no words: a picture in angle brackets, a message that is gone, a call, a reaction
_NO_WORDS = re.compile(
    r"\u200e?<[^<>\r\n]{3,60}>|\u200e[^\r\n]{1,80}|\S{1,60}\.(?:jpe?g|png|gif|webp|opus|mp4|m4a|mp3|pdf|"
    r"vcf) \([^()\r\n]{3,40}\)|"
    r"\(?(?:image|video|audio|sticker|gif|document|contact card) omitted\)?|(?:this message was|"
    r"you) deleted(?: this message)?\.?|"
    r"diese nachricht wurde gelöscht\.?|du hast diese nachricht gelöscht\.?|ce message a été supprimé\.?|"
    r"vous avez supprimé ce message\.?|"
    r"se eliminó este mensaje\.?|eliminaste este mensaje\.?|mensagem apagada\.?|(?:você apagou|"
    r"apagou) esta mensagem\.?|esta mensagem foi "
    r"apagada\.?|questo messaggio è stato eliminato\.?|hai eliminato questo messaggio\.?|dit bericht is verwijderd\.?|"
    r"(?:je|u) hebt dit "
    r"bericht verwijderd\.?|denne meldingen ble slettet\.?|du slettet denne meldingen\.?|denne besked blev slettet\.?|"
    r"du slettede denne "
    r"besked\.?|det här meddelandet (?:har raderats|raderades)\.?|du raderade det här meddelandet\.?|"
    r"(?:tämä )?viesti poistettiin\.?|"
    r"poistit tämän viestin\.?|ta wiadomość została usunięta\.?|usunięto tę wiadomość\.?|данное сообщение удалено\.?|"
    r"вы удалили данное "
    r"сообщение\.?|bu mesaj silindi\.?|bu mesajı sildiniz\.?|"
    r"missed (?:voice|video) call\b.{0,30}|null|"
    r"(?:reacted to|loved|liked|laughed at|emphasized|disliked|questioned) [\"“„«].*[\"”“»](?: with \S{1,12})?|"
    r"removed an? .{1,20} (?:reaction )?from [\"“].*|replying to [\"“].*[\"”]",
    re.IGNORECASE,
)


def of_program(text: str, lines: Sequence[Line], heads: Sequence[Head | None]) -> list[int]:
    """Which lines of a chat its program wrote under a name.

    A notice of encryption is nobody's. Whoever says one first, and nothing but lines that carry the program's mark, is
    the group and no person: all of those lines are the program's. So is what stands for a picture, a message that was
    deleted, a call, a reaction: nobody said it.
    """
    by_name: dict[str, list[int]] = {}
    for at, head in enumerate(heads):
        if head is not None and head.name is not None:
            by_name.setdefault(fold(head.name), []).append(at)
    found: list[int] = []
    for own in by_name.values():
        words = [text[heads[at].body : lines[at].end] for at in own]  # type: ignore[union-attr]  # they have names
        notices = [at for at, one in zip(own, words, strict=True) if _ENCRYPTED.match(one)]
        if notices[:1] == own[:1] and all(_is_marked(text, lines[at], one) for at, one in zip(own, words, strict=True)):
            notices = own
        found += notices
        found += [at for at, one in zip(own, words, strict=True) if _NO_WORDS.fullmatch(one.strip(" \t"))]
    return sorted(set(found))


def days_above(text: str, lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """Lines that are a day and nothing else, with that day, where most other lines begin with an hour of a day."""
    timed = [_AT_AN_HOUR.match(text, line.start, line.end) is not None for line in lines]
    found = [
        (line, day["day"]) for line, below in zip(lines, timed[1:], strict=False)
        if below and line.end - line.start <= 80 and (day := _DAY.fullmatch(text, line.start, line.end))
    ]  # fmt: skip
    return found if sum(timed) > 1 and 2 * sum(timed) >= len(lines) - len(found) else []


def without_change(words: str) -> str:
    """Words of a message without what its program writes behind one that was changed."""
    return _CHANGED.sub("", words)


def are_sent(text: str) -> bool:
    """Whether lines of a text say from whom to whom they were sent, as meetings save their chats."""
    return len(_SENT.findall(text)) > 1


def is_no_words(words: str) -> bool:
    """Whether a line of a chat is what its program writes for a picture, a call or a reaction, or above a reply."""
    return _NO_WORDS.fullmatch(words.strip(" \t")) is not None


def _is_marked(text: str, line: Line, words: str) -> bool:
    return words.startswith(_MARK) or f": {_MARK}" in text[line.start : line.end] or _ENCRYPTED.match(words) is not None

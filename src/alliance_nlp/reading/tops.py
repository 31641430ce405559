"""What stands above and below the talk and nobody said: title blocks, legends, the lines that programs add."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from alliance_nlp.reading.chats import days_above
from alliance_nlp.reading.labels import Line
from alliance_nlp.reading.names import INVISIBLE, NO_NAMES, bare_name, is_capitalised, is_response
from alliance_nlp.reading.program_lines import ABOVE, ALL_DATE, OF_SIGNS, of_pages, of_programs, words_in
from alliance_nlp.reading.role_words import is_kin, told_by
from alliance_nlp.records import Role, fold

_TITLES = 4  # so many lines may stand above a title block
_TITLE = re.compile(r"\s*(?P<word>[^:\r\n]{1,40}):(?!//)")
_PAIR = re.compile(
    r"[^\w#]*(?P<label>[\w#][^:=\r\n]{0,24}?)\s*(?:[:=|]|\s[-–—]\s|\t)\s*(?P<words>\S[^\r\n]{0,60}?)\s*$"
)
_BEHIND = re.compile(r"\W*(?P<words>[^\W\d_][^()\r\n:]{1,40}?)\s*\((?P<label>[^()\s]{1,6})\)\s*$")
_BARE = re.compile(r"(?P<label>[^\W\d_]{1,3}\d{0,2}) (?P<words>[^\W\d_]{3}.{0,40})")  # only behind the word for legends
_INLINE = re.compile(r"(?P<label>[\w#]{1,6})\s*=\s*(?P<words>[^,;=\r\n]{2,40})")
_HEADING = re.compile(
    r"\s*#{1,6}[ \t]+\S|\s*(?:chapter|part|theme|section|topic|block|phase|module|tema|thema|teema|abschnitt|sección|"
    r"seção|sezione|sekcja|"
    r"avsnitt|afsnit|onderwerp|thème|temat|kapitel|kapittel|del|luku|osa|capítulo|chapitre|capitolo|rozdział|"
    r"hoofdstuk|teil|глава) \d{1,3}"
    r"(?:[:.–-] ?\S.{0,60})?$|第\d{1,3}[章部]",
    re.IGNORECASE,
)
PAGE, PROGRAM = "a head or foot of pages", "a line that a program adds"
_RULE = re.compile(r"[\s\-–—_=*~#.•]{3,}$|\s*>+\s*$")


@dataclass
class Ends:
    """Lines of the talk itself, the lines around it with why they were left out, and what a legend says of labels."""

    lines: list[Line]
    aside: list[tuple[Line, str]] = field(default_factory=list)
    days: list[tuple[Line, str]] = field(default_factory=list)  # of a chat that writes a day above its messages
    legend: dict[str, Role | None] = field(default_factory=dict)

    def put_aside(self, found: Sequence[Line], why: str) -> None:
        """Take lines out of the talk."""
        gone = {line.start for line in found}
        self.aside += [(line, why) for line in found]
        self.lines = [line for line in self.lines if line.start not in gone]


def ends_of(text: str, lines: Sequence[Line]) -> Ends:
    """Part the talk from what stands above and below it."""
    ends = Ends([line for line in lines if not _RULE.fullmatch(text[line.start : line.end])])
    ends.put_aside(of_programs(text, ends.lines), PROGRAM)
    ends.days = days_above(text, ends.lines)
    ends.put_aside([line for line, _ in ends.days], PROGRAM)
    ends.put_aside([line for line in ends.lines[:ABOVE] if OF_SIGNS.match(words_in(text, line))], "a key to signs")
    ends.put_aside(of_pages(text, ends.lines), PAGE)
    block = _title_block(text, ends.lines)
    ends.put_aside(block, "read as a title block")
    ends.legend |= _people_in(text, block, _labels_below(text, ends.lines))
    _legend(text, ends)
    _legend_below(text, ends)
    return ends


def title_above(text: str, lines: Sequence[Line]) -> list[Line]:
    """Lines above the first who is named that are titles: few words, or a number, or capitals; and no sentences."""
    return list(itertools.takewhile(lambda line: _is_title(words_in(text, line)), lines[:ABOVE]))


def _is_title(words: str) -> bool:
    parts = [part for part in re.split(r"\W+", words) if part]
    ends = re.search(r"[?!…？！。]|(?<!\b\w)\.$|\.{2}|^\W*[\[(<{]", words) is not None
    if not parts or ends or is_response(words) or len(parts) > 16 or not is_capitalised(parts[0]):
        return False
    capitals = sum(is_capitalised(part) or len(part) < 4 for part in parts)
    return bool(re.search(r"\d", words)) or len(parts) <= 5 or capitals >= 0.8 * len(parts)


def _title_block(text: str, lines: Sequence[Line]) -> list[Line]:
    """Lines above the talk such as "Date: ...", "Participants: ...", paragraph by paragraph."""
    found: list[Line] = []
    keys: set[str] = set()
    starts = [at for at, line in enumerate(lines) if line.first] + [len(lines)]
    spoken = _labels_below(text, lines)
    for start, end in itertools.pairwise(starts):
        block = lines[start:end]
        if (
            not found
            and start < _TITLES
            and end == start + 1
            and ":" not in words_in(text, block[0])
            and _is_title(words_in(text, block[0]))
        ):
            continue  # a title over what follows
        own = [fold(text[line.start : line.end].partition(":")[0]) for line in block]
        names = len(block) == 1 and bool(found) and _names_somebody(text, block[0], spoken)
        if end == len(lines) or not (names or _is_title_block(text, block)) or keys & {*own} or len({*own}) < len(own):
            break  # what stands before a colon twice is somebody who speaks
        keys |= {*own}
        found += block
    return found


def _names_somebody(text: str, line: Line, spoken: Collection[str]) -> bool:
    """Whether a line says when it was, or who somebody is who speaks below: "Interviewer: RC"."""
    key, _, value = words_in(text, line).partition(":")
    told = told_by(re.sub(r"\s+(?:id|no|nr|code|number)\.?$", "", bare_name(key), flags=re.IGNORECASE))
    label = re.escape(value.strip())
    numbered = fold(f"{bare_name(key)} {re.sub(r'[(].*', '', value)}")  # "Informant: 7 (woman, 54)" of "Informant 7"
    speaks = {fold(value), numbered} & set(spoken) or re.search(
        rf"^[^\w\n]*{label}\s*[:：\t]", text, re.MULTILINE
    ) is not None
    is_date = re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}.{0,12}", value.strip()) is not None or ALL_DATE.fullmatch(
        value.strip()
    )
    return bool(is_date) or (told is not None and fold(value) != "" and bool(speaks))


def _is_title_block(text: str, lines: Sequence[Line]) -> bool:
    found = [_TITLE.match(text, line.start, line.end) for line in lines]
    if len(lines) > 2 and found[0] is None and _is_title(words_in(text, lines[0])):
        found = found[1:]  # a title over what follows
        lines = lines[1:]
    words = [fold(bare_name(match["word"])).split() for match in found if match is not None]
    return len(words) == len(lines) and any(word and word[0] in NO_NAMES for word in words)


def _people_in(text: str, block: Sequence[Line], spoken: Collection[str]) -> dict[str, Role | None]:
    """Roles that a title block gives to people who speak below: "Participants: Anna (moderator), Per"."""
    found: dict[str, Role | None] = {}
    for line in block:
        key, _, listed = text[line.start : line.end].partition(":")
        parts = re.split(r"[,;](?![^()]*\))", listed)
        of_all = told_by(bare_name(key))
        if of_all is not None and of_all.role == "participant" and len(parts) > 1:
            of_all = None  # who takes part in a meeting may also be who asks
        for part in parts:
            named = re.match(r"\W*(?P<name>[^()–]+?)\s*(?:[(–]\s*(?P<more>[^()]*)\)?)?\s*$", part)
            if named is None:
                continue
            own = told_by(named["more"] or "") or of_all
            words = [named["name"], named["more"] or "", named["name"].split()[0]]
            label = next((fold(one) for one in words if fold(one) in spoken), None)
            if label is not None and own is not None and own.rank == 3:
                found.setdefault(label, own.role)
    return found


def _legend(text: str, ends: Ends) -> None:
    """Lines that explain labels above the talk: "M: Mand", "Interviewer (O)", "I = interviewer, P = patient"."""
    run: list[tuple[Line, str, str]] = []
    lines, start = ends.lines, 0
    if len(lines) > 1 and len(words_in(text, lines[0])) <= 40 and not _pairs(text, lines[0]):
        start = 1  # the word "Legend", or a title
    for line in lines[start : start + 20]:
        pairs = _pairs(text, line)
        if not pairs or {fold(label) for _, label, _ in run} & {fold(label) for label, _ in pairs}:
            break
        run += [(line, label, words) for label, words in pairs]
    spoken = _labels_below(text, lines[start + len({line.start for line, _, _ in run}) :])
    while run and not (fold(run[-1][1]) in spoken or _tells(run[-1][2]) or _is_turned(run[-1][1:], spoken)):
        run.pop()
    if not _is_legend([(label, words) for _, label, words in run], spoken):
        return
    known = [label for _, label, words in run if fold(label) in spoken or fold(words) in spoken]
    if not known or 2 * len(known) < len(run):
        return
    for _, label, words in run:
        role = told_by(words)
        if fold(label) in spoken:
            ends.legend[fold(label)] = role.role if role is not None and role.rank == 3 else None
        elif fold(words) in spoken and (own := told_by(label)) is not None:
            ends.legend[fold(words)] = own.role
    ends.put_aside(list(dict.fromkeys(line for line, _, _ in run)), "a legend: it explains a label")
    if start and fold(words_in(text, lines[0])).strip(": ") in _LEGEND_WORDS:
        ends.put_aside([lines[0]], "the heading of a legend")


def _legend_below(text: str, ends: Ends) -> None:
    """Read a legend below the talk: a last paragraph of "I = Interviewer, M = Mother", of people who speak."""
    lines = ends.lines
    start = next((at for at in range(len(lines) - 1, 0, -1) if lines[at].first), len(lines))
    own = [(line, [(m["label"], m["words"].strip()) for m in _INLINE.finditer(text, line.start, line.end)])
           for line in lines[start:]]  # fmt: skip
    pairs = [pair for _, found in own for pair in found]
    if len(pairs) < 2 or ends.legend or not all(found for _, found in own):
        return
    spoken = _labels_below(text, lines[:start])
    if not all(fold(label) in spoken for label, _ in pairs) or not _is_legend(pairs, spoken):
        return
    for label, words in pairs:
        role = told_by(words)
        ends.legend[fold(label)] = role.role if role is not None and role.rank == 3 else None
    ends.put_aside(lines[start:], "a legend: it explains a label")


_LEGEND_WORDS = frozenset({
    "sprecherkürzel", "kürzel", "sprecher", "sprechende", "key to speakers", "speaker key", "speaker codes", "initials",
    "legende der sprecher", "légende des locuteurs", "locuteurs", "hablantes", "falantes", "parlanti",
    "sprekers", "talere",
    "talare", "puhujat",
    "legend", "legende", "key", "abbreviations", "forkortelser", "tegnforklaring", "förkortningar", "lyhenteet",
    "abkürzungen", "legenda", "afkortingen", "légende", "abréviations", "leyenda", "abreviaturas", "abbreviazioni",
    "skróty", "speakers", "participants", "deltakere", "deltagere", "deltagare", "osallistujat",
    "teilnehmer", "teilnehmende", "deelnemers", "participantes", "partecipanti", "uczestnicy", "personer", "personen",
})  # fmt: skip


def _pairs(text: str, line: Line) -> list[tuple[str, str]]:
    words = text[line.start : line.end].strip(INVISIBLE)
    head, colon, rest = words.partition(":")
    headed = bool(colon and fold(head) in _LEGEND_WORDS and rest.strip())
    words = rest.strip() if headed else words
    inline = [(m["label"], m["words"].strip()) for m in _INLINE.finditer(words)]
    if inline:
        return inline
    parts = [part for part in re.split(r"[;,]\s+", words) if part.strip()]
    if headed and len(parts) == 1:
        parts = re.split(r"\.\s+(?=\w{1,6}\s?[:=–-])", words.rstrip("."))
    if headed and len(parts) > 1 and all(found := [_BARE.fullmatch(part.strip()) for part in parts]):
        return [(one["label"], one["words"].strip()) for one in found if one is not None]
    if len(parts) > 1:
        each = [_pairs_of(part) for part in parts]
        if all(each):
            return [pair for pairs in each for pair in pairs]
    return _pairs_of(words)


def _pairs_of(words: str) -> list[tuple[str, str]]:
    for pattern in (_BEHIND, _PAIR):
        found = pattern.fullmatch(words)
        if found is not None and _explains(bare_name(found["words"])):
            pair = (bare_name(found["label"]), bare_name(found["words"]))
            return [pair[::-1] if pattern is _BEHIND and len(pair[1]) < 3 <= len(pair[0]) else pair]  # "M (mor)"
    return []


def _explains(words: str) -> bool:
    """Whether words can say who somebody is: a few of them, and no sentence."""
    return 1 <= len(words.split()) <= 6 and not re.search(r"[?!…;]|[.](?:\s|$)", words)


def _is_legend(pairs: Sequence[tuple[str, str]], spoken: Collection[str]) -> bool:
    """Whether pairs explain labels: each says a role, a kind or a name, and one of them a role, or all a kind."""
    reverse = [fold(words) in spoken and told_by(label) is not None and len(label) > 2 for label, words in pairs]
    roles = [_tells(words) == "role" or back for (_, words), back in zip(pairs, reverse, strict=True)]
    kinds = [_tells(words) == "kind" for _, words in pairs]
    names = [is_capitalised(words) for _, words in pairs]
    all_explain = all(role or kind or name for role, kind, name in zip(roles, kinds, names, strict=True))
    all_explain = all_explain or (any(roles) and all(fold(label) in spoken for label, _ in pairs))
    return bool(pairs) and all_explain and (any(roles) or (all(kinds) and len(pairs) > 1))


def _is_turned(pair: tuple[str, str], spoken: Collection[str]) -> bool:
    """Whether the role stands before the label: "Interviewer: I"."""
    told = told_by(pair[0])
    return told is not None and told.rank == 3 and fold(pair[1]) in spoken


def _tells(words: str) -> str:
    """Tell what words of a legend say of somebody: their role, what kind of person they are, or nothing."""
    told = told_by(words)
    return "role" if told is not None and told.rank >= 2 else "kind" if is_kin(words) else ""


def _labels_below(text: str, lines: Sequence[Line]) -> frozenset[str]:
    """Folded words before a colon, in brackets, or before a tab, of the lines below."""
    start: Callable[[str], re.Match[str] | None] = re.compile(
        r"[\s\W]{0,40}?(?:[\[(<{](?P<a>[^\])>}\r\n]{1,40})[\])>}]|(?P<b>[^:：\t\r\n]{1,40}?)\s{0,40}(?:[:：\t]|"
        r"\s[\[(]\d))"
    ).match
    found = (start(re.sub(r"^\W*[\d:.,]+\W*", "", text[line.start : line.end])) for line in lines)
    return frozenset(fold(bare_name(m["a"] or m["b"])) for m in found if m is not None)


def is_heading(words: str) -> bool:
    """Whether a line is a heading of Markdown."""
    return _HEADING.match(words) is not None

"""Random edits of a transcript, with an oracle that knows where each character went."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

FILLERS = frozenset(
    ["so", "well", "like", "you", "know", "um", "uh", "i", "mean", "yeah", "okay", "actually", "really"]
)
KINDS = ("typos", "names", "fillers", "phrases", "move", "drop", "empty", "merge", "split", "relabel")
PSEUDONYMS = ("Tove", "Mr Berg", "[Name 1]", "[place]", "Kim", "the clinic", "Oda Lie", "X")


@dataclass
class Letter:
    """A character of a text: from where in the old text it came, or which old characters it stands for."""

    sign: str
    came_from: int | None = None
    stands_for: tuple[int, int] | None = None


@dataclass
class Edited:
    """A text under edits; `lines` are its paragraphs, each a list of letters."""

    old: str
    rng: random.Random
    lines: list[list[Letter]] = field(init=False)
    done: list[str] = field(default_factory=list)
    _slots: list[Letter] | None = None
    _arrays: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.lines = [[]]
        for at, sign in enumerate(self.old):
            if sign == "\n":
                self.lines.append([])
            else:
                self.lines[-1].append(Letter(sign, at))

    @property
    def letters(self) -> list[Letter]:
        """Letters of the new text, line ends among them."""
        found: list[Letter] = []
        for n, line in enumerate(self.lines):
            found += [*([Letter("\n")] if n else []), *line]
        return found

    @property
    def new(self) -> str:
        """The new text."""
        return "\n".join("".join(letter.sign for letter in line) for line in self.lines)

    def words(self, line: int) -> list[tuple[int, int]]:
        """Where the words of a line stand."""
        return [m.span() for m in re.finditer(r"\w[\w'’]*", "".join(x.sign for x in self.lines[line]))]

    def put(self, line: int, start: int, end: int, words: str) -> None:
        """Put words in the place of others; next to what was taken out they stand for that, too."""
        came = [x.came_from for x in self.lines[line][start:end] if x.came_from is not None]
        came += [n for x in self.lines[line][start:end] if x.stands_for for n in (x.stands_for[0], x.stands_for[1] - 1)]
        unit = (min(came), max(came) + 1) if came else None
        self.lines[line][start:end] = [Letter(sign, None, unit) for sign in words]

    # --- edits -------------------------------------------------------------------------------------------------------

    def typos(self, share: float = 0.03) -> None:
        """Exchange two letters of some words, or leave one out."""
        for line in range(len(self.lines)):
            for start, end in reversed(self.words(line)):
                if end - start > 3 and self.rng.random() < share:
                    word = "".join(x.sign for x in self.lines[line][start:end])
                    at = self.rng.randrange(1, len(word) - 1)
                    mended = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
                    self.put(line, start, end, self.rng.choice([mended, word[:at] + word[at + 1 :]]))

    def names(self) -> None:
        """Replace capitalised words everywhere, at times by words that the text knows already."""
        known = sorted(set(re.findall(r"\b[A-ZÆØÅ]\w{2,}", self.old)))
        for name in self.rng.sample(known, min(len(known), self.rng.randint(1, 4))):
            by = self.rng.choice([*PSEUDONYMS, *known[:3]])
            for line in range(len(self.lines)):
                for start, end in reversed(self.words(line)):
                    if "".join(x.sign for x in self.lines[line][start:end]) == name:
                        self.put(line, start, end, by)

    def fillers(self) -> None:
        """Take out half of the fillers."""
        for line in range(len(self.lines)):
            for start, end in reversed(self.words(line)):
                word = "".join(x.sign for x in self.lines[line][start:end]).lower()
                if word in FILLERS and self.rng.random() < 0.5:
                    del self.lines[line][start : min(end + 1, len(self.lines[line]))]

    def phrases(self, share: float = 0.15) -> None:
        """Take some words in a row out of some lines, or put others in."""
        vocabulary = re.findall(r"\w+", self.old)
        for line in range(len(self.lines)):
            spans = self.words(line)
            if len(spans) < 4 or self.rng.random() > share:
                continue
            at = self.rng.randrange(len(spans) - 2)
            if self.rng.random() < 0.5:
                last = min(at + self.rng.randint(1, 6), len(spans)) - 1
                del self.lines[line][spans[at][0] : spans[last][1]]
            else:
                more = " ".join(self.rng.choice(vocabulary) for _ in range(self.rng.randint(1, 5)))
                self.lines[line][spans[at][0] : spans[at][0]] = [Letter(sign) for sign in f"{more} "]

    def move(self) -> None:
        """Move a line; not one that stands twice: nobody can tell two equal lines apart once they have moved."""
        texts = ["".join(x.sign for x in line) for line in self.lines]
        own = [n for n, text in enumerate(texts) if text.strip() and texts.count(text) == 1]
        if len(own) > 2:
            line = self.lines.pop(self.rng.choice(own))
            self.lines.insert(self.rng.randrange(len(self.lines) + 1), line)

    def drop(self) -> None:
        """Take a line out."""
        if len(self.lines) > 2:
            self.lines.pop(self.rng.randrange(len(self.lines)))

    def empty(self) -> None:
        """Take out what stands after a label."""
        line = self.rng.choice(self.lines)
        at = next((n for n, x in enumerate(line) if x.sign == ":"), None)
        if at is not None:
            del line[at + 1 :]

    def merge(self) -> None:
        """Join a line to the one before it, without its label."""
        at = self.rng.randrange(1, len(self.lines)) if len(self.lines) > 1 else 0
        if at:
            line = self.lines.pop(at)
            label = re.match(r"[^:\n]{1,20}: ", "".join(x.sign for x in line))
            self.lines[at - 1] += [Letter(" "), *line[label.end() if label else 0 :]]

    def split(self) -> None:
        """Break a line in two, with a label for the second half."""
        line = self.rng.randrange(len(self.lines))
        spans = self.words(line)
        if len(spans) > 6:
            at = spans[self.rng.randrange(3, len(spans))][0]
            rest = self.lines[line][at:]
            del self.lines[line][at:]
            self.lines.insert(line + 1, [*(Letter(sign) for sign in "P9: "), *rest])

    def relabel(self) -> None:
        """Give a speaker another label."""
        labels = sorted(set(re.findall(r"^([^:\n]{1,20}): ", self.old, re.MULTILINE)))
        if labels:
            label = self.rng.choice(labels)
            for n, line in enumerate(self.lines):
                if "".join(x.sign for x in line).startswith(f"{label}: "):
                    self.put(n, 0, len(label), self.rng.choice(["Interviewee", "Anna B", "P77"]))

    def after(self, kinds: Iterable[str]) -> Edited:
        """Do edits, by their names."""
        for kind in kinds:
            getattr(self, kind)()
            self.done.append(kind)
        return self

    def at_random(self, n: int) -> Edited:
        """Do several edits of kinds drawn at random; lines are moved more often than all else."""
        return self.after(self.rng.choices((*KINDS, "move"), k=n))

    # --- the oracle --------------------------------------------------------------------------------------------------

    def _in_slots(self) -> list[Letter]:
        """Letters; what was put in where words were taken out stands for them: nobody can tell that from replacing."""
        if self._slots is not None:
            return self._slots
        letters, at = self.letters, 0
        while at < len(letters):
            end = at
            while end < len(letters) and letters[end].came_from is None and letters[end].sign != "\n":
                end += 1
            before = next((x.came_from for x in letters[max(at - 40, 0) : at][::-1] if x.sign.strip()), None)
            after = next((x.came_from for x in letters[end : end + 40] if x.sign.strip()), None)
            self._settle(letters[at:end], before, after)
            at = max(end, at + 1)
        self._slots = letters
        return letters

    def _settle(self, put: list[Letter], before: int | None, after: int | None) -> None:
        if before is None or after is None or not before < after:
            return
        gone = [n for n in range(before + 1, after) if self.old[n].isalnum()]
        for letter in put if gone else ():
            letter.stands_for = letter.stands_for or (gone[0], gone[-1] + 1)

    def _places(self) -> np.ndarray:
        """Of each seen sign of the new text: its place, what it came from or stands for, is it a letter, an old one."""
        if self._arrays is None:
            rows = [
                (n, *_range_of(x), x.sign.isalnum(), x.came_from is not None)
                for n, x in enumerate(self._in_slots()) if x.sign.strip()
            ]  # fmt: skip
            self._arrays = np.array(rows, dtype=np.int64).reshape(-1, 5)
        return self._arrays

    def verdict(self, start: int, end: int, landed: tuple[int, int] | None) -> str:
        """Say whether old words landed rightly: "right", "lost", or what is wrong."""
        if landed is None:
            return "lost"
        n, low, high, letter, old = self._places().T
        own = (low >= start) & (high <= end) & (low >= 0)
        inside = (n >= landed[0]) & (n < landed[1])
        if missing := int((own & ~inside & (letter > 0)).sum()):
            return f"wrong: {missing} of its letters stand outside"
        if (inside & ~own & (letter > 0) & (old > 0)).any():
            return "wrong: letters of other words stand inside"
        if (inside & ~own & (letter > 0) & (low >= 0)).any():
            return "wrong: a replacement of other words stands inside"
        if inside.any() and not own[inside][[0, -1]].all():
            return "wrong: what was put in stands at its edge"
        return "right"


def _range_of(letter: Letter) -> tuple[int, int]:
    if letter.came_from is not None:
        return letter.came_from, letter.came_from + 1
    return letter.stands_for or (-1, -1)


def random_stretch(text: str, rng: random.Random) -> tuple[int, int]:
    """Draw words of one line, or whole lines: what somebody codes."""
    lines = [m.span() for m in re.finditer(r"[^\n]+", text)]
    first, last = rng.choice(lines)
    label = re.match(r"[^:\n]{1,20}: ", text[first:last])
    first += label.end() if label else 0
    words = [m.span() for m in re.finditer(r"\S+", text[first:last])]
    if not words:
        return first, last
    if rng.random() < 0.3:
        return first, last
    a = rng.randrange(len(words))
    b = min(len(words), a + rng.choice([1, 2, 4, 8, 16, 40])) - 1
    return first + words[a][0], first + words[b][1]

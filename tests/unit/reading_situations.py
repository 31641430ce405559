"""Situations that real transcripts are in, three siblings and more of each, in other languages and programs.

Each has what must be read: speakers with their roles, the words of each turn, when it begins. Values follow from the
text, by hand. ``python tests/unit/reading_situations.py`` reads all of them and prints a table.
"""

import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from alliance_nlp import InputError
from alliance_nlp.reading import read_transcripts

MOD, PART, NOT = "moderator", "participant", None


@dataclass(frozen=True)
class Situation:
    """One file, and what it says."""

    kind: str
    name: str
    content: str | bytes | list  # a list: rows of a table in a Word file
    said: list  # (speaker, words) in order
    ending: str = ".txt"
    roles: dict = field(default_factory=dict)  # of speakers, where the file tells them
    begins: list | None = None
    ends: list | None = None
    given: dict = field(default_factory=dict)  # what the caller says

    def read(self, folder):
        path = Path(folder) / f"s{self.ending}"
        if isinstance(self.content, list):
            write_table(path, self.content)
        else:
            path.write_bytes(self.content if isinstance(self.content, bytes) else self.content.encode("utf-8"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (transcript,) = read_transcripts(path, **self.given)
        return transcript

    def faults(self, transcript):
        """What was read otherwise than it stands there."""
        found = [(turn.speaker, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)]
        roles = {turn.speaker: turn.role for turn in transcript.turns if turn.speaker}
        wrong = [] if found == self.said else [f"read {found}"]
        wrong += [f"{who} is {roles.get(who)}" for who, role in self.roles.items() if roles.get(who) != role]
        for asked, told in (
            (self.begins, [t.begin_s for t in transcript.turns]),
            (self.ends, [t.end_s for t in transcript.turns]),
        ):
            same = asked is None or all(a == b or (a is not None and b is not None and abs(a - b) < 1e-6)
                                        for a, b in zip(asked, told, strict=False))  # fmt: skip
            wrong += [] if same else [f"times {told}"]
        return wrong


def write_table(path, rows):
    """Save a Word file that holds one table."""
    import docx

    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for at, row in enumerate(rows):
        for cell, words in zip(table.rows[at].cells, row, strict=True):
            cell.text = words
    document.save(path)


def srt(*cues):
    return "\n\n".join(f"{i}\n00:00:{i:02},000 --> 00:00:{i:02},900\n{words}" for i, words in enumerate(cues, 1))


def vtt(*cues, gap=1.0):
    blocks = [f"00:{i:02}.000 --> 00:{i:02}.900\n{words}" for i, words in enumerate(cues)]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


YT = [("00:00:00.030", "00:00:03.720"), ("00:00:03.720", "00:00:03.730"), ("00:00:03.730", "00:00:06.500"),
      ("00:00:06.500", "00:00:06.510"), ("00:00:06.510", "00:00:09.000")]  # fmt: skip


def rolling(first, second, third, end=".vtt"):
    """Captions as YouTube writes them: each line comes alone, then above the next one."""
    texts = [f" \n{first}", f"{first}\n ", f"{first}\n{second}", f"{second}\n ", f"{second}\n{third}"]
    blocks = [f"{b} --> {e} align:start position:0%\n{t}" for (b, e), t in zip(YT, texts, strict=True)]
    if end == ".srt":
        return "\n\n".join(
            f"{i}\n{block.replace('.', ',').replace(' align:start position:0%', '')}"
            for i, block in enumerate(blocks, 1)
        )
    return "WEBVTT\nKind: captions\nLanguage: en\n\n" + "\n\n".join(blocks) + "\n"


SITUATIONS = [
    # --- 01 captions that roll
    Situation("01 captions that roll", "German", rolling("guten morgen", "wir reden", "vom warten"),
              [(None, "guten morgen"), (None, "wir reden"), (None, "vom warten")], ".vtt", begins=[0.03, 3.73, 6.51]),
    Situation("01 captions that roll", "as .srt", rolling("god morgen", "vi snakker", "om tillit", ".srt"),
              [(None, "god morgen"), (None, "vi snakker"), (None, "om tillit")], ".srt", begins=[0.03, 3.73, 6.51]),
    Situation("01 captions that roll", "words that grow",
              vtt("so I", "so I said", "so I said no", "and that", "and that was", "and that was it").replace(".900", ".999"),
              [(None, "so I said no"), (None, "and that was it")], ".vtt", begins=[0, 3], ends=[2.999, 5.999]),
    Situation("01 captions that roll", "three lines", "WEBVTT\n\n" + "\n\n".join(
        f"00:0{i}.000 --> 00:0{i + 1}.000\n" + "\n".join(["ett", "två", "tre", "fyra"][max(0, i - 2) : i + 1]) for i in range(4)),
        [(None, "ett"), (None, "två"), (None, "tre"), (None, "fyra")], ".vtt", begins=[0, 1, 2, 3]),
    # --- 03 names with commas and degrees
    Situation("03 last name, comma, first name", "Norwegian, Teams", "Nordmann, Kari   0:03\nHva var vanskelig?\n\nHansen, Ola   0:09\nVentetiden.\n\n"
              "Nordmann, Kari   0:15\nOg så?\n\nHansen, Ola   0:20\nJeg stolte på henne.",
              [("Nordmann, Kari", "Hva var vanskelig?"), ("Hansen, Ola", "Ventetiden."), ("Nordmann, Kari", "Og så?"),
               ("Hansen, Ola", "Jeg stolte på henne.")], begins=[3, 9, 15, 20]),
    Situation("03 last name, comma, first name", "German degrees", "Prof. Dr. Meier, Eva: Was war schwer?\n\nDipl.-Psych. Jan Vogt: Das Warten.\n\n"
              "Prof. Dr. Meier, Eva: Und dann?\n\nDipl.-Psych. Jan Vogt: Ich vertraute ihr.",
              [("Prof. Dr. Meier, Eva", "Was war schwer?"), ("Dipl.-Psych. Jan Vogt", "Das Warten."), ("Prof. Dr. Meier, Eva", "Und dann?"),
               ("Dipl.-Psych. Jan Vogt", "Ich vertraute ihr.")]),
    Situation("03 last name, comma, first name", "Spanish, colon", "García López, María: ¿Qué fue difícil?\n\nRuiz, José (él): La espera.\n\n"
              "García López, María: ¿Y luego?\n\nRuiz, José (él): Confié en ella.",
              [("García López, María", "¿Qué fue difícil?"), ("Ruiz, José (él)", "La espera."), ("García López, María", "¿Y luego?"),
               ("Ruiz, José (él)", "Confié en ella.")]),
    Situation("03 last name, comma, first name", "voices", vtt("<v van den Berg, Piet>Wat was moeilijk?</v>", "<v Jansen, Els, MSc>Het wachten.</v>"),
              [("van den Berg, Piet", "Wat was moeilijk?"), ("Jansen, Els, MSc", "Het wachten.")], ".vtt"),
    Situation("03 last name, comma, first name", "told by the caller", "Smith, J: Why?\nmore\nDoe, A, PhD, RN: The wait.\nlong\nlonger",
              [("Smith, J", "Why?\nmore"), ("Doe, A, PhD, RN", "The wait.\nlong\nlonger")], given={"speakers": ["Smith, J", "Doe, A, PhD, RN"]}),
    # --- 05 day and time before the name
    Situation("05 chats", "German Android", "12.03.24, 14:05 - Eva: Was war schwer?\n12.03.24, 14:06 - Jan: Das Warten.\nSehr lange.\n12.03.24, 14:08 - Eva: Und dann?",
              [("Eva", "Was war schwer?"), ("Jan", "Das Warten.\nSehr lange."), ("Eva", "Und dann?")], begins=[0, 60, 180]),
    Situation("05 chats", "American with marks", "\u200e[3/12/24, 2:05:33\u202fPM] Ann Lee: Why?\n[3/12/24, 2:06:00\u202fPM] ~Bo: The wait.\n"
              "\u200e[3/13/24, 9:00:00\u202fAM] Ann Lee: \u200eimage omitted",
              [("Ann Lee", "Why?"), ("~Bo", "The wait.")], begins=[0, 27]),
    Situation("05 chats", "a number for a name", "2024-03-12, 14:05 - +47 912 34 567: Hva var vanskelig?\n2024-03-12, 14:06 - Ola: Ventetiden.\n"
              "2024-03-12, 14:07 - +47 912 34 567: Og så?",
              [("+47 912 34 567", "Hva var vanskelig?"), ("Ola", "Ventetiden."), ("+47 912 34 567", "Og så?")], begins=[0, 60, 120]),
    Situation("05 chats", "lines of the program", "12/03/24, 14:00 - Ann created group \"Study\"\n12/03/24, 14:05 - Ann: Why?\n12/03/24, 14:06 - Bo: The wait.\n"
              "12/03/24, 14:07 - Cy left\n12/03/24, 14:08 - Ann: And?",
              [("Ann", "Why?"), ("Bo", "The wait."), ("Ann", "And?")]),
    # --- 07 times in other signs
    Situation("07 other times", "dots in round brackets", "(0.03) Eva: Was war schwer?\n\n(0.09) Jan: Das Warten.\n\n(0.15) Eva: Und dann?",
              [("Eva", "Was war schwer?"), ("Jan", "Das Warten."), ("Eva", "Und dann?")], begins=[3, 9, 15]),
    Situation("07 other times", "hashes before", "#00:00:03.500# Kari: Hva var vanskelig?\n\n#00:00:09:250# Ola: Ventetiden.",
              [("Kari", "Hva var vanskelig?"), ("Ola", "Ventetiden.")], begins=[3.5, 9.25]),
    Situation("07 other times", "seconds", "[3.5s] Ann: Why?\n[9s] Bo: The wait.\n[15.25s] Ann: And?",
              [("Ann", "Why?"), ("Bo", "The wait."), ("Ann", "And?")], begins=[3.5, 9, 15.25]),
    Situation("07 other times", "in words, French", "Anne 0 minutes 3 secondes\nQuoi de difficile ?\n\nPaul 1 minute 9 secondes\nL'attente.\n\nAnne 2 minutes 1 seconde\nEt après ?\n\n"
              "Paul 3 minutes\nLa confiance.",
              [("Anne", "Quoi de difficile ?"), ("Paul", "L'attente."), ("Anne", "Et après ?"), ("Paul", "La confiance.")], begins=[3, 69, 121, 180]),
    Situation("07 other times", "no bracket, hours", "00.00.03 Anna: Vad var svårt?\n00.00.09 Per: Väntan.\n01.00.15 Anna: Och sedan?",
              [("Anna", "Vad var svårt?"), ("Per", "Väntan."), ("Anna", "Och sedan?")], begins=[3, 9, 3615]),
    Situation("07 other times", "a price is no time", "Ann: Why?\n\nBo: It cost\n3.50 a piece\nand 4.20 later\n\nAnn: And?",
              [("Ann", "Why?"), ("Bo", "It cost\n3.50 a piece\nand 4.20 later"), ("Ann", "And?")]),
    # --- 09 role words
    Situation("09 role words", "Finnish", "Haastattelija: Mikä oli vaikeaa?\n\nHaastateltava: Odotus.\n\nHaastattelija: Entä sitten?",
              [("Haastattelija", "Mikä oli vaikeaa?"), ("Haastateltava", "Odotus."), ("Haastattelija", "Entä sitten?")],
              roles={"Haastattelija": MOD, "Haastateltava": PART}),
    Situation("09 role words", "Polish", "Prowadząca: Co było trudne?\n\nUczestniczka 1: Czekanie.\n\nProwadząca: A potem?\n\nUczestnik 2: Zaufałem jej.",
              [("Prowadząca", "Co było trudne?"), ("Uczestniczka 1", "Czekanie."), ("Prowadząca", "A potem?"), ("Uczestnik 2", "Zaufałem jej.")],
              roles={"Prowadząca": MOD, "Uczestniczka 1": PART, "Uczestnik 2": PART}),
    Situation("09 role words", "German forms", "Interviewer*in: Was war schwer?\n\nBefragte*r: Das Warten.\n\nInterviewer*in: Und dann?",
              [("Interviewer*in", "Was war schwer?"), ("Befragte*r", "Das Warten."), ("Interviewer*in", "Und dann?")],
              roles={"Interviewer*in": MOD, "Befragte*r": PART}),
    Situation("09 role words", "Italian", "Intervistatrice: Cosa era difficile?\n\nIntervistato: L'attesa.\n\nIntervistatrice: E poi?",
              [("Intervistatrice", "Cosa era difficile?"), ("Intervistato", "L'attesa."), ("Intervistatrice", "E poi?")],
              roles={"Intervistatrice": MOD, "Intervistato": PART}),
    Situation("09 role words", "Danish, two", "Interviewer 1: Hvad var svært?\n\nDeltager: Ventetiden.\n\nInterviewer 2: Og så?\n\nDeltager: Tillid.",
              [("Interviewer 1", "Hvad var svært?"), ("Deltager", "Ventetiden."), ("Interviewer 2", "Og så?"), ("Deltager", "Tillid.")],
              roles={"Interviewer 1": MOD, "Interviewer 2": MOD, "Deltager": PART}),
    Situation("09 role words", "Portuguese", "Pesquisadora: O que foi difícil?\n\nEntrevistada: A espera.\n\nPesquisadora: E depois?",
              [("Pesquisadora", "O que foi difícil?"), ("Entrevistada", "A espera."), ("Pesquisadora", "E depois?")],
              roles={"Pesquisadora": MOD, "Entrevistada": PART}),
    Situation("09 role words", "Spanish, name beside", "Ana (entrevistadora): ¿Qué fue difícil?\n\nLuis: La espera.\n\nAna (entrevistadora): ¿Y luego?\n\nLuis: Nada.",
              [("Ana (entrevistadora)", "¿Qué fue difícil?"), ("Luis", "La espera."), ("Ana (entrevistadora)", "¿Y luego?"), ("Luis", "Nada.")],
              roles={"Ana (entrevistadora)": MOD, "Luis": PART}),
    # --- 11 words outside of a voice
    Situation("11 a voice closed at once", "words below", vtt("<v Kari>Hva var vanskelig?", "<v Ola>Ventetiden.", "<v Kari></v>\nOg så?"),
              [("Kari", "Hva var vanskelig?"), ("Ola", "Ventetiden."), (None, "Og så?")], ".vtt"),
    Situation("11 a voice closed at once", "words behind", vtt("<v Eva>Was war schwer?</v>", "<v Jan>Das Warten.</v> (lacht) ja", "<v Eva>Und?</v>"),
              [("Eva", "Was war schwer?"), ("Jan", "Das Warten."), (None, "(lacht) ja"), ("Eva", "Und?")], ".vtt"),
    Situation("11 a voice closed at once", "no voice in a cue", vtt("<v Eva>Was war schwer?", "<v Eva>Am Anfang.", "<v Jan>Das Warten.", "Und dann?"),
              [("Eva", "Was war schwer?"), ("Eva", "Am Anfang."), ("Jan", "Das Warten."), (None, "Und dann?")], ".vtt"),
    Situation("11 a voice closed at once", "voice alone on its line", vtt("<v Anne Petit>\nQuoi de difficile ?", "<v.loud Paul>\nL'attente."),
              [("Anne Petit", "Quoi de difficile ?"), ("Paul", "L'attente.")], ".vtt"),
    # --- 13 long names, numbers
    Situation("13 long names and numbers", "Dutch, five words", "Interviewer: Wat was moeilijk?\n\nMaria Johanna van der Berg-de Vries: Het wachten.\n\n"
              "Interviewer: En daarna?\n\nMaria Johanna van der Berg-de Vries: Vertrouwen.",
              [("Interviewer", "Wat was moeilijk?"), ("Maria Johanna van der Berg-de Vries", "Het wachten."), ("Interviewer", "En daarna?"),
               ("Maria Johanna van der Berg-de Vries", "Vertrouwen.")], roles={"Maria Johanna van der Berg-de Vries": PART}),
    Situation("13 long names and numbers", "numbers in brackets", "[101] Hva var vanskelig?\n\n[102] Ventetiden.\n\n[101] Og så?\n\n[102] Tillit.",
              [("101", "Hva var vanskelig?"), ("102", "Ventetiden."), ("101", "Og så?"), ("102", "Tillit.")]),
    Situation("13 long names and numbers", "2B and 3C", "Moderator: Was war schwer?\n\n2B: Das Warten.\n\n3C: Niemand rief an.\n\nModerator: Und dann?\n\n2B: Nichts.\n\n3C: Gar nichts.",
              [("Moderator", "Was war schwer?"), ("2B", "Das Warten."), ("3C", "Niemand rief an."), ("Moderator", "Und dann?"), ("2B", "Nichts."),
               ("3C", "Gar nichts.")], roles={"2B": PART, "3C": PART}),
    Situation("13 long names and numbers", "told by the caller", "17: Why?\nmore\nThe nurse from ward 3, night: The wait.\nlong\n17: And?",
              [("17", "Why?\nmore"), ("The nurse from ward 3, night", "The wait.\nlong"), ("17", "And?")],
              given={"roles": {"17": MOD, "The nurse from ward 3, night": PART}}),
    Situation("13 long names and numbers", "an institution, Zoom", vtt("Eva Meier - Klinik Nord: Was war schwer?", "Jan Vogt (Uni, Abt. 2): Das Warten.",
                                                                      "Eva Meier - Klinik Nord: Und dann?", "Jan Vogt (Uni, Abt. 2): Vertrauen."),
              [("Eva Meier - Klinik Nord", "Was war schwer?"), ("Jan Vogt (Uni, Abt. 2)", "Das Warten."), ("Eva Meier - Klinik Nord", "Und dann?"),
               ("Jan Vogt (Uni, Abt. 2)", "Vertrauen.")], ".vtt"),
    # --- 15 joined subtitles
    Situation("15 joined subtitles", "a number among the words", "1\n00:00:01,000 --> 00:00:04,000\nEva: Wie viele?\n\n2\n00:00:04,500 --> 00:00:08,000\nJan: Im Jahr\n1999\n"
              "waren es drei.\n\n1\n00:00:01,000 --> 00:00:03,000\nEva: Und dann?\n\n2\n00:00:04,000 --> 00:00:05,000\nJan: Keine.",
              [("Eva", "Wie viele?"), ("Jan", "Im Jahr\n1999\nwaren es drei."), ("Eva", "Und dann?"), ("Jan", "Keine.")], ".srt", begins=[1, 4.5, 1, 4]),
    # --- 26 a time, then an answer
    Situation("26 a time, then a short answer", "Norwegian", "0:00\nHva var vanskelig?\n\n0:05\nVentetiden.\n\n0:08\nAkkurat\n\n0:10\nOg ingen ringte.\n\n0:13\nAkkurat\n\n0:15\nJa",
              [(None, w) for w in ("Hva var vanskelig?", "Ventetiden.", "Akkurat", "Og ingen ringte.", "Akkurat", "Ja")], begins=[0, 5, 8, 10, 13, 15]),
    Situation("26 a time, then a short answer", "French, brackets", "[00:00]\nQuoi de difficile ?\n\n[00:05]\nD'accord\n\n[00:08]\nL'attente.\n\n[00:10]\nD'accord",
              [(None, w) for w in ("Quoi de difficile ?", "D'accord", "L'attente.", "D'accord")], begins=[0, 5, 8, 10]),
    Situation("26 a time, then a short answer", "names and answers", "00:00:01\nEva\nWas war schwer?\n\n00:00:05\nJan\nDas Warten.\n\n00:00:08\nGenau\n\n00:00:10\nEva\nUnd dann?\n\n"
              "00:00:13\nJan\nNichts.",
              [("Eva", "Was war schwer?"), ("Jan", "Das Warten."), (None, "Genau"), ("Eva", "Und dann?"), ("Jan", "Nichts.")], begins=[1, 5, 8, 10, 13]),
    Situation("26 a time, then a short answer", "two words that recur", "0:00\nThe Long Wait\n\n0:05\nOh my\n\n0:08\nThe Long Wait\n\n0:10\nOh my",
              [(None, "The Long Wait"), (None, "Oh my"), (None, "The Long Wait"), (None, "Oh my")]),
    Situation("26 a time, then a short answer", "WEBVTT in a .txt", vtt("one", "Sí", "two", "Sí"), [(None, "one"), (None, "Sí"), (None, "two"), (None, "Sí")]),
    Situation("26 a time, then a short answer", "Okay? in a podcast", "Ann Lee  0:01\nSo we tried.\n\nOkay?\n\nBo Ray  0:05\nYes.\n\nAnn Lee  0:09\nOkay?\n\nBo Ray  0:12\nOkay?",
              [("Ann Lee", "So we tried.\n\nOkay?"), ("Bo Ray", "Yes."), ("Ann Lee", "Okay?"), ("Bo Ray", "Okay?")], begins=[1, 5, 9, 12]),
    # --- 28 legends and letters
    Situation("28 legends and letters", "Norwegian, brackets", "Intervjuer (I)\nMor (M)\nFar (F)\n\nI: Hva var vanskelig?\n\nM: Ventetiden.\n\nF: Ingen ringte.\n\nI: Og så?\n\nM: Tillit.",
              [("I", "Hva var vanskelig?"), ("M", "Ventetiden."), ("F", "Ingen ringte."), ("I", "Og så?"), ("M", "Tillit.")],
              roles={"I": MOD, "M": PART, "F": PART}),
    Situation("28 legends and letters", "German, equals", "Legende: I = Interviewerin, M = Mutter, V = Vater\n\nI: Was war schwer?\n\nM: Das Warten.\n\nV: Niemand rief an.\n\nI: Und dann?",
              [("I", "Was war schwer?"), ("M", "Das Warten."), ("V", "Niemand rief an."), ("I", "Und dann?")], roles={"I": MOD, "M": PART, "V": PART}),
    Situation("28 legends and letters", "O is the interviewer", "Interviewer (O)\nKvinde (I)\n\nO: Hvad var svært?\n\nI: Ventetiden.\n\nO: Og så?\n\nI: Tillid.",
              [("O", "Hvad var svært?"), ("I", "Ventetiden."), ("O", "Og så?"), ("I", "Tillid.")], roles={"O": MOD, "I": PART}),
    Situation("28 legends and letters", "I and M, who asks", "M: What was hard?\n\nI: The long wait.\n\nM: And then?\n\nI: I trusted her.\n\nM: Why?\n\nI: She rang.",
              [("M", "What was hard?"), ("I", "The long wait."), ("M", "And then?"), ("I", "I trusted her."), ("M", "Why?"), ("I", "She rang.")],
              roles={"M": MOD, "I": PART}),
    Situation("28 legends and letters", "M beside a facilitator", "Facilitator: What was hard?\n\nM: The wait.\n\nQ: Nobody rang.\n\nFacilitator: And then?\n\nM: Trust.\n\nQ: Yes.",
              [("Facilitator", "What was hard?"), ("M", "The wait."), ("Q", "Nobody rang."), ("Facilitator", "And then?"), ("M", "Trust."), ("Q", "Yes.")],
              roles={"Facilitator": MOD, "M": PART, "Q": PART}),
    Situation("28 legends and letters", "no legend", "I: Hello\n\nP: Hi\n\nI: What was hard?\n\nP: Waiting",
              [("I", "Hello"), ("P", "Hi"), ("I", "What was hard?"), ("P", "Waiting")], roles={"I": MOD, "P": PART}),
    Situation("28 legends and letters", "French, dashes", "E – Enquêtrice\nM – Mère\nP – Père\n\nE : Quoi de difficile ?\n\nM : L'attente.\n\nP : Oui.\n\nE : Et après ?",
              [("E", "Quoi de difficile ?"), ("M", "L'attente."), ("P", "Oui."), ("E", "Et après ?")], roles={"E": MOD, "M": PART, "P": PART}),
    # --- 30 a line of blanks in a cue
    Situation("30 a line of blanks in a cue", "tab", "WEBVTT\n\n00:01.000 --> 00:02.000\nDas Warten\n\t\nwar lang.\n\n00:03.000 --> 00:04.000\nJa.\n",
              [(None, "Das Warten\nwar lang."), (None, "Ja.")], ".vtt"),
    Situation("30 a line of blanks in a cue", "no-break space", "WEBVTT\n\n00:01.000 --> 00:02.000\n\u00a0\nVentetiden.\n\n00:03.000 --> 00:04.000\nJa.\n",
              [(None, "Ventetiden."), (None, "Ja.")], ".vtt", begins=[1, 3]),
    Situation("30 a line of blanks in a cue", "names in .srt", "1\n00:00:01,000 --> 00:00:02,000\nEva: Was?\n \nJan: Das Warten.\n\n2\n00:00:03,000 --> 00:00:04,000\nEva: Und?\n\n"
              "3\n00:00:05,000 --> 00:00:06,000\nJan: Nichts.",
              [("Eva", "Was?"), ("Jan", "Das Warten."), ("Eva", "Und?"), ("Jan", "Nichts.")], ".srt", begins=[1, 1, 3, 5]),
    # --- names: signs around them, spelling, several people, remarks
    Situation("names in signs", "stars and brackets", "**Kari**: Hva?\n\n(Ola): Ventetiden.\n\n**Kari**: Og så?\n\n(Ola): Tillit.",
              [("Kari", "Hva?"), ("Ola", "Ventetiden."), ("Kari", "Og så?"), ("Ola", "Tillit.")]),
    Situation("names in signs", "@ and marks of direction", "@אנה: מה היה קשה?\n\n\u202bדני\u202c: ההמתנה.\n\n\u200f@אנה: ואז?\n\nדני: אמון.",
              [("אנה", "מה היה קשה?"), ("דני", "ההמתנה."), ("אנה", "ואז?"), ("דני", "אמון.")]),
    Situation("names in signs", "composed and decomposed", "José: Why?\n\nBo: The wait.\n\nJose\u0301: And?\n\nJOSÉ : So?",
              [("José", "Why?"), ("Bo", "The wait."), ("José", "And?"), ("José", "So?")]),
    Situation("names in signs", "blanks", "Moderator: Why?\n\nP 1: The wait.\n\nP1: And that.\n\nP 11: No.", [("Moderator", "Why?"), ("P 1", "The wait."), ("P 1", "And that."), ("P 11", "No.")]),
    Situation("several at once", "Norwegian", "Moderator: Hva?\n\nKari: Ventetiden.\n\nOla: Ja.\n\nKari og Ola: Ja!\n\nAlle: Ha ha.\n\nKari: Slik.\n\nOla: Ja vel.",
              [("Moderator", "Hva?"), ("Kari", "Ventetiden."), ("Ola", "Ja."), (None, "Ja!"), (None, "Ha ha."), ("Kari", "Slik."), ("Ola", "Ja vel.")]),
    Situation("several at once", "labels", "Interviewer: Why?\n\nP1: So.\n\nP2: Yes.\n\nP1 & P2: No!\n\nP1, P2: Never.\n\nTodos: Sí.",
              [("Interviewer", "Why?"), ("P1", "So."), ("P2", "Yes."), (None, "No!"), (None, "Never."), (None, "Sí.")]),
    Situation("remarks of the transcriber", "German", "[Gelächter] Ja\n\nI: Was war schwer?\n\nB1: Das Warten.\n\n[Gelächter]\n\nI: (räuspert sich) Und dann?\n\nB1: Nichts.\n\n(Pause)\n\n[Gelächter]",
              [(None, "[Gelächter] Ja"), ("I", "Was war schwer?"), ("B1", "Das Warten."), ("I", "(räuspert sich) Und dann?"), ("B1", "Nichts.")]),
    Situation("remarks of the transcriber", "Polish, in a turn", "Moderator: Co?\n\nP1: Czekanie.\n\n[śmiech]\n\nDługie.\n\nModerator: I?\n\nP1: Nic.\n\n[śmiech]",
              [("Moderator", "Co?"), ("P1", "Czekanie.\n\n[śmiech]\n\nDługie."), ("Moderator", "I?"), ("P1", "Nic.")]),
    Situation("remarks of the transcriber", "Danish, double", "I: Hvad?\n\nP1: Ventetiden.\n\n((griner))\n\nI: Og?\n\nP1: Tillid.\n\n<uforståeligt>",
              [("I", "Hvad?"), ("P1", "Ventetiden."), ("I", "Og?"), ("P1", "Tillid.")]),
    Situation("lines of programs", "title block, Finnish", "Päivämäärä: 3.5.2024\nPaikka: Helsinki\nHaastattelija: KL\n\nKL: Mikä oli vaikeaa?\n\nP1: Odotus.\n\nKL: Entä sitten?",
              [("KL", "Mikä oli vaikeaa?"), ("P1", "Odotus."), ("KL", "Entä sitten?")]),
    # --- tables with headings that nobody knows, or none
    Situation("tables without known headings", "German, Word", [["Text", "Wer spricht", "Zeitmarke"], ["Was war schwer?", "Eva", "00:00:03"],
              ["Das lange Warten auf eine Antwort.", "Jan", "00:00:09"], ["Und dann?", "Eva", "00:00:15"]],
              [("Eva", "Was war schwer?"), ("Jan", "Das lange Warten auf eine Antwort."), ("Eva", "Und dann?")], ".docx", begins=[3, 9, 15]),
    Situation("tables without known headings", "one heading is known", [["Utsagn", "Rolleinnehaver", "Tid"], ["Hva var vanskelig?", "Kari", "0:03"],
              ["Den lange ventetiden på et svar.", "Ola", "0:09"], ["Og så?", "Kari", "0:15"]],
              [("Kari", "Hva var vanskelig?"), ("Ola", "Den lange ventetiden på et svar."), ("Kari", "Og så?")], ".docx", begins=[3, 9, 15]),
    Situation("tables without known headings", "none, Word", [["Marie", "Quoi de difficile ?"], ["Paul", "La longue attente d'une réponse."],
              ["Marie", "Et après ?"]], [("Marie", "Quoi de difficile ?"), ("Paul", "La longue attente d'une réponse."), ("Marie", "Et après ?")], ".docx"),
    Situation("tables without known headings", "none, .csv", "0:03;Eva;Was war schwer?\n0:09;Jan;Das lange Warten.\n0:15;Eva;Und dann?\n",
              [("Eva", "Was war schwer?"), ("Jan", "Das lange Warten."), ("Eva", "Und dann?")], ".csv", begins=[3, 9, 15]),
    Situation("tables without known headings", "none, .tsv, labels", "I\tWhat was hard?\nP1\tThe wait.\nI\tAnd?\nP1\tNothing.\n",
              [("I", "What was hard?"), ("P1", "The wait."), ("I", "And?"), ("P1", "Nothing.")], ".tsv", roles={"I": MOD, "P1": PART}),
    Situation("tables without known headings", "in several words", "Hva ble sagt;Hvem snakker;Tid start\nHva var vanskelig?;Kari;0:03\nVentetiden.;Ola;0:09\n",
              [("Kari", "Hva var vanskelig?"), ("Ola", "Ventetiden.")], ".csv", begins=[3, 9]),
    Situation("tables without known headings", "answers by place", "text;site\nWe waited for a long time.;Oslo\nNobody rang me up.;Bergen\nFine.;Oslo\n",
              [(None, "We waited for a long time."), (None, "Nobody rang me up."), (None, "Fine.")], ".csv"),
    Situation("tables without known headings", "numbers that begin again", "Nr;Text;Sprecher\n1;Was?;Eva\n2;Das Warten.;Jan\n1;Und?;Eva\n2;Nichts.;Jan\n",
              [("Eva", "Was?"), ("Jan", "Das Warten."), ("Eva", "Und?"), ("Jan", "Nichts.")], ".csv"),
    # --- times that head or close what is said
    Situation("times on lines of their own", "sections of Google Meet", "Attendees\nAnna Berg, Per Lund\nTranscript\n\n00:00:00\n\nAnna Berg: What was hard?\nPer Lund: The wait.\n\n"
              "00:05:00\n\nAnna Berg: And then?\nPer Lund: I trusted her.\n\nTranscription ended after 00:13:22\n",
              [("Anna Berg", "What was hard?"), ("Per Lund", "The wait."), ("Anna Berg", "And then?"), ("Per Lund", "I trusted her.")],
              begins=[0, None, 300, None]),
    Situation("times on lines of their own", "sections, one name once", "00:00:00\n\nKari Moe: Hva var vanskelig?\n\nOla Dahl: Ventetiden.\n\n00:01:12\n\nKari Moe: Og så?\n",
              [("Kari Moe", "Hva var vanskelig?"), ("Ola Dahl", "Ventetiden."), ("Kari Moe", "Og så?")], begins=[0, None, 72]),
    Situation("times on lines of their own", "below, nobody named", "Was war schwer?\n\n[00:00:03]\n\nDas Warten.\n\n[00:00:09]\n\nUnd dann?\n\n[00:00:15]\n",
              [(None, "Was war schwer?"), (None, "Das Warten."), (None, "Und dann?")], begins=[None] * 3, ends=[3, 9, 15]),
    Situation("times on lines of their own", "below, named", "Anna: Why?\n(0:03)\n\nPer: The wait.\n(0:09)\n\nAnna: And?\n(0:15)\n",
              [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?")], ends=[3, 9, 15]),
    Situation("times on lines of their own", "above, two paragraphs", "[00:00:03]\n\nQuoi de difficile ?\n\n[00:00:09]\n\nL'attente.\n\nEt encore.\n\n[00:00:15]\n\nEt après ?",
              [(None, "Quoi de difficile ?"), (None, "L'attente."), (None, "Et encore."), (None, "Et après ?")], begins=[3, 9, None, 15]),
    # --- times of day that do not say so
    Situation("clocks without a day", "Zoom chat", "14:05:03\t From Anna Berg : What was hard?\n14:05:40\t From Per Lund : The wait.\n14:06:03\t From Anna Berg : And?\n",
              [("Anna Berg", "What was hard?"), ("Per Lund", "The wait."), ("Anna Berg", "And?")], begins=[0, 37, 60]),
    Situation("clocks without a day", "over midnight", "[23:59:30] Eva: Was war schwer?\n[23:59:50] Jan: Das Warten.\n[00:00:10] Eva: Und dann?\n",
              [("Eva", "Was war schwer?"), ("Jan", "Das Warten."), ("Eva", "Und dann?")], begins=[0, 20, 40]),
    Situation("clocks without a day", "a long recording", "[01:59:30] Eva: Was war schwer?\n[01:59:50] Jan: Das Warten.\n[02:00:10] Eva: Und dann?\n",
              [("Eva", "Was war schwer?"), ("Jan", "Das Warten."), ("Eva", "Und dann?")], begins=[7170, 7190, 7210]),
    Situation("clocks without a day", "hours in words", "Anna Berg  11:58 PM\nWhy?\n\nPer Lund  12:01 AM\nThe wait.\n\nAnna Berg  12:02 AM\nAnd?",
              [("Anna Berg", "Why?"), ("Per Lund", "The wait."), ("Anna Berg", "And?")], begins=[0, 180, 240]),
    # --- more signs of times
    Situation("07 other times", "at", "@0:03 Anna: Why?\n\n@0:09 Per: The wait.\n\n@1:15 Anna: And?", [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?")], begins=[3, 9, 75]),
    Situation("07 other times", "t=", "t=0:03 Anna: Why?\n\nt=0:09 Per: The wait.\n\nt=1:15 Anna: And?", [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?")], begins=[3, 9, 75]),
    Situation("07 other times", "minutes and seconds by primes", "00'03'' Anna: Why?\n\n00'09'' Per: The wait.\n\n01'15'' Anna: And?",
              [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?")], begins=[3, 9, 75]),
    Situation("07 other times", "a height is no time", "Ann: How tall?\n\nBo: He was\n5'10'' tall\nand thin.\n\nAnn: And?",
              [("Ann", "How tall?"), ("Bo", "He was\n5'10'' tall\nand thin."), ("Ann", "And?")]),
    # --- the name of a group, and what a chat says of itself
    Situation("05 chats", "a group, iOS, German", "[12.03.24, 14:00:00] Forschung: \u200eNachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.\n[12.03.24, 14:05:33] Eva: Was?\n"
              "[12.03.24, 14:06:00] Jan: Das Warten.\n[12.03.24, 14:07:00] Forschung: \u200eEva hat Mia hinzugefügt.\n[12.03.24, 14:08:00] Mia: Hallo.\n",
              [("Eva", "Was?"), ("Jan", "Das Warten."), ("Mia", "Hallo.")]),
    Situation("05 chats", "a group, iOS, Norwegian", "[12.03.2024, 14:00:00] Ventegruppen: \u200eMeldinger og anrop er ende-til-ende-kryptert.\n[12.03.2024, 14:05:33] Kari: Hva?\n"
              "[12.03.2024, 14:06:00] Ola: Ventetiden.\n\u200e[12.03.2024, 14:06:30] Ola: \u200ebilde utelatt\n",
              [("Kari", "Hva?"), ("Ola", "Ventetiden.")]),
    Situation("05 chats", "two people, Spanish", "[12/3/24, 14:00:00] Luis: \u200eLos mensajes y las llamadas están cifrados de extremo a extremo.\n[12/3/24, 14:05:33] Ana: ¿Qué?\n"
              "[12/3/24, 14:06:00] Luis: La espera.\n", [("Ana", "¿Qué?"), ("Luis", "La espera.")]),
    # --- subtitles: lines that grow, two people in a cue, a name seen once
    Situation("01 captions that roll", "live captions", vtt("wir", "wir haben", "wir haben\nlange", "wir haben\nlange gewartet", "lange gewartet\nund").replace(".900", ".999"),
              [(None, "wir haben"), (None, "lange gewartet"), (None, "und")], ".vtt", begins=[0, 2, 4]),
    Situation("two people in a cue", "German", srt("- Was war schwer?\n- Das Warten.", "Und dann?", "-Nichts.\n-Gar nichts?"),
              [(None, "Was war schwer?"), (None, "Das Warten."), (None, "Und dann?"), (None, "Nichts."), (None, "Gar nichts?")], ".srt", begins=[1, 1, 2, 3, 3]),
    Situation("two people in a cue", "French, wrapped", srt("– Quoi de\ndifficile ?\n– L'attente.", "– Et après ?\n– Rien."),
              [(None, "Quoi de\ndifficile ?"), (None, "L'attente."), (None, "Et après ?"), (None, "Rien.")], ".srt"),
    Situation("two people in a cue", "named", srt("- Eva: Was war schwer?\n- Jan: Das Warten.", "- Eva: Und?\n- Jan: Nichts."),
              [("Eva", "Was war schwer?"), ("Jan", "Das Warten."), ("Eva", "Und?"), ("Jan", "Nichts.")], ".srt"),
    Situation("two people in a cue", "one dash is one person", srt("- Was war schwer?", "Das Warten.", "Und dann - nichts."),
              [(None, "- Was war schwer?"), (None, "Das Warten."), (None, "Und dann - nichts.")], ".srt"),
    # --- who is who stands in the title block
    Situation("roles in a title block", "in brackets", "Date: 3 May\nParticipants: Anna (moderator), Per, Bo\n\nAnna: Why?\n\nPer: The wait.\n\nAnna: And?\n\nBo: Nothing.\n",
              [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?"), ("Bo", "Nothing.")], roles={"Anna": MOD, "Per": PART, "Bo": PART}),
    Situation("roles in a title block", "initials, Norwegian", "Dato: 3. mai\nIntervjuer: Kari Moe (KM)\nInformant: Ola Dahl (OD)\n\nKM: Hva?\n\nOD: Ventetiden.\n\nKM: Og så?\n",
              [("KM", "Hva?"), ("OD", "Ventetiden."), ("KM", "Og så?")], roles={"KM": MOD, "OD": PART}),
    Situation("roles in a title block", "first names, German", "Datum: 3.5.2024\nGesprächsleitung: Eva Meier\nTeilnehmende: Jan Vogt; Mia Lenz\n\nEva: Was?\n\nJan: Das Warten.\n\nMia: Ja.\n\nEva: Und?\n",
              [("Eva", "Was?"), ("Jan", "Das Warten."), ("Mia", "Ja."), ("Eva", "Und?")], roles={"Eva": MOD, "Jan": PART, "Mia": PART}),
    Situation("roles in a title block", "nobody says who asks", "Date: 3 May\nParticipants: Anna, Per\n\nAnna: Why?\n\nPer: The wait.\n\nAnna: And?\n",
              [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?")], roles={"Anna": NOT, "Per": NOT}),
    # --- encodings of one byte a letter
    Situation("encodings that nobody names", "Mac, Norwegian", "Åse: Hva var vanskelig? Så rart.\n\nKåre: Ventetiden – æ vet ikke, så øvde vi “litt”.\n".encode("mac_roman"),
              [("Åse", "Hva var vanskelig? Så rart."), ("Kåre", "Ventetiden – æ vet ikke, så øvde vi “litt”.")]),
    Situation("encodings that nobody names", "Mac, apostrophes only", "I: Why?\n\nP1: I don’t know, it’s long.\n".encode("mac_roman"), [("I", "Why?"), ("P1", "I don’t know, it’s long.")]),
    Situation("encodings that nobody names", "DOS, German", "Jürgen: Was war schwer für Sie?\n\nBjörn: Das Warten, natürlich. Größe.\n".encode("cp850"),
              [("Jürgen", "Was war schwer für Sie?"), ("Björn", "Das Warten, natürlich. Größe.")]),
    Situation("encodings that nobody names", "Windows, Polish", "Zofia: Co było trudne?\n\nŁucja: Czekanie było długie, źle się czułam, żeby spać.\n".encode("cp1250"),
              [("Zofia", "Co było trudne?"), ("Łucja", "Czekanie było długie, źle się czułam, żeby spać.")]),
    Situation("encodings that nobody names", "Windows, French", "Hélène : Quoi de difficile ?\n\nRené : L'été dernier… ça, où ? “Naïve” œuvre.\n".encode("cp1252"),
              [("Hélène", "Quoi de difficile ?"), ("René", "L'été dernier… ça, où ? “Naïve” œuvre.")]),
    # --- a name, and nothing
    Situation("a name without words", "at the end", "I: Why?\n\nP1: The wait.\n\nI: And?\n\nP1:", [("I", "Why?"), ("P1", "The wait."), ("I", "And?"), ("P1", "")]),
    Situation("a name without words", "inside", "Eva: Was?\n\nJan:\n\nEva: Und?\n\nJan: Nichts.", [("Eva", "Was?"), ("Jan", ""), ("Eva", "Und?"), ("Jan", "Nichts.")]),
    Situation("a name without words", "a time as well", "[0:03] Kari: Hva?\n\n[0:09] Ola:\n\n[0:15] Kari: Og?\n\n[0:20] Ola: Tillit.",
              [("Kari", "Hva?"), ("Ola", ""), ("Kari", "Og?"), ("Ola", "Tillit.")], begins=[3, 9, 15, 20]),
    Situation("09 role words", "Nynorsk group", "Ordstyrar: Kvifor?\n\nFokusgruppedeltakar 1: Ventetida.\n\nOrdstyrar: Og?\n\nGruppemedlem 2: Ikkje noko.\n",
              [("Ordstyrar", "Kvifor?"), ("Fokusgruppedeltakar 1", "Ventetida."), ("Ordstyrar", "Og?"), ("Gruppemedlem 2", "Ikkje noko.")],
              roles={"Ordstyrar": MOD, "Fokusgruppedeltakar 1": PART, "Gruppemedlem 2": PART}),
    Situation("09 role words", "of a group, English", "Focus group moderator: Why?\n\nFocus group participant 1: The wait.\n\nFocus group moderator: And?\n\nFG member 2: Nothing.\n",
              [("Focus group moderator", "Why?"), ("Focus group participant 1", "The wait."), ("Focus group moderator", "And?"), ("FG member 2", "Nothing.")],
              roles={"Focus group moderator": MOD, "Focus group participant 1": PART, "FG member 2": PART}),
    Situation("lines of programs", "Sonix, other lines", "Anna: [00:00:03] Why?\n\nPer: [00:00:09] The wait.\n\nQuickly and accurately convert your audio to text with Sonix.\n\n"
              "Sonix uses cutting-edge artificial intelligence to convert your mp3 files to text.\n\nThousands of researchers use Sonix to automatically transcribe their audio files (*.mp3).\n",
              [("Anna", "Why?"), ("Per", "The wait.")], begins=[3, 9]),
    Situation("lines of programs", "a person speaks of it", "Anna: Why?\n\nPer: We used Sonix to transcribe the audio.\n\nAnna: And?\n\nPer: See https://sonix.ai for that.\n",
              [("Anna", "Why?"), ("Per", "We used Sonix to transcribe the audio."), ("Anna", "And?"), ("Per", "See https://sonix.ai for that.")]),
    # --- what hostile siblings showed
    Situation("a name on its line with a time", "named once, hours of a day", "Anna  [9:41 AM]\nWhy?\nPer  [9:42 AM]\nThe wait.\nAnna  [9:43 AM]\nAnd?\n",
              [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?")], begins=[0, 60, 120]),
    Situation("a name on its line with a time", "wrapped below", "Kari 0:03\nHva var vanskelig?\nOla 0:09\nVentetiden var lang og den\nvarte.\nKari 0:15\nOg så?",
              [("Kari", "Hva var vanskelig?"), ("Ola", "Ventetiden var lang og den\nvarte."), ("Kari", "Og så?")], begins=[3, 9, 15]),
    Situation("a name on its line with a time", "from and to", "Eva Meier 00:00:03 --> 00:00:08\nWas?\n\nJan Vogt 00:00:09 --> 00:00:14\nDas Warten.\n\nEva Meier 00:00:15 --> 00:00:20\nUnd?\n",
              [("Eva Meier", "Was?"), ("Jan Vogt", "Das Warten."), ("Eva Meier", "Und?")], begins=[3, 9, 15], ends=[8, 14, 20]),
    Situation("a name on its line with a time", "a sentence that ends so", "Anna: When?\n\nPer: We met at\nabout 10:30\nand again at\nnoon 12:00\n\nAnna: And?",
              [("Anna", "When?"), ("Per", "We met at\nabout 10:30\nand again at\nnoon 12:00"), ("Anna", "And?")]),
    Situation("names in signs", "letters with a dot", "Q. What was hard?\nA. The wait.\nQ. And then?\nA. Nothing.\n",
              [("Q", "What was hard?"), ("A", "The wait."), ("Q", "And then?"), ("A", "Nothing.")], roles={"Q": MOD, "A": PART}),
    Situation("names in signs", "a list by letters", "Anna: Why?\n\nA. The wait\n\nB. The doubt\n\nC. The cold\n\nAnna: So.",
              [("Anna", "Why?"), (None, "A. The wait"), (None, "B. The doubt"), (None, "C. The cold"), ("Anna", "So.")]),
    Situation("names in signs", "bold lines of their own", "**Interviewer**\n\nWhat was hard?\n\n**Maria**\n\nThe wait.\n\n**Interviewer**\n\nAnd?\n\n**Maria**\n\nNothing.\n",
              [("Interviewer", "What was hard?"), ("Maria", "The wait."), ("Interviewer", "And?"), ("Maria", "Nothing.")], roles={"Interviewer": MOD, "Maria": PART}),
    Situation("03 last name, comma, first name", "titles and what they are", "Dr. med. Anna Berg, Universitetet i Oslo: Hva?\n\nOla Nordmann, pårørende: Ventetiden.\n\n"
              "Dr. med. Anna Berg, Universitetet i Oslo: Og?\n\nOla Nordmann, pårørende: Ingenting.",
              [("Dr. med. Anna Berg, Universitetet i Oslo", "Hva?"), ("Ola Nordmann, pårørende", "Ventetiden."), ("Dr. med. Anna Berg, Universitetet i Oslo", "Og?"),
               ("Ola Nordmann, pårørende", "Ingenting.")]),
    Situation("several at once", "Participants A and B", "Facilitator: Why?\n\nParticipant A: The wait.\n\nParticipant B: Yes.\n\nFacilitator: And?\n\nParticipants A and B: No!",
              [("Facilitator", "Why?"), ("Participant A", "The wait."), ("Participant B", "Yes."), ("Facilitator", "And?"), (None, "No!")]),
    Situation("tables of programs", "rich text", r"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\trowd\cellx1000\cellx5000\intbl Eva\cell Was war schwer?\cell\row\trowd\cellx1000\cellx5000"
              r"\intbl Jan\cell Das Warten.\cell\row\trowd\cellx1000\cellx5000\intbl Eva\cell Und?\cell\row}",
              [("Eva", "Was war schwer?"), ("Jan", "Das Warten."), ("Eva", "Und?")], ".rtf"),
    Situation("tables of programs", "web page", "<table><tr><th>Zeit</th><th>Sprecher</th><th>Text</th></tr><tr><td>0:03</td><td>Eva</td><td>Was <b>war</b> schwer?</td></tr>"
              "<tr><td>0:09</td><td>Jan</td><td>Das Warten.<br>Lange.</td></tr><tr><td>0:15</td><td>Eva</td><td>Und?</td></tr></table><p>Eva: So.</p>",
              [("Eva", "Was war schwer?"), ("Jan", "Das Warten.\nLange."), ("Eva", "Und?"), ("Eva", "So.")], ".html", begins=[3, 9, 15, None]),
    Situation("tables of programs", "ELAN, a column a tier", "Begin Time - hh:mm:ss.ms\tEnd Time - hh:mm:ss.ms\tKari\tOla\n00:00:01.000\t00:00:02.000\tHva?\t\n00:00:03.000\t00:00:04.000\t\tVentetiden.\n",
              [("Kari", "Hva?"), ("Ola", "Ventetiden.")], ".tsv", begins=[1, 3], ends=[2, 4]),
]  # fmt: skip


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        rows = []
        for s in SITUATIONS:
            try:
                rows.append((s.kind, s.name, "; ".join(s.faults(s.read(place))) or "right"))
            except InputError:
                rows.append((s.kind, s.name, "refused"))
    sys.stdout.write("\n".join(f"{kind:34}  {name:26}  {verdict}" for kind, name, verdict in rows) + "\n")
    sys.stdout.write(f"{sum(row[2] == 'right' for row in rows)} of {len(rows)} right\n")

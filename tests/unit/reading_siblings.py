"""Siblings of situations that people met: other programs, languages, locales and versions, each with what must be read.

Written with their values before the readers were changed. The values follow from the files, by hand.
"""

from reading_situations import MOD, PART, Situation, srt, vtt

ASKED = [("Anna", "Why?"), ("Per", "The wait."), ("Per", "Nobody rang."), ("Anna", "And?")]
IN_HOURS = ("14:05", "14:06", "14:08", "14:11")
OF_TWELVE = ("2:05", "2:06", "2:08", "2:11")
WHEN = [0, 60, 180, 360]
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def lines(form, times, said=ASKED, join="\n"):
    """Fill in who, what and when of each turn."""
    return join.join(form.format(T=time, N=name, W=words) for (name, words), time in zip(said, times, strict=True))


def chat(name, form, times=OF_TWELVE, above="", said=ASKED, join="\n", begins=WHEN):
    return Situation("05 chats", name, above + lines(form, times, join=join) + "\n", said, begins=begins)


FOUR = [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?"), ("Per", "Trust.")]
MARKS = ("00:00:03", "00:00:09", "00:00:15", "01:00:20")


def timed(name, form, times=MARKS, begins=(3, 9, 15, 3620), ends=None):
    content = lines(form, times, FOUR, "\n\n")
    return Situation("07 other times", name, content, FOUR, begins=begins and list(begins), ends=ends)


JOINED = (
    "1\n00:00:01,000 --> 00:00:04,000\nKåre: Hva var vanskelig?\n\n2\n00:00:04,500 --> 00:00:08,000\nÅse: Så lenge at jeg gråt.\n\n"
    "1\n00:00:01,000 --> 00:00:03,000\nKåre: Og så?\n\n2\n00:00:03,500 --> 00:00:06,000\nÅse: Ærlig talt, ingenting.\n"
)
OF_JOINED = [
    ("Kåre", "Hva var vanskelig?"),
    ("Åse", "Så lenge at jeg gråt."),
    ("Kåre", "Og så?"),
    ("Åse", "Ærlig talt, ingenting."),
]


def joined(name, content):
    return Situation("15 joined subtitles", name, content, OF_JOINED, ".srt", begins=[1, 4.5, 1, 3.5])


SIBLINGS = [
    # --- 01 captions of YouTube
    Situation("01 captions of YouTube", ".sbv", "0:00:00.030,0:00:03.720\ngood morning\n\n0:00:03.730,0:00:06.500\nYes.\n\n0:01:06.510,0:01:09.000\nof trust\n",
              [(None, "good morning"), (None, "Yes."), (None, "of trust")], ".sbv", begins=[0.03, 3.73, 66.51], ends=[3.72, 6.5, 69]),
    Situation("01 captions of YouTube", ".sbv in a text file", "0:00:00.030,0:00:03.720\nIt cost 3,50\n\n0:00:03.730,0:00:06.500\nYes.\n\n0:01:06.510,0:01:09.000\nYes.\n",
              [(None, "It cost 3,50"), (None, "Yes."), (None, "Yes.")], begins=[0.03, 3.73, 66.51]),
    Situation("01 captions of YouTube", "copied from its panel", "0:00\n0 seconds\ngood morning\n0:03\n3 seconds\ntoday\n1:09\n1 minute, 9 seconds\nthe end\n",
              [(None, "good morning"), (None, "today"), (None, "the end")], begins=[0, 3, 69]),
    Situation("01 captions of YouTube", "a title above numbered cues", "Interview 3\n\n" + srt("one", "Yes.", "Yes."), [(None, "one"), (None, "Yes."), (None, "Yes.")], begins=[1, 2, 3]),
    # --- 05 chats of other places
    chat("copied from WhatsApp's page", "[{T}, 12/03/2024] {N}: {W}", IN_HOURS),
    chat("copied from WhatsApp's page, American", "[{T} PM, 3/12/2024] {N}: {W}"),
    chat("Hungarian", "2024. 03. 12. {T} - {N}: {W}", IN_HOURS),
    chat("Korean", "2024. 3. 12. 오후 {T} - {N}: {W}"),
    chat("Arabic", "١٢\u200f/٣\u200f/٢٠٢٤، {T} م - {N}: {W}", [time.translate(ARABIC) for time in OF_TWELVE]),
    chat("Greek", "12/3/24, {T} μ.μ. - {N}: {W}"),
    chat("Vietnamese, the hour first", "{T}, 12/03/2024 - {N}: {W}", IN_HOURS),
    chat("months in words", "12. März 2024 um {T} - {N}: {W}", IN_HOURS),
    chat("Telegram", "{N}, [Mar 12, 2024 at {T}:00 PM]:\n{W}", join="\n\n"),
    chat("LINE", "{T}\t{N}\t{W}", IN_HOURS, "[LINE] Chat history with Study\nSaved on: 2024/03/12 15:00\n\nTue, 03/12/2024\n"),
    chat("LINE, Japanese", "{T}\t{N}\t{W}", IN_HOURS, "[LINE] 研究のトーク履歴\n保存日時：2024/03/12 15:00\n\n2024/03/12(火)\n"),
    chat("KakaoTalk", "[{N}] [오후 {T}] {W}", above="연구 님과 카카오톡 대화\n저장한 날짜 : 2024-03-12 15:00:00\n\n------ 2024년 3월 12일 화요일 ------\n"),
    chat("changed, German iOS", "[12.03.24, {T}:00] {N}: {W}\u200e<Diese Nachricht wurde bearbeitet.>", IN_HOURS),
    chat("changed, English Android", "12/03/2024, {T} - {N}: {W} <This message was edited>", IN_HOURS),
    Situation("05 chats", "what people write in signs", "12/03/2024, 14:05 - Anna: Use <b>bold</b> and <3\n12/03/2024, 14:06 - Per: Put <your name here>\n12/03/2024, 14:07 - Anna: ok\n",
              [("Anna", "Use <b>bold</b> and <3"), ("Per", "Put <your name here>"), ("Anna", "ok")], begins=[0, 60, 120]),
    Situation("05 chats", "two days", "2024/03/12(火)\n14:05\tAnna\tWhy?\n14:06\tPer\tThe wait.\n\n2024/03/13(水)\n14:05\tAnna\tAnd?\n",
              [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?")], begins=[0, 60, 86400]),
    Situation("05 chats", "days that people answer", "Anna: When?\n\nPer:\n12/03/1956\n\nAnna: And she?\n\nPer:\n14/05/1958\n",
              [("Anna", "When?"), ("Per", "12/03/1956"), ("Anna", "And she?"), ("Per", "14/05/1958")]),
    # --- 07 times in other signs
    timed("words before", "[TC {T}] {N}: {W}"), timed("a word and a colon before", "TC: {T} {N}: {W}"), timed("Norwegian o'clock", "[kl. {T}] {N}: {W}", ["00.00.03", "00.00.09", "00.00.15", "01.00.20"]),
    timed("minutes before", "[Min. {T}] {N}: {W}", ["00:03", "00:09", "00:15", "60:20"]), timed("minutes behind", "({T} min) {N}: {W}", ["00:03", "00:09", "00:15", "60:20"]),
    timed("a line of its own", "Timestamp: {T}\n{N}: {W}"), timed("two brackets", "[[{T}]] {N}: {W}"), timed("wide brackets", "【{T}】{N}：{W}"),
    timed("wide colons", "[{T}] {N}: {W}", [time.replace(":", "：") for time in MARKS]), timed("videos", "{T} {N}: {W}", [time.replace(":", ";") + ";00" for time in MARKS]),
    timed("dots behind", "{N}: {W} ({T})", ["0.03", "0.09", "0.15", "60.20"], None, [3, 9, 15, 3620]),
    Situation("07 other times", "o'clock in talk", "Anna: When?\n\nPer: We left.\nKl. 10:30 it rained.\nMin. 3 people stayed.\n\nAnna: And?\n\nPer: It cost (2.50).\n",
              [("Anna", "When?"), ("Per", "We left.\nKl. 10:30 it rained.\nMin. 3 people stayed."), ("Anna", "And?"), ("Per", "It cost (2.50).")], begins=[None] * 4, ends=[None] * 4),
    # --- 11 tags in capitals
    Situation("11 tags", "capitals", vtt("<V Anna>Why?</V>", "<V Per>The <I>long</I> wait.</V>"), [("Anna", "Why?"), ("Per", "The long wait.")], ".vtt"),
    Situation("11 tags", "old .srt", srt('<FONT COLOR="#ffff00">Anna: Why?</FONT>', "<I>Per: The wait.</I>", "Anna: And?"), [("Anna", "Why?"), ("Per", "The wait."), ("Anna", "And?")], ".srt"),
    # --- 15 subtitles that were joined
    joined("a mark in the middle", "\ufeff" + JOINED.replace("\n\n1\n", "\n\n\ufeff1\n")),
    joined("without a line end", JOINED.replace("gråt.\n\n1", "gråt.1")), joined("a blank line below each line", JOINED.replace("\n", "\n\n")),
    Situation("15 joined subtitles", "years are words", "00:00:01,000 --> 00:00:02,000\nAnna: When?\n\n00:00:03,000 --> 00:00:04,000\nPer: In\n1999\n\n00:00:05,000 --> 00:00:06,000\nAnna: And?\n",
              [("Anna", "When?"), ("Per", "In\n1999"), ("Anna", "And?")], ".srt"),
    Situation("15 joined subtitles", "Turkish", "Ayşe: Başlangıçta ne zordu?\n\nÇağrı: Uzun süre beklemek, çok güç. İlgi.\n".encode("cp1254"), [("Ayşe", "Başlangıçta ne zordu?"), ("Çağrı", "Uzun süre beklemek, çok güç. İlgi.")]),
    Situation("15 joined subtitles", "Lithuanian", "Eglė: Kas buvo sunku iš pradžių?\n\nJūratė: Ilgas laukimas, žinote, čia.\n".encode("cp1257"), [("Eglė", "Kas buvo sunku iš pradžių?"), ("Jūratė", "Ilgas laukimas, žinote, čia.")]),
    Situation("15 joined subtitles", "Icelandic", "Jón: Hvað var erfitt?\n\nÞóra: Biðin, það var þögn og óvissa.\n".encode("cp1252"), [("Jón", "Hvað var erfitt?"), ("Þóra", "Biðin, það var þögn og óvissa.")]),
    # --- 30 lines that nobody sees
    *(Situation("30 lines of nothing", f"{name}, {ending}", (vtt if ending == ".vtt" else srt)(f"The wait\n{sign}\nwas long.", f"{sign}\nNobody rang."),
                [(None, "The wait\nwas long."), (None, "Nobody rang.")], ending)
      for ending in (".vtt", ".srt") for name, sign in (("wide", "\u3000"), ("empty tag", "<i></i>"), ("mark of direction", "\u200f"), ("byte order mark", "\ufeff"))),
    Situation("30 lines of nothing", "written out", vtt("<v Anna>Why?</v>\n&lrm;\n<v Per>The\n&nbsp;\nwait.</v>", "<v Anna>And?</v>\n&lrm;"), [("Anna", "Why?"), ("Per", "The\nwait."), ("Anna", "And?")], ".vtt"),
]  # fmt: skip


def named(kind, first, second, roles=(None, None), third=None, name=None):
    """Two people who speak in turn, by the names that stand before their words."""
    said = list(
        zip((first, second, first, third or second), ("Why was it?", "The wait.", "And then?", "Trust."), strict=True)
    )
    told = {first: roles[0], second: roles[1]} if any(roles) else {}
    return Situation(
        kind, name or f"{first}, {second}", "\n\n".join(f"{who}: {words}" for who, words in said), said, roles=told
    )


def roles(first, second):
    return named("09 role words", first, second, (MOD, PART))


COUPLE = [("I", "Why was it?"), ("M", "The wait."), ("F", "Nobody rang."), ("I", "And then?"), ("M", "Trust.")]


def legend(name, above, below=""):
    talk = "\n\n".join(f"{who}: {words}" for who, words in COUPLE)
    return Situation("28 legends", name, above + talk + below, COUPLE, roles={"I": MOD, "M": PART, "F": PART})


SIBLINGS += [
    # --- 03 and 13 names of people who join by phone, who are described, with titles
    named("13 names", "+47 912 34 567", "anna.berg@uni.no"), named("13 names", "1415***1234", "Berg, Anna"), named("13 names", "№ 12", "№ 7"),
    named("13 names", "Interviewer", "Participant 3 – mother of two, rural", (MOD, PART)), named("13 names", "Dr. med. Dr. h.c. Maria-Luise von und zu Hohenstein", "Jan Vogt"),
    Situation("13 names", "years are no numbers of phones", "2010-2015: I worked in a shop.\n2015-2018: I was ill.\n2018-2020: I came back.",
              [(None, "2010-2015: I worked in a shop."), (None, "2015-2018: I was ill."), (None, "2018-2020: I came back.")]),
    Situation("13 names", "whom somebody speaks to", "I: Why?\n\nP1: The wait.\nP2, you said: nobody rang.\n\nI: And?\n\nP1: No.",
              [("I", "Why?"), ("P1", "The wait.\nP2, you said: nobody rang."), ("I", "And?"), ("P1", "No.")]),
    # --- 09 roles in more languages and forms
    roles("Spørger", "Svarperson"), roles("Versuchsleiterin", "Versuchsperson 3"), roles("Enquêteur.trice", "Participant.e 1"), roles("Meneuse", "Interlocutrice"),
    roles("Investigadora", "Entrevistad@"), roles("Entrevistador/a", "Entrevistadx 1"), roles("Dinamizadora", "Participante mujer 1"), roles("Интервюиращ", "Интервюиран"),
    roles("Intervistuesi", "Pjesëmarrësi 1"), roles("Elkarrizketatzailea", "Parte-hartzailea 1"), roles("Cyfwelydd", "Cyfranogwr 1"), roles("Agallóir", "Rannpháirtí 1"),
    roles("Tagapanayam", "Kalahok 1"), roles("ინტერვიუერი", "რესპონდენტი"), roles("Հարցազրուցավար", "Մասնակից 1"), roles("ጠያቂ", "ተሳታፊ 1"),
    roles("Intervistatur", "Parteċipant 1"), roles("Host", "Guest"),
    named("09 role words", "VL", "Interviewer", (PART, MOD), name="initials are no role"),
    # --- 26 what stands above a transcript of Word, a time below a time
    Situation("26 above the talk", "Word's own transcript", "Audio file\ninterview 3.m4a\n\nTranscript\n\n00:00:03 Speaker 1\nWhy?\n00:00:09 Speaker 2\nYes.\n00:00:15 Speaker 1\nAnd?\n",
              [("Speaker 1", "Why?"), ("Speaker 2", "Yes."), ("Speaker 1", "And?")], begins=[3, 9, 15]),
    Situation("26 above the talk", "Word's own transcript, Norwegian", "Lydfil\nintervju.mp3\n\nTranskripsjon\n\n00:00:03 Taler 1\nHvorfor?\n00:00:09 Taler 2\nJa.\n00:00:15 Taler 1\nOg?\n",
              [("Taler 1", "Hvorfor?"), ("Taler 2", "Ja."), ("Taler 1", "Og?")], begins=[3, 9, 15]),
    # --- 28 legends
    legend("the role before the letter", "Deltakere: M (mor), F (far)\nIntervjuer: I\n\n"), legend("sentences", "Leyenda: I: investigadora. M: madre. F: familiar.\n\n"),
    legend("bars", "I | Interviewer\nM | Mother\nF | Father\n\n"), legend("words alone", "Sprecherkürzel: I Interviewerin, M Mutter, F Vater\n\n"),
    legend("below the talk", "", "\n\nI = Interviewer, M = Mother, F = Father\n"),
    Situation("28 legends", "numbered informants of a researcher", "F: Hva var det?\n\nI1: Ventetiden.\n\nF: Og så?\n\nI2: Tillit.\n",
              [("F", "Hva var det?"), ("I1", "Ventetiden."), ("F", "Og så?"), ("I2", "Tillit.")], roles={"F": MOD, "I1": PART, "I2": PART}),
    Situation("28 legends", "numbered interviewers", "A: Ventetiden.\n\nI1: Hva så?\n\nA: Ingen ringte.\n\nI2: Og da?\n",
              [("A", "Ventetiden."), ("I1", "Hva så?"), ("A", "Ingen ringte."), ("I2", "Og da?")], roles={"A": PART, "I1": MOD, "I2": MOD}),
    Situation("28 legends", "an answer that ends in signs", "I: Why?\n\nM: The wait.\n\nI: And?\n\nM: x = 3, y = 4\n",
              [("I", "Why?"), ("M", "The wait."), ("I", "And?"), ("M", "x = 3, y = 4")], roles={"I": MOD, "M": PART}),
]  # fmt: skip

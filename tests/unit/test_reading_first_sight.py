"""Transcripts in shapes that fell at first sight: what must be read, and beside it what only looks like it."""

import warnings

import docx
import openpyxl
import pytest

import reading_files
from alliance_nlp.reading import read_transcripts, role_of


def read(tmp_path, content, name="interview.txt", **options):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (found,) = read_transcripts(path, **options)
    return found, "".join(str(item.message) for item in caught)


def talk(transcript):
    return [(turn.speaker, " ".join(transcript.turn_text(at).split())) for at, turn in enumerate(transcript.turns)]


def roles(transcript):
    return {turn.speaker: turn.role for turn in transcript.turns}


FOUR = [("Ann", "Why?"), ("Bo", "The wait."), ("Ann", "And then?"), ("Bo", "Trust.")]
LINES = "Ann: Why?\n\nBo: The wait.\n\nAnn: And then?\n\nBo: Trust.\n"


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("साक्षात्कारकर्ता", "प्रतिभागी 1"), ("शोधकर्ता", "उत्तरदाता 2"), ("الباحثة", "المشاركة 1"), ("مصاحبه‌گر", "شرکت‌کننده ۱"),
        ("প্রশ্নকর্তা", "উত্তরদাতা"), ("ผู้สัมภาษณ์", "ผู้ให้สัมภาษณ์ 1"), ("Інтерв'юерка", "Учасниця"), ("Ispitivačica", "Sudionica 1"),
        ("Pewawancara", "Partisipan 3"), ("người phỏng vấn", "người tham gia 1"), ("Συνεντεύκτρια", "Συμμετέχουσα 2"), ("质问者", "受访者"),
        ("Küsitleja", "Osaleja 1"), ("חוקרת", "מרואיינת"), ("Cercetătoarea", "Respondent"),
    ],
)  # fmt: skip
def test_words_for_roles_in_more_languages(asks, answers):
    assert (role_of(asks) or "moderator", role_of(answers)) == ("moderator", "participant")


@pytest.mark.parametrize("word", ["Interpretation", "Research", "Translation", "operator", "बाज़ार", "سوق"])
def test_words_that_only_begin_so_tell_nothing(word):
    assert role_of(word) is None


def test_whoever_renders_what_others_say_is_asked_about_and_no_participant(tmp_path):
    text = "Interviewer: Why?\nTolk: Pourquoi ?\nAnn: L'attente.\nTolk: The wait.\nInterviewer: So?\nAnn: Rien.\n"
    found, _ = read(tmp_path, text)
    assert roles(found) == {"Interviewer": "moderator", "Tolk": None, "Ann": "participant"}
    assert "say the role in roles" in str(found.report)
    alone, _ = read(
        tmp_path, "Interviewer: Why?\nInterpreter 1: I like it.\nInterviewer: So?\nInterpreter 2: I do not.\n"
    )
    assert roles(alone)["Interpreter 1"] == "participant"  # a study of interpreters


def test_two_letters_for_question_and_answer_where_one_asks(tmp_path):
    found, _ = read(tmp_path, "H: Mikä oli vaikeaa?\nV: Odotus.\nH: Entä sitten?\nV: Luotin.\n")
    assert roles(found) == {"H": "moderator", "V": "participant"}
    assert all(one.guessed for one in found.report.files[0].speakers)
    both, _ = read(tmp_path, "H: Mikä oli vaikeaa?\nV: Odotus?\nH: Entä sitten.\nV: Luotin?\n")
    assert set(roles(both).values()) == {None}
    three, _ = read(tmp_path, "H: Mikä?\nV: Odotus.\nK: Niin.\nH: Entä?\nV: Luotin.\nK: Joo.\n")
    assert set(roles(three).values()) == {None}


def test_a_label_that_was_introduced_with_a_name_is_that_person(tmp_path):
    found, said = read(
        tmp_path,
        "Interviewer (Kari Moe): Why?\n\nParticipant 2 (Per): Wait.\n\nKM: So?\n\nP2: Trust.\n\nKM: And?\n\nPer: No.\n",
    )
    assert roles(found) == {"Interviewer (Kari Moe)": "moderator", "Participant 2 (Per)": "participant"}
    assert "KM" in said
    apart, _ = read(
        tmp_path,
        "Interviewer (Kari Moe): Why?\n\nNurse (Kim Mann): Wait.\n\nKM: So?\n\nPer: Trust.\n\nKM: And?\n\nPer: No.\n",
    )
    assert "KM" in roles(apart)  # it could be either


def test_numbers_of_lines_go_everywhere_and_words_stay(tmp_path):
    found, said = read(
        tmp_path,
        "1  I: Why?\n2  P1: The wait. I sat\n3     by the phone and\n4     nobody rang.\n5  I: So?\n6  P1: 3 weeks.\n",
    )
    assert talk(found) == [
        ("I", "Why?"),
        ("P1", "The wait. I sat by the phone and nobody rang."),
        ("I", "So?"),
        ("P1", "3 weeks."),
    ]
    assert "numbers were set apart" in said
    listed, _ = read(tmp_path, "Ann: Why?\n\nBo: 1 cat\n2 dogs\n3 birds\n\nAnn: So?\n\nBo: 4 mice\n")
    assert talk(listed)[1] == ("Bo", "1 cat 2 dogs 3 birds")


@pytest.mark.parametrize(
    "line", ["Interview 7 - Confidential      Page {} of 2", "Seite {} von 2", "- {} -", "Haastattelu 3, sivu {}", "第 {} 頁"],
)  # fmt: skip
def test_heads_of_pages_in_a_text_are_nobodys_and_end_no_turn(tmp_path, line):
    text = f"{line.format(1)}\n\nAnn: Why?\n\nBo: The wait\n\n{line.format(2)}\n\nwas long.\n\nAnn: So?\n\nBo: Trust.\n"
    found, said = read(tmp_path, text)
    assert talk(found) == [("Ann", "Why?"), ("Bo", "The wait"), ("Bo", "was long."), ("Ann", "So?"), ("Bo", "Trust.")]
    assert "a head or foot of pages" in said


def test_talk_of_pages_is_talk(tmp_path):
    found, _ = read(tmp_path, "Ann: Where?\n\nBo: Page 12 of the form.\n\nAnn: So?\n\nBo: On\nPage 3\n")
    assert talk(found)[-1] == ("Bo", "On Page 3")


def test_titles_above_the_first_speaker_are_no_turns_and_words_are(tmp_path):
    found, said = read(
        tmp_path, "Master's thesis, University of Turku\n\nTranscribed by L. V., 12 March 2024\n\n" + LINES
    )
    assert talk(found) == FOUR
    assert "a title" in said
    spoken, said = read(tmp_path, "so we begin, and I was asking about the time before\n\n" + LINES)
    assert talk(spoken)[0][0] is None
    assert "above the first speaker, so turns without a speaker" in said
    few, _ = read(tmp_path, "My Wait\n\nAnn: Why?\n\nBo: So.\n")
    assert len(few.turns) == 3


@pytest.mark.parametrize(
    "lines",
    [
        ["Haastattelu-20240312_100233-Kokouksen tallenne", "12. maaliskuuta 2024, 8.02", "14 min 22 s", "Liisa Virtanen aloitti litteroinnin"],
        ["12 de março de 2024, 09:02", "1h 2m 3s", "Liisa Virtanen iniciou a transcrição"],
        ["12 mars 2024 à 9h02", "Liisa Virtanen a démarré la transcription"],
        ["12 marca 2024, 9:02", "Liisa Virtanen rozpoczęła transkrypcję"],
    ],
)  # fmt: skip
def test_what_meetings_write_above_the_talk_in_any_language(tmp_path, lines):
    text = (
        "\n\n".join(lines)
        + "\n\nLiisa Virtanen   0:03\nWhy?\n\nPer Lund   0:09\nThe wait.\n\nLiisa Virtanen   0:15\nSo?\n\nPer Lund   0:20\nI transcribed it myself\n"
    )
    found, _ = read(tmp_path, text)
    assert talk(found) == [
        ("Liisa Virtanen", "Why?"),
        ("Per Lund", "The wait."),
        ("Liisa Virtanen", "So?"),
        ("Per Lund", "I transcribed it myself"),
    ]


def test_what_a_chat_writes_for_a_picture_is_nobodys(tmp_path):
    text = ("12.03.24, 14:06 - Kari: Hva?\n12.03.24, 14:07 - Per: <Medien ausgeschlossen>\n12.03.24, 14:08 - Per: \u200ebilde utelatt\n"
            "12.03.24, 14:09 - Per: <Media omitted>\nden der\n12.03.24, 14:10 - Per: x < y og z > 2\n12.03.24, 14:11 - Kari: Ja\n")  # fmt: skip
    found, said = read(tmp_path, text)
    assert talk(found) == [("Kari", "Hva?"), ("Per", "den der"), ("Per", "x < y og z > 2"), ("Kari", "Ja")]
    assert "a line that a program adds" in said


def test_names_from_and_to_once_with_reactions_and_replies(tmp_path):
    text = ('10:02:03 From Anna Berg to Everyone:\n\tWhy?\n10:02:30 From Per to Everyone:\n\tThe wait.\n10:02:45 From Ole to Everyone:\n'
            '\tReacted to "The wait." with 👍\n10:03:00 From Ole to Everyone:\n\tReplying to "Why?"\n\t\n\tThe silence.\n')  # fmt: skip
    found, _ = read(tmp_path, text)
    assert talk(found) == [("Anna Berg", "Why?"), ("Per", "The wait."), ("Ole", "The silence.")]
    assert [turn.begin_s for turn in found.turns] == [0, 27, 57]


def test_names_that_are_a_paragraph_each(tmp_path):
    document = docx.Document()
    for words, bold in (
        ("Anna", True),
        ("Why?", False),
        ("Per", True),
        ("The wait.", False),
        ("For weeks.", False),
        ("Anna", True),
        ("So?", False),
        ("Per", True),
        ("Trust.", False),
    ):
        document.add_paragraph().add_run(words).bold = bold
    document.save(tmp_path / "t.docx")
    found, _ = read(tmp_path, None, "t.docx")
    assert talk(found) == [("Anna", "Why?"), ("Per", "The wait. For weeks."), ("Anna", "So?"), ("Per", "Trust.")]
    heads, _ = read(tmp_path, "Time\n\nThe wait.\n\nTrust\n\nThe doubt.\n\nTime\n\nThe hours.\n\nHope\n\nSome.\n")
    assert not any(turn.speaker for turn in heads.turns)  # headings of sections: one recurs


def test_pictures_before_a_name_and_capitals_once(tmp_path):
    found, _ = read(tmp_path, "👩 Anna: Why?\n👴🏽 Per: The wait.\n👩 Anna: So?\n👴🏽 Per: Trust.\n")
    assert [name for name, _ in talk(found)] == ["👩 Anna", "👴🏽 Per"] * 2
    cues = [
        ("ANNA: What was hard", 1),
        ("PER: The long wait for", 3),
        ("an answer.", 6),
        ("ANNA: And then?", 8),
        ("ANNA: So?", 9),
        ("Nobody knew.", 10),
    ]
    srt = "\n".join(
        f"{n}\n00:00:{at:02},000 --> 00:00:{at + 1:02},000\n{words}\n" for n, (words, at) in enumerate(cues, 1)
    )
    found, said = read(tmp_path, srt, "t.srt")
    assert talk(found) == [
        ("ANNA", "What was hard"),
        ("PER", "The long wait for"),
        ("PER", "an answer."),
        ("ANNA", "And then?"),
        ("ANNA", "So?"),
        (None, "Nobody knew."),
    ]
    assert "go on with a sentence" in said


def test_a_bracket_behind_a_time_is_a_remark(tmp_path):
    found, _ = read(
        tmp_path,
        "[0:03] Ann: Why?\n[0:09] Bo: The wait.\n[0:15] Ann: So?\n[0:20] Bo: Trust. [laughs]\n[0:25] [END OF AUDIO]\n",
    )
    assert talk(found)[-1] == ("Bo", "Trust. [laughs]")
    assert any(item.words == "[0:25] [END OF AUDIO]" for item in found.report.files[0].items)


def test_two_names_a_paragraph_and_a_wrapped_line(tmp_path):
    found, _ = read(tmp_path, "Ann: Why?\nBo: The wait.\n\nAnn: So?\nBo: Trust.\n")
    assert [name for name, _ in talk(found)] == ["Ann", "Bo", "Ann", "Bo"]


def survey(*rows, sign=","):
    return "\n".join(sign.join(f'"{cell}"' for cell in row) for row in rows)


HELPED, HARD = "The physiotherapist who came home.", "The long wait for an answer."


@pytest.mark.parametrize(
    ("content", "people"),
    [
        (survey(["StartDate", "ResponseId", "Q1", "Q2"], ["Start Date", "Response ID", "What helped you?", "What was hard?"],
                ["{'ImportId':'a'}", "{'ImportId':'b'}", "{'ImportId':'c'}", "{'ImportId':'d'}"],
                ["2024-03-12 10:00:00", "R_1", HELPED, HARD], ["2024-03-12 10:00:00", "R_2", "My sister and her patience.", ""]), ("R_1", "R_2")),
        (survey(["Timestamp", "Email Address", "What helped you most?", "What was hard?"], ["3/12/2024 10:00:00", "a@x.org", HELPED, HARD],
                ["3/12/2024 11:00:00", "b@x.org", "My sister and her patience.", ""]), ("row 2", "row 3")),
        (survey(["id. Antwort ID", "submitdate. Datum", "Q1. Was half?", "Q2. Was war schwer?"], ["7", "2024-03-12", HELPED, HARD],
                ["9", "2024-03-12", "My sister and her patience.", ""], sign=";"), ("7", "9")),
    ],
)  # fmt: skip
def test_a_survey_with_one_question_a_column(tmp_path, content, people):
    found, said = read(tmp_path, content, "survey.csv")
    first, second = people
    assert talk(found) == [(first, HELPED), (second, "My sister and her patience."), (first, HARD)]
    assert set(roles(found).values()) == {"participant"}
    assert "read as a survey: 2 columns" in said
    assert "x.org" not in said + " ".join(str(turn.speaker) for turn in found.turns)
    items = found.report.files[0].items
    assert [item.where for item in items if item.why.startswith("answers to")] == ["turns 1-2", "turns 3-3"]


@pytest.mark.parametrize(
    "content",
    [
        survey(["Speaker", "Words as they were said", "Words in translation here"], ["Ann", "Ja, det var langt.", "Yes, it was long."], ["Ann", "Og så ringte ingen.", "And then nobody rang."]),
        survey(["Name", "Answer", "A remark of the coder"], ["Ann", "It was so long.", "she sighs a lot"], ["Bo", "Nobody rang me.", "he laughs at it"]),
    ],
)  # fmt: skip
def test_tables_with_a_column_of_words_are_no_survey(tmp_path, content):
    found, said = read(tmp_path, content, "table.csv")
    assert "read as a survey" not in said
    assert len(found.turns) == 2


def test_titles_above_a_table_of_turns_and_a_table_of_answers_in_word(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Projekt Warten"],
        ["Stand: März 2024"],
        [],
        ["Zeit", "Sprecher", "Aussage"],
        ["0:03", "I", "Warum?"],
        ["0:09", "B1", "Darum."],
    ):
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.save(tmp_path / "t.xlsx")
    found, said = read(tmp_path, None, "t.xlsx")
    assert talk(found) == [("I", "Warum?"), ("B1", "Darum.")]
    assert "titles" in said
    document = docx.Document()
    rows = [
        ["Question", "Mood", "Answer"],
        ["What?", "Calm", "The long wait for weeks."],
        ["So?", "Sad", "I trusted her then."],
        ["Now?", "Calm", "I ring them myself."],
    ]
    table = document.add_table(4, 3)
    for at, row in enumerate(rows):
        for cell, words in zip(table.rows[at].cells, row, strict=True):
            cell.text = words
    document.save(tmp_path / "d.docx")
    found, _ = read(tmp_path, None, "d.docx")
    assert talk(found) == [(None, row[2]) for row in rows[1:]]


def test_in_a_dated_chat_a_line_without_a_day_goes_on(tmp_path):
    text = ("18/5/24, 9:02 a. m. - Los mensajes y las llamadas están cifrados de extremo a extremo.\n18/5/24, 9:03 a. m. - Lucía: ¿Qué?\n"
            "18/5/24, 9:06 a. m. - Pepe: La espera.\nY nadie llamaba: nadie.\n18/5/24, 9:07 a. m. - Lucía: ¿Y?\n"
            "18/5/24, 9:08 a. m. - Pepe: Eliminaste este mensaje\n18/5/24, 9:09 a. m. - Pepe: Y nadie llamaba: nadie.\n")  # fmt: skip
    found, _ = read(tmp_path, text)
    assert talk(found) == [
        ("Lucía", "¿Qué?"),
        ("Pepe", "La espera. Y nadie llamaba: nadie."),
        ("Lucía", "¿Y?"),
        ("Pepe", "Y nadie llamaba: nadie."),
    ]
    once, _ = read(tmp_path, "12/03/2024, 14:05 we began.\n\nAnn: Why?\n\nBo: The wait.\n\nAnn: So?\n\nBo: Trust.\n")
    assert {name for name, _ in talk(once)} >= {"Ann", "Bo"}


def test_dashes_that_begin_every_turn_are_no_words(tmp_path):
    found, _ = read(tmp_path, "– Mi volt nehéz?\n– A várakozás.\n– És utána?\n- Bizalom - igen.\n")
    assert talk(found) == [
        (None, "Mi volt nehéz?"),
        (None, "A várakozás."),
        (None, "És utána?"),
        (None, "Bizalom - igen."),
    ]
    some, _ = read(tmp_path, "We need:\n\n- bread\n\n- milk\n\nThat is all.\n")
    assert (None, "- bread") in talk(some)


def test_keys_to_signs_and_titles_over_what_programs_write(tmp_path):
    key = "Transkriptionsregeln: (.) kurze Pause; [..] Überlappung\nAW: Interviewerin\nHB: Betroffener, 58 Jahre\n\nAW: Warum?\nHB: Das Warten (.) so.\nAW: Und?\nHB: Ja.\n"
    found, said = read(tmp_path, key)
    assert talk(found) == [("AW", "Warum?"), ("HB", "Das Warten (.) so."), ("AW", "Und?"), ("HB", "Ja.")]
    assert roles(found) == {"AW": "moderator", "HB": "participant"}
    assert "a key to signs" in said
    block = "Interview with Bea\nMeeting started: 5/18/2024\nDuration: 31 minutes\nParticipants: Bea Holm, Cem Kaya\n\n00:00 Cem Kaya: Why?\n00:07 Bea Holm: The wait.\n"
    assert talk(read(tmp_path, block)[0]) == [("Cem Kaya", "Why?"), ("Bea Holm", "The wait.")]


def test_numbers_in_brackets_and_times_between_stars(tmp_path):
    text = "(1) Moderator: Why?\n(2) Woman 1: The wait.\n(3) Man 1: So.\n(4) Moderator: And?\n(5) Woman 1: Trust.\n"
    assert [name for name, _ in talk(read(tmp_path, text)[0])] == [
        "Moderator",
        "Woman 1",
        "Man 1",
        "Moderator",
        "Woman 1",
    ]
    found, _ = read(
        tmp_path,
        "**Ana Ruiz** *(00:12)*: The wait.\n\n**Tom Hale** *(00:31)*: And?\n\n**Ana Ruiz** *(00:35)*: Trust.\n",
        "t.md",
    )
    assert talk(found) == [("Ana Ruiz", "The wait."), ("Tom Hale", "And?"), ("Ana Ruiz", "Trust.")]
    assert [turn.begin_s for turn in found.turns] == [12, 31, 35]


def test_a_second_heading_of_a_survey_is_no_answer(tmp_path):
    rows = [["Respondent ID", "Date", "What helped you?", "What was hard?"], ["", "", "Open-Ended Response", "Open-Ended Response"],
            ["11", "05/18/2024", HELPED, HARD], ["12", "05/18/2024", "My sister and her patience.", ""]]  # fmt: skip
    found, _ = read(tmp_path, survey(*rows), "s.csv")
    assert talk(found) == [("11", HELPED), ("12", "My sister and her patience."), ("11", HARD)]


def test_wide_blanks_and_vowel_marks(tmp_path):
    found, _ = read(
        tmp_path, "司会　最初に何が大変でしたか。\n田中　長い待ち時間です。\n司会　その後は？\n田中　信頼しました。\n"
    )
    assert [name for name, _ in talk(found)] == ["司会", "田中", "司会", "田中"]
    assert role_of("المقابِلة") == "moderator"


def test_chapters_between_times_are_headings(tmp_path):
    found, _ = read(
        tmp_path, "Chapter 1: Waiting\n0:00\nso what was hard\n0:04\nthe wait\nChapter 2: Trust\n0:09\nand then\n"
    )
    assert talk(found) == [(None, "so what was hard"), (None, "the wait"), (None, "and then")]
    spoken, _ = read(tmp_path, "Ann: Which?\n\nBo: Chapter 3: the one on waiting.\n\nAnn: So?\n\nBo: Yes.\n")
    assert talk(spoken)[1] == ("Bo", "Chapter 3: the one on waiting.")


def test_bare_numbers_of_pages_and_bare_answers(tmp_path):
    pages = "ANHANG C: INTERVIEW MIT FRAU K.\n\nAnn: Why?\n\nBo: The wait, and that\n\n        87\n\nnobody rang.\n\nAnn: So?\n\n        88\n\nBo: Trust.\n"
    assert talk(read(tmp_path, pages)[0]) == [
        ("Ann", "Why?"),
        ("Bo", "The wait, and that"),
        ("Bo", "nobody rang."),
        ("Ann", "So?"),
        ("Bo", "Trust."),
    ]
    answers = "Ann: How many?\n\n12\n\nAnn: And now?\n\n3\n"
    assert (None, "12") in talk(read(tmp_path, answers)[0])


def test_days_without_a_year_milliseconds_and_dates_below_messages(tmp_path):
    teams = "[04.04. 14:05] Berg, Anna\nWhy?\n[04.04. 14:06] Lund, Per\nThe wait.\n[04.04. 14:07] Berg, Anna\nSo?\n"
    found, _ = read(tmp_path, teams)
    assert talk(found) == [("Berg, Anna", "Why?"), ("Lund, Per", "The wait."), ("Berg, Anna", "So?")]
    assert [turn.begin_s for turn in found.turns] == [0, 60, 120]
    transana, _ = read(tmp_path, "¤<1000>Anna: Why?\n¤<5000>Per: The wait.\n¤<9000>Anna: So?\n")
    assert [turn.begin_s for turn in transana.turns] == [1, 5, 9]
    below = "\n\n".join(
        f"{name}\n{words}\n4 Apr 2024, 14:0{n}"
        for n, (name, words) in enumerate(
            [("Ann Ek", "Why?"), ("Bo Ås", "Wait."), ("Ann Ek", "So?"), ("Bo Ås", "Trust.")]
        )
    )
    assert talk(read(tmp_path, below)[0]) == [
        ("Ann Ek", "Why?"),
        ("Bo Ås", "Wait."),
        ("Ann Ek", "So?"),
        ("Bo Ås", "Trust."),
    ]


def test_legends_and_title_blocks_that_name_who_speaks_below(tmp_path):
    legend = "Interview 12 (telefonisch)\nAfkortingen: O = onderzoeker, M = mantelzorger\n\nO: Wat was moeilijk?\nM: Het wachten.\nO: En?\nM: Ja.\n"
    assert roles(read(tmp_path, legend)[0]) == {"O": "moderator", "M": "participant"}
    block = "CONFIDENTIAL\n\nProject: Waiting\n\nParticipant ID: 014\n\nInterviewer: RC\n\nRC: Why?\n\n014: The wait.\n\nRC: So?\n\n014: Trust.\n"
    found, _ = read(tmp_path, block)
    assert roles(found) == {"RC": "moderator", "014": "participant"}
    assert len(found.turns) == 4


def test_whoever_alone_asks_beside_participants_is_a_guessed_moderator(tmp_path):
    found, _ = read(tmp_path, "ENT: ¿Qué?\nINF1: La espera.\nINF2: Nadie.\nENT: ¿Y?\nINF1: Confié.\n")
    assert roles(found)["ENT"] == "moderator"
    assert next(one for one in found.report.files[0].speakers if one.name == "ENT").guessed
    tells, _ = read(tmp_path, "ANA: Sí.\nINF1: La espera.\nINF2: Nadie.\nANA: No.\nINF1: Confié.\n")
    assert roles(tells)["ANA"] is None


def test_a_column_called_transcript_may_hold_the_words(tmp_path):
    found, said = read(
        tmp_path, "Speaker,Timestamp,Transcript\nAnn,0:01,What was hard?\nPer,0:05,The long wait.\n", "t.csv"
    )
    assert talk(found) == [("Ann", "What was hard?"), ("Per", "The long wait.")]
    assert "'Transcript' was read as what was said" in said


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Tazatel: Co bylo těžké?\n\nÚčastnice 1: Dlouhé čekání.\n\nTazatel: A potom?\n\nÚčastnice 1: Věřila jsem jí.\n", "cp1250"),
        ("Moderator: Co było trudne?\n\nP1: Długie czekanie.\n\nModerator: A potem?\n\nP1: Zaufałam jej.\n", "cp1250"),
        ("Kérdező: Mi volt nehéz?\n\nVálaszadó: A hosszú őrült várakozás.\n\nKérdező: És utána?\n\nVálaszadó: Tűrtem.\n", "iso8859_2"),
        ("Interviewer: Was war früher schwer?\n\nB1: Das Gefühl, müßig zu sein.\n\nInterviewer: Und?\n\nB1: Möglich.\n", "cp1252"),
        ("Ordstyrer: Hvad var svært på det tidspunkt?\n\nP1: Følelsen. Åh, én gang.\n\nOrdstyrer: Så?\n\nP1: Nå.\n", "cp1252"),
        ("Enquêtrice : Où étiez-vous ?\n\nP1 : À l'hôpital, ça a duré.\n\nEnquêtrice : Et après ?\n\nP1 : Très bien, naïvement.\n", "cp1252"),
    ],
)  # fmt: skip
def test_letters_of_one_language_tell_the_encoding(tmp_path, words, encoding):
    found, _ = read(tmp_path, words.encode(encoding))
    assert found.text == words


def test_names_before_times_and_words_and_names_that_were_made_up(tmp_path):
    trint = "Interview 5 - waiting\n\nCreated on: 2024-03-12\nFile Name: i.mp3\n\nSara Holm [00:00:02] Why?\n\nBen [00:00:06] The wait.\n\nSara Holm [00:00:11] So?\n\nBen [00:00:15] Trust.\n"
    found, _ = read(tmp_path, trint)
    assert talk(found) == [("Sara Holm", "Why?"), ("Ben", "The wait."), ("Sara Holm", "So?"), ("Ben", "Trust.")]
    assert [turn.begin_s for turn in found.turns] == [2, 6, 11, 15]
    spoken, _ = read(
        tmp_path,
        "Ann: Why?\n\nBo: We met\nat noon [00:00:09] and then\nat noon [00:00:12] again.\n\nAnn: So?\n\nBo: Yes.\n",
    )
    assert [name for name, _ in talk(spoken)] == ["Ann", "Bo", "Ann", "Bo"]
    named, _ = read(tmp_path, 'Researcher: Why?\n"Maria": The wait.\nResearcher: So?\n"Maria": Trust.\n')
    assert [name for name, _ in talk(named)] == ["Researcher", "Maria", "Researcher", "Maria"]


def test_quoted_markdown_and_dates_in_title_blocks(tmp_path):
    found, _ = read(
        tmp_path,
        "## Interview 4\n\n> **I:** Why?\n>\n> **P4:** The wait.\n>\n> **I:** So?\n>\n> **P4:** Trust.\n",
        "t.md",
    )
    assert talk(found) == [("I", "Why?"), ("P4", "The wait."), ("I", "So?"), ("P4", "Trust.")]
    block = (
        "Paikka: Tampere\n\nAloitus: 12.3.2024\n\nVetäjä: Mikä?\n\nAnna: Odotus.\n\nVetäjä: Entä?\n\nAnna: Luotin.\n"
    )
    assert len(read(tmp_path, block)[0].turns) == 4


def test_chats_of_finland_and_meetings_of_italy(tmp_path):
    chat = "12.3.2024 klo 14.05 - Viestit ovat salattuja.\n12.3.2024 klo 14.06 - Liisa: Mikä?\n12.3.2024 klo 14.08 - Pekka: Odotus.\n12.3.2024 klo 14.09 - Liisa: Entä?\n"
    found, _ = read(tmp_path, chat)
    assert talk(found) == [("Liisa", "Mikä?"), ("Pekka", "Odotus."), ("Liisa", "Entä?")]
    assert [turn.begin_s for turn in found.turns] == [0, 120, 180]
    meet = ("Riunione del 12 mar 2024 - Trascrizione\n\nPartecipanti\nAnna Berg, Paolo Riva\n\nTrascrizione\n\n00:00:00\n\nAnna Berg: Che cosa?\nPaolo Riva: L'attesa.\n\n"
            "00:05:00\n\nAnna Berg: E dopo?\nPaolo Riva: Fiducia.\n\nRiunione terminata dopo le 00:06:12\n")  # fmt: skip
    assert talk(read(tmp_path, meet)[0]) == [
        ("Anna Berg", "Che cosa?"),
        ("Paolo Riva", "L'attesa."),
        ("Anna Berg", "E dopo?"),
        ("Paolo Riva", "Fiducia."),
    ]
    spoken, _ = read(
        tmp_path, "Ann: When?\n\nBo: The meeting ended after 20 minutes.\n\nAnn: So?\n\nBo: It\nended after 20\n"
    )
    assert talk(spoken)[1] == ("Bo", "The meeting ended after 20 minutes.")


def test_a_legend_on_one_line_behind_its_word(tmp_path):
    found, _ = read(
        tmp_path,
        "Abreviaturas: E: entrevistadora, M: mujer, H: hombre\n\nE: ¿Qué?\nM: La espera.\nH: Nadie.\nE: ¿Y?\nM: Confié.\n",
    )
    assert roles(found) == {"E": "moderator", "M": "participant", "H": "participant"}


def test_a_title_block_below_titles_and_hours_of_korea(tmp_path):
    block = "Intervju 7\n\nMasteroppgave, UiB\n\nDato: 4. april 2024\n\nInformant: 7 (kvinne, 54)\n\nIntervjuer: Hva?\n\nInformant 7: Ventetiden.\n\nIntervjuer: Og?\n\nInformant 7: Tillit.\n"
    found, _ = read(tmp_path, block)
    assert [name for name, _ in talk(found)] == ["Intervjuer", "Informant 7", "Intervjuer", "Informant 7"]
    chat, _ = read(
        tmp_path,
        "[지수] [오전 11:59] 무엇?\n[할머니] [오후 12:06] 기다림.\n[지수] [오후 2:07] 그다음?\n[할머니] [오후 2:09] 믿었어요.\n",
    )
    assert talk(chat) == [("지수", "무엇?"), ("할머니", "기다림."), ("지수", "그다음?"), ("할머니", "믿었어요.")]
    assert [turn.begin_s for turn in chat.turns] == [0, 420, 7680, 7800]


def test_an_id_of_answers_in_another_language(tmp_path):
    rows = [
        ["Svars-id", "Datum", "Vad hjälpte dig mest?", "Vad var svårt?"],
        ["a1", "2024-04-04", HELPED, HARD],
        ["a2", "2024-04-04", "My sister and her patience.", ""],
    ]
    assert [name for name, _ in talk(read(tmp_path, survey(*rows), "s.csv")[0])] == ["a1", "a2", "a1"]


def test_heads_of_short_pages_of_a_pdf(tmp_path):
    pages = [["Project Waiting", "1", "I: Why?", "B1: The wait."], ["Project Waiting", "2", "I: So?", "B1: Trust."]]
    assert talk(read(tmp_path, reading_files.pdf(*pages), "t.pdf")[0]) == [
        ("I", "Why?"),
        ("B1", "The wait."),
        ("I", "So?"),
        ("B1", "Trust."),
    ]


def test_headings_of_sections_among_talk_and_dashes_behind_bold_names(tmp_path):
    text = "Theme 1: beginning\n\nInterviewer: What was hard?\n\nKim: The wait.\n\nTheme 2: after\n\nInterviewer: And then?\n\nKim: Trust.\n\nInterviewer: The theme 1: why?\n"
    assert talk(read(tmp_path, text)[0]) == [
        ("Interviewer", "What was hard?"),
        ("Kim", "The wait."),
        ("Interviewer", "And then?"),
        ("Kim", "Trust."),
        ("Interviewer", "The theme 1: why?"),
    ]
    document = docx.Document()
    for name, words in (
        ("Dona Ana", " – O quê?"),
        ("Zé", " – A espera – longa."),
        ("Dona Ana", " – E?"),
        ("Zé", " – Sim."),
    ):
        paragraph = document.add_paragraph()
        paragraph.add_run(name).bold = True
        paragraph.add_run(words)
    document.save(tmp_path / "t.docx")
    assert talk(read(tmp_path, None, "t.docx")[0]) == [
        ("Dona Ana", "O quê?"),
        ("Zé", "A espera – longa."),
        ("Dona Ana", "E?"),
        ("Zé", "Sim."),
    ]

"""Transcripts in the forms in which programs and people write them, made by hand after their public documentation.

Each form: what writes so, the ending of the file, its content, and what must be read: who, in which role where a name
tells it, the words, when they begin in seconds. ``python tests/unit/reading_forms.py`` prints the table of
docs/formats.md.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

Q, A, Q2, A2 = (
    "What was hard at the start?",
    "The long wait for an answer.",
    "And after that?",
    "After that I trusted her.",
)


@dataclass(frozen=True)
class Form:
    """One way to write a transcript down."""

    program: str
    ending: str
    content: str
    names: tuple[str | None, ...]
    words: tuple[str, ...] = (Q, A, Q2, A2)
    begins: tuple[float | None, ...] | None = None
    ends: tuple[float | None, ...] | None = None
    roles: tuple[str | None, ...] | None = None
    left_out: str = ""  # what must stand in the report
    shown: str = ""  # how one turn looks in the documentation; its first line by default


AB = ("Anna Berg", "Per Lund", "Anna Berg", "Per Lund")
S = (3.0, 9.0, 15.0, 20.0)


def turns(pattern, names=AB, words=(Q, A, Q2, A2), between="\n\n"):
    """Write four turns by a pattern with {n}ame, {w}ords, {s}econds as two digits, {e}nd, {i} from 1."""
    ends = (8, 14, 19, 25)
    said = zip(names, words, (3, 9, 15, 20), ends, range(1, 5), strict=True)
    return between.join(pattern.format(n=n, w=w, s=f"{s:02}", b=s, e=f"{e:02}", i=i) for n, w, s, e, i in said)


MEET_END = (
    "Transcription ended after 00:13:22\n\nThis editable transcript was computer generated and might contain errors. "
    "People can also change the text after it was created."
)
OTTER_TOP = "Interview three\nTue, Mar 12, 2024 2:05PM • 13:22\n\nSUMMARY KEYWORDS\nwait, trust\n\nSPEAKERS\nAnna Berg, Per Lund\n\n"
NOSCRIBE_TOP = (
    "interview_3\nTranscribed with noScribe vers. 0.6.2\nAudio source: C:/audio/interview_3.mp3\n"
    "(Language: en | Speaker detection: auto | Overlapping speech: True | Timestamps: True)\n\n"
)
FORMS = (
    Form("Zoom, transcript", ".vtt", "WEBVTT\n\n" + turns("{i}\n00:00:{s}.000 --> 00:00:{e}.000\n{n}: {w}"), AB, begins=S),
    Form("Zoom, chat (old)", ".txt", turns("00:00:{s}\t From {n} : {w}", between="\n"), AB, begins=S),
    Form("Zoom, chat (old, to everyone)", ".txt", turns("00:00:{s}\t From  {n}  to  Everyone : {w}", between="\n"), AB, begins=S),
    Form("Zoom, chat (new)", ".txt", turns("00:00:{s} From {n} to Everyone:\n\t{w}", between="\n"), AB, begins=S),
    Form("Zoom, chat (new, dated)", ".txt", turns("2024-03-12 14:05:{s} From {n} to Everyone:\n\t{w}", between="\n"), AB,
         begins=(0.0, 6.0, 12.0, 17.0)),
    Form("Zoom, chat (web)", ".txt", turns("00:00:{s}\t{n}:\t{w}", between="\n"), AB, begins=S),
    Form("Teams, transcript", ".vtt",
         "WEBVTT\n\n" + turns("6a-{i}/{i}-0\n00:00:{s}.120 --> 00:00:{e}.000\n<v {n}>{w}</v>", names=("Berg, Anna", "Lund, Per") * 2),
         ("Berg, Anna", "Lund, Per") * 2, begins=(3.12, 9.12, 15.12, 20.12)),
    Form("Teams, pasted", ".txt", turns("{n}\n0 minutes {b} seconds\n0:{s}\n{w}"), AB, begins=S),
    Form("Teams, pasted (German)", ".txt", turns("{n}\n0 Minuten {b} Sekunden\n0:{s}\n{w}"), AB, begins=S),
    Form("Teams, pasted, time behind the name", ".txt", turns("{n} 0 minutes {b} seconds\n{w}"), AB, begins=S),
    Form("Teams, old text", ".txt", turns("0:0:{b}.0 --> 0:0:{e}.0\n{n}\n{w}"), AB, begins=S),
    Form("Teams, as of Word", ".txt",
         "Interview-20240312_140500-Meeting Transcript\nMarch 12, 2024, 2:05PM\n13m 22s\n\nBerg, Anna started transcription\n\n"
         + turns("{n}   0:{s}\n{w}", names=("Berg, Anna", "Lund, Per") * 2) + "\n\nBerg, Anna stopped transcription\n",
         ("Berg, Anna", "Lund, Per") * 2, begins=S, left_out="started transcription", shown="Berg, Anna   0:03"),
    Form("Google Meet", ".txt", "Attendees\nAnna Berg, Per Lund\n\nTranscript\n\n" + turns("{n}: {w}") + "\n\n" + MEET_END, AB,
         left_out="computer generated", shown="Anna Berg: What was hard at the start?"),
    Form("Google Meet, Markdown", ".md", "### 00:00:03\n\n" + turns("**{n}:** {w}  ", between="\n") + "\n\n### Transcription ended after "
         "00:13:22\n\n*This editable transcript was computer generated and might contain errors.*", AB,
         left_out="computer generated", shown="**Anna Berg:** What was hard at the start?"),
    Form("Otter", ".txt", OTTER_TOP + turns("{n}  0:{s}  \n{w}") + "\n\nTranscribed by https://otter.ai\n", AB, begins=S,
         left_out="https://otter.ai", shown="Anna Berg  0:03"),
    Form("Rev", ".txt", turns("{n} (00:{s}):\n{w}"), AB, begins=S),
    Form("Trint", ".txt", turns("[00:00:{s}] {n}: {w}"), AB, begins=S),
    Form("Descript", ".md", turns("**{n}:** [00:00:{s}] {w}"), AB, begins=S),
    Form("Descript, plain", ".txt", turns("[00:00:{s}] {n}: {w}") + "\n", AB, begins=S),
    Form("Sonix", ".txt", turns("{n}: [00:00:{s}] {w}") + "\n\nAutomated transcription by Sonix www.sonix.ai\n", AB, begins=S,
         left_out="sonix", shown="Anna Berg: [00:00:03] What was hard at the start?"),
    Form("Happy Scribe", ".txt", turns("[00:00:{s}.00] - {n}\n{w}"), AB, begins=S),
    Form("Riverside", ".txt", turns("{n} (00:{s}.000)\n{w}"), AB, begins=S),
    Form("f4transkript", ".txt", turns("{n}: {w} #00:00:{s}-0#", names=("I", "B1") * 2), ("I", "B1") * 2, ends=S,
         roles=("moderator", "participant") * 2),
    Form("MAXQDA", ".txt", turns("[00:00:{s}] {n}: {w}", names=("I", "B") * 2), ("I", "B") * 2, begins=S,
         roles=("moderator", "participant") * 2),
    Form("QualCoder", ".txt", turns("{n}: {w} #00:00:{s}.500#"), AB, ends=(3.5, 9.5, 15.5, 20.5)),
    Form("QualCoder, dots", ".txt", turns("[00.00.{s}] [{n}] {w}"), AB, begins=S),
    Form("NVivo", ".csv", "Timespan,Content,Speaker\n" + turns('"0:{s}.0 - 0:{e}.0",{w},{n}', between="\n"), AB, begins=S),
    Form("NVivo (German)", ".txt", turns("{i}\t0:{s},0 - 0:{e},0\t{n}\t{w}", between="\n"), AB, begins=S),
    Form("NVivo, text", ".txt", "Name: Interview 3\nCreated On: 12.03.2024\n\n" + turns("{i}\t0:{s}.0 - 0:{e}.0\t{w}\t{n}", between="\n"), AB,
         begins=S, left_out="Created On", shown="1⇥0:03.0 - 0:08.0⇥What was hard at the start?⇥Anna Berg"),
    Form("Trint, times behind", ".txt", turns("{n}: {w} [00:00:{s}]"), AB, ends=S),
    Form("by hand, dashes", ".txt", turns("{n} – {w}"), AB),
    Form("noScribe", ".txt", NOSCRIBE_TOP + turns("{n}: {w}", names=("S00", "S01") * 2, between="\n"), ("S00", "S01") * 2,
         left_out="noScribe", shown="S00: What was hard at the start?"),
    Form("noScribe, times", ".txt", NOSCRIBE_TOP + turns("{n} [00:00:{s}]: {w}", names=("S00", "S01") * 2, between="\n"),
         ("S00", "S01") * 2, begins=S, left_out="noScribe", shown="S00 [00:00:03]: What was hard at the start?"),
    Form("noScribe, subtitles", ".vtt", "WEBVTT interview_3\n\nNOTE\nTranscribed with noScribe vers. 0.7\n\nNOTE media: interview_3.wav\n\n"
         + turns("{i}\n00:00:{s}.000 --> 00:00:{e}.000\n<v {n}>{w}", names=("S00", "S01") * 2), ("S00", "S01") * 2, begins=S,
         left_out="noScribe", shown="<v S00>What was hard at the start?"),
    Form("aTrain", ".txt", "Transcription for interview.mp3\n\n" + turns("{n}\n{w}", names=("SPEAKER_00", "SPEAKER_01") * 2, between="\n"),
         ("SPEAKER_00", "SPEAKER_01") * 2, left_out="Transcription for", shown="SPEAKER_00"),
    Form("aTrain, times", ".txt", "Transcription for interview.mp3\n\n"
         + turns("{n}\n[00:00:{s}] {w}", names=("SPEAKER_00", "SPEAKER_01") * 2), ("SPEAKER_00", "SPEAKER_01") * 2, begins=S,
         left_out="Transcription for", shown="SPEAKER_00"),
    Form("whisperX", ".srt", turns("{i}\n00:00:{s},000 --> 00:00:{e},000\n[{n}]: {w}", names=("SPEAKER_00", "SPEAKER_01") * 2),
         ("SPEAKER_00", "SPEAKER_01") * 2, begins=S),
    Form("Whisper", ".txt", turns("[00:{s}.000 --> 00:{e}.000]  {w}", between="\n"), (None,) * 4, begins=S),
    Form("Whisper, tables", ".tsv", "start\tend\ttext\n" + turns("{b}000\t{e}000\t{w}", between="\n"), (None,) * 4, begins=S),
    Form("Audacity", ".txt", turns("[{b}.0s - {e}.0s] {n}: {w}"), AB, begins=S),
    Form("WhatsApp (Android)", ".txt", "12/03/2024, 14:00 - Messages and calls are end-to-end encrypted. Only people in this chat can "
         "read them.\n" + turns("12/03/2024, 14:{s} - {n}: {w}", between="\n"), AB, begins=(0.0, 360.0, 720.0, 1020.0),
         left_out="encrypted", shown="12/03/2024, 14:03 - Anna Berg: What was hard at the start?"),
    Form("WhatsApp (iOS)", ".txt", turns("[12.03.24, 14:05:{s}] {n}: {w}", between="\n"), AB, begins=(0.0, 6.0, 12.0, 17.0)),
    Form("WhatsApp (12 hours)", ".txt", turns("3/12/24, 2:{s}\u202fPM - {n}: {w}", between="\n"), AB, begins=(0.0, 360.0, 720.0, 1020.0)),
    Form("WhatsApp (copied from its page)", ".txt", turns("[14:{s}, 12/03/2024] {n}: {w}", between="\n"), AB, begins=(0.0, 360.0, 720.0, 1020.0)),
    Form("Telegram", ".txt", turns("{n}, [12.03.2024 14:{s}]\n{w}"), AB, begins=(0.0, 360.0, 720.0, 1020.0)),
    Form("LINE", ".txt", "2024/03/12(火)\n" + turns("14:{s}\t{n}\t{w}", between="\n"), AB, begins=(0.0, 360.0, 720.0, 1020.0),
         left_out="2024/03/12", shown="14:03\tAnna Berg\tWhat was hard at the start?"),
    Form("KakaoTalk", ".txt", "--- 2024년 3월 12일 화요일 ---\n" + turns("[{n}] [오후 2:{s}] {w}", between="\n"), AB,
         begins=(0.0, 360.0, 720.0, 1020.0), left_out="2024년", shown="[Anna Berg] [오후 2:03] What was hard at the start?"),
    Form("YouTube", ".sbv", turns("0:00:{s}.000,0:00:{e}.000\n{n}: {w}"), AB, begins=S, shown="0:00:03.000,0:00:08.000"),
    Form("Slack, pasted", ".txt", turns("{n}  2:{s} PM\n{w}"), AB, begins=(0.0, 360.0, 720.0, 1020.0)),
    Form("Word, by hand", ".txt", turns("{n}:\t{w}", names=("Interviewer", "P1") * 2), ("Interviewer", "P1") * 2,
         roles=("moderator", "participant") * 2),
    Form("Markdown chapters", ".md", "# Interview 3\n\n## The start\n\n" + turns("**{n}:** {w}"), AB, left_out="The start",
         shown="**Anna Berg:** What was hard at the start?"),
    Form("headings of names", ".md", turns("### {n}\n\n{w}"), AB),
    Form("captioners", ".srt", turns("{i}\n00:00:{s},000 --> 00:00:{e},000\n>> {n}: {w}", names=("ANNA", "PER") * 2), ("ANNA", "PER") * 2,
         begins=S),
    Form("braces", ".txt", turns("{{00:00:{s}}} {n}: {w}"), AB, begins=S),
    Form("brackets", ".txt", turns("<{n}> {w}"), AB),
    Form("Express Scribe, oTranscribe", ".txt", turns("00:{s} {n}: {w}"), AB, begins=S),
    Form("InqScribe", ".txt", turns("[00:00:{s}.00] {n}: {w}"), AB, begins=S),
    Form("Transana, EXMARaLDA lists", ".txt", turns("{n}\t{w}", between="\n"), AB),
    Form("Amberscript", ".txt", turns("{n}    00:00:{s}\n{w}"), AB, begins=S),
)  # fmt: skip


def table():
    """Rows of the table in docs/formats.md: program, ending, how a turn begins, what is read of it."""
    rows = ["| program, form | ending | a turn begins | read |", "|---|---|---|---|"]
    for form in FORMS:
        line = form.shown or next(
            x for x in form.content.split("\n") if Q in x or (form.names[0] and form.names[0] in x)
        )
        timed = [what for what, given in (("begins", form.begins), ("ends", form.ends)) if given]
        read = [*(["speakers"] if form.names[0] else []), *timed, *(["roles"] if form.roles else [])]
        read += ["its own lines set apart"] if form.left_out else []
        shown = line.replace(Q, "…").replace("|", "\\|").replace("\t", "⇥").strip().replace("`", "'")
        rows.append(f"| {form.program} | `{form.ending}` | `{shown}` | {', '.join(read)} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
    assert Path(__file__).is_file()

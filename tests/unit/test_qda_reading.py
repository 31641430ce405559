"""Projects of QDA programs in: what comes over, how positions are counted, and what is refused."""

import stat
import zipfile

import pytest
import qda_files as q

import alliance_nlp as an
from alliance_nlp import InputError
from alliance_nlp.qda.positions import WAYS, Way

pytestmark = pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
TALK = q.TALK
WORDS = ("It takes time", "Mm, no", "We listen", "them")


def at(words, way=("letters", 0), text=TALK):
    positions, start = q.counted(text, way), text.index(words)
    return positions[start], positions[start + len(words)]


def coded(way=("letters", 0), text=TALK, words=WORDS, named=False, **more):
    parts = [
        q.selection(*at(w, way, text), q.coding(n=n), w if named else "", n, **more) for n, w in enumerate(words, 1)
    ]
    return "".join(parts)


def quotes(project):
    texts = {t.id: t.text for t in project.study.transcripts}
    return [texts[s.transcript_id][s.start : s.end] for s in project.study.coding.applied]


def test_a_project_gives_transcripts_codes_codings_and_a_loss_report(tmp_path):
    inside = q.selection(*at("It takes time"), q.coding(q.RUSH, q.KL, 1) + q.coding(q.TRUST, q.MR, 2))
    project = an.read_qdpx(q.packed(tmp_path, q.project(q.source(inside))))
    (talk,) = project.study.transcripts
    assert (talk.id, talk.text, talk.speakers) == ("talk", TALK, ("Ann", "Bo"))
    assert project.study.codebook.ids == ("Time/rush", "trust")
    assert project.study.codebook.themes == (an.Theme("Time", description="clocks"),)
    assert project.study.codebook["Time/rush"].definition == "too little"
    assert [(s.coder, s.code_id) for s in project.study.coding.applied] == [("KL", "Time/rush"), ("MR", "trust")]
    assert quotes(project) == ["It takes time"] * 2
    assert project.study.coding.read == ()
    counts = {c.kind: (c.held, c.carried, c.left) for c in project.losses.counts}
    assert counts == {"users": (2, 2, 0), "codes": (3, 3, 0), "text sources": (1, 1, 0), "codings of text": (2, 2, 0)}
    assert an.read_study(tmp_path / "made.qdpx") == project.study


@pytest.mark.parametrize("way", sorted(set(WAYS.values())))
@pytest.mark.parametrize("named", [True, False])
def test_positions_are_counted_as_the_text_shows(tmp_path, way, named):
    text = f"{TALK}\r\nBo: Naïve \U0001f600 words, all right.\r\nAnn: One more thing to say."
    words = (*WORDS, "words", "more thing", "to say")
    file = q.packed(tmp_path, q.project(q.source(coded(way, text, words, named=named))), {"sources/talk.txt": text})
    project = an.read_qdpx(file)
    assert quotes(project) == list(words)
    (about,) = project.losses.offsets
    assert about.fit == 1
    assert about.shown_by == ("quotes" if named else "edges of words")


def test_a_text_with_line_feeds_may_be_counted_with_two_for_each(tmp_path):
    text = TALK.replace("\r\n", "\n")
    inside = coded(("letters", 2), text, named=True)
    project = an.read_qdpx(q.packed(tmp_path, q.project(q.source(inside), "MAXQDA 24"), {"sources/talk.txt": text}))
    assert quotes(project) == list(WORDS)
    assert project.losses.offsets[0].counting == "code points, line ends as two"


@pytest.mark.parametrize("mark", [0, 1])
def test_a_byte_order_mark_is_no_part_of_the_text_whether_it_was_counted_or_not(tmp_path, mark):
    inside = "".join(q.selection(*(p + mark for p in at(w)), q.coding(n=n), w, n) for n, w in enumerate(WORDS, 1))
    file = q.packed(tmp_path, q.project(q.source(inside)), {"sources/talk.txt": b"\xef\xbb\xbf" + TALK.encode()})
    project = an.read_qdpx(file)
    assert project.study.transcripts[0].text == TALK
    assert quotes(project) == list(WORDS)
    assert ("byte order mark" in project.losses.offsets[0].counting) == bool(mark)


@pytest.mark.parametrize("way", WAYS)
def test_ways_of_counting_agree_with_counting_letter_by_letter(way):
    text = "a\r\nb\n\U0001f600é\rc\u0301\n"
    positions = q.counted(text, WAYS[way])
    for index in range(len(text) + 1):
        found = Way(way, text).of(positions[index])
        same = [i for i, p in enumerate(positions) if p == positions[index]]
        assert found == same[0], index
    assert Way(way, text).of(positions[-1] + 1) is None
    assert Way(way, text).of(-1) is None


def test_where_no_way_of_counting_fits_nothing_is_placed_and_it_is_said(tmp_path):
    text = "Ann: Everything here is quite another conversation between them. " * 4
    inside = "".join(q.selection(7 * n, 7 * n + 9, q.coding(n=n), "", n) for n in (1, 2, 3, 6, 7, 8))
    file = q.packed(tmp_path, q.project(q.source(inside)), {"sources/talk.txt": text})
    with pytest.warns(an.AllianceWarning, match="no way of counting fits"):
        project = an.read_qdpx(file)
    assert project.study.coding is None
    assert project.losses.of("codings of text").passed == 6
    assert [s.codes for s in project.selections] == [("Time/rush",)] * 6
    told = an.read_qdpx(file, offsets="code points")
    assert len(told.study.coding.applied) == 6


def test_an_unknown_way_is_refused(tmp_path):
    with pytest.raises(InputError, match="offsets must be 'code points'"):
        an.read_qdpx(q.packed(tmp_path, q.project()), offsets="letters")


@pytest.mark.parametrize(
    ("levels", "ids"),
    [
        ("top", ("a", "a/b", "a/b/c", "a/b/c/d", "e")),
        ("flat", ("a", "a/b", "a/b/c", "a/b/c/d", "e")),
        (lambda path: (path[0], "", "-".join(path[1:])), ("a", "a/b", "a/b-c", "a/b-c-d", "e")),
    ],
)
def test_a_tree_of_any_depth_becomes_three_levels_by_a_rule_that_can_be_set(tmp_path, levels, ids):
    tree = '<Code guid="{}" name="{}" isCodable="true">{}</Code>'
    codes = tree.format(1, "a", tree.format(2, "b", tree.format(3, "c", tree.format(4, "d", "")))) + tree.format(
        5, "e", ""
    )
    file = q.packed(tmp_path, q.project(codes=f"<CodeBook><Codes>{codes}</Codes></CodeBook>"), {})
    assert an.read_qdpx(file, levels=levels).study.codebook.ids == ids


def test_levels_by_each_rule_and_what_is_no_rule(tmp_path):
    tree = '<Code guid="{}" name="{}" isCodable="true">{}</Code>'
    codes = tree.format(1, "a", tree.format(2, "b", tree.format(3, "c", tree.format(4, "d", ""))))
    file = q.packed(tmp_path, q.project(codes=f"<CodeBook><Codes>{codes}</Codes></CodeBook>"), {})

    def deepest(rule):
        code = an.read_qdpx(file, levels=rule).study.codebook["a/b/c/d"]
        return code.theme, code.essence, code.code

    assert deepest("top") == ("a", "b", "c/d")
    assert deepest("bottom") == ("a/b", "c", "d")
    assert deepest("flat") == ("", "", "a/b/c/d")
    with pytest.raises(InputError, match="levels must be 'top', 'bottom' or 'flat'"):
        an.read_qdpx(file, levels="middle")
    with pytest.raises(InputError, match="three texts"):
        an.read_qdpx(file, levels=lambda path: path)
    with pytest.raises(InputError, match="filled none"):
        an.read_qdpx(file, levels=lambda path: ("", "", ""))


def test_two_codes_of_one_path_are_two_codes_and_it_is_said(tmp_path):
    codes = "".join(
        f'<Code guid="{n}" name="{name}" isCodable="true"/>' for n, name in enumerate(("x", "x", "x (2)"), 1)
    )
    project = an.read_qdpx(q.packed(tmp_path, q.project(codes=f"<CodeBook><Codes>{codes}</Codes></CodeBook>"), {}))
    assert project.study.codebook.ids == ("x", "x (2)", "x (2) (2)")
    assert [t.where for t in project.losses.troubles] == ["x (2)", "x (2) (2)"]


# --- forms ------------------------------------------------------------------------------------------------------------


def read(tmp_path, *arguments, **options):
    return an.read_qdpx(q.packed(tmp_path, *arguments, **options))


def test_atlasti_26_names_the_description_after_the_project(tmp_path):
    project = read(tmp_path, q.project(q.source(coded())), name="Interviews.qde")
    assert len(project.study.coding.applied) == 4
    assert "not 'project.qde'" in project.losses.troubles[0].what


def test_atlasti_84_mac_and_nvivo_windows_write_capitals(tmp_path):
    project = read(tmp_path, q.project(q.source(coded())), {"Sources/TALK.TXT": TALK}, name="Project.qde")
    assert quotes(project) == list(WORDS)
    assert [t.kind for t in project.losses.troubles] == ["file", "file"]  # names, no losses


def test_atlasti_23_has_no_sources_and_no_codebook_in_an_empty_project(tmp_path):
    project = read(tmp_path, q.project(codes="", users=""), {})
    assert (len(project.study.transcripts), project.study.codebook, project.losses.counts) == (0, None, ())


def test_atlasti_26_writes_selections_of_no_length(tmp_path):
    project = read(tmp_path, q.project(q.source(coded() + q.selection(3, 3, q.coding(n=9), n=9))))
    assert project.study.coding.applied[-1].start == project.study.coding.applied[-1].end == 3
    assert "of no letter at all" in str(project.losses)


def test_empty_containers_are_read(tmp_path):
    more = "<Notes/><Links/><Sets/><Graphs/>"
    project = read(tmp_path, q.project(users="<Users/>", codes="<CodeBook><Codes/></CodeBook>", after=more), {})
    assert project.losses.counts == ()


def test_braces_and_case_of_ids_are_nothing(tmp_path):
    inside = coded().replace(q.RUSH, f"{{{q.RUSH.upper()}}}").replace(q.KL, f"{{{q.KL.upper()}}}")
    project = read(tmp_path, q.project(q.source(inside)))
    assert {(s.coder, s.code_id) for s in project.study.coding.applied} == {("KL", "Time/rush")}


def test_maxqda_has_several_sources_of_one_name(tmp_path):
    sources = q.source(name="talk.txt") + q.source(name="talk.txt", n=2) + q.source(name="talk (2)", n=3)
    project = read(tmp_path, q.project(sources))
    ids = [t.id for t in project.study.transcripts]
    assert len(set(ids)) == 3
    assert {"talk", "talk (2)"} < set(ids)


def test_maxqda_has_selections_with_a_comment_and_no_code_and_cases_without_a_name(tmp_path):
    inside = q.selection(*at("We listen"), "<Description>why?</Description>")
    variable = '<Variables><Variable guid="9a" name="age" typeOfVariable="Integer"/></Variables>'
    value = '<VariableValue><VariableRef targetGUID="9a"/><IntegerValue>41</IntegerValue></VariableValue>'
    guid = "f0000001-0000-4000-8000-000000000000"
    case = f'<Cases><Case guid="9b">{value}<SourceRef targetGUID="{guid}"/></Case></Cases>'
    project = read(tmp_path, q.project(q.source(inside), codes=q.CODES + variable + case))
    assert [(m.text, m.about[0].split()[:2]) for m in project.memos] == [("why?", ["transcript", "talk"])]
    assert project.cases == (an.QdaCase("talk", "case", ("talk",), {"age": "41"}),)
    assert project.variables == (an.QdaVariable("age", "Integer"),)
    assert project.losses.of("text selections without a code").passed == 1


def test_nvivo_annotates_with_links_and_notes(tmp_path):
    note = '<Notes><Note guid="7a" name="first"><PlainTextContent>A thought.</PlainTextContent></Note></Notes>'
    link = f'<Links><Link guid="7b" name="on" direction="OneWay" originGUID="{q.RUSH}" targetGUID="7a"/></Links>'
    project = read(tmp_path, q.project(q.source(coded()), after=note + link))
    assert project.links == (an.QdaLink("code Time/rush", "memo first", "on", "OneWay"),)
    assert project.memos[0].text == "A thought."


def test_nvivo_mac_adds_an_empty_member_and_pairs_of_files(tmp_path):
    path = 'plainTextPath="internal://talk.txt" richTextPath="internal://talk.docx"'
    members = {"sources/.root": "", "sources/talk.txt": TALK, "sources/talk.docx": b"PK no Word file"}
    project = read(tmp_path, q.project(q.source(coded(), path=path), attributes=' basePath=""'), members)
    assert quotes(project) == list(WORDS)


def test_qc_names_selections_by_line_and_gives_one_several_codes(tmp_path):
    inside = "".join(
        q.selection(*at(w), q.coding(n=n) + q.coding(q.TRUST, n=n + 50), f"line:{n}", n) for n, w in enumerate(WORDS, 1)
    )
    project = read(tmp_path, q.project(q.source(inside, name="", path='plainTextPath="talk.txt"')))
    assert quotes(project) == [w for w in WORDS for _ in range(2)]
    assert project.losses.offsets[0].shown_by == "edges of words"
    assert project.study.transcripts[0].id == "talk"


def test_qualcoder_writes_another_version_of_the_name_space_and_plain_text_as_rich(tmp_path):
    space = q.SPACE.replace("1.0", "0:4")
    path = 'richTextPath="internal://talk.txt"'
    project = read(tmp_path, q.project(q.source(coded(), path=path), space=space))
    assert quotes(project) == list(WORDS)
    assert "urn:QDA-XML:project:0:4" in project.losses.troubles[0].what


def test_text_may_stand_inside_with_line_feeds_and_a_file_goes_before_it(tmp_path):
    content = f"<PlainTextContent>{TALK}</PlainTextContent>"
    inside = coded(("letters", 1), named=True)
    project = read(tmp_path, q.project(q.source(inside, path="", content=content)), {})
    assert project.study.transcripts[0].text == TALK.replace("\r\n", "\n")
    assert quotes(project) == list(WORDS)
    both = read(tmp_path, q.project(q.source(coded(), content="<PlainTextContent>other</PlainTextContent>")))
    assert both.study.transcripts[0].text == TALK


def test_the_text_of_a_word_file_stands_in_for_a_plain_one(tmp_path):
    docx = pytest.importorskip("docx")
    paper = docx.Document()
    for line in TALK.split("\r\n"):
        paper.add_paragraph(line)
    paper.save(tmp_path / "a.docx")
    members = {"sources/a.docx": (tmp_path / "a.docx").read_bytes()}
    inside = coded(text=TALK.replace("\r\n", "\n"), named=True)
    project = read(tmp_path, q.project(q.source(inside, path='richTextPath="internal://a.docx"')), members)
    assert quotes(project) == list(WORDS)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_description_may_be_utf16(tmp_path, encoding):
    text = f'<?xml version="1.0" encoding="UTF-16"?>{q.project(q.source(coded(), name="Æ"))}'
    assert read(tmp_path, text.encode(encoding)).study.transcripts[0].id == "Æ"


def test_absent_texts_are_said_and_their_codings_listed(tmp_path):
    outside = q.source(coded(), name="far", n=2, path='plainTextPath="absolute:///C:/x.txt"')
    with pytest.warns(an.AllianceWarning, match="2 sources without a text: 'talk', 'far'"):
        project = read(tmp_path, q.project(q.source(coded()) + outside), {})
    assert project.study.coding is None
    assert len(project.selections) == 8
    assert project.losses.of("codings of text").passed == 8
    assert "somebody's computer" in project.losses.of("text sources").why


def test_nobody_is_unknown_and_two_of_one_name_are_two(tmp_path):
    users = f'<Users><User guid="{q.KL}" name="KL"/><User guid="{q.MR}" name="KL"/></Users>'
    inside = q.selection(*at("Mm, no"), q.coding(user="") + q.coding(q.TRUST, q.MR, 2) + q.coding(q.TRUST, q.KL, 3))
    project = read(tmp_path, q.project(q.source(inside), users=users))
    assert [s.coder for s in project.study.coding.applied] == ["unknown", "KL (2)", "KL"]
    assert "by nobody that the file names" in str(project.losses)


def test_the_user_of_a_selection_is_that_of_its_codings(tmp_path):
    inside = q.selection(*at("Mm, no"), q.coding(user=""), more=f' creatingUser="{q.MR}"')
    assert read(tmp_path, q.project(q.source(inside))).study.coding.coders == ("MR",)


def test_codings_that_cannot_be_placed_and_those_given_twice_are_counted(tmp_path):
    odd = (
        q.selection(9, 5, q.coding(n=5), n=5) + q.selection(0, 9999, q.coding(n=6), n=6)
        + q.selection(0, 3, q.coding("absent", n=7), n=7) + q.selection(*at("Mm, no"), q.coding(n=8), n=8)
    )  # fmt: skip
    project = read(tmp_path, q.project(q.source(coded() + odd)))
    count = project.losses.of("codings of text")
    assert (count.held, count.carried, count.passed, count.left) == (8, 4, 4, 0)
    assert len(project.study.coding.applied) == 4


def test_selections_of_pictures_and_sound_are_kept_as_what_they_are(tmp_path):
    picture = (
        '<PictureSource guid="8a" name="a.jpg" path="internal://a.jpg"><PictureSelection guid="8b" firstX="1" firstY="2" '  # noqa: E501
        f'secondX="3" secondY="4" name="Quotation 1">{q.coding()}</PictureSelection></PictureSource>'
    )
    sound = f'<AudioSource guid="8c" name="b.m4a"><AudioSelection guid="8d" begin="10" end="20">{q.coding(n=2)}</AudioSelection></AudioSource>'  # noqa: E501
    project = read(tmp_path, q.project(picture + sound), {})
    place = {"firstX": 1, "firstY": 2, "secondX": 3, "secondY": 4}
    assert project.selections == (
        an.QdaSelection("a.jpg", "PictureSelection", place, ("Time/rush",), ("KL",), "Quotation 1"),
        an.QdaSelection("b.m4a", "AudioSelection", {"begin": 10, "end": 20}, ("Time/rush",), ("KL",)),
    )


def test_a_transcript_of_a_recording_is_selected_by_its_times(tmp_path):
    start, end = at("It takes time")
    points = (
        f'<SyncPoint guid="5a" timeStamp="0" position="{start}"/><SyncPoint guid="5b" timeStamp="9" position="{end}"/>'
    )
    chosen = f'<TranscriptSelection guid="5c" fromSyncPoint="5a" toSyncPoint="5b">{q.coding()}</TranscriptSelection>'
    inside = f'<Transcript guid="5d" name="words" plainTextPath="internal://talk.txt">{points}{chosen}</Transcript>'
    assert quotes(read(tmp_path, q.project(f'<AudioSource guid="5e" name="a">{inside}</AudioSource>'))) == [
        "It takes time"
    ]


def test_sets_name_codes_and_transcripts(tmp_path):
    guid = "f0000001-0000-4000-8000-000000000000"
    sets = f'<Sets><Set guid="6a" name="all"><MemberCode targetGUID="{q.RUSH}"/><MemberSource targetGUID="{guid}"/></Set></Sets>'  # noqa: E501
    assert read(tmp_path, q.project(q.source(), after=sets)).sets == (an.QdaSet("all", ("Time/rush",), ("talk",)),)


# --- harmful files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("description", "match"),
    [
        (b"", "is no XML"), (b"<Project", "is no XML"), (b"<x/>", "must hold a <Project>"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><Project name="&a;"/>', "declares entities"),
        ('<!DOCTYPE x><Project name="a"/>'.encode("utf-16"), "declares entities"),
        (b'<?xml version="1.0" encoding="ebcdic"?><Project/>', "is written in 'ebcdic'"), (b"<Project>\xff</Project>", "is not utf-8"),  # noqa: E501
        ("<Code>" * 10000 + "</Code>" * 10000, "is no XML|nested|must hold"),
        ("<Project><CodeBook><Codes>" + "<Code>" * 10000 + "</Code>" * 10000 + "</Codes></CodeBook></Project>", "nested"),  # noqa: E501
        ("<Project><CodeBook><Codes>" + "<Code/>" * 5001 + "</Codes></CodeBook></Project>", "holds 5,001 codes; at most 5,000"),  # noqa: E501
    ],
)  # fmt: skip
def test_descriptions_that_harm_or_are_damaged_are_refused(tmp_path, description, match):
    with pytest.raises(InputError, match=match):
        read(tmp_path, description)


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ({"../talk.txt": "x"}, "places outside of it"), ({"/talk.txt": "x"}, "places outside of it"),
        ({"C:/talk.txt": "x"}, "places outside of it"), ({"sources\\..\\..\\talk.txt": "x"}, "places outside of it"),
        ({"sources/a.txt": "x", "sources/A.txt": "y"}, "one name twice"), ({"other.qde": "<Project/>", "more.qde": ""}, ""),  # noqa: E501
        ({"sources/talk.txt": b"0" * 30_000_000}, "times its packed size"), ({"sources/talk.txt": b"\x00\x01\x02"}, "not a text file"),  # noqa: E501
        ({f"sources/{n}.txt": "" for n in range(2001)}, "packed files"),
    ],
)  # fmt: skip
def test_archives_that_harm_are_refused(tmp_path, members, match):
    if not match:
        assert "3 descriptions" in str(read(tmp_path, q.project(), members).losses)
        return
    with pytest.raises(InputError, match=match):
        read(tmp_path, q.project(q.source()), members)


def test_links_in_archives_truncated_archives_and_what_is_no_project_are_refused(tmp_path):
    path = q.packed(tmp_path, q.project(), {})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("sources/talk.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="holds links"):
        an.read_qdpx(path)
    whole = q.packed(tmp_path, q.project(q.source()), file="whole.qdpx").read_bytes()
    (tmp_path / "half.qdpx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"half.qdpx is a damaged archive"):
        an.read_qdpx(tmp_path / "half.qdpx")
    for name, data, match in (("none.qdpx", b"", "is empty"), ("no.qdpx", b"hello", "is no XML")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match=match):
            an.read_qdpx(tmp_path / name)
    with pytest.raises(InputError, match="does not exist"):
        an.read_qdpx(tmp_path / "absent.qdpx")
    with pytest.raises(InputError, match="is a folder"):
        an.read_qdpx(tmp_path)
    with pytest.raises(InputError, match=r"must hold one description of a project \(.qde\). It holds 2"):
        read(tmp_path, q.project(), {"b.qde": "<Project/>"}, name="a.qde")


def test_options_of_tables_are_refused_for_a_project(tmp_path):
    with pytest.raises(InputError, match="read, columns tell how tables of a folder are read"):
        an.read_study(q.packed(tmp_path, q.project(q.source())), read="all", columns={})


def test_real_files_are_read_whole(shared):
    for path, codes, codings in (
        ("qualitative-coding/demo.qdpx", 262, 205), ("maxqda/maxqda24_codebook.qdpx", 307, 0),
        ("nvivo/nvivo_project.qdpx", 262, 0), ("atlasti/test-project-atlas84-mac.qdpx", 14, 0),
    ):  # fmt: skip
        project = an.read_qdpx(shared / "interop" / path)
        coding = project.study.coding
        assert len(project.study.codebook) == project.losses.of("codes").held == codes
        assert (len(coding.applied) if coding is not None else 0) == codings
        assert project.losses.lost == 0

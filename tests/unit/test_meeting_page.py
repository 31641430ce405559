"""The page that opens a report: its order, what is chosen by which rule, what is hidden, refused or not finished."""

import re
from dataclasses import replace

import pytest
from reported_study import make_book, make_clusters, make_coding, make_mapping, make_study, texts_of

import alliance_nlp as an
from alliance_nlp.reports import page_text, write_report
from alliance_nlp.reports.material import Wishes, gather
from alliance_nlp.reports.meeting.passages import against_all, parting
from alliance_nlp.reports.meeting.seen import Seen, in_turn, in_words
from alliance_nlp.reports.meeting.themes import themes_section

QUICK = {"n_draws": 20, "n_permutations": 0}
ORDER = ("Who coded", "Where the coders part", "one row each", "Talk your codebook may not name",
         "Where the machine parts from every coder", "What this cannot show")  # fmt: skip


def make(
    *, themes=("Trust", "Time", "Money"), n=24, wrong=((1, 4), (4, 8, 9)), machine=(2, 3, 4), clusters=None, **more
):
    clusters = clusters or make_clusters(texts_of(n), n_clusters=len(themes), n_aside=0, **more)
    book, segments = make_book(themes), clusters.segments
    one, other = (make_coding(segments, book, name, wrong=w) for name, w in zip(("Ann", "Bo"), wrong, strict=True))
    people = an.join_codings([one, other])
    consensus = make_coding(segments, book, "Ann+Bo", (4,), "consensus", people)
    learnt = make_coding(segments, book, "machine", wrong=machine, status="suggested")
    return an.compare(consensus, learnt, clusters=make_mapping(clusters, book), **QUICK)


def seen(comparison, **wishes):
    given = {
        "title": None,
        "study": None,
        "n_quotes": 2,
        "quotes": True,
        "quote_length": 600,
        "date": "",
        "random_state": 0,
    }
    return Seen(gather(comparison, Wishes(**(given | wishes))), comparison)


def front_of(folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    return page[page.index("<main") : page.index('id="behind"')]


def numbers_in(front):
    words = re.sub(r"<(blockquote|figcaption)\b.*?</\1>|<details>.*?</details>", " ", front, flags=re.DOTALL)
    return re.findall(r"(?<![\w])[.−-]?\d+(?:[.,]\d+)*%?(?!\w)", re.sub(r"<[^>]+>", " ", words))


@pytest.fixture(scope="module")
def comparison():
    return make()


@pytest.fixture(scope="module")
def written(comparison, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    write_report(comparison, folder, study=make_study(comparison, synthetic=True))
    return folder


def test_behind_the_page_too_the_machines_codes_are_folded_away(written):
    page = (written / "report.html").read_text(encoding="utf-8")
    entries = re.findall(r'<article id="disagreement-\d+">(.*?)</article>', page, re.DOTALL)
    assert entries
    for entry in entries:
        open_ = re.sub(r"<details>.*?</details>", "", entry, flags=re.DOTALL)
        assert "Ann+Bo" in open_
        assert "machine" not in open_
        assert "Likely reason" not in open_
        assert "<dt>machine</dt>" in entry


def test_the_sections_stand_in_their_order_and_before_every_figure(written):
    front = front_of(written)
    places = [front.index(title) for title in ORDER]
    assert places == sorted(places)
    assert "At a glance" not in front
    markdown = (written / "report.md").read_text(encoding="utf-8")
    assert (
        markdown.index("Where the coders part")
        < markdown.index("Everything behind this page")
        < markdown.index("Kappa")
    )


@pytest.mark.parametrize("n_themes", [2, 4, 5, 7, 13, 20])
def test_at_most_twenty_figures_whatever_the_number_of_themes(n_themes, tmp_path):
    themes = tuple(f"{letter}heme" for letter in "ABCDEFGHIJKLMNOPQRSTUVWX"[:n_themes])
    found = make(themes=themes, n=8 * n_themes)
    write_report(found, tmp_path)
    front = front_of(tmp_path)
    assert len(numbers_in(front)) <= 20
    assert all(theme in front for theme in themes)


def test_words_that_stand_in_tables_only_are_not_on_it(written):
    words = re.sub(r"<[^>]+>", " ", front_of(written))
    assert re.search(r"\b(F1|AC1|AMI|ARI|AP|stability|p|q|kappa|mean kappa)\b", words) is None


def test_the_machines_view_is_folded_away_where_coders_part_and_absent_in_the_terminal(written, comparison):
    front = front_of(written)
    parting_part = front[front.index('id="parting"') : front.index('id="themes"')]
    shown = re.sub(r"<details>.*?</details>", "", parting_part, flags=re.DOTALL)
    assert parting_part.count("<details>") == len(parting(seen(comparison))) > 0
    assert "The machine that learnt" in parting_part
    assert "The machine that learnt" not in shown
    assert "Cluster of meaning" not in shown
    found = seen(comparison)
    ids = [comparison.segments.ids[i] for i in parting(found)]  # by these the page knows what was read in it
    assert re.findall(r'<figure class="quote" data-segment="([^"]+)">', parting_part) == ids
    text = page_text(comparison)
    passages = text[text.index("WHERE THE CODERS PART") : text.index("ONE ROW EACH")]
    assert "machine that learnt" not in passages
    assert "Cluster of meaning" not in passages
    assert "Ann:" in passages


def test_passages_on_which_coders_part_are_each_kind_in_turn():
    # Ann: next code on 1 and 4; Bo: on 4, 8, 9. Parting: 1 (Time, Money), 8 (Money, Trust), 9 (Trust, Time)
    found = seen(make())
    assert sorted(parting(found)) == [1, 8, 9]
    # all longest are alike here; kinds of one size stand in the order of their names
    kinds = [tuple(sorted({next(iter(s[i])) for s in found.coders.values()})) for i in parting(found)]
    assert kinds == sorted(kinds)


def test_a_common_kind_comes_first_and_no_kind_twice_before_the_others():
    found = make(wrong=((), (0, 3, 6, 1)))  # Trust-Time three times, Time-Money once
    assert parting(seen(found)) == [0, 1, 3, 6]


def test_the_longest_passage_of_a_kind_is_shown():
    texts = [f"Short words {i}." for i in range(24)]
    texts[6] = "This one is a good deal longer than all of the others are, number six."
    found = make(wrong=((), (0, 3, 6)), clusters=make_clusters(texts, n_aside=0))
    assert parting(seen(found))[0] == 6


def test_where_the_machine_parts_the_coders_agree():
    found = seen(make())  # machine: 2, 3, 4; coders agree on 2 and 3, and on 4 with the machine
    assert sorted(against_all(found)) == [2, 3]
    assert against_all(seen(make(machine=()))) in ([4],)  # both coders gave 4 the next code, the machine did not


def test_one_quote_gathered_and_one_not(comparison):
    section = themes_section(seen(comparison))
    entries = next(block for block in section.blocks if hasattr(block, "items") and not isinstance(block, dict))
    for entry in entries.items:
        assert [quote.source.split(" · ")[0] for quote in entry.quotes] in (
            ["Gathered"], ["Not gathered"],
            ["One of its passages"], ["Gathered", "Not gathered"],
        )  # fmt: skip


def test_who_coded_and_whether_alone_is_said(comparison):
    people = comparison.human.made_from
    told = replace(people, saw_suggestions={"Ann": False, "Bo": True})
    study = make_study(comparison, coding=told)
    text = page_text(comparison, study=study)
    assert "Ann and Bo coded; whether each did without knowing the others' codes is not on record." in text
    assert "Ann had seen no suggestion before coding." in text
    assert "Bo had seen suggestions before coding." in text
    assert "What they agreed on afterwards" in text
    assert "Whether anybody had seen suggestions" in page_text(comparison)


def test_who_refused_is_not_quoted_anywhere_on_it(tmp_path):
    texts = [f"SENTINEL{i} is what we say of {('Trust', 'Time', 'Money')[i % 3]}." for i in range(24)]
    clusters = make_clusters(texts, n_aside=0)
    transcript = clusters.segments.transcripts[0]
    turns = tuple(replace(t, refuses=frozenset({"quotation"})) if t.speaker == "P2" else t for t in transcript.turns)
    segments = an.segment(replace(transcript, turns=turns))
    clusters = replace(clusters, embeddings=replace(clusters.embeddings, segments=segments))
    found = make(clusters=clusters)
    write_report(found, tmp_path)
    refused = [t for s, t in zip(segments, texts, strict=True) if s.speaker == "P2"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert refused
    assert not [t for t in refused if t.split()[0] + " " in page]
    assert not [t for t in refused if t.split()[0] + " " in page_text(found)]
    assert "SENTINEL1 " not in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_what_moderators_say_is_never_a_passage():
    clusters = make_clusters(texts_of(24), n_aside=0)
    segments = an.Segments(
        tuple(replace(s, role="moderator") if i in (1, 8) else s for i, s in enumerate(clusters.segments)),
        clusters.segments.transcripts,
    )
    clusters = replace(clusters, embeddings=replace(clusters.embeddings, segments=segments))
    assert parting(seen(make(clusters=clusters))) == [9]


def test_without_quotes_no_word_of_a_participant_is_on_it(comparison, tmp_path):
    write_report(comparison, tmp_path, quotes=False)
    front = front_of(tmp_path)
    assert not [s.text for s in comparison.segments if s.text in front or s.text in page_text(comparison, quotes=False)]
    assert "blockquote" not in front
    assert "What helps?" not in front


def test_hostile_words_stay_words(tmp_path):
    attack = "</blockquote><script>alert(1)</script><details open> said {}"
    found = make(clusters=make_clusters([attack.format(i) for i in range(24)], n_aside=0))
    write_report(found, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<details open>" not in page


def test_two_people_without_a_machine_have_a_page(comparison):
    people = comparison.human.made_from
    found = an.compare(people.by("Ann"), people.by("Bo"), segments=comparison.segments, **QUICK)
    text = page_text(found)
    assert "WHERE THE CODERS PART" in text
    assert "CODEBOOK MAY NOT NAME" not in text
    assert "No figure of a learnt machine: no machine that learnt from people took part." in text


def test_clusters_alone_beside_people_have_a_page_that_says_no_machine_learnt(comparison):
    found = an.compare(comparison.human, comparison.mapping.to_coding(), **QUICK)
    text = page_text(found)
    assert "No machine learnt from this coding" in text
    assert "so there is none to part from it" in text


def unfinished_study(comparison, *, end):
    """Bo has read the only transcript up to a place."""
    people = comparison.human.made_from
    read = tuple(replace(r, end=end) if r.coder == "Bo" else r for r in people.read)
    applied = tuple(a for a in people.applied if a.coder == "Ann" or a.end <= end)
    return make_study(comparison, coding=an.Coding(applied, read, people.codebook))


def test_where_nothing_is_finished_no_code_and_no_suggestion_is_shown(comparison, tmp_path):
    study = unfinished_study(comparison, end=comparison.segments[11].end)
    write_report(comparison, tmp_path, study=study)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Nothing is finished yet" in page
    assert "Not finished by Bo: T1." in page
    assert "Trust at work" not in page
    assert "Agreement per" not in page
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {
        "clusters.csv",
        "segments.csv",
        "coding_sheet.csv",
    }
    assert "Nothing is finished yet".upper() in page_text(comparison, study=study)


def test_it_is_shown_with_a_ledger_that_keeps_who_had_not_finished(comparison, tmp_path):
    study = unfinished_study(comparison, end=comparison.segments[11].end)
    write_report(comparison, tmp_path / "out", study=study, show_unfinished=tmp_path / "decisions.jsonl")
    assert "Where the coders part" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    kept = an.read_ledger(tmp_path / "decisions.jsonl").decisions
    assert [(d.kind, d.by, d.role, d.note) for d in kept] == [
        ("saw suggestions", "Bo", "program", "shown before they had finished: T1")
    ]
    write_report(comparison, tmp_path / "out", study=make_study(comparison), show_unfinished=tmp_path / "second.jsonl")
    assert not (tmp_path / "second.jsonl").exists()  # everybody had finished


def test_the_sheet_for_marking_has_a_row_a_cluster(tmp_path):
    clusters = make_clusters(texts_of(60), n_clusters=3, n_aside=0)
    book, segments = make_book(), clusters.segments
    spans = [a for i, a in enumerate(make_coding(segments, book, "Ann").applied) if i % 3]
    ann = an.Coding(tuple(spans), tuple(an.ReadSpan("Ann", t.id, 0, len(t.text)) for t in segments.transcripts), book)
    write_report(an.compare(ann, make_mapping(clusters, book).to_coding(), **QUICK), tmp_path)
    lines = (tmp_path / "tables" / "talk_to_mark.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "cluster,what,n,themes,one_person,mark,by,note,first_segment,first_quote"
    assert len(lines) == 2
    assert lines[1].startswith("0,without a code,20,")
    front = front_of(tmp_path)
    assert "Cluster 0" in front
    assert "☐ a code" in front


def test_numbers_and_turns():
    assert [in_words(n, "person", "people") for n in (0, 1, 2, 12, 13)] == [
        "no people", "one person", "two people", "twelve people", "13 people",
    ]  # fmt: skip
    assert in_turn([], 3) == []
    assert in_turn([[1], [2, 3, 4]], 10) == [1, 2, 3, 4]
    assert in_turn([[1, 5], [2]], 1) == [1]


def test_no_passage_is_shown_for_two_themes(comparison):
    book, segments = make_book(), comparison.segments
    both = tuple(an.CodedSpan("Ann", s.transcript_id, s.start, s.end, code) for s in segments for code in book.ids[:2])
    ann = an.Coding(both, tuple(an.ReadSpan("Ann", t.id, 0, len(t.text)) for t in segments.transcripts), book)
    found = an.compare(ann, comparison.mapping.to_coding(), **QUICK)
    entries = next(block for block in themes_section(seen(found)).blocks if type(block).__name__ == "Entries").items
    shown = [quote.source.split(" · ")[-1] for entry in entries for quote in entry.quotes]
    assert len(entries) == 2
    assert len(set(shown)) == len(shown)


def test_what_is_undefined_or_given_by_nobody_says_so(comparison):
    read = tuple(an.ReadSpan(name, t.id, 0, len(t.text)) for name in "AB" for t in comparison.segments.transcripts)
    people = an.Coding((), read, make_book())
    text = page_text(an.compare(people, comparison.mapping.to_coding(), **QUICK))
    assert "nobody gave this theme" in text
    assert "A figure is undefined where a theme was given everywhere, or nowhere." in text
    assert "fewer than two coders" not in text
    assert "A learnt machine repeats your coding" not in text


def test_a_coder_whose_reading_is_not_stated_is_named(comparison):
    people = comparison.human.made_from
    study = make_study(comparison, coding=an.Coding(people.applied, (), people.codebook))
    text = page_text(comparison, study=study)
    assert "What Ann and Bo read is not stated: a transcript in which they coded anything is taken as finished." in text
    assert "WHERE THE CODERS PART" in text
    assert "is not stated: a transcript" not in page_text(comparison)

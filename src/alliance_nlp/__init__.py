"""Clusters of meaning beside the themes that people agreed on, for interview and focus-group research.

The names below are loaded when they are first used, so that ``import alliance_nlp`` costs next to nothing.

Examples
--------
>>> import alliance_nlp as an
>>> study = an.load_study("focus_group")
>>> len(study.transcripts), study.synthetic
(2, True)
"""

TYPE_CHECKING = False  # as type checkers know it; importing typing takes longer than all that happens here

if TYPE_CHECKING:
    from alliance_nlp import agreement as agreement
    from alliance_nlp.clusters import assign as assign, cluster as cluster
    from alliance_nlp.clusters.clustering import OwnRecipe as OwnRecipe
    from alliance_nlp.clusters.describing import (
        ClusterDescription as ClusterDescription,
        Descriptions as Descriptions,
        describe as describe,
    )
    from alliance_nlp.clusters.estimator import ConsensusClustering as ConsensusClustering
    from alliance_nlp.clusters.naming import (
        ClusterName as ClusterName,
        ClusterNames as ClusterNames,
        suggest_names as suggest_names,
    )
    from alliance_nlp.comparison import Comparison as Comparison, compare as compare, find_unnamed as find_unnamed
    from alliance_nlp.comparison.basis_of_figures import Basis as Basis
    from alliance_nlp.comparison.class_codings import ClassCodings as ClassCodings, collect_class as collect_class
    from alliance_nlp.comparison.coding_sheets import write_coding_sheets as write_coding_sheets
    from alliance_nlp.comparison.learning_curves import learning_curve as learning_curve
    from alliance_nlp.comparison.like_qualcoder import compare_like_qualcoder as compare_like_qualcoder
    from alliance_nlp.comparison.merging import MergedProjects as MergedProjects, merge_projects as merge_projects
    from alliance_nlp.comparison.projects_compared import (
        ProjectsCompared as ProjectsCompared,
        compare_projects as compare_projects,
    )
    from alliance_nlp.comparison.two_files import FilesCompared as FilesCompared, compare_files as compare_files
    from alliance_nlp.consensus import Settlement as Settlement, reach_consensus as reach_consensus
    from alliance_nlp.embeddings import embed as embed, load_encoder as load_encoder
    from alliance_nlp.embeddings.encoders import SentenceEncoder as SentenceEncoder
    from alliance_nlp.embeddings.multilingual import PackagedMultilingual as PackagedMultilingual
    from alliance_nlp.embeddings.transformer import TextVectors as TextVectors
    from alliance_nlp.errors import (
        AlignmentError as AlignmentError,
        AllianceError as AllianceError,
        AllianceWarning as AllianceWarning,
        InputError as InputError,
        MissingExtraError as MissingExtraError,
    )
    from alliance_nlp.files import FileError as FileError
    from alliance_nlp.ledger import (
        CodebookVersion as CodebookVersion,
        Decision as Decision,
        Ledger as Ledger,
        Standing as Standing,
        read_ledger as read_ledger,
        record_decision as record_decision,
        replay as replay,
    )
    from alliance_nlp.ledger.conflicts import Conflict as Conflict
    from alliance_nlp.mapping import map_clusters as map_clusters
    from alliance_nlp.method.chain import Chain as Chain, ChainLink as ChainLink, trace_chain as trace_chain
    from alliance_nlp.method.coded_out import CodedTables as CodedTables, tabulate_codings as tabulate_codings
    from alliance_nlp.method.contexts import QuoteInContext as QuoteInContext, open_quote as open_quote
    from alliance_nlp.method.effects import CodebookEffect as CodebookEffect, effect_of_change as effect_of_change
    from alliance_nlp.method.expectations import (
        ExpectationsBeside as ExpectationsBeside,
        compare_expectations as compare_expectations,
    )
    from alliance_nlp.method.horizontalization import (
        ReadersCompared as ReadersCompared,
        Significant as Significant,
        compare_readers as compare_readers,
        find_significant as find_significant,
        marks_of as marks_of,
        record_marks as record_marks,
    )
    from alliance_nlp.method.member_checks import (
        MemberCheckPack as MemberCheckPack,
        OwnQuote as OwnQuote,
        PackTheme as PackTheme,
        Replies as Replies,
        Reply as Reply,
        group_checks as group_checks,
        hand_out_pack as hand_out_pack,
        member_agreement as member_agreement,
        member_check_pack as member_check_pack,
        read_replies as read_replies,
        record_replies as record_replies,
        record_workshop as record_workshop,
    )
    from alliance_nlp.method.proposals import (
        ImportedProposals as ImportedProposals,
        import_proposals as import_proposals,
    )
    from alliance_nlp.method.recorded import (
        case_matrix as case_matrix,
        recorded_relations as recorded_relations,
        translated_quotes as translated_quotes,
        who_spoke_for as who_spoke_for,
        written_notes as written_notes,
    )
    from alliance_nlp.method.reflexive import (
        left_to_differ as left_to_differ,
        negative_cases as negative_cases,
        theme_versions as theme_versions,
    )
    from alliance_nlp.method.relations import Relations as Relations, relate_themes as relate_themes
    from alliance_nlp.method.saturation import Saturation as Saturation, assess_saturation as assess_saturation
    from alliance_nlp.method.sessions import (
        SessionComparison as SessionComparison,
        compare_sessions as compare_sessions,
    )
    from alliance_nlp.method.table1 import TableOne as TableOne, table1 as table1
    from alliance_nlp.method.translations import Translation as Translation
    from alliance_nlp.method.voices import (
        Assent as Assent,
        Opposing as Opposing,
        Quotes as Quotes,
        Voices as Voices,
        choose_quotes as choose_quotes,
        count_voices as count_voices,
        find_opposing as find_opposing,
        notes_beside as notes_beside,
        who_answers_whom as who_answers_whom,
    )
    from alliance_nlp.plots import (
        describe_figure as describe_figure,
        plot_agreement as plot_agreement,
        plot_class as plot_class,
        plot_hierarchy as plot_hierarchy,
        plot_learning_curve as plot_learning_curve,
        plot_map as plot_map,
        plot_relations as plot_relations,
        plot_risk_coverage as plot_risk_coverage,
        plot_sessions as plot_sessions,
        plot_stability as plot_stability,
        plot_themes_and_clusters as plot_themes_and_clusters,
        plot_voices as plot_voices,
        save_figure as save_figure,
    )
    from alliance_nlp.privacy.finding import (
        Identifier as Identifier,
        Identifiers as Identifiers,
        find_identifiers as find_identifiers,
    )
    from alliance_nlp.privacy.pseudonymising import Pseudonymised as Pseudonymised, pseudonymise as pseudonymise
    from alliance_nlp.privacy.realigning import Landing as Landing, Realigned as Realigned, realign as realign
    from alliance_nlp.privacy.revealing import reveal as reveal
    from alliance_nlp.provenance import __version__ as __version__
    from alliance_nlp.qda import (
        LossReport as LossReport,
        QdaCase as QdaCase,
        QdaCount as QdaCount,
        QdaLink as QdaLink,
        QdaMemo as QdaMemo,
        QdaOffsets as QdaOffsets,
        QdaProject as QdaProject,
        QdaSelection as QdaSelection,
        QdaSet as QdaSet,
        QdaTrouble as QdaTrouble,
        QdaVariable as QdaVariable,
        read_qdc as read_qdc,
        read_qdpx as read_qdpx,
        read_qualcoder as read_qualcoder,
        read_taguette as read_taguette,
        write_qdc as write_qdc,
        write_qdpx as write_qdpx,
    )
    from alliance_nlp.reading import (
        new_study as new_study,
        read_codebook as read_codebook,
        read_codings as read_codings,
        read_marks as read_marks,
        read_transcripts as read_transcripts,
    )
    from alliance_nlp.records import (
        Clusters as Clusters,
        Code as Code,
        Codebook as Codebook,
        CodedSpan as CodedSpan,
        Coding as Coding,
        Embeddings as Embeddings,
        Encoder as Encoder,
        EncoderInfo as EncoderInfo,
        Expectation as Expectation,
        FieldNote as FieldNote,
        FileRead as FileRead,
        FoundSpeaker as FoundSpeaker,
        Link as Link,
        Mapping as Mapping,
        Mark as Mark,
        Marks as Marks,
        Participant as Participant,
        ProjectedCoding as ProjectedCoding,
        Question as Question,
        ReadItem as ReadItem,
        ReadReport as ReadReport,
        ReadSpan as ReadSpan,
        Segment as Segment,
        Segments as Segments,
        Sentence as Sentence,
        Statement as Statement,
        Study as Study,
        Table as Table,
        Theme as Theme,
        Transcript as Transcript,
        Turn as Turn,
        join_codings as join_codings,
    )
    from alliance_nlp.records.inline_page import InlinePage as InlinePage
    from alliance_nlp.records.tables import Cell as Cell, Grid as Grid
    from alliance_nlp.reports import page_text as page_text, write_report as write_report
    from alliance_nlp.reports.audit import write_audit_trail as write_audit_trail
    from alliance_nlp.reports.class_kit import (
        write_class_kit as write_class_kit,
        write_class_slides as write_class_slides,
    )
    from alliance_nlp.reports.showing import show_page as show_page
    from alliance_nlp.scaling import CodedParts as CodedParts, code_in_parts as code_in_parts
    from alliance_nlp.segments import segment as segment
    from alliance_nlp.storage import load as load, save as save
    from alliance_nlp.studies import load_study as load_study, read_study as read_study
    from alliance_nlp.suggesting import (
        HeldOut as HeldOut,
        ModelStability as ModelStability,
        ModelSuggestions as ModelSuggestions,
        Suggestions as Suggestions,
        Trouble as Trouble,
        estimate_with_model as estimate_with_model,
        find_trouble as find_trouble,
        next_to_code as next_to_code,
        promise_with_model as promise_with_model,
        stability_with_model as stability_with_model,
        suggest_codes as suggest_codes,
        suggest_held_out as suggest_held_out,
        suggest_with_model as suggest_with_model,
    )
    from alliance_nlp.suggesting.classifier import CodebookClassifier as CodebookClassifier
    from alliance_nlp.withdrawal import Withdrawal as Withdrawal, withdraw as withdraw
else:
    import dis
    import importlib
    import sys

    def _read_homes(code: object) -> dict[str, str]:
        """Find the module of each name imported above in compiled code: a frozen program has no source to read."""
        homes, home = {}, ""
        for step in dis.get_instructions(code):
            if step.opname == "IMPORT_NAME":
                home = step.argval
            elif step.opname == "IMPORT_FROM":
                homes[step.argval] = home
        return homes

    _HOMES = _read_homes(sys._getframe().f_code)
    __all__ = sorted(name for name in _HOMES if not name.startswith("_"))  # noqa: PLE0605

    sys.meta_path.append(importlib.import_module(f"{__name__}.moved").Former)

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(
                f"module 'alliance_nlp' has no name {name!r}. Its public names are in alliance_nlp.__all__."
            )
        if home == __name__:
            return importlib.import_module(f"{home}.{name}")
        value = getattr(importlib.import_module(home), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted([*__all__, "__version__"])

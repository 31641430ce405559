"""Names of columns under which codebooks, codings and transcripts are found; accents and case are not compared."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from alliance_nlp.reading.headings import fold_column

_CODEBOOK: dict[str, tuple[str, ...]] = {
    "theme": (
        "themes", "overarching_theme", "main_theme", "main_category", "top_level_theme", "hauptkategorie",
        "oberkategorie", "hauptthema", "hovedtema", "hovedkategori", "overkategori", "huvudtema", "huvudkategori",
        "hoofdthema", "hoofdcategorie", "theme_principal", "categorie_principale", "tema_principal",
        "categoria_principal", "overtema", "overordnet_tema", "overordnet_kategori", "overgripande_tema", "thema",
        "tema", "teema", "temat", "category", "kategorie", "kategori", "categoria", "categorie", "kategoria",
    ),
    "essence": (
        "subtheme", "sub_theme", "subcategory", "sub_category", "subthema", "unterthema", "unterkategorie",
        "subkategorie", "undertema", "underkategori", "deltema", "subtema", "subcategoria", "subcategorie",
        "sous_theme", "sous_categorie", "alateema", "podkategoria", "podtemat", "sottotema", "sottocategoria",
        "category", "kategorie", "kategori", "categoria", "categorie", "kategoria",  # beside a column for the theme
    ),
    "code": (
        "codes", "cluster_of_meaning", "tag", "code_name", "codename", "code_system", "codesystem", "code_list",
        "codeliste", "kodesystem", "sistema_de_codigos", "systeme_de_codes", "name_of_the_code", "kode", "kod", "koder",
        "codigo", "codice", "koodi", "node", "code_label", "coding", "hierarchical_name", "name", "title", "label",
        "bezeichnung", "navn", "namn", "naam", "nom", "nombre", "nome", "nazwa", "nimi",
    ),
    "subcode": (
        "sub_code", "subcodes", "unterkode", "untercode", "subkode", "underkode", "underkod", "child_code",
        "sous_code", "subcodigo", "sottocodice",
    ),
    "subsubcode": ("sub_subcode", "sub_sub_code", "subsub_code"),
    "parent": (
        "parent_code", "parent_id", "parentid", "parent_name", "parent_title", "parent_node", "parent_tag",
        "obercode", "oberkode", "ubergeordneter_code", "ubergeordneter_kode", "overkode", "overordnet_kode",
        "overordnad_kod", "code_parent", "codigo_padre", "codigo_superior", "bovenliggende_code",
    ),
    "code_groups": (
        "code_group", "groups", "codegruppen", "codegruppe", "kodegrupper", "kodegruppe", "kodgrupper",
        "grupos_de_codigos", "grupo_de_codigos", "groupes_de_codes", "gruppi_di_codici", "codegroepen", "grupy_kodow",
        "code_families", "code_family", "families", "sets", "code_sets",
    ),
    "depth": ("level", "code_depth", "hierarchy_level", "ebene", "tiefe", "niveau", "niva", "nivel", "livello"),
    "id": ("code_id", "codeid", "tag_id", "node_id", "guid"),
    "definition": (
        "description", "meaning", "memo", "code_memo", "definitions", "descriptions", "explanation", "beschreibung",
        "beskrivelse", "definisjon", "definitie", "omschrijving", "beskrivning", "definicion", "descripcion",
        "definicao", "descricao", "definizione", "descrizione", "definicja", "opis", "maaritelma", "kuvaus",
        "comment", "kommentar", "comentario", "commentaire", "commento",  # where no other column holds what it means
    ),
    "include": (
        "inclusion", "inclusion_criteria", "includes", "included", "when_to_use", "use_when", "einschluss",
        "einschlusskriterien", "inklusjon", "inklusjonskriterier", "inklusion", "inklusionskriterier",
        "criteres_d_inclusion", "criterios_de_inclusion", "criterios_de_inclusao", "criteri_di_inclusione",
        "inclusiecriteria", "kodierregel", "coding_rule", "coding_rules",
    ),
    "exclude": (
        "exclusion", "exclusion_criteria", "excludes", "excluded", "when_not_to_use", "do_not_use_when",
        "ausschluss", "ausschlusskriterien", "abgrenzung", "eksklusjon", "eksklusjonskriterier", "eksklusion",
        "exklusion", "exklusionskriterier", "criteres_d_exclusion", "criterios_de_exclusion",
        "criterios_de_exclusao", "criteri_di_esclusione", "exclusiecriteria",
    ),
    "exemplars": (
        "exemplar", "examples", "example", "quotes", "quote", "statements", "exemplar_statements",
        "typical_example", "example_quote", "example_quotes", "anchor_example", "anchor_examples", "ankerbeispiel",
        "ankerbeispiele", "beispiel", "beispiele", "eksempel", "eksempler", "sitat", "sitater", "exempel", "citat",
        "exemple", "exemples", "verbatim", "ejemplo", "ejemplos", "exemplo", "exemplos", "esempio", "esempi",
        "voorbeeld", "voorbeelden", "przyklad", "esimerkki",
    ),
    "notes": (
        "note", "comment", "comments", "remarks", "kommentar", "kommentarer", "bemerkung", "bemerkungen",
        "anmerkung", "anmerkungen", "notat", "merknad", "anteckning", "remarque", "notas", "opmerking", "nota",
    ),
    "code_aliases": ("other_names_of_the_code", "synonyms"),
    "theme_aliases": ("other_names_of_the_theme",),
    "aliases": ("other_names",),
    "group": ("theme_group",),
    "theme_description": ("composite_description", "composite"),
}  # fmt: skip


@cache
def _more() -> dict[str, dict[str, list[str]]]:
    """Names in more languages, by kind of table and by meaning."""
    return tomllib.loads(files("alliance_nlp.reading").joinpath("column_names.toml").read_text(encoding="utf-8"))


def with_more(meanings: Mapping[str, tuple[str, ...]], kind: str) -> dict[str, tuple[str, ...]]:
    """Add the names of the table of languages to those of a kind of table, in the form in which they are compared."""
    added = _more()[kind]
    return {meaning: (*names, *map(fold_column, added.get(meaning, ()))) for meaning, names in meanings.items()}


# What a codebook may hold, and the names under which it is found.
CODEBOOK_COLUMNS = with_more(_CODEBOOK, "codebook")

"""The declared schema: what the officers find in their databases, under the names they expect."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from actif_plugin.store import model, schema
from actif_plugin.store.model import GEOMETRY_COLUMN, Geometry, OnDelete, Type
from actif_plugin.store.schema import TABLES, VIEWS, links, table

AUDIT = "organisme cree_le cree_par modifie_le modifie_par"
EXPECTED = {
    "etablissement": (
        Geometry.POINT,
        "id siret siren raison_sociale enseigne naf_code naf_version effectif_code adresse"
        " code_postal commune_insee commune_nom epci_siren site_id ban_id geocodage_qualite"
        " geocodage_score etat date_creation date_fermeture source source_date confidentialite"
        f" description {AUDIT}",
    ),
    "contact": (None, f"id etablissement_id nom fonction mail telephone date_accord {AUDIT}"),
    "flux": (
        Geometry.POINT,
        "id etablissement_id sens nature nomenclature code libelle description quantite unite"
        " periodicite saison disponible_du disponible_au taux_utilisation qualite cout_annuel"
        " difficulte rayon_max_km code_dechet sous_produit lieu_propre confidentialite statut"
        f" date_confirmation visite_id {AUDIT}",
    ),
    "visite": (
        None,
        f"id etablissement_id date conseiller motif compte_rendu prochaine_action echeance {AUDIT}",
    ),
    "synergie": (
        Geometry.MULTILINESTRING,
        "id titre mode nature statut motif_fin responsable prochaine_action echeance tonnage_an"
        f" distance_avant_km distance_apres_km vehicule economie_eur_an emplois {AUDIT}",
    ),
    "synergie_membre": (None, f"id synergie_id etablissement_id flux_id role {AUDIT}"),
    "avis": (None, f"id besoin_id offre_id verdict motif auteur date {AUDIT}"),
    "perimetre": (Geometry.MULTIPOLYGON, f"id type code nom parent_code {AUDIT}"),
    "synonyme": (None, f"id terme nomenclature code {AUDIT}"),
    "ref_cpf": (None, "code niveau parent libelle_fr libelle_en source"),
    "ref_rome": (None, "code niveau parent libelle_fr source"),
    "ref_naf": (None, "id version code niveau parent libelle_fr source"),
    "ref_dechet": (None, "code niveau parent libelle_fr dangereux source"),
    "ref_effectif": (None, "code libelle_fr mini maxi source"),
    "ref_unite": (None, "code libelle_fr dimension facteur unite_base natures"),
    "ref_facteur": (None, "code libelle_fr valeur unite source annee"),
    "ref_filiere": (None, "code libelle_fr"),
    "ref_maillon": (None, "code filiere_code rang libelle_fr"),
    "ref_mois": (None, "numero libelle_fr"),
    "actif_meta": (None, "cle valeur"),
}

EVERY_COLUMN = [(declared, field) for declared in TABLES for field in declared.columns()]


def test_every_table_is_there_and_no_other():
    assert {declared.name for declared in TABLES} == set(EXPECTED)
    assert len(TABLES) == len(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_column_is_there(name):
    geometry, columns = EXPECTED[name]
    declared = table(name)
    assert declared.geometry == geometry
    assert set(columns.split()) <= {field.name for field in declared.columns()}


def test_names_are_plain():
    """Lower case without accents: they are typed in expressions and SQL."""
    names = [declared.name for declared in TABLES] + [field.name for _, field in EVERY_COLUMN]
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []


@pytest.mark.parametrize("declared", TABLES, ids=lambda declared: declared.name)
def test_no_column_is_declared_twice(declared):
    names = [field.name for field in declared.columns()]
    assert len(names) == len(set(names))
    assert "fid" not in names
    assert GEOMETRY_COLUMN not in names


def test_everything_has_a_french_name():
    assert [declared.name for declared in TABLES if not declared.title] == []
    assert [(t.name, f.name) for t, f in EVERY_COLUMN if not f.alias] == []
    titles = [declared.title for declared in TABLES]
    assert len(set(titles)) == len(titles)
    english = re.compile(r"\b(the|of|name|date of|company|source of|created|address)\b", re.I)
    texts = titles + [text for _, field in EVERY_COLUMN for text in (field.alias, field.help)]
    assert [text for text in texts if english.search(text)] == []
    assert table("etablissement").field("raison_sociale").alias == "Raison sociale"
    assert table("flux").field("quantite").alias == "Quantité"


def test_two_columns_of_a_table_never_read_the_same():
    for declared in TABLES:
        aliases = [field.alias for field in declared.columns()]
        assert len(set(aliases)) == len(aliases), declared.name


def test_nothing_on_screen_says_waste_where_resource_serves():
    """Codes of waste keep their name; a resource is never called so."""
    titles = [table(name).title for name in ("flux", "synergie", "synergie_membre")]
    labels = [label for _, field in EVERY_COLUMN for _, label in field.values]
    assert [text for text in titles + labels if "déchet" in text.lower()] == []


def test_parents_come_before_children():
    order = [declared.name for declared in TABLES]
    for child, _, link in links():
        assert order.index(link.table) < order.index(child.name)


def test_links_point_at_keys():
    found = {(child.name, field.name): link for child, field, link in links()}
    assert {place: link.table for place, link in found.items()} == {
        ("contact", "etablissement_id"): "etablissement",
        ("visite", "etablissement_id"): "etablissement",
        ("flux", "etablissement_id"): "etablissement",
        ("flux", "visite_id"): "visite",
        ("synergie_membre", "synergie_id"): "synergie",
        ("synergie_membre", "etablissement_id"): "etablissement",
        ("synergie_membre", "flux_id"): "flux",
    }
    assert all(table(link.table).key == "id" for link in found.values())
    # A required link cannot be emptied.
    for child, field, link in links():
        assert not (field.required and link.on_delete is OnDelete.SET_NULL), child.name


def test_references_point_at_reference_tables():
    for declared, field in EVERY_COLUMN:
        if field.reference is not None:
            if field.reference in {view.name for view in VIEWS}:
                continue
            target = table(field.reference)
            assert not target.editable, (declared.name, field.name)
            assert target.field("libelle_fr")


def test_keys_are_text_and_of_one_column():
    """UUID of records; QField refuses keys of several columns."""
    for declared in TABLES:
        key = declared.field(declared.key)
        assert key.required
        assert key.type is Type.TEXT or not declared.editable


def test_editable_tables_say_whose_they_are():
    for declared in TABLES:
        names = {field.name for field in declared.columns()}
        assert declared.editable == (set(AUDIT.split()) <= names), declared.name
        assert declared.editable == (not declared.name.startswith(("ref_", "actif_")))


def test_personal_data_lives_in_one_table():
    personal = {"mail", "telephone", "fonction", "date_accord"}
    found = {declared.name for declared, field in EVERY_COLUMN if field.name in personal}
    assert found == {"contact"}


def test_value_lists():
    def values(name: str, column: str) -> list[str]:
        return [value for value, _ in table(name).field(column).values]

    assert values("flux", "sens") == ["offre", "besoin"]
    assert values("flux", "nature") == (
        ["matiere", "energie", "eau", "equipement", "espace", "logistique", "service", "competence"]
    )
    assert values("flux", "nomenclature") == ["CPF", "ROME"]
    assert values("flux", "statut") == ["ouvert", "en_cours", "satisfait", "caduc"]
    assert values("avis", "verdict") == ["retenu", "ecarte"]
    assert values("etablissement", "naf_version") == ["rev2", "2025"]
    assert values("perimetre", "type") == ["commune", "epci", "zae", "autre"]
    assert values("synergie", "mode") == (
        ["substitution", "mutualisation", "approvisionnement_local"]
    )
    assert " ".join(values("synergie", "statut")) == (
        "piste qualifiee mise_en_relation etude negociation realisee perenne abandonnee arretee"
    )


def test_value_lists_are_labelled_and_hold_their_default():
    for declared, field in EVERY_COLUMN:
        if field.values:
            values = [value for value, _ in field.values]
            labels = [label for _, label in field.values]
            assert len(set(values)) == len(values), (declared.name, field.name)
            assert len(set(labels)) == len(labels)
            assert all(labels)
            assert field.default is None or field.default in values


def test_bounds_are_in_order_and_on_numbers():
    for _, field in EVERY_COLUMN:
        if field.minimum is not None or field.maximum is not None:
            assert field.type in (Type.REAL, Type.INTEGER)
        if field.minimum is not None and field.maximum is not None:
            assert field.minimum < field.maximum


def test_other_declarations_name_columns_there_are():
    for declared in TABLES:
        names = {field.name for field in declared.columns()}
        assert declared.display in names
        assert all(set(columns) <= names for columns in (*declared.unique, *declared.ordered))
        if declared.follow is not None:
            assert {declared.follow.link, declared.follow.unless} <= names


def test_a_company_in_need_and_little_else_is_a_record():
    """A partial record is a good record: only the company and the direction are required."""
    required = [field.name for field in table("flux").fields if field.required]
    assert required == ["etablissement_id", "sens"]
    assert not any(field.required for field in table("etablissement").fields)


def test_unknown_names_are_refused():
    with pytest.raises(KeyError):
        table("flow")
    with pytest.raises(KeyError):
        table("flux").field("colour")


@pytest.mark.parametrize("module", [schema, model], ids=["schema", "model"])
def test_the_declaration_belongs_to_no_database(module):
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add("." * node.level + (node.module or ""))
    assert imported <= {"__future__", "enum", "collections.abc", "dataclasses", ".model"}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    dialects = re.compile("gpkg|geopackage|sqlite|postg|(^|_)(fid|rowid)", re.I)
    assert [name for name in names | attributes if dialects.search(name)] == []

"""Finding companies, offers and needs by a few typed words."""

from __future__ import annotations

import sqlite3

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY

from actif_plugin import paths
from actif_plugin.store.lookup import Kind, find
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import table
from actif_plugin.store.territory import create_territory
from actif_plugin.store.vocabulary import code_search


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Three companies, one of them without a position, and two flows."""
    territory = create_territory(
        tmp_path_factory.mktemp("lookup") / "t.gpkg",
        "Essai",
        QgsCoordinateReferenceSystem("EPSG:2154"),
        paths.reference_database(),
    )
    companies = (
        ("a", "Cartonnages Gardelle", "00001019900016", "Montauban", (565000.0, 6325000.0)),
        ("b", "Établissements L'Œuf & Fils", "", "Moissac", (545000.0, 6335000.0)),
        ("c", "Sans Point", "", "", None),
    )
    layer = territory.layer("etablissement")
    records = []
    for name, title, siret, commune, position in companies:
        values = {"id": name, "raison_sociale": title, "siret": siret, "commune_nom": commune}
        point = QgsGeometry.fromPointXY(QgsPointXY(*position)) if position else None
        records.append(new_record(layer, table("etablissement"), values, point))
    add_records(layer, records)
    layer = territory.layer("flux")
    flows = (
        {"etablissement_id": "a", "sens": "offre", "code": "17.21.1", "libelle": "Chutes d'ondulé"},
        {"etablissement_id": "b", "sens": "besoin", "code": "17.2", "libelle": "Caisses à œufs"},
    )
    add_records(layer, [new_record(layer, table("flux"), flow) for flow in flows])
    return territory.path


def titles(hits):
    return [(hit.kind, hit.title) for hit in hits]


@pytest.mark.parametrize("text", ["gardelle", "GARDELLE cart", "  cartonnages ", "gard"])
def test_a_company_by_its_name(store, text):
    (hit,) = find(store, text)
    assert (hit.kind, hit.title, hit.detail) == (Kind.COMPANY, "Cartonnages Gardelle", "Montauban")
    assert hit.position == pytest.approx((565000.0, 6325000.0), abs=1)


def test_without_accents_or_ligatures(store):
    assert (Kind.COMPANY, "Établissements L'Œuf & Fils") in titles(
        find(store, "etablissements oeuf")
    )


def test_a_company_by_the_start_of_its_siret(store):
    assert titles(find(store, "000 010 199")) == [(Kind.COMPANY, "Cartonnages Gardelle")]
    assert find(store, "0000") == []


def test_words_of_a_flow_and_its_company(store):
    (hit,) = find(store, "ondulé chutes")
    assert (hit.kind, hit.title, hit.detail) == (
        Kind.OFFER,
        "Chutes d'ondulé",
        "Cartonnages Gardelle",
    )
    assert hit.position == pytest.approx((565000.0, 6325000.0), abs=1)


def test_products_bring_what_lies_under_them(store):
    found = titles(find(store, "emballage", codes=["17.2"]))
    assert set(found) == {(Kind.NEED, "Caisses à œufs"), (Kind.OFFER, "Chutes d'ondulé")}
    assert find(store, "emballage", codes=["17.29"]) == []


def test_a_company_without_a_position_is_found(store):
    (hit,) = find(store, "sans point")
    assert hit.position is None


@pytest.mark.parametrize("text", ["", "   ", "'; DROP TABLE flux; --", "%", '"', "🦊"])
def test_anything_typed_is_harmless(store, text):
    assert find(store, text) == []
    assert find(store, "gardelle")


def test_the_territory_s_own_words_come_first(store):
    """A word that an adviser noted leads to its code, in this territory only."""
    before = code_search(paths.reference_database(), store).search("la zigougnette", limit=3)
    assert "28.4" not in [found.code for found in before]
    with sqlite3.connect(store) as base:
        base.execute(
            "INSERT INTO synonyme (terme, nomenclature, code) VALUES ('zigougnette', 'CPF', '28.4')"
        )
    found = code_search(paths.reference_database(), store).search("la zigougnette", limit=3)
    assert found[0].code == "28.4"
    elsewhere = code_search(paths.reference_database()).search("la zigougnette", limit=3)
    assert "28.4" not in [other.code for other in elsewhere]

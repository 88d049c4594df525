"""`actif:companysheet`: sheets of companies and the blank sheet, read back with pdftotext."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

import pytest
from qgis.core import QgsFeature, QgsProcessingFeatureSourceDefinition, QgsVectorLayer

from actif_plugin.store.schema import FREQUENCIES, NATURES
from tests.qgis.harness import Recorder, Runner, sql
from tests.qgis.pdfs import count_pages, pages_of


def establishments(store: Path, subset: str = "") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{store}|layername=etablissement|subset={subset}", "e", "ogr")
    assert layer.isValid()
    return layer


@pytest.fixture(scope="module")
def sheets(demo, tmp_path_factory) -> list[str]:
    """The sheets of all the companies of the demonstration, as texts."""
    path = tmp_path_factory.mktemp("fiches") / "fiches.pdf"
    done = Runner()(
        "companysheet",
        TARGET=str(demo.store),
        ESTABLISHMENTS=establishments(demo.store),
        OUTPUT=str(path),
    )
    assert done["PAGES"] == count_pages(path)
    return pages_of(path)


def bare(text: str) -> str:
    """Return a text without its spaces: programs disagree on them, and lines break anywhere."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def test_a_page_a_company_with_what_it_said(sheets, demo):
    rows = sql(
        demo.store, "SELECT id, coalesce(enseigne, raison_sociale), siret FROM etablissement"
    )
    assert len(sheets) == len(rows) == 170
    for company, name, siret in rows:
        (page,) = [text for text in sheets if f"SIRET {siret}" in text]
        assert page.startswith(name)
        left = "lignes ne tiennent pas" in page
        for (words,) in sql(
            demo.store, "SELECT libelle FROM flux WHERE etablissement_id = ?", company
        ):
            assert left or bare(words) in bare(page), (name, words)


def test_a_company_known_well(sheets):
    (page,) = [text for text in sheets if text.startswith("Palettes Vertignac")]
    for wording in (
        "Document interne – ne pas diffuser",
        "16.24Z Fabrication d'emballages en bois",
        "14 rue de Séville 82000 Montauban",
        "Odile Vertignac",
        "Toutes palettes 80x120, même cassées",
        "Aucune ressource relevée",
        "Claire Montrozier",
        "avant le 15/12/2026",
    ):
        assert bare(wording) in bare(page), wording


def test_a_contact_who_did_not_agree_is_not_printed(run, demo, tmp_path):
    store = tmp_path / "t.gpkg"
    shutil.copyfile(demo.store, store)
    sql(store, "UPDATE contact SET date_accord = NULL WHERE nom = 'Odile Vertignac'")
    path = tmp_path / "f.pdf"
    chosen = establishments(store, "siret = '00001012400014'")
    run("companysheet", TARGET=str(store), ESTABLISHMENTS=chosen, OUTPUT=str(path))
    (page,) = pages_of(path)
    assert "Vertignac" in page
    assert "Odile" not in page and "01 99 00 12 01" not in page
    assert "Aucun contact qui ait donné son accord" in page


def test_words_stay_words_and_what_does_not_fit_is_counted(run, demo, tmp_path):
    store = tmp_path / "t.gpkg"
    shutil.copyfile(demo.store, store)
    long = ("Société coopérative agricole et industrielle de transformation " * 3)[:120]
    words = "<b>Chutes</b> [% 40 + 2 %] & sciure"
    chosen = establishments(store, "siret = '00001012400014'")
    company = next(chosen.getFeatures())
    name = chosen.fields().indexOf("enseigne")
    assert chosen.dataProvider().changeAttributeValues({company.id(): {name: long}})
    flux = QgsVectorLayer(f"{store}|layername=flux", "f", "ogr")
    flows = []
    for number in range(40):
        flow = QgsFeature(flux.fields())
        values = (f"trop-{number}", company["id"], "offre", words)
        for column, value in zip(("id", "etablissement_id", "sens", "libelle"), values):
            flow[column] = value
        flows.append(flow)
    assert flux.dataProvider().addFeatures(flows)[0]
    path = tmp_path / "f.pdf"
    chosen = establishments(store, "siret = '00001012400014'")
    run("companysheet", TARGET=str(store), ESTABLISHMENTS=chosen, OUTPUT=str(path))
    (page,) = pages_of(path)
    assert bare(long) in bare(page)
    printed = bare(page).count(bare(words))
    assert printed > 3
    (left,) = re.findall(r"(\d+) lignes ne tiennent pas", page)
    assert printed + int(left) == 40


def test_only_what_is_selected(run, demo, tmp_path):
    layer = establishments(demo.store)
    run.project.addMapLayer(layer)
    layer.selectByExpression("siret = '00001012400014'")
    path = tmp_path / "f.pdf"
    run(
        "companysheet",
        TARGET=str(demo.store),
        ESTABLISHMENTS=QgsProcessingFeatureSourceDefinition(layer.id(), True),
        OUTPUT=str(path),
    )
    assert count_pages(path) == 1


def test_the_blank_sheet(run, tmp_path):
    """The eight natures, frequencies, what to write and the agreement, on one page."""
    path = tmp_path / "vierge.pdf"
    run("companysheet", CONTENT="vierge", OUTPUT=str(path))
    (page,) = pages_of(path)
    for _, label in (*NATURES, *FREQUENCIES):
        assert page.count(label) >= 3, label
    for wording in ("Ressource", "Besoin", "Quantité", "Unité", "dans les mots de l'entreprise"):
        assert wording in page, wording
    assert "J'accepte que mes coordonnées soient gardées" in page
    assert "Date et signature" in page


def test_refusals(run, demo, tmp_path):
    path = str(tmp_path / "f.pdf")
    nobody = f"{demo.store}|layername=etablissement|subset=siret = 'personne'"
    told = run.fails("companysheet", TARGET=str(demo.store), ESTABLISHMENTS=nobody, OUTPUT=path)
    assert "No establishment is chosen" in told
    told = run.fails("companysheet", TARGET=str(demo.store), OUTPUT=path)
    assert "cannot be read" in told
    assert list(tmp_path.iterdir()) == []


def test_cancelling(run, demo, tmp_path):
    done = run(
        "companysheet",
        Recorder(cancel_after=40),
        TARGET=str(demo.store),
        ESTABLISHMENTS=establishments(demo.store),
        OUTPUT=str(tmp_path / "f.pdf"),
    )
    assert done.results.get("OUTPUT") is None
    assert list(tmp_path.iterdir()) == []

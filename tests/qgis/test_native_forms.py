"""The saved project without the plugin: what its forms refuse, flag, offer and keep."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter

import pytest
from qgis.core import (
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeEditorRelation,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFieldConstraints,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayerCache,
    QgsVectorLayerUtils,
)
from qgis.gui import QgsAttributeTableModel

from actif_plugin.compat import plain
from actif_plugin.forms.layout import dress_forms
from actif_plugin.forms.widgets import SUMMARY_COLUMNS
from actif_plugin.store.project import ROLE, write_project
from actif_plugin.store.records import typed
from actif_plugin.store.schema import ETABLISSEMENT, FLUX, NATURES, TABLES, table
from actif_plugin.store.territory import open_territory
from tests.qgis.harness import ROOT, sql

HARD = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
SOFT = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthSoft
ROLES = {"offre": "flux", "besoin": "flux"} | {
    declared.name: declared.name
    for declared in TABLES
    if declared.editable and declared.name not in ("flux", "perimetre")
}
NASTY = (
    'l\'« essai » "double" \\ ; --',
    "<script>alert('x')</script><b>gras</b> & co",
    "[% 1+1 %]",
    "🏭 œuf Ÿ \u00a0 ‏עברית‏ \t tabulation",
    "ligne\nautre ligne",
    "é" * 10_000,
)


@pytest.fixture(scope="module")
def store(built_territory, tmp_path_factory):
    path = tmp_path_factory.mktemp("fiches") / "t.gpkg"
    shutil.copyfile(built_territory, path)
    return path


@pytest.fixture(scope="module")
def layers(store):
    """The layers of the project as another QGIS opens them: nothing of the plugin is at work."""
    saved = write_project(open_territory(store), dress_forms)
    # Expressions look for other layers in the project that is open.
    project = QgsProject.instance()
    assert project.read(str(saved))
    yield {layer.customProperty(ROLE): layer for layer in project.mapLayers().values()}
    project.clear()


@pytest.fixture
def emptied(layers):
    """Take away afterwards what the test wrote."""
    yield
    for role in ("besoin", "etablissement"):
        layers[role].rollBack()
        layers[role].dataProvider().deleteFeatures(layers[role].allFeatureIds())


def record(layer, declared, **values):
    """Return a new record as a form starts it, with values written into it."""
    context = layer.createExpressionContext()
    feature = QgsVectorLayerUtils.createFeature(layer, QgsGeometry(), {}, context)
    for name, value in values.items():
        feature[name] = None if value is None else typed(declared.field(name), value)
    return feature


def verdict(layer, feature, column):
    """Return what the form does of a value: accepts, flags or refuses it, and its words."""
    position = layer.fields().indexOf(column)

    def passes(strength):
        return QgsVectorLayerUtils.validateAttribute(layer, feature, position, strength)[0]

    if not passes(HARD):
        return "refuses"
    return "accepts" if passes(SOFT) else "flags"


@pytest.mark.parametrize(
    ("siret", "expected"),
    [
        ("55210055400013", "accepts"),
        ("552 100 554 00013", "accepts"),
        ("552.100.554-00013", "accepts"),
        ("552\u00a0100\u00a0554\u00a000013", "accepts"),
        ("35600000000048", "accepts"),
        # An office of La Poste: no Luhn key, a sum of digits that is a multiple of five.
        ("35600000049837", "accepts"),
        (None, "accepts"),
        ("5521005540001", "refuses"),
        ("552100554000133", "refuses"),
        ("55210055400014", "refuses"),
        ("5521005540001A", "refuses"),
        ("35600000049838", "refuses"),
        ("٥٥٢١٠٠٥٥٤٠٠٠١٣", "refuses"),
        ("<script>", "refuses"),
    ],
)
def test_siret(layers, siret, expected):
    layer = layers["etablissement"]
    assert verdict(layer, record(layer, ETABLISSEMENT, siret=siret), "siret") == expected


def test_a_siret_that_another_company_has(layers, emptied):
    companies = layers["etablissement"]
    first = record(companies, ETABLISSEMENT, siret="55210055400013", raison_sociale="Une")
    first.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(567_000, 6_325_000)))
    assert companies.startEditing()
    assert companies.addFeature(first)
    # Not saved yet, then saved.
    for _ in range(2):
        for siret in ("55210055400013", "552 100 554 00013"):
            other = record(companies, ETABLISSEMENT, siret=siret)
            assert verdict(companies, other, "siret") == "refuses"
        (same,) = companies.getFeatures()
        assert verdict(companies, same, "siret") == "accepts"
        other = record(companies, ETABLISSEMENT, siret="35600000000048")
        assert verdict(companies, other, "siret") == "accepts"
        assert verdict(companies, record(companies, ETABLISSEMENT), "siret") == "accepts"
        assert companies.commitChanges(False), companies.commitErrors()


@pytest.mark.parametrize("role", ["offre", "besoin"])
@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        (
            "disponible_au",
            {"disponible_du": "2026-05-02", "disponible_au": "2026-05-01"},
            "refuses",
        ),
        (
            "disponible_au",
            {"disponible_du": "2026-05-01", "disponible_au": "2026-05-01"},
            "accepts",
        ),
        ("disponible_au", {"disponible_au": "2026-05-01"}, "accepts"),
        ("quantite", {"quantite": "-0.1"}, "refuses"),
        ("quantite", {"quantite": "0"}, "accepts"),
        ("quantite", {}, "accepts"),
        ("taux_utilisation", {"taux_utilisation": "100.5"}, "refuses"),
        ("taux_utilisation", {"taux_utilisation": "100"}, "accepts"),
        ("cout_annuel", {"cout_annuel": "-1"}, "refuses"),
        ("rayon_max_km", {"rayon_max_km": "-1"}, "refuses"),
        ("unite", {"nature": "matiere", "unite": "t"}, "accepts"),
        ("unite", {"nature": "matiere", "unite": "h"}, "flags"),
        ("unite", {"nature": "eau", "unite": "MWh"}, "flags"),
        ("unite", {"nature": "matiere", "unite": "brouette"}, "flags"),
        ("unite", {"unite": "t"}, "accepts"),
        ("code", {"nomenclature": "CPF", "code": "16.24"}, "accepts"),
        ("code", {"nomenclature": "ROME", "code": "N1103"}, "accepts"),
        ("code", {"nomenclature": "CPF", "code": "N1103"}, "flags"),
        ("code", {"nomenclature": "ROME", "code": "16.24"}, "flags"),
        ("code", {"nomenclature": "CPF", "code": "16.99"}, "flags"),
        ("code", {"nomenclature": "CPF", "code": "'; DROP TABLE flux; --"}, "flags"),
        ("code", {}, "accepts"),
        ("etablissement_id", {}, "refuses"),
        ("etablissement_id", {"etablissement_id": "a"}, "accepts"),
    ],
)
def test_what_the_form_of_a_flow_says(layers, role, column, values, expected):
    layer = layers[role]
    assert verdict(layer, record(layer, FLUX, **values), column) == expected


def test_every_refusal_has_its_words(layers):
    for layer in layers.values():
        for position, field in enumerate(layer.fields()):
            if layer.constraintExpression(position):
                assert layer.constraintDescription(position).endswith("."), field.name()


@pytest.mark.parametrize(
    ("role", "values", "column"),
    [
        (
            "etablissement",
            {"date_creation": "2020-02-01", "date_fermeture": "2020-01-31"},
            "date_fermeture",
        ),
        ("etablissement", {"geocodage_score": "1.5"}, "geocodage_score"),
        ("synergie", {"tonnage_an": "-1"}, "tonnage_an"),
        ("contact", {}, "etablissement_id"),
        ("visite", {}, "etablissement_id"),
        ("avis", {}, "verdict"),
    ],
)
def test_what_other_forms_refuse(layers, role, values, column):
    layer = layers[role]
    assert verdict(layer, record(layer, table(ROLES[role]), **values), column) == "refuses"


def test_a_new_record_starts_filled(layers):
    offer = record(layers["offre"], FLUX)
    need = record(layers["besoin"], FLUX)
    assert (offer["sens"], need["sens"]) == ("offre", "besoin")
    assert (need["statut"], need["confidentialite"]) == ("ouvert", "interne")
    assert need["nomenclature"] == "CPF"
    assert len(need["id"]) == 36
    assert need["id"] != offer["id"]
    visit = record(layers["visite"], table("visite"))
    assert visit["date"].isValid()


@pytest.mark.parametrize(
    "words", NASTY, ids=["quotes", "script", "template", "emoji", "lines", "long"]
)
def test_words_come_back_as_typed(layers, store, emptied, words):
    """A company and its need, entered and saved as the native forms do."""
    companies, needs = layers["etablissement"], layers["besoin"]
    assert companies.startEditing()
    company = record(companies, ETABLISSEMENT, raison_sociale=words, description=words)
    company.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(567_000, 6_325_000)))
    assert companies.addFeature(company)
    assert companies.commitChanges(), companies.commitErrors()
    assert needs.startEditing()
    need = record(needs, FLUX, etablissement_id=company["id"], libelle=words, qualite=words)
    assert needs.addFeature(need)
    assert needs.commitChanges(), needs.commitErrors()

    assert sql(store, "SELECT raison_sociale, description FROM etablissement") == [(words, words)]
    assert sql(store, "SELECT libelle, qualite, etablissement_id FROM flux") == [
        (words, words, company["id"])
    ]
    needs.dataProvider().reloadData()
    (saved,) = needs.getFeatures()
    assert plain(saved["libelle"]) == words
    # Then changed, in the same way.
    assert needs.startEditing()
    assert needs.changeAttributeValue(saved.id(), needs.fields().indexOf("qualite"), words[::-1])
    assert needs.commitChanges(), needs.commitErrors()
    assert sql(store, "SELECT qualite FROM flux") == [(words[::-1],)]

    # And under the pointer: shown, neither run nor computed.
    (saved,) = needs.getFeatures()
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(needs))
    context.setFeature(saved)
    card = QgsExpression.replaceExpressionText(needs.mapTipTemplate(), context)
    assert "<script>" not in card
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert escaped in card
    # In the table, and where the company is named by its record.
    cache = QgsVectorLayerCache(needs, 10)
    model = QgsAttributeTableModel(cache)
    model.loadLayer()
    cells = [model.data(model.index(0, n), 0) for n in range(model.columnCount())]
    assert cells.count(words) >= 2, "its own words, and its company's name"
    assert words[::-1] in cells
    assert QgsVectorLayerUtils.getFeatureDisplayString(companies, company) == words


@pytest.mark.parametrize("role", ["etablissement", "offre", "besoin"])
def test_cards_are_read_by_this_version_of_qgis(layers, role):
    template = layers[role].mapTipTemplate()
    expressions = re.findall(r"\[%(.*?)%\]", template)
    assert len(expressions) > 3
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layers[role]))
    for text in expressions:
        expression = QgsExpression(text)
        assert expression.prepare(context), (text, expression.parserErrorString())


def test_the_card_of_a_company_has_its_address(layers):
    companies = layers["etablissement"]
    company = record(companies, ETABLISSEMENT, adresse="3 rue <b>", commune_nom="Montauban")
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(companies))
    context.setFeature(company)
    card = QgsExpression.replaceExpressionText(companies.mapTipTemplate(), context)
    assert "3 rue &lt;b&gt;, Montauban" in card
    assert "sans nom" in card


def test_records_are_called_by_what_tells_them_apart(layers, emptied):
    companies = layers["etablissement"]
    company = record(companies, ETABLISSEMENT, raison_sociale="<i>Une</i>")
    assert companies.dataProvider().addFeatures([company])[0]
    member = record(
        layers["synergie_membre"],
        table("synergie_membre"),
        etablissement_id=company["id"],
        role="preneur",
    )
    visit = record(layers["visite"], table("visite"), date="2026-03-12", motif="Suivi")
    for layer, feature, expected in (
        (layers["synergie_membre"], member, "<i>Une</i> – preneur"),
        (layers["visite"], visit, "12/03/2026 – Suivi"),
    ):
        assert QgsVectorLayerUtils.getFeatureDisplayString(layer, feature) == expected


def test_a_need_without_its_company_is_not_saved(layers, store, emptied):
    needs = layers["besoin"]
    for company in (None, "gone"):
        assert needs.startEditing()
        assert needs.addFeature(record(needs, FLUX, etablissement_id=company, libelle="Palettes"))
        assert not needs.commitChanges()
        needs.rollBack()
    assert sql(store, "SELECT count(*) FROM flux") == [(0,)]


# --- What the forms show --------------------------------------------------------------------------


def elements(container):
    for element in container.children():
        yield element
        if isinstance(element, QgsAttributeEditorContainer):
            yield from elements(element)


def form(layer):
    return list(elements(layer.editFormConfig().invisibleRootContainer()))


@pytest.mark.parametrize("role", ROLES)
def test_every_field_once(layers, role):
    layer, declared = layers[role], table(ROLES[role])
    found = Counter(e.name() for e in form(layer) if isinstance(e, QgsAttributeEditorField))
    expected = {field.name for field in declared.columns() if not field.hidden}
    # Where the plugin is at work a line of summary takes the place of this one, hidden otherwise.
    expected |= {SUMMARY_COLUMNS[declared.name]} if declared.name in SUMMARY_COLUMNS else set()
    if declared is FLUX:
        # Each of the two layers has its own; offers have no difficulty to tell.
        expected -= {"sens"} | ({"difficulte"} if role == "offre" else set())
    assert found == Counter(expected)


@pytest.mark.parametrize("role", ROLES)
def test_hidden_fields_are_hidden(layers, role):
    layer, declared = layers[role], table(ROLES[role])
    for field in declared.columns():
        kind = layer.editorWidgetSetup(layer.fields().indexOf(field.name)).type()
        assert (kind == "Hidden") == field.hidden, field.name


def test_sub_forms_have_their_relation(layers):
    children = {
        role: sorted(
            element.relation().referencingLayer().customProperty(ROLE)
            for element in form(layers[role])
            if isinstance(element, QgsAttributeEditorRelation) and element.relation().isValid()
        )
        for role in ("etablissement", "visite", "synergie")
    }
    assert children == {
        "etablissement": ["besoin", "contact", "offre", "synergie_membre", "visite"],
        "visite": ["besoin", "offre"],
        "synergie": ["synergie_membre"],
    }


def shown(layer, nature):
    """Return the titles of the boxes that a nature shows."""
    feature = record(layer, FLUX, nature=nature)
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    titles = set()
    for element in form(layer):
        if isinstance(element, QgsAttributeEditorContainer):
            condition = element.visibilityExpression()
            if condition.enabled():
                expression = QgsExpression(condition.data().expression())
                assert not expression.hasParserError(), expression.parserErrorString()
                value = expression.evaluate(context)
                assert not expression.hasEvalError(), expression.evalErrorString()
                if value:
                    titles.add(element.name())
    return titles


@pytest.mark.parametrize("role", ["offre", "besoin"])
def test_boxes_follow_the_nature(layers, role):
    layer = layers[role]
    assert shown(layer, None) == set()
    assert shown(layer, "matiere") == {"Quantité", "Saison et qualité", "Matière"}
    assert shown(layer, "eau") == {"Quantité", "Saison et qualité"}
    assert shown(layer, "espace") == {"Quantité", "Usage", "Dates"}
    assert shown(layer, "service") == {"Quantité", "Dates"}
    assert shown(layer, "competence") == {"Quantité", "Usage", "Dates"}


def offered(layer, column, feature):
    """Return the keys that a list of values offers for a record."""
    config = layer.editorWidgetSetup(layer.fields().indexOf(column)).config()
    choices = QgsProject.instance().mapLayer(config["Layer"])
    context = choices.createExpressionContext()
    context.appendScope(QgsExpressionContextUtils.formScope(feature))
    wanted = QgsExpression(config["FilterExpression"] or "true")
    keys = []
    for choice in choices.getFeatures():
        context.setFeature(choice)
        if wanted.evaluate(context):
            keys.append(plain(choice[config["Key"]]))
    return keys


@pytest.mark.parametrize("nature", [name for name, _ in NATURES])
def test_units_offered(layers, nature):
    with (ROOT / "reference/unites.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    layer = layers["besoin"]
    units = offered(layer, "unite", record(layer, FLUX, nature=nature))
    assert sorted(units) == sorted(
        row["code"] for row in rows if nature in row["natures"].split("|")
    )
    # What is offered is never flagged.
    for unit in units:
        assert verdict(layer, record(layer, FLUX, nature=nature, unite=unit), "unite") == "accepts"


def test_all_units_where_the_nature_is_not_known_yet(layers):
    layer = layers["offre"]
    count = len((ROOT / "reference/unites.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert len(offered(layer, "unite", record(layer, FLUX))) == count


def test_codes_offered_follow_the_nomenclature(layers, store):
    layer = layers["besoin"]
    for nomenclature in ("CPF", "ROME"):
        codes = offered(layer, "code", record(layer, FLUX, nomenclature=nomenclature))
        name = f"ref_{nomenclature.lower()}"
        assert sorted(codes) == [
            code for (code,) in sql(store, f"SELECT code FROM {name} ORDER BY code")
        ]


def test_activities_offered_follow_the_version(layers):
    layer = layers["etablissement"]
    assert set(offered(layer, "naf_code", record(layer, ETABLISSEMENT, naf_version="2025"))) >= {
        "01.11Y"
    }
    rev2 = offered(layer, "naf_code", record(layer, ETABLISSEMENT, naf_version="rev2"))
    assert "01.11Z" in rev2
    assert "01.11Y" not in rev2
    assert len(offered(layer, "effectif_code", QgsFeature(layer.fields()))) > 10

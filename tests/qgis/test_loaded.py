"""Results of diagnoses, checks, imports and publications come dressed into the project."""

from __future__ import annotations

import pytest
from qgis.core import QgsExpression, QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt import sip

from actif_plugin.processing import loaded
from actif_plugin.processing.presentation import Dresser
from actif_plugin.store.findings import Severity
from tests.qgis.test_masked_export import companies, export, squares


@pytest.fixture
def project():
    made = QgsProject()
    yield made
    sip.delete(made)


def dressed(project, layer, presentation):
    from qgis.core import QgsProcessingContext, QgsProcessingFeedback

    layer.setName(presentation.name)
    project.addMapLayer(layer)
    context = QgsProcessingContext()
    context.setProject(project)
    Dresser(presentation).postProcessLayer(layer, context, QgsProcessingFeedback())
    return layer


def layer_of(definition, rows):
    layer = QgsVectorLayer(definition, "layer", "memory")
    features = []
    for wkt, *values in rows:
        feature = QgsFeature(layer.fields())
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(values)
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def drawn(layer):
    """Return the labels of the active rules that each feature meets."""

    def met(rule, context):
        found = []
        for child in rule.children():
            if child.active() and child.isFilterOK(feature, context):
                found += met(child, context) or [child.label()]
        return found

    from qgis.core import QgsMapSettings, QgsRenderContext

    told = []
    for feature in layer.getFeatures():
        context = QgsRenderContext.fromMapSettings(QgsMapSettings())
        context.expressionContext().setFeature(feature)
        renderer = layer.renderer().clone()
        renderer.startRender(context, layer.fields())
        told.append(met(renderer.rootRule(), context))
        renderer.stopRender(context)
    return told


@pytest.mark.parametrize("shape", ["Point", "MultiPolygon", "LineString"])
@pytest.mark.parametrize("rank", ["rang", "rang_actif"])
def test_sites_are_drawn_by_rank(project, shape, rank):
    own = "" if rank == "rang" else "field=rang:string&"
    rows = [(None, *(["x"] if own else []), place, 1.0) for place in (1, 3, 4, 10, 11)]
    layer = layer_of(f"{shape}?crs=EPSG:2154&{own}field={rank}:integer&field=score:double", rows)
    dressed(project, layer, loaded.SITES)
    best, good, others = "Les trois premiers sites", "Du 4ᵉ au 10ᵉ", "Les suivants"
    assert drawn(layer) == [[best], [best], [good], [good], [others]]
    assert layer.labeling().settings().fieldName == f'"{rank}"'
    group = project.layerTreeRoot().findGroup("Act'IF : diagnostic")
    assert [node.name() for node in group.children()] == ["Sites classés"]


def test_masked_figures_show_one_category_at_a_time(run, project):
    rows = [*companies(0.5, "a", 4), *companies(1.5, "b", 2)]
    done = export(run, rows, squares(("O", 0, 1), ("M", 1, 2)))
    layer = dressed(project, done["OUTPUT"].clone(), loaded.MASKED)
    first, *others = layer.renderer().rootRule().children()
    assert first.label() == "ensemble" and first.active()
    assert others and not any(rule.active() for rule in others)
    for rule in layer.renderer().rootRule().descendants():
        assert not QgsExpression(rule.filterExpression()).hasParserError()
    shown = [
        (feature["zone_code"], rules)
        for feature, rules in zip(layer.getFeatures(), drawn(layer))
        if rules
    ]
    assert sorted(shown) == [("M", ["Masqué, ou aucun"]), ("O", ["jusqu'à 5"])]
    assert layer.attributeAlias(layer.fields().indexOf("zone_nom")) == "Zone"


def test_findings_are_told_apart(project):
    columns = ["niveau", "table", "enregistrement", "libelle", "constat", "que_faire", "autre"]
    definition = "Point?crs=EPSG:2154&" + "&".join(f"field={name}:string" for name in columns)
    layer = dressed(project, layer_of(definition, []), loaded.FINDINGS)
    values = [category.value() for category in layer.renderer().categories()]
    assert values == [severity.value for severity in Severity]
    widths = {column.name: column.width for column in layer.attributeTableConfig().columns()}
    assert widths["constat"] > widths["libelle"] > 0
    assert all(layer.attributeAlias(layer.fields().indexOf(name)) for name in columns)
    assert project.layerTreeRoot().findGroup("Act'IF : territoire") is not None


def test_links_of_chains_keep_identifiers_out_of_sight(project):
    definition = "None?field=maillon:string&field=etat:string&field=besoin_ids:string"
    layer = dressed(project, layer_of(definition, []), loaded.LINKS)
    hidden = {column.name: column.hidden for column in layer.attributeTableConfig().columns()}
    assert hidden["besoin_ids"] and not hidden["maillon"]
    rules = [style.rule() for style in layer.conditionalStyles().rowStyles()]
    assert "\"etat\" = 'manquant'" in rules


@pytest.mark.parametrize(
    "presentation",
    [
        loaded.TRANSFORMERS, loaded.REJECTS, loaded.CANDIDATES, loaded.DIFFERENCES,
        loaded.SUGGESTIONS,
    ],
)  # fmt: skip
def test_tables_are_gathered_with_their_columns_named(project, presentation):
    definition = "None?field=motif:string&field=code:string"
    layer = dressed(project, layer_of(definition, []), presentation)
    assert layer.attributeAlias(0) == "Motif"
    assert project.layerTreeRoot().findGroup(presentation.group).findLayer(layer.id()) is not None

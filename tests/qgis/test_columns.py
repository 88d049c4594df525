"""Reading in bulk gives what reading feature by feature gives."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from osgeo import gdal, ogr, osr
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsField,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QVariant

from actif_plugin import paths
from actif_plugin.domain.nomenclature import load_nomenclatures
from actif_plugin.processing import columns
from actif_plugin.processing.answer_needs import AnswerNeeds
from actif_plugin.processing.base import Watch
from actif_plugin.processing.columns import ogr_table
from actif_plugin.processing.flows import Owners, ground_of, read_flows
from actif_plugin.processing.places import moved

FIELDS = (
    ("id", ogr.OFTString),
    ("code", ogr.OFTString),
    ("etablissement_id", ogr.OFTString),
    ("statut", ogr.OFTString),
    ("sens", ogr.OFTString),
    ("nomenclature", ogr.OFTString),
    ("rayon_max_km", ogr.OFTReal),
    ("saison", ogr.OFTString),
    ("disponible_du", ogr.OFTDate),
    ("disponible_au", ogr.OFTDate),
    ("date_confirmation", ogr.OFTDate),
    ("cree_le", ogr.OFTDateTime),
    ("libelle", ogr.OFTString),
    ("quantite", ogr.OFTReal),
)
# Everything that a field has seen: (geometry, values).
ROWS = [
    ("POINT (1 2)", {"id": "é-1", "code": "16.24", "etablissement_id": "Ève", "quantite": 2.5}),
    ("POINT (3 4)", {"id": "", "code": "1624", "etablissement_id": "", "rayon_max_km": 3}),
    ("POINT (5 6)", {"code": " 16.24 ", "rayon_max_km": -1, "libelle": "palettes, « neuves »"}),
    (None, {"id": "nulle", "code": "16.2"}),
    ("POINT EMPTY", {"id": "vide", "code": "16.2"}),
    ("MULTIPOINT (0 0, 10 0)", {"id": "deux", "code": "16.2"}),
    ("MULTIPOINT (7 8)", {"id": "une", "code": "16.2", "saison": "{6,7}"}),
    ("POINT Z (1 2 3)", {"id": "haut", "code": "N1103", "nomenclature": "ROME"}),
    ("LINESTRING (0 0, 4 0)", {"id": "ligne", "code": "N", "nomenclature": "CPF"}),
    ("POINT (9 9)", {"id": "clos", "code": "16.2", "statut": "caduc"}),
    ("POINT (9 9)", {"id": "offre", "code": "16.2", "sens": "offre"}),
    ("POINT (9 9)", {"id": "inconnu", "code": "99.99"}),
    ("POINT (9 9)", {"id": "sans code"}),
    ("POINT (9 9)", {"id": "passé", "code": "16.2", "disponible_au": "2020/05/01"}),
    ("POINT (9 9)", {"id": "dates", "code": "16.2", "disponible_du": "2020/05/01",
                     "date_confirmation": "2020/05/02", "cree_le": "2020/05/02 10:00:00"}),
    ("POINT (9 9)", {"id": "vieux", "code": "16.2", "cree_le": "2020/05/02 23:59:59"}),
]  # fmt: skip


@pytest.fixture(params=["GPKG", "GPKG, multi", "FlatGeobuf", "ESRI Shapefile", "GeoJSON"])
def layer(request, tmp_path):
    """The rows above in formats that OGR reads in bulk, and in others."""
    driver, _, multi = request.param.partition(", ")
    path = (
        tmp_path
        / f"flux.{ {'GPKG': 'gpkg', 'FlatGeobuf': 'fgb', 'GeoJSON': 'geojson'}.get(driver, 'shp') }"
    )
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326 if driver == "GeoJSON" else 2154)
    kind = ogr.wkbPoint if driver == "ESRI Shapefile" else ogr.wkbUnknown
    dataset = gdal.GetDriverByName(driver).Create(str(path), 0, 0, 0, gdal.GDT_Unknown)
    # With its index, FlatGeobuf refuses a record without a shape.
    options = ["SPATIAL_INDEX=NO"] if driver == "FlatGeobuf" else []
    table = dataset.CreateLayer("flux", system, kind, options)
    for name, type_ in FIELDS:
        table.CreateField(ogr.FieldDefn(name, type_))
    for shape, values in ROWS:
        geometry = shape and ogr.CreateGeometryFromWkt(shape)
        if driver == "ESRI Shapefile" and shape and not shape.startswith("POINT ("):
            continue
        if geometry and multi and "POINT" in shape:
            geometry = ogr.ForceToMultiPoint(geometry)
        feature = ogr.Feature(table.GetLayerDefn())
        for name, value in values.items():
            # A shapefile cuts names at ten letters.
            at = table.GetLayerDefn().GetFieldIndex(name)
            feature.SetField(at if at >= 0 else name[:10], value)
        feature.SetGeometry(geometry or None)
        table.CreateFeature(feature)
    del table, dataset
    found = QgsVectorLayer(str(path), "flux", "ogr")
    assert found.isValid()
    return found


def read(layer, parameter=None, bulk=True, project=None, **options):
    """Return the records, and whether they were read in bulk."""
    algorithm = AnswerNeeds()
    algorithm.initAlgorithm()
    context = QgsProcessingContext()
    if project is not None:
        context.setProject(project)
    parameters = {"NEEDS": parameter or layer}
    source = algorithm.parameterAsSource(parameters, "NEEDS", context)
    table = ogr_table(algorithm, parameters, "NEEDS", context) if bulk else None
    found = read_flows(
        source,
        "Needs",
        "code",
        "besoin",
        ground_of(source.sourceCrs()),
        Owners(),
        load_nomenclatures(paths.reference_database()),
        context,
        Watch(QgsProcessingFeedback()),
        table=table,
        words=("libelle",),
        numbers=("quantite",),
        **options,
    )
    return found, table


def told(found) -> dict:
    """Return all that was read, as plain values."""
    flows = found.flows
    when = flows.when
    return {
        "ids": flows.ids.tolist(),
        "xy": found.xy.round(9).tolist(),
        "codes": [flows.codes[code].text for code in flows.code],
        "owner": flows.owner.tolist(),
        "reach": flows.reach.tolist(),
        "when": when and [when.since.tolist(), when.until.tolist(), when.months.tolist()],
        "features": found.features.tolist(),
        "left_out": found.left_out,
        "unknown": found.unknown,
        "stale": found.stale.tolist(),
        "libelle": [found.words["libelle"].values[i] for i in found.words["libelle"].index],
        "quantite": np.nan_to_num(found.numbers["quantite"], nan=-1).tolist(),
    }


def test_both_ways_read_the_same(layer):
    assert told(read(layer)[0]) == told(read(layer, bulk=False)[0])


def test_what_is_read(layer):
    if layer.dataProvider().storageType() != "GPKG":
        pytest.skip("one format is enough, they read the same")
    found, table = read(layer)
    assert table is not None
    flows = found.flows
    by_id = dict(zip(flows.ids.tolist(), range(len(flows))))
    assert set(by_id) == {
        "é-1", "2", "3", "deux", "une", "haut", "ligne", "dates", "vieux",
    }  # fmt: skip
    assert found.left_out == Counter(
        {
            "not open any more": 1,
            "no longer available": 1,
            "without a position": 2,
            "unknown code": 1,
            "without a code": 1,
        }
    )
    assert found.unknown == {"99.99": 1}
    assert found.xy[by_id["deux"]].tolist() == [5, 0]
    assert found.xy[by_id["une"]].tolist() == [7, 8]
    assert flows.reach[by_id["2"]] == 3000
    assert np.isinf(flows.reach[by_id["3"]])
    assert {name for name, row in by_id.items() if found.stale[row]} == {"dates", "vieux"}
    fresh, _ = read(layer, fresh_only=True)
    assert fresh.left_out["not confirmed for a year"] == 2
    assert len(fresh.flows) == len(flows) - 2


def test_filters_selections_and_edits(layer, run):
    """What QGIS alone knows of the layer is what is read."""
    if layer.dataProvider().storageType() != "GPKG":
        pytest.skip("the format that everyone has")
    layer.setSubsetString("\"id\" IN ('une', 'deux')")
    found, table = read(layer)
    assert table is not None
    assert table.subset
    assert sorted(found.flows.ids) == ["deux", "une"]
    layer.setSubsetString("")

    layer.selectByExpression("\"id\" = 'une'")
    project = run.project
    project.addMapLayer(layer)
    chosen = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    found, table = read(layer, chosen, project=project)
    assert table is None
    assert found.flows.ids.tolist() == ["une"]
    limited = QgsProcessingFeatureSourceDefinition(layer.id(), False, 2)
    found, table = read(layer, limited, project=project)
    assert table is None
    assert len(found.flows) == 2

    assert layer.startEditing()
    (feature,) = layer.getFeatures("\"id\" = 'une'")
    assert layer.changeAttributeValue(feature.id(), layer.fields().indexOf("id"), "changé")
    found, table = read(layer)
    assert table is None
    assert "changé" in found.flows.ids.tolist()
    layer.rollBack()

    at = layer.addExpressionField("'16.1'", QgsField("calcul", QVariant.String))
    assert at >= 0
    algorithm = AnswerNeeds()
    algorithm.initAlgorithm()
    context = QgsProcessingContext()
    source = algorithm.parameterAsSource({"NEEDS": layer}, "NEEDS", context)
    table = ogr_table(algorithm, {"NEEDS": layer}, "NEEDS", context)
    read_in = columns.read_columns(
        source, table, ["calcul"], [], [], "id", Watch(QgsProcessingFeedback())
    )
    assert read_in.words["calcul"].values == ["16.1"]


def test_a_source_without_bulk_reading(layer, monkeypatch):
    """GDAL before 3.6 has no such interface."""
    monkeypatch.delattr(ogr.Layer, "GetArrowStreamAsNumPy", raising=False)
    found, table = read(layer)
    assert table is None
    assert len(found.flows) > 0


def test_points_that_no_projection_bears():
    """They become unknown places, and spare their neighbours."""
    source, target = (QgsCoordinateReferenceSystem(f"EPSG:{code}") for code in (4326, 2154))
    context = QgsProcessingContext()
    xy = np.array([[1.35, 44.0], [np.nan, 0.0], [3.0, 1e9], [2.35, 48.85]])
    found = moved(xy, source, target, context)
    transform = QgsCoordinateTransform(source, target, context.transformContext())
    for row in (0, 3):
        point = transform.transform(QgsPointXY(*xy[row]))
        assert found[row] == pytest.approx([point.x(), point.y()], abs=1e-6)
    assert np.isnan(found[1]).all()
    assert not np.isfinite(found[2]).all()
    assert moved(xy, target, target, context) is xy


def test_needs_and_resources_exchanged(layer):
    """Every record says that it is an offer: the message asks the question."""
    layer.setSubsetString("\"sens\" = 'offre'")
    if not layer.featureCount():
        pytest.skip("this format has no such column")
    with pytest.raises(QgsProcessingException, match="exchanged"):
        read(layer)

"""Generated territories: clustered companies, a few products everywhere and many rare ones."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr, osr

CHECKOUT = Path(__file__).resolve().parents[1]
_SEED = 82
_SIDE_M = 400_000
_TOWNS = 300
_TOWN_SPREAD_M = 8_000


def write_flows(path: Path, flows: int) -> None:
    """Write a GeoPackage with layers ``besoins`` and ``offres``, half of *flows* each.

    Points lie around towns; codes follow Zipf's law over the 262 groups of the CPF.
    """
    random = np.random.default_rng(_SEED)
    towns = random.uniform(0, _SIDE_M, (_TOWNS, 2)) + np.array([400_000, 6_200_000])
    groups = _groups()
    weights = 1 / np.arange(1, len(groups) + 1)
    path.unlink(missing_ok=True)
    dataset = gdal.GetDriverByName("GPKG").Create(str(path), 0, 0, 0, gdal.GDT_Unknown)
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(2154)
    for name in ("besoins", "offres"):
        layer = dataset.CreateLayer(name, srs, ogr.wkbPoint, ["SPATIAL_INDEX=NO"])
        for field in ("id", "code"):
            layer.CreateField(ogr.FieldDefn(field, ogr.OFTString))
        count = flows // 2
        points = towns[random.integers(0, _TOWNS, count)]
        points = points + random.normal(0, _TOWN_SPREAD_M, (count, 2))
        codes = random.choice(groups, count, p=weights / weights.sum())
        layer.StartTransaction()
        definition = layer.GetLayerDefn()
        for number, ((x, y), code) in enumerate(zip(points.tolist(), codes.tolist())):
            feature = ogr.Feature(definition)
            feature.SetField(0, f"{name[0]}{number:07d}")
            feature.SetField(1, code)
            point = ogr.Geometry(ogr.wkbPoint)
            point.AddPoint_2D(x, y)
            feature.SetGeometryDirectly(point)
            layer.CreateFeature(feature)
        layer.CommitTransaction()


def _groups() -> list[str]:
    with (CHECKOUT / "reference/cpf.csv").open(encoding="utf-8", newline="") as table:
        return [row["code"] for row in csv.DictReader(table) if row["niveau"] == "3"]

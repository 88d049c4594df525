"""Published tables: workbooks and text tables as rows of text."""

from __future__ import annotations

from pathlib import Path

from osgeo import gdal
from qgis.core import QgsProcessingException

from ..sources.delimited import TableError, is_delimited, open_delimited
from ..translation import tr

# Sheets start with titles: GDAL must neither take them for headers nor turn codes into numbers.
_SHEET_OPTIONS = {
    "OGR_XLS_HEADERS": "DISABLE",
    "OGR_XLSX_HEADERS": "DISABLE",
    "OGR_ODS_HEADERS": "DISABLE",
    "OGR_XLS_FIELD_TYPES": "STRING",
    "OGR_XLSX_FIELD_TYPES": "STRING",
    "OGR_ODS_FIELD_TYPES": "STRING",
}


def read_sheets(path: Path) -> list[list[list[str]]]:
    """Return the rows of each sheet of *path*, as texts.

    Raises:
        QgsProcessingException: the file cannot be read.
    """
    unreadable = tr("{path} cannot be read as a table: choose an XLS, XLSX, ODS or CSV file.")
    if is_delimited(path):
        try:
            table = open_delimited(path)
            return [[list(table.header), *(row for _, row in table.rows())]]
        except (TableError, OSError) as error:
            raise QgsProcessingException(unreadable.format(path=path)) from error
    for name, value in _SHEET_OPTIONS.items():
        gdal.SetThreadLocalConfigOption(name, value)
    try:
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR)
        if dataset is None:
            raise QgsProcessingException(unreadable.format(path=path))
        sheets = []
        for number in range(dataset.GetLayerCount()):
            layer = dataset.GetLayer(number)
            columns = range(layer.GetLayerDefn().GetFieldCount())
            sheets.append(
                [[feature.GetFieldAsString(column) for column in columns] for feature in layer]
            )
        return sheets
    except RuntimeError as error:
        raise QgsProcessingException(unreadable.format(path=path)) from error
    finally:
        for name in _SHEET_OPTIONS:
            gdal.SetThreadLocalConfigOption(name, None)

"""The project of the public copy of a territory, beside the GeoPackage that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsEditFormConfig,
    QgsFeedback,
    QgsMapLayerStyle,
    QgsMapThemeCollection,
    QgsProject,
    QgsProviderRegistry,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)

from ..domain.feedback import Feedback, checkpoint
from ..store.errors import StoreError
from ..store.publishing import package_of, write_table
from ..store.result_columns import arrange_columns
from ..translation import tr
from .public_tables import (
    GROUND_GROUP,
    NAMED_GROUP,
    SYNERGY_GROUP,
    PublicTerritory,
    Sheet,
    sheets,
)

_MARGIN = 1.05


def write_public_project(
    territory: PublicTerritory, path: Path, watch: Feedback, feedback: QgsFeedback
) -> None:
    """Write the GeoPackage and the project of a public copy.

    Args:
        territory: what it holds.
        path: the project to make; its GeoPackage stands beside it.
        watch: progress and cancellation.
        feedback: cancellation of a table being written.

    Raises:
        StoreError: they cannot be written.
        Cancelled: the user asked to stop.
    """
    # Owns the layers that others are drawn like.
    workshop = QgsProject(None)
    project = QgsProject(None)
    try:
        drawn = [*sheets(territory, workshop)]
        for at, sheet in enumerate(drawn):
            checkpoint(watch, 0.9 * at / len(drawn))
            write_table(package_of(path), sheet.layer, sheet.table, feedback)
        checkpoint(watch, 0.9)
        _fill(project, territory, drawn, path)
        if not project.write():
            raise StoreError(
                tr("The project {path} cannot be written: {reason}").format(
                    path=path.name, reason=project.error()
                )
            )
    finally:
        drawn = []
        project.clear()
        workshop.clear()
    checkpoint(watch, 1)


def _fill(
    project: QgsProject, territory: PublicTerritory, drawn: Sequence[Sheet], path: Path
) -> None:
    project.setFileName(str(path))
    # Not the user's choice: an absolute path would break the copy and tell a folder.
    project.setFilePathStorage(Qgis.FilePathType.Relative)
    project.setTitle(tr("{name}: public copy").format(name=territory.name))
    project.setCrs(territory.crs)
    project.setEllipsoid("EPSG:7030")
    metadata = project.metadata()
    metadata.setTitle(project.title())
    # Who publishes it is written by whoever puts the files in place: QGIS would name the user.
    metadata.setAbstract("\n".join(f"{heading}\u00a0: {text}" for heading, text in territory.about))
    project.setMetadata(metadata)
    root = project.layerTreeRoot()
    layers = []
    for sheet in drawn:
        layer = _opened(sheet, path)
        _dress(layer, sheet, territory.credits)
        layers.append(layer)
        project.addMapLayer(layer, addToLegend=False)
        group = root.findGroup(sheet.group) or root.addGroup(sheet.group)
        group.addLayer(layer).setExpanded(False)
        group.setItemVisibilityChecked(True)
        root.findLayer(layer.id()).setItemVisibilityChecked(sheet.shown)
    for group in root.findGroups():
        group.setExpanded(any(sheet.shown for sheet in drawn if sheet.group == group.name()))
    _add_themes(project, drawn, layers)
    view = QgsRectangle(territory.extent)
    view.scale(_MARGIN)
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(view, territory.crs))
    project.viewSettings().setPresetFullExtent(QgsReferencedRectangle(view, territory.crs))


def _opened(sheet: Sheet, path: Path) -> QgsVectorLayer:
    """Return the layer on the table as it was written.

    Raises:
        StoreError: it holds less than it should.
    """
    parts = {"path": str(package_of(path)), "layerName": sheet.table}
    uri = QgsProviderRegistry.instance().encodeUri("ogr", parts)
    layer = QgsVectorLayer(uri, sheet.layer.name(), "ogr")
    if not layer.isValid() or layer.featureCount() != sheet.layer.featureCount():
        raise StoreError(
            tr("{path} cannot be written whole: check the disk, then start again.").format(
                path=package_of(path).name
            )
        )
    return layer


def _dress(layer: QgsVectorLayer, sheet: Sheet, credits: str) -> None:
    """Make a layer look like its model, named in French and closed to changes."""
    style = QgsMapLayerStyle()
    style.readFromLayer(sheet.layer)
    style.writeToLayer(layer)
    form = layer.editFormConfig()
    form.setSuppress(QgsEditFormConfig.FeatureFormSuppress.SuppressOn)
    for at, field in enumerate(layer.fields()):
        layer.setFieldAlias(at, sheet.aliases.get(field.name(), ""))
        form.setReadOnly(at, True)
    layer.setEditFormConfig(form)
    name = next(iter(sheet.aliases))
    layer.setDisplayExpression(f'"{name}"')
    arrange_columns(layer, {name: 220, "nom": 220, "texte": 600}, ("fid",))
    layer.setReadOnly(True)
    metadata = layer.metadata()
    metadata.setTitle(layer.name())
    metadata.setRights([credits] if credits else [])
    layer.setMetadata(metadata)


def _add_themes(
    project: QgsProject, drawn: Sequence[Sheet], layers: Sequence[QgsVectorLayer]
) -> None:
    """Add a theme for each kind of zone, one of synergies, one of what is public."""
    always = {SYNERGY_GROUP, NAMED_GROUP, GROUND_GROUP}
    figures = dict.fromkeys(sheet.group for sheet in drawn if sheet.layer.isSpatial())
    themes = {group: {group, *always} for group in figures if group not in always}
    themes |= {group: {group, GROUND_GROUP} for group in (SYNERGY_GROUP, NAMED_GROUP)}
    for name, groups in themes.items():
        records = []
        for sheet, layer in zip(drawn, layers):
            # Records by name are many on a map of figures: they have a theme of their own.
            crowded = not sheet.shown and sheet.group == NAMED_GROUP != name
            if sheet.group in groups and not crowded:
                record = QgsMapThemeCollection.MapThemeLayerRecord(layer)
                record.isVisible = True
                records.append(record)
        if any(sheet.group == name for sheet in drawn):
            theme = QgsMapThemeCollection.MapThemeRecord()
            theme.setLayerRecords(records)
            project.mapThemeCollection().insert(name, theme)

"""The native widget of each column: QGIS without the plugin, and QField, show the same."""

from __future__ import annotations

from qgis.core import QgsEditorWidgetSetup, QgsVectorLayer

from ..store.model import Field, Type

_MONTHS_ROLE = "ref_mois"
# By table, the hidden column in whose place a form begins with a line of summary, where the plugin
# is at work; natively there is nothing to see.
SUMMARY_COLUMNS = {"etablissement": "source_valeurs"}
# What QGIS and QField write in a list for the value that is none.
_NO_VALUE = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"
_LONG_TEXTS = ("description", "compte_rendu")
# Columns that name a record without a link to it, and the role of its layer.
_NAMED_FLOWS = {"besoin_id": "besoin", "offre_id": "offre"}
_DATE = {
    "display_format": "dd/MM/yyyy",
    "field_format": "yyyy-MM-dd",
    "calendar_popup": True,
    "allow_null": True,
}
_DATETIME = {**_DATE, "display_format": "dd/MM/yyyy HH:mm", "field_format": "yyyy-MM-dd HH:mm:ss"}


def widget(
    field: Field, layers: dict[str, QgsVectorLayer], relation: str | None
) -> QgsEditorWidgetSetup:
    """Return the widget of a column.

    Args:
        field: the column.
        layers: the project's layers, by role.
        relation: identifier of the relation that the column's link makes, or None.
    """
    if field.hidden:
        return QgsEditorWidgetSetup("Hidden", {})
    if relation is not None:
        options = {"Relation": relation, "AllowNULL": not field.required, "OrderByValue": True}
        return QgsEditorWidgetSetup("RelationReference", options)
    if field.values:
        choices = [{label: value} for value, label in field.values]
        if not field.required:
            choices.insert(0, {"Non précisé": _NO_VALUE})
        return QgsEditorWidgetSetup("ValueMap", {"map": choices})
    if field.name == "saison":
        return _value_relation(layers[_MONTHS_ROLE], "numero", "", many=True)
    if field.name in _NAMED_FLOWS:
        return _value_relation(layers[_NAMED_FLOWS[field.name]], "id", "", shown="libelle")
    if field.reference == "ref_cpf":
        wanted = "\"nomenclature\" = coalesce(current_value('nomenclature'), 'CPF')"
        return _value_relation(layers["ref_code"], "code", wanted)
    if field.reference == "ref_naf":
        wanted = "\"niveau\" = 5 AND \"version\" = coalesce(current_value('naf_version'), 'rev2')"
        return _value_relation(layers["ref_naf"], "code", wanted)
    if field.reference == "ref_unite":
        wanted = "\"natures\" LIKE '%' || coalesce(current_value('nature'), '') || '%'"
        return _value_relation(layers["ref_unite"], "code", wanted)
    if field.reference is not None:
        return _value_relation(layers[field.reference], "code", "")
    if field.type is Type.BOOLEAN:
        return QgsEditorWidgetSetup("CheckBox", {"TextDisplayMethod": 0})
    if field.type is Type.DATE:
        return QgsEditorWidgetSetup("DateTime", _DATE)
    if field.type is Type.DATETIME:
        return QgsEditorWidgetSetup("DateTime", _DATETIME)
    return QgsEditorWidgetSetup("TextEdit", {"IsMultiline": field.name in _LONG_TEXTS})


def _value_relation(
    layer: QgsVectorLayer, key: str, wanted: str, many: bool = False, shown: str = "libelle_fr"
) -> QgsEditorWidgetSetup:
    return QgsEditorWidgetSetup(
        "ValueRelation",
        {
            "Layer": layer.id(),
            "LayerName": layer.name(),
            "Key": key,
            "Value": shown,
            "FilterExpression": wanted,
            "AllowMulti": many,
            "NofColumns": 4 if many else 1,
            "AllowNull": True,
            "OrderByValue": False,
            "UseCompleter": not many,
        },
    )

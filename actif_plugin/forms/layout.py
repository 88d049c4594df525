"""Forms built from the schema and given to the layers of a territory's project."""

from __future__ import annotations

from qgis.core import (
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeEditorRelation,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsFieldConstraints,
    QgsOptionalExpression,
    QgsProject,
    QgsVectorLayer,
)

from ..compat import set_group_box
from ..store.model import Field, Group, Table
from ..store.project import layers_by_role, relation_id
from ..store.schema import TABLES, links, table
from .cards import set_card
from .constraints import constraints
from .texts import joined
from .widgets import SUMMARY_COLUMNS, widget

# The table behind each layer that is not named after it.
_TABLE_OF_ROLE = {
    "offre": "flux",
    "besoin": "flux",
    "commune": "perimetre",
    "epci": "perimetre",
    "zae": "perimetre",
    "autre": "perimetre",
}
_ROLES_OF_TABLE = {"flux": ("offre", "besoin")}
# Who writes: the name QGIS knows, else the account.
_AUTHOR = "coalesce(nullif(@user_full_name, ''), @user_account_name)"
_NOMENCLATURE = """
CASE WHEN regexp_match(coalesce("code", ''), '^[A-N][0-9]{2}') > 0 THEN 'ROME'
  WHEN "code" IS NULL AND "nature" = 'competence' THEN 'ROME' ELSE 'CPF' END
"""
_KEPT_BY_DATABASE = ("cree_le", "modifie_le", "cree_par", "modifie_par")
_TODAY = ("visite.date", "flux.date_confirmation", "avis.date", "synergie.date_piste")
# How records are called in lists, where one column does not tell them apart.
_DISPLAYS = {
    "etablissement": 'coalesce("raison_sociale", "enseigne", "siret", \'sans nom\')',
    "visite": joined(" – ", "format_date(\"date\", 'dd/MM/yyyy')", '"motif"'),
    "synergie_membre": joined(
        " – ",
        "attribute(get_feature('{companies}', 'id', \"etablissement_id\"), 'raison_sociale')",
        '"role"',
    ),
}
# A resource, or a need, takes the place of its company: it needs no point of its own.
_SUB_FORM = {"allow_add_child_feature_with_no_geometry": True, "show_first_feature": True}
# An adviser works for one organisation, and visits in series.
_LAST_USED = ("organisme", "conseiller")


def dress_forms(project: QgsProject) -> None:
    """Give every layer of a territory its aliases, widgets, constraints, defaults and form."""
    layers = layers_by_role(project)
    names = {declared.name: declared for declared in TABLES}
    for role, layer in layers.items():
        declared = names.get(_TABLE_OF_ROLE.get(role, role))
        if declared is not None:
            _dress(layer, declared, role, layers)
    connect_sub_forms(project)


def connect_sub_forms(project: QgsProject) -> None:
    """Give the sub-forms of a project their relations, before it is written.

    QGIS looks for them in the project that is open. One that is made or changed in the background
    is not that project, and would be saved with sub-forms that are empty for good.
    """
    for layer in layers_by_role(project).values():
        # Shared with the layer's own; kept alive while its elements are walked through.
        config = layer.editFormConfig()
        _connect(config.invisibleRootContainer(), project)


def _connect(box: QgsAttributeEditorContainer, project: QgsProject) -> None:
    for element in box.children():
        if isinstance(element, QgsAttributeEditorRelation):
            element.init(project.relationManager())
        elif isinstance(element, QgsAttributeEditorContainer):
            _connect(element, project)


def _dress(
    layer: QgsVectorLayer, declared: Table, role: str, layers: dict[str, QgsVectorLayer]
) -> None:
    layer.setReadOnly(not (declared.editable or declared.users_edit))
    layer.setDisplayExpression(_display(declared, layers))
    fields = layer.fields()
    for field in declared.columns():
        position = fields.indexOf(field.name)
        layer.setFieldAlias(position, field.alias)
        layer.setEditorWidgetSetup(position, widget(field, layers, _relation(field, role, layers)))
        if field.required and not field.hidden:
            _constrain(layer, position)
        default = _default(declared, field, role)
        if default is not None:
            layer.setDefaultValueDefinition(position, default)
    layer.setEditorWidgetSetup(fields.indexOf("fid"), QgsEditorWidgetSetup("Hidden", {}))
    if declared.editable:
        for constraint in constraints(
            declared, {name: other.id() for name, other in layers.items()}
        ):
            position = fields.indexOf(constraint.column)
            layer.setConstraintExpression(position, constraint.expression, constraint.message)
            layer.setFieldConstraint(
                position,
                QgsFieldConstraints.Constraint.ConstraintExpression,
                constraint.strength,
            )
    _hide_columns(layer, declared)
    layer.setEditFormConfig(_form(layer, declared, role))
    set_card(layer, role)


def _display(declared: Table, layers: dict[str, QgsVectorLayer]) -> str:
    expression = _DISPLAYS.get(declared.name, f'"{declared.display}"')
    return expression.format(companies=layers["etablissement"].id())


def _relation(field: Field, role: str, layers: dict[str, QgsVectorLayer]) -> str | None:
    if field.link is None:
        return None
    parents = _ROLES_OF_TABLE.get(field.link.table, (field.link.table,))
    return relation_id(role, field.name, parents[0]) if parents[0] in layers else None


def _constrain(layer: QgsVectorLayer, position: int) -> None:
    layer.setFieldConstraint(
        position,
        QgsFieldConstraints.Constraint.ConstraintNotNull,
        QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard,
    )


def _default(declared: Table, field: Field, role: str) -> QgsDefaultValue | None:
    if field.name == declared.key and declared.editable:
        return QgsDefaultValue("uuid('WithoutBraces')")
    if field.name == "sens":
        return QgsDefaultValue(f"'{role}'")
    if declared.name == "perimetre" and field.name == "type":
        return QgsDefaultValue(f"'{role}'")
    if declared.name == "flux" and field.name == "nomenclature":
        # The code tells its nomenclature; until there is one, a skill is looked up among jobs.
        return QgsDefaultValue(_NOMENCLATURE, True)
    if field.name in ("cree_par", "conseiller", "auteur"):
        return QgsDefaultValue(_AUTHOR)
    if field.name == "modifie_par":
        return QgsDefaultValue(_AUTHOR, True)
    if f"{declared.name}.{field.name}" in _TODAY:
        return QgsDefaultValue("to_date(now())")
    if isinstance(field.default, bool):
        return QgsDefaultValue(str(field.default).lower())
    return QgsDefaultValue(f"'{field.default}'") if field.default is not None else None


def _hide_columns(layer: QgsVectorLayer, declared: Table) -> None:
    hidden = {"fid", *(field.name for field in declared.columns() if field.hidden)}
    config = layer.attributeTableConfig()
    config.update(layer.fields())
    columns = config.columns()
    for column in columns:
        column.hidden = column.name in hidden
    config.setColumns(columns)
    layer.setAttributeTableConfig(config)


def _form(layer: QgsVectorLayer, declared: Table, role: str) -> QgsEditFormConfig:
    config = layer.editFormConfig()
    for name in _KEPT_BY_DATABASE:
        position = layer.fields().indexOf(name)
        if position >= 0:
            config.setReadOnly(position, True)
    for name in _LAST_USED:
        position = layer.fields().indexOf(name)
        if position >= 0:
            config.setReuseLastValue(position, True)
    if not declared.form:
        return config
    config.clearTabs()
    config.setLayout(QgsEditFormConfig.EditorLayout.TabLayout)
    root = config.invisibleRootContainer()
    for number, tab in enumerate(declared.form):
        page = QgsAttributeEditorContainer(tab.title, root)
        set_group_box(page, False)
        if number == 0 and declared.name in SUMMARY_COLUMNS:
            _add_summary(page, SUMMARY_COLUMNS[declared.name], layer)
        for group in tab.groups:
            if not group.directions or role in group.directions:
                _add_group(page, group, layer)
        for child in tab.children:
            _add_children(page, declared, child, role)
        config.addTab(page)
    return config


def _add_summary(page: QgsAttributeEditorContainer, name: str, layer: QgsVectorLayer) -> None:
    # Inside the first tab: above the tabs, QField would see none of them.
    line = QgsAttributeEditorField(name, layer.fields().indexOf(name), page)
    line.setShowLabel(False)
    page.addChildElement(line)


def _add_group(page: QgsAttributeEditorContainer, group: Group, layer: QgsVectorLayer) -> None:
    box = QgsAttributeEditorContainer(group.title, page)
    set_group_box(box, True)
    box.setShowLabel(bool(group.title))
    if group.natures:
        natures = ", ".join(f"'{nature}'" for nature in group.natures)
        shown = QgsExpression(f'"nature" IN ({natures})')
        box.setVisibilityExpression(QgsOptionalExpression(shown))
    for name in group.fields:
        box.addChildElement(QgsAttributeEditorField(name, layer.fields().indexOf(name), box))
    page.addChildElement(box)


def _add_children(
    page: QgsAttributeEditorContainer, declared: Table, child: str, role: str
) -> None:
    child_table = table(_TABLE_OF_ROLE.get(child, child))
    for candidate, field, link in links():
        if candidate is child_table and link.table == declared.name:
            relation = QgsAttributeEditorRelation(relation_id(child, field.name, role), page)
            relation.setShowLabel(False)
            relation.setRelationEditorConfiguration(_SUB_FORM)
            page.addChildElement(relation)

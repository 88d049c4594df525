"""What a form refuses or flags, in expressions that QGIS and QField both evaluate."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsFieldConstraints

from ..store.model import Field, Table, Type

_HARD = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
_SOFT = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthSoft

# Luhn: digits in odd places from the left, of fourteen, count double. The offices of La Poste
# have a sum of digits that is a multiple of five instead. Nobody else has it: the constraint that
# QGIS has for that would allow one company only to have none.
_SIRET = """
"siret" IS NULL OR with_variable('s', regexp_replace("siret", '[ \u00a0\u202f.-]', ''),
  coalesce(attribute(get_feature('{companies}', 'siret', @s), 'id'), "id", '') = coalesce("id", '')
  AND regexp_match(@s, '^[0-9]{{14}}$') > 0 AND (
    array_sum(array_foreach(generate_series(1, 14),
      with_variable('d', to_int(substr(@s, @element, 1)) * (1 + @element % 2),
        if(@d > 9, @d - 9, @d)))) % 10 = 0
    OR (left(@s, 9) = '356000000' AND
      array_sum(array_foreach(generate_series(1, 14), to_int(substr(@s, @element, 1)))) % 5 = 0)))
"""
_UNIT = """
"unite" IS NULL OR "nature" IS NULL OR
regexp_match(coalesce(attribute(get_feature('{unites}', 'code', "unite"), 'natures'), ''),
  '(^|[|])' || "nature" || '([|]|$)') > 0
"""
_CODE_EXISTS = """
"code" IS NULL OR
get_feature('{codes}', 'id', coalesce("nomenclature", 'CPF') || ':' || "code") IS NOT NULL
"""


@dataclass(frozen=True)
class Constraint:
    """An expression that must be true of a column, and what to say where it is not (French)."""

    column: str
    expression: str
    message: str
    strength: QgsFieldConstraints.ConstraintStrength


def constraints(table: Table, layers: dict[str, str]) -> list[Constraint]:
    """Return the constraints of a table's columns.

    Args:
        table: the table.
        layers: identifiers of the project's layers, by role.
    """
    found = []
    for field in table.fields:
        found += _bounds(field)
    for start, end in table.ordered:
        label = table.field(start).alias.lower()
        expression = f'"{end}" IS NULL OR "{start}" IS NULL OR "{end}" >= "{start}"'
        message = f"Cette date précède celle du champ « {label} »."
        found.append(Constraint(end, expression, message, _HARD))
    if table.name == "etablissement":
        siret = _SIRET.format(companies=layers["etablissement"])
        message = (
            "Le SIRET a 14 chiffres, dont une clé, et un seul établissement le porte :"
            " un chiffre est à revoir, ou l'établissement a déjà sa fiche."
        )
        found.append(Constraint("siret", siret, message, _HARD))
    if table.name == "flux":
        unit = _UNIT.format(unites=layers["ref_unite"])
        message = "Cette unité ne convient pas à cette nature."
        found.append(Constraint("unite", unit, message, _SOFT))
        code = _CODE_EXISTS.format(codes=layers["ref_code"])
        message = "Ce code n'existe pas dans cette nomenclature."
        found.append(Constraint("code", code, message, _SOFT))
    return found


def _bounds(field: Field) -> list[Constraint]:
    if field.type not in (Type.REAL, Type.INTEGER):
        return []
    name = f'"{field.name}"'
    tests = []
    if field.minimum is not None:
        tests.append((f"{name} >= {field.minimum:g}", f"au moins {field.minimum:g}"))
    if field.maximum is not None:
        tests.append((f"{name} <= {field.maximum:g}", f"au plus {field.maximum:g}"))
    if not tests:
        return []
    expression = f"{name} IS NULL OR (" + " AND ".join(test for test, _ in tests) + ")"
    message = "Valeur attendue : " + " et ".join(words for _, words in tests) + "."
    return [Constraint(field.name, expression, message, _HARD)]

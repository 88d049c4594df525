"""How sites, masked figures, findings and tables look once loaded."""

from __future__ import annotations

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsConditionalStyle,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor

from .findings import Severity
from .result_columns import arrange_columns
from .styles import label

_PURPLES = ("#54278f", "#9e9ac8", "#dadaeb")
_BLUES = ("#deebf7", "#9ecae1", "#4292c6", "#084594")
_EDGE, _MASKED = "#b9b3a3", "#e4e4e4"
_AREA, _AREA_EDGE = "66,146,198,50", "#084594"
_LABELS_FROM_SCALE = 1_500_000
_BEST, _GOOD = 3, 10
# As many as a figure that the rule of three lets through, and more.
_CLASSES = (
    ("<= 5", "jusqu'à 5"),
    ("<= 10", "6 à 10"),
    ("<= 20", "11 à 20"),
    ("> 20", "plus de 20"),
)
_EVERYTHING = "ensemble"
_SEVERITIES = (
    (Severity.ERROR, "Erreur", "#b2182b", "#fddbc7"),
    (Severity.WARNING, "Avertissement", "#e69f00", "#fff3d6"),
    (Severity.ADVICE, "Conseil", "#2166ac", ""),
)
_STATES = (
    ("manquant", "Manquant", "#f4b6ad"),
    ("fragile", "Fragile", "#fde3b0"),
    ("absent", "Absent", "#e4e4e4"),
)


def style_sites(layer: QgsVectorLayer) -> None:
    """Draw candidate sites by their rank, which is written on each."""
    # The column steps aside where the candidates have one of its name.
    rank, score = (_ours(layer, name) for name in ("rang", "score"))
    root = QgsRuleBasedRenderer.Rule(None)
    for condition, text, colour in (
        (f"{rank} <= {_BEST}", "Les trois premiers sites", _PURPLES[0]),
        (f"{rank} > {_BEST} AND {rank} <= {_GOOD}", "Du 4ᵉ au 10ᵉ", _PURPLES[1]),
        (f"{rank} > {_GOOD}", "Les suivants", _PURPLES[2]),
    ):
        rule = QgsRuleBasedRenderer.Rule(_symbol(layer, colour, 3.6), 0, 0, condition, text)
        root.appendChild(rule)
    layer.setRenderer(QgsRuleBasedRenderer(root))
    label(layer, rank, 8, colour=_PURPLES[0], bold=True, maximum_scale=_LABELS_FROM_SCALE)
    tip = f"{rank} || ' : score ' || format_number({score}, 2)"
    layer.setMapTipTemplate(f"[% {tip} %]")


def style_masked(layer: QgsVectorLayer) -> None:
    """Shade zones, or widen lines, by their figures, one category at a time.

    All categories of a zone have its shape: only the whole is ticked, else the first of them.
    """
    lines = layer.geometryType() == QgsWkbTypes.GeometryType.LineGeometry
    figure = '"synergies"' if lines else '"etablissements"'
    at = layer.fields().indexOf("categorie")
    categories = sorted(str(value) for value in layer.uniqueValues(at))
    ticked = _EVERYTHING if _EVERYTHING in categories else next(iter(categories), "")
    categories.sort(key=lambda category: category != ticked)
    root = QgsRuleBasedRenderer.Rule(None)
    for category in categories:
        quoted = category.replace("'", "''")
        group = QgsRuleBasedRenderer.Rule(None, 0, 0, f"\"categorie\" = '{quoted}'", category)
        for condition, text, symbol in _shades(figure, lines):
            group.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, condition, text))
        group.setActive(category == ticked)
        root.appendChild(group)
    layer.setRenderer(QgsRuleBasedRenderer(root))
    arrange_columns(layer, {"zone_nom": 200, "categorie": 200})


def style_findings(layer: QgsVectorLayer) -> None:
    """Draw findings by how grave they are, in the table too."""
    categories = []
    rows = []
    for severity, text, colour, ground in _SEVERITIES:
        categories.append(QgsRendererCategory(severity.value, _symbol(layer, colour, 3.2), text))
        if ground:
            rows.append(_row(f"\"niveau\" = '{severity.value}'", text, ground))
    layer.setRenderer(QgsCategorizedSymbolRenderer("niveau", categories))
    layer.conditionalStyles().setRowStyles(rows)
    layer.setMapTipTemplate('[% "constat" || \'<br>\' || "que_faire" %]')
    arrange_columns(layer, {"libelle": 200, "constat": 420, "que_faire": 420})


def arrange_links(layer: QgsVectorLayer) -> None:
    """Colour the links of chains by their state."""
    styles = [_row(f"\"etat\" = '{state}'", text, ground) for state, text, ground in _STATES]
    layer.conditionalStyles().setRowStyles(styles)
    widths = {"filiere": 160, "maillon": 220, "phrase": 480, "amont": 200, "aval": 200}
    unseen = ("filiere_code", "maillon_code", "etablissement_ids", "besoin_ids", "offre_ids")
    arrange_columns(layer, widths, unseen)


def arrange_transformers(layer: QgsVectorLayer) -> None:
    """Make room for the sentence on each missing transformer."""
    arrange_columns(layer, {"maillon": 220, "phrase": 480}, ("offre_ids", "besoin_ids"))


def arrange_rows(layer: QgsVectorLayer) -> None:
    """Make room for what was read in a table and for what is said of it."""
    widths = {"ligne": 60, "motif": 320, "contenu": 520, "libelle": 320, "nom": 220}
    arrange_columns(layer, {**widths, "valeur_gardee": 240, "valeur_source": 240})


def arrange_addresses(layer: QgsVectorLayer) -> None:
    """Show first why an address is to be corrected, and what was proposed for it."""
    widths = {"motif": 320, "geocodage_adresse": 320, "raison_sociale": 220, "adresse": 220}
    arrange_columns(layer, widths, first=("motif", "geocodage_adresse", "geocodage_score"))


def arrange_reasons(layer: QgsVectorLayer) -> None:
    """Show first why a point was left out."""
    arrange_columns(layer, {"motif": 320, "raison_sociale": 220}, first=("motif",))


def style_areas(layer: QgsVectorLayer) -> None:
    """Let the map be seen through areas that lie over each other."""
    symbol = QgsFillSymbol.createSimple({"color": _AREA, "outline_color": _AREA_EDGE})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))


def _ours(layer: QgsVectorLayer, name: str) -> str:
    ours = f"{name}_actif"
    return f'"{ours if layer.fields().indexOf(ours) >= 0 else name}"'


def _row(condition: str, name: str, ground: str) -> QgsConditionalStyle:
    style = QgsConditionalStyle(condition)
    style.setName(name)
    style.setBackgroundColor(QColor(ground))
    return style


def _symbol(layer: QgsVectorLayer, colour: str, size: float) -> QgsSymbol:
    """Return a symbol for whatever geometry the layer has."""
    kind = layer.geometryType()
    if kind == QgsWkbTypes.GeometryType.PolygonGeometry:
        return QgsFillSymbol.createSimple(
            {"color": colour, "outline_color": "#ffffff", "outline_width": "0.3"}
        )
    if kind == QgsWkbTypes.GeometryType.LineGeometry:
        return QgsLineSymbol.createSimple({"line_color": colour, "line_width": "0.8"})
    return QgsMarkerSymbol.createSimple(
        {
            "name": "circle",
            "size": str(size),
            "color": colour,
            "outline_color": "#ffffff",
            "outline_width": "0.3",
        }
    )


def _shades(figure: str, lines: bool) -> list[tuple[str, str, QgsSymbol]]:
    """Return the classes of a masked figure: conditions, texts and symbols."""
    shades: list[tuple[str, str, QgsSymbol]] = []
    if not lines:
        # Nobody is hidden as one or two are.
        shades.append((f"{figure} IS NULL", "Masqué, ou aucun", _area(_MASKED, 110)))
    least = 0
    for (above, text), colour in zip(_CLASSES, _BLUES):
        symbol = (
            QgsLineSymbol.createSimple(
                {"line_color": _BLUES[-1], "line_width": str(0.4 * (1 + _BLUES.index(colour)))}
            )
            if lines
            else _area(colour)
        )
        shades.append((f"{figure} > {least} AND {figure} {above}", text, symbol))
        least = int(above.split()[1])
    return shades


def _area(colour: str, opacity: int = 205) -> QgsFillSymbol:
    fill = QColor(colour)
    return QgsFillSymbol.createSimple(
        {
            "color": f"{fill.red()},{fill.green()},{fill.blue()},{opacity}",
            "outline_color": _EDGE,
            "outline_width": "0.25",
        }
    )

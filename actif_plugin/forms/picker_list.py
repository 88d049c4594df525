"""The list under the product picker: its rows, and how they are drawn."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt
from qgis.PyQt.QtGui import QFont, QPainter, QPalette
from qgis.PyQt.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..domain.code_tree import CodeTree, Node
from ..domain.codes import DEFAULT_LEVEL
from ..domain.search import CodeSearch, Reason, Suggestion
from ..translation import tr
from .code_source import shown, usual_products

_GROUPS = 6
_FINER = 6
# Above this score, words are taken to mean what was found.
_SURE = 0.7
# The list holds the whole of a branch at most.
_MOST_LEAVES = 12
# A usual product comes first where its score is more than this share of the best.
_NEAR = 0.75
_INDENT = 14
_MARGIN = 4


@dataclass(frozen=True)
class Row:
    """A code offered.

    Attributes:
        code, label: the code.
        detail: why it is offered, or where it stands.
        depth: how far it is set in, in a tree.
        current: it is the code chosen now.
    """

    code: str
    label: str
    detail: str = ""
    depth: int = 0
    current: bool = False


def found_rows(
    search: CodeSearch | None, tree: CodeTree, text: str, naf: str | None, finest: bool
) -> list[Row]:
    """Return what *text* may mean: groups first, then finer codes.

    Args:
        search: the search, or None where there is none.
        tree: the nomenclature asked.
        text: the words typed.
        naf: the company's activity.
        finest: only the finest codes may be chosen.
    """
    if search is None:
        return []
    if finest:
        deep = search.search(text, tree.name, None, _FINER, naf)
        leaves = [leaf for hit in deep for leaf in tree.leaves(hit.code)]
        details = {hit.code: hit for hit in deep}
        rows = [_found(tree, leaf.code, leaf.label, details.get(leaf.code), naf) for leaf in leaves]
        return _without_twins(rows)[:_MOST_LEAVES]
    return _rows(tree, _hits(search, tree, text, naf), naf)


def said_rows(search: CodeSearch | None, tree: CodeTree, words: str, naf: str | None) -> list[Row]:
    """Return what the record's own *words* surely mean, then the company's usual products.

    What the words may mean with less certainty comes last.
    """
    hits = _hits(search, tree, words, naf) if search is not None and words.strip() else []
    sure = [hit for hit in hits if hit.score >= _SURE]
    return _without_twins(
        [*_rows(tree, sure, naf), *usual_rows(tree, naf), *_rows(tree, hits, naf)]
    )


def _hits(search: CodeSearch, tree: CodeTree, text: str, naf: str | None) -> list[Suggestion]:
    deep = search.search(text, tree.name, None, _FINER, naf)
    groups = search.search(text, tree.name, DEFAULT_LEVEL, _GROUPS, naf)
    if tree.name == "CPF":
        groups = _habits_first(groups, naf)
    if deep and deep[0].reason is Reason.CODE:
        # A code typed as such is meant as such.
        return deep + groups
    if deep and deep[0].reason is Reason.TERRITORY:
        # So is the code, however fine, that an adviser remembered these words for.
        return deep[:1] + groups + deep[1:]
    return groups + deep


def _rows(tree: CodeTree, hits: Sequence[Suggestion], naf: str | None) -> list[Row]:
    return _without_twins([_found(tree, hit.code, hit.label, hit, naf) for hit in hits])


def _habits_first(hits: Sequence[Suggestion], naf: str | None) -> list[Suggestion]:
    """Put what the company usually makes before what answers hardly better.

    The territory's own words stay before all.
    """
    best = max((hit.score for hit in hits), default=0.0)

    def order(hit: Suggestion) -> int:
        if hit.score <= _NEAR * best:
            return 2
        return 0 if hit.reason is Reason.TERRITORY else 2 - _is_usual(hit.code, naf)

    return sorted(hits, key=order)


def usual_rows(tree: CodeTree, naf: str | None) -> list[Row]:
    """Return the usual products of a company, at the default level first."""
    if tree.name != "CPF" or not naf:
        return []
    classes = [node for node in map(tree.node, usual_products(naf)) if node]
    groups = [node for node in (tree.parent(product.code) for product in classes) if node]
    nodes = [*groups, *classes]
    return _without_twins([Row(node.code, node.label, _usual_words()) for node in nodes])


def top_rows(tree: CodeTree) -> list[Row]:
    """Return the coarsest codes, where nothing else is known."""
    return [Row(node.code, node.label) for node in tree.children(None)]


def level_rows(tree: CodeTree, code: str) -> list[Row]:
    """Return a code among those above, beside and below it."""
    rows = []
    above = tree.ancestors(code)
    for depth, node in enumerate(above):
        rows.append(_in_tree(node, depth, code))
    for node in tree.siblings(code):
        rows.append(_in_tree(node, len(above), code))
        if node.code == code:
            rows += [_in_tree(child, len(above) + 1, code) for child in tree.children(code)]
    return rows


def _in_tree(node: Node, depth: int, code: str) -> Row:
    return Row(node.code, node.label, "", depth, node.code == code)


def _found(tree: CodeTree, code: str, label: str, hit: Suggestion | None, naf: str | None) -> Row:
    known = tree.label(code) or label
    details = []
    if hit is not None and hit.reason in (Reason.SYNONYM, Reason.TERRITORY):
        details.append(f"« {hit.matched_label} »")
    elif hit is not None and hit.matched_code != code and hit.reason is Reason.LABEL:
        details.append(shown(hit.matched_code, hit.matched_label))
    if tree.name == "CPF" and _is_usual(code, naf):
        details.append(_usual_words())
    above = tree.parent(code)
    if not details and above is not None:
        details.append(shown(above.code, above.label))
    return Row(code, known, " · ".join(details))


def _is_usual(code: str, naf: str | None) -> bool:
    """Tell whether a code is one of the company's classes, or their group, or lies below them."""
    return any(code.startswith(product) or code == product[:-1] for product in usual_products(naf))


def _usual_words() -> str:
    return tr("usual product of the company")


def _without_twins(rows: Sequence[Row]) -> list[Row]:
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.code, row)
    return list(first.values())


class RowModel(QAbstractListModel):
    """The rows of the list."""

    def __init__(self, parent=None) -> None:  # type: ignore[no-untyped-def]
        super().__init__(parent)
        self.rows: list[Row] = []

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        # What screen readers say, and what the keyboard completes with.
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return shown(row.code, row.label)
        if role == Qt.ItemDataRole.ToolTipRole:
            # A tip reads markup: words of the territory's own must stay words.
            lines = [shown(row.code, row.label), row.detail]
            return "<p>" + "<br>".join(html.escape(line) for line in lines if line) + "</p>"
        if role == Qt.ItemDataRole.UserRole:
            return row
        return None


class RowDelegate(QStyledItemDelegate):
    """Draws a row: the code and its label, then why it is there, as plain text."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        row = index.data(Qt.ItemDataRole.UserRole)
        lines = 2 if row is not None and row.detail else 1
        return QSize(200, lines * option.fontMetrics.height() + 2 * _MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if row is None:
            return
        style = option.widget.style()
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget
        )
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        colour = option.palette.color(QPalette.ColorGroup.Normal, role)
        area = option.rect.adjusted(_MARGIN + row.depth * _INDENT, _MARGIN, -_MARGIN, -_MARGIN)
        height = option.fontMetrics.height()
        painter.save()
        painter.setPen(colour)
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setFont(bold)
        self._write(painter, QRect(area.left(), area.top(), area.width(), height), row.code)
        width = painter.fontMetrics().horizontalAdvance(row.code + "  ")
        if not row.current:
            painter.setFont(option.font)
        left = QRect(area.left() + width, area.top(), area.width() - width, height)
        self._write(painter, left, row.label)
        if row.detail:
            painter.setFont(option.font)
            colour.setAlphaF(0.7)
            painter.setPen(colour)
            below = QRect(left.left(), area.top() + height, left.width(), height)
            self._write(painter, below, row.detail)
        painter.restore()

    def _write(self, painter: QPainter, area: QRect, text: str) -> None:
        mode = Qt.TextElideMode.ElideRight
        elided = painter.fontMetrics().elidedText(text, mode, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), elided)

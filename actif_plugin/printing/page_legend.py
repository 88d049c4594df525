"""The legend of a page: what its map shows, told without drawing it.

QGIS finds out by drawing each layer once more for each page. Here shapes and classes are read once,
and each page asks which of them its map reaches.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from qgis.core import (
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRenderer,
    QgsGeometry,
    QgsLayerTreeLayer,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsMapLayerLegendUtils,
    QgsPointClusterRenderer,
    QgsPointDisplacementRenderer,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRectF, QSizeF

from .drawing import move, resize
from .template_legend import call_in_legend, restore_legend, shrink_legend, size_of_legend
from .templates import box_of

# Between what is above and the legend, in millimetres.
_GAP = 3.0
# What frames of symbols take beyond the size that is told.
_HAIR = 0.5
# The positions of the classes that are seen, for each layer that is.
Seen = tuple[tuple[int, tuple[int, ...]], ...]


class PageLegend:
    """A legend that lists, page after page, what its map shows.

    Args:
        item: of the template; it may get as wide as it is drawn, and go down as far.
        layers: what it may list, from the top.
        title: its first line.
    """

    def __init__(self, item: QgsLayoutItemLegend, layers: Sequence[Classes], title: str) -> None:
        self._item = item
        self._box = QRectF(*box_of(item))
        self._layers = layers
        self._sizes: dict[tuple[Seen, int], QSizeF] = {}
        self._listed: Seen = ()
        self._nodes: dict[int, QgsLayerTreeLayer] = {}
        self._is_shrunk = False
        self._columns = item.columnCount()
        item.setAutoUpdateModel(False)
        item.model().rootGroup().clear()
        item.setLegendFilterByMapEnabled(False)
        item.setResizeToContents(False)
        # It would ask the map about itself for each of its own changes.
        item.setLinkedMap(None)
        item.setTitle(title)

    def show(self, drawn: QgsLayoutItemMap, above: Sequence[QRectF]) -> bool:
        """List what a map shows, below what is above.

        Args:
            drawn: the map.
            above: what else is on the page, in millimetres.

        Returns:
            Whether it fits there; where it does not it is made smaller.
        """
        extent, scale = drawn.extent(), drawn.scale()
        seen = tuple(
            (at, found)
            for at, one in enumerate(self._layers)
            for found in (one.within(extent, scale),)
            if found
        )
        self._item.setVisibility(bool(seen))
        if not seen:
            return True
        if self._is_shrunk:
            restore_legend(self._item)
            self._is_shrunk = False
        if seen != self._listed:
            self._list(seen)
        box = self._box
        over = [one.bottom() for one in above if one.left() <= box.left() < one.right()]
        top = max(over) + _GAP if over else box.top()
        room = QSizeF(box.width(), box.bottom() - top)
        # What fits below one another is read best so.
        for columns in sorted({1, self._columns}):
            self._item.setColumnCount(columns)
            size = self._size(seen, columns)
            fits = size.height() <= room.height() and size.width() <= room.width()
            if fits:
                break
        if not fits:
            shrink_legend(self._item, room)
            self._is_shrunk = True
        placed = QRectF(box.left(), top, room.width(), min(size.height(), room.height()))
        if QRectF(*box_of(self._item)) != placed:
            resize(self._item, placed.width(), placed.height())
            move(self._item, placed.left(), placed.top())
        return fits

    def _size(self, seen: Seen, columns: int) -> QSizeF:
        """Return what the legend takes as it is; telling costs as much as drawing it."""
        if (seen, columns) not in self._sizes:
            self._sizes[seen, columns] = size_of_legend(self._item) + QSizeF(0, _HAIR)
        return self._sizes[seen, columns]

    def _list(self, seen: Seen) -> None:
        """Make the legend list what is seen: only what changes is touched, for it is slow."""
        model = self._item.model()
        tree = model.rootGroup()
        wanted = dict(seen)
        for at in [at for at in self._nodes if at not in wanted]:
            tree.removeChildNode(self._nodes.pop(at))
        listed = dict(self._listed)
        for place, (at, classes) in enumerate(seen):
            one = self._layers[at]
            is_new = at not in self._nodes
            if is_new:
                self._nodes[at] = tree.insertLayer(place, one.layer)
                if one.name:
                    call_in_legend(self._item, self._nodes[at], one.name)
            if classes != (one.all() if is_new else listed[at]):
                QgsMapLayerLegendUtils.setLegendNodeOrder(self._nodes[at], list(classes))
                model.refreshLayerLegend(self._nodes[at])
        self._listed = seen


class Classes:
    """Where each class of a layer is.

    Args:
        layer: in memory, and in the system of the maps.
        name: what the legend calls it; empty for its own.
    """

    def __init__(self, layer: QgsVectorLayer, name: str = "") -> None:
        self.layer = layer
        self.name = name
        renderer = layer.renderer()
        if isinstance(renderer, (QgsPointClusterRenderer, QgsPointDisplacementRenderer)):
            renderer = renderer.embeddedRenderer()
        keys = [item.ruleKey() for item in renderer.legendSymbolItems()]
        self.count = max(1, len(keys))
        self._shapes: list[QgsGeometry] = []
        boxes, classes = [], []
        for shape, found in _classified(layer, renderer.clone(), keys):
            box = shape.boundingBox()
            self._shapes.append(shape)
            boxes.append((box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()))
            classes.append(found)
        self._boxes = np.array(boxes, dtype=np.float64).reshape(-1, 4)
        self._class = np.array(classes, dtype=np.int64)

    def all(self) -> tuple[int, ...]:
        """Return all classes."""
        return tuple(range(self.count))

    def within(self, extent: QgsRectangle, scale: float) -> tuple[int, ...]:
        """Return the classes that reach into an extent at a scale, in their order."""
        if not self.layer.isInScaleRange(scale):
            return ()
        low, high = self._boxes[:, :2], self._boxes[:, 2:]
        least = np.array([extent.xMinimum(), extent.yMinimum()])
        most = np.array([extent.xMaximum(), extent.yMaximum()])
        near = ((low <= most) & (high >= least)).all(axis=1)
        inside = ((low >= least) & (high <= most)).all(axis=1)
        found = set(np.unique(self._class[inside]).tolist())
        for at in np.flatnonzero(near & ~inside).tolist():
            if self._class[at] not in found and self._shapes[at].intersects(extent):
                found.add(int(self._class[at]))
        return tuple(sorted(found))


def _classified(
    layer: QgsVectorLayer, renderer: QgsFeatureRenderer, keys: Sequence[str]
) -> list[tuple[QgsGeometry, int]]:
    """Return the shape of each feature that is drawn, and the position of its class."""
    if len(keys) < 2:
        return [(QgsGeometry(f.geometry()), 0) for f in layer.getFeatures() if f.hasGeometry()]
    context = QgsRenderContext()
    scopes = QgsExpressionContextUtils.globalProjectLayerScopes(layer)
    context.setExpressionContext(QgsExpressionContext(scopes))
    renderer.startRender(context, layer.fields())
    found = []
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        for key in renderer.legendKeysForFeature(feature, context):
            if key in keys and feature.hasGeometry():
                found.append((QgsGeometry(feature.geometry()), keys.index(key)))
    renderer.stopRender(context)
    return found

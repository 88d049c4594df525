"""What a background sends, asked for before its page is drawn.

While a page is drawn QGIS waits for each tile: nobody can cancel, and nobody learns of those that
do not come. Asked for ahead they come while the window lives on, and are at hand for the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from qgis.core import (
    QgsLayoutItemMap,
    QgsMapLayer,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPrintLayout,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QEventLoop, QSize, QSizeF, Qt, QTimer
from qgis.PyQt.QtGui import QImage

from .drawing import MM

_MM_AN_INCH = 25.4
# A poster is asked for in bands of so many pixels: its picture would not fit the memory.
_BAND = 16_000_000
_PATIENCE_MS = 50
# A picture is looked at in so many places across, and as many down.
_LOOKS = 64


def missing_share(
    layout: QgsPrintLayout,
    backgrounds: Sequence[QgsMapLayer],
    dpi: float,
    checkpoint: Callable[[float], None],
) -> float:
    """Ask for the backgrounds of a layout's maps, and tell how much of their ground did not come.

    Args:
        layout: filled.
        backgrounds: the layers to ask for.
        dpi: of the file that will be written; another one may need other tiles.
        checkpoint: told the share that is done; raises where the user cancelled.

    Returns:
        A share of the maps, 0 where everything came.

    Raises:
        Exception: that of *checkpoint*.
    """
    layout.renderContext().setDpi(dpi)
    bands = [
        band
        for item in layout.items()
        if isinstance(item, QgsLayoutItemMap)
        for band in _bands(item, [one for one in item.layers() if one in backgrounds], dpi)
    ]
    shares = []
    for at, band in enumerate(bands):
        picture = _drawn(band, lambda at=at: checkpoint(at / len(bands)))
        shares.append(_empty_share(picture))
    return sum(shares) / len(shares) if shares else 0.0


def _bands(
    item: QgsLayoutItemMap, layers: Sequence[QgsMapLayer], dpi: float
) -> list[QgsMapSettings]:
    """Return what draws the backgrounds of a map as its file will, in bands from the top."""
    if not layers or item.extent().isEmpty():
        return []
    width, height = (
        max(1, round(item.layout().convertFromLayoutUnits(side, MM).length() / _MM_AN_INCH * dpi))
        for side in (item.rect().width(), item.rect().height())
    )
    settings = item.mapSettings(item.extent(), QSizeF(width, height), dpi, False)
    settings.setLayers(list(layers))
    ground = settings.extent()
    count = math.ceil(width * height / _BAND)
    rows = math.ceil(height / count)
    bands = []
    for top in range(0, height, rows):
        taken = min(rows, height - top)
        band = QgsMapSettings(settings)
        band.setOutputSize(QSize(width, taken))
        upper, lower = (
            ground.yMaximum() - ground.height() * row / height for row in (top, top + taken)
        )
        band.setExtent(QgsRectangle(ground.xMinimum(), lower, ground.xMaximum(), upper))
        bands.append(band)
    return bands


def _drawn(settings: QgsMapSettings, checkpoint: Callable[[], None]) -> QImage:
    """Return a map drawn in the background, while the window goes on living."""
    job = QgsMapRendererParallelJob(settings)
    waiting = QEventLoop()
    job.finished.connect(waiting.quit)
    stopped: list[Exception] = []

    def look() -> None:
        # Called from Qt, which no exception may cross.
        try:
            checkpoint()
        except Exception as error:
            clock.stop()
            # What it was raised from would hold the job, and its layers, for as long as it lives.
            stopped.append(error.with_traceback(None))
            job.cancelWithoutBlocking()

    clock = QTimer()
    clock.timeout.connect(look)
    clock.start(_PATIENCE_MS)
    job.start()
    waiting.exec()
    clock.stop()
    if stopped:
        raise stopped.pop()
    return job.renderedImage()


def _empty_share(picture: QImage) -> float:
    small = picture.scaled(
        _LOOKS,
        _LOOKS,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.FastTransformation,
    )
    empty = sum(
        small.pixelColor(x, y).alpha() == 0
        for x in range(small.width())
        for y in range(small.height())
    )
    return empty / max(1, small.width() * small.height())

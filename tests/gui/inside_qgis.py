"""The part of the harness that lives inside QGIS: it records errors and plays the scenario.

Imported by PYQGIS_STARTUP, before any plugin is loaded, so that nothing goes unseen.
A scenario yields between its steps: a number of milliseconds, or a condition to wait for.
"""

import importlib.util
import json
import os
import traceback
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, Optional, Union

import qgis.utils
from qgis.core import Qgis, QgsApplication, QgsPointXY, QgsProject
from qgis.gui import QgsLocatorWidget, QgsMapMouseEvent
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget, QMenu, QToolBar, QWidget

Wait = Union[int, float, Callable[[], Any]]
Scenario = Generator[Wait, None, None]

POLL_MS = 50
PATIENCE_MS = 60_000

job = json.loads(Path(os.environ["ACTIF_GUI_JOB"]).read_text())
messages: list[dict[str, Any]] = []
python_errors: list[str] = []


def _record_message(text: str, tag: str, level: Any) -> None:
    messages.append({"text": text, "tag": tag, "level": int(level)})


def _record_exception(kind: Any, value: Any, trace: Any, *_: Any, **__: Any) -> None:
    python_errors.append("".join(traceback.format_exception(kind, value, trace)))


QgsApplication.messageLog().messageReceived.connect(_record_message)
# QGIS would open a dialog that nobody closes; its error hook and its plugin loader both come here.
qgis.utils.showException = _record_exception


class Gui:
    """What a scenario may do with the window."""

    def __init__(self) -> None:
        self.iface = qgis.utils.iface
        self.window = self.iface.mainWindow()
        self.parameters: dict[str, Any] = job["parameters"]
        self.notes: dict[str, Any] = {}
        self.screenshots: dict[str, str] = {}

    def note(self, name: str, value: Any) -> None:
        """Keep a value (plain JSON) for the test outside."""
        self.notes[name] = value

    def screenshot(self, name: str, widget: Optional[QWidget] = None, popups: bool = False) -> None:
        """Picture of the whole screen, open menus included, or of one widget.

        Args:
            name: of the file.
            widget: what to show, None for all.
            popups: keep the menus and lists that are open over the widget.
        """
        screen = QApplication.primaryScreen()
        if widget and popups:
            corner, size = widget.mapToGlobal(QPoint(0, 0)), widget.size()
            picture = screen.grabWindow(0, corner.x(), corner.y(), size.width(), size.height())
        else:
            picture = widget.grab() if widget else screen.grabWindow(0)
        path = Path(job["screenshots"]) / f"{name}.png"
        if not picture.save(str(path)):
            raise OSError(f"cannot write {path}")
        self.screenshots[name] = str(path)

    def menu(self, title: str) -> QMenu:
        """The menu of that title in the menu bar."""
        found = self.menus(title)
        if len(found) != 1:
            titles = [plain(action.text()) for action in self.window.menuBar().actions()]
            raise LookupError(f"{len(found)} menus {title!r} in {titles}")
        return found[0].menu()

    def menus(self, title: str) -> list[QAction]:
        """All the entries of the menu bar with that title: one, unless something is wrong."""
        return [a for a in self.window.menuBar().actions() if plain(a.text()) == title]

    def open_menu(self, title: str) -> QMenu:
        """Click on a menu of the menu bar."""
        menu = self.menu(title)
        bar = self.window.menuBar()
        self.click(bar, bar.actionGeometry(menu.menuAction()).center())
        return menu

    def click(self, widget: QWidget, at: Optional[QPoint] = None) -> None:
        """Click with the left button; done once the scenario has yielded.

        A click may open a modal dialog, and a scenario that waited for it would never go on.
        """
        where = at if at is not None else widget.rect().center()
        left = Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        QTimer.singleShot(0, lambda: QTest.mouseClick(widget, left, none, where))

    def trigger(self, action: QAction) -> None:
        """Trigger an action; done once the scenario has yielded, as with `click`."""
        QTimer.singleShot(0, action.trigger)

    def dialog(self) -> Optional[QWidget]:
        """The modal dialog that is open, if any."""
        return QApplication.activeModalWidget()

    def entries(self, menu: QMenu) -> list[str]:
        """Texts of a menu's entries, in order, sub-menus indented by two spaces."""
        texts: list[str] = []
        for action in menu.actions():
            if not action.isSeparator():
                texts.append(plain(action.text()))
                if action.menu():
                    texts.extend(f"  {text}" for text in self.entries(action.menu()))
        return texts

    def map_menu(self, point: QgsPointXY) -> QMenu:
        """The menu of the map at a point, filled as by a right click, and not shown."""
        canvas = self.iface.mapCanvas()
        pixel = canvas.getCoordinateTransform().transform(point)
        where = QPoint(round(pixel.x()), round(pixel.y()))
        press = QEvent.Type.MouseButtonPress
        right, none = Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
        event = QgsMapMouseEvent(canvas, press, where, right, right, none)
        menu = QMenu(self.window)
        canvas.contextMenuAboutToShow.emit(menu, event)
        return menu

    def locator(self) -> QgsLocatorWidget:
        """The locator bar."""
        # PyQt wraps it as a plain widget, which findChild by type does not find.
        name = "QgsLocatorWidget"
        children = self.window.findChildren(QWidget)
        found = next(w for w in children if w.metaObject().className() == name)
        return sip.cast(found, QgsLocatorWidget)

    def traces(self) -> dict[str, Any]:
        """All that a plugin may add to QGIS and must take away when it is unloaded."""
        filters = self.locator().locator().filters()
        return {
            "menus": sorted(plain(a.text()) for a in self.window.menuBar().actions()),
            "extension menu": sorted(self.entries(self.iface.pluginMenu())),
            "toolbars": sorted(bar.objectName() for bar in self.window.findChildren(QToolBar)),
            "docks": sorted(dock.objectName() for dock in self.window.findChildren(QDockWidget)),
            "providers": sorted(p.id() for p in QgsApplication.processingRegistry().providers()),
            "locator filters": sorted(f.name() for f in filters),
            "children": dict(Counter(type(child).__name__ for child in self.window.children())),
        }


def plain(text: str) -> str:
    """Text of a menu entry without its keyboard mnemonic."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


class Player:
    """Takes the scenario from step to step while QGIS's own event loop runs."""

    def __init__(self) -> None:
        self.gui = Gui()
        self.scenario: Scenario = iter(())  # type: ignore[assignment]
        self.condition: Optional[Callable[[], Any]] = None
        self.waited = 0

    def begin(self) -> None:
        """Fill the screen, as a window manager would, and take the first step."""
        width, height = job["size"]
        self.gui.window.showNormal()
        self.gui.window.setGeometry(0, 0, width, height)
        path = Path(job["scenario"])
        spec = importlib.util.spec_from_file_location(path.stem, path)
        try:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            self.scenario = module.scenario(self.gui)
        except Exception:
            self.end(traceback.format_exc())
            return
        QTimer.singleShot(500, self.step)

    def step(self) -> None:
        """One step, or one more look at the condition that the last one waits for."""
        try:
            if self.condition and not self.condition():
                self.waited += POLL_MS
                if self.waited < PATIENCE_MS:
                    QTimer.singleShot(POLL_MS, self.step)
                    return
                self.scenario.throw(TimeoutError(f"waited {PATIENCE_MS / 1000:.0f} s in vain"))
            self.condition, self.waited = None, 0
            wait = next(self.scenario)
        except StopIteration:
            self.end("")
        except Exception:
            self.end(traceback.format_exc())
        else:
            if callable(wait):
                self.condition = wait
            QTimer.singleShot(POLL_MS if callable(wait) else int(wait), self.step)

    def end(self, error: str) -> None:
        """Write the result and quit as a user would, so that unloading is played too."""
        if error:
            self.gui.screenshot(f"{Path(job['scenario']).stem}-error")
        result = {
            "error": error,
            "notes": self.gui.notes,
            "screenshots": self.gui.screenshots,
            "messages": messages,
            "python_errors": python_errors,
            "qgis_version": Qgis.QGIS_VERSION,
        }
        Path(job["result"]).write_text(json.dumps(result))
        for widget in QApplication.topLevelWidgets():
            if widget is not self.gui.window and widget.isVisible():
                widget.close()
        QgsProject.instance().clear()
        QgsProject.instance().setDirty(False)
        QTimer.singleShot(0, self.gui.iface.actionExit().trigger)


def start() -> None:
    """Called by `--code`; the timer fires once QGIS's event loop runs, so after its start-up."""
    start.player = Player()  # type: ignore[attr-defined]  # kept alive
    QTimer.singleShot(0, start.player.begin)  # type: ignore[attr-defined]

"""The plugin in the real application: loaded, its menu opened, unloaded and loaded again."""

import sys
import time

import qgis.utils
from qgis.core import QgsApplication

PLUGIN = "actif_plugin"

touched = []
watching = False


def watch(event, arguments):
    """Audit hook: what Python opens or connects to while `watching`, source files apart."""
    if not watching:
        return
    if event == "open" and not str(arguments[0]).endswith((".py", ".pyc")):
        touched.append(f"open {arguments[0]}")
    elif event in ("sqlite3.connect", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        touched.append(f"{event} {arguments}")


def scenario(gui):
    """Steps of the smoke test."""
    global watching
    gui.note("loaded", PLUGIN in qgis.utils.plugins)
    gui.note("active", PLUGIN in qgis.utils.active_plugins)

    menu = gui.open_menu("Act'IF")
    yield menu.isVisible
    yield 300
    gui.note("entries", gui.entries(menu))
    gui.screenshot("menu")
    menu.close()
    yield 200

    provider = QgsApplication.processingRegistry().providerById("actif")
    gui.note("algorithms", sorted(a.id() for a in provider.algorithms()) if provider else [])
    gui.note("icon", bool(provider) and not provider.icon().pixmap(24).isNull())

    sys.addaudithook(watch)
    traces = [gui.traces()]
    for _ in range(2):
        gui.note("unloaded", qgis.utils.unloadPlugin(PLUGIN))
        yield 300
        traces.append(gui.traces())
        qgis.utils.loadPlugin(PLUGIN)
        watching = True
        started = time.perf_counter()
        gui.note("reloaded", qgis.utils.startPlugin(PLUGIN))
        gui.note("start_ms", round(1000 * (time.perf_counter() - started)))
        watching = False
        yield 300
        traces.append(gui.traces())
    gui.note("traces", traces)
    gui.note("touched", touched)

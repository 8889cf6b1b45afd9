"""Starts the stage and reads what the app files said there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import bayplan
from bayplan.complaint import Complaint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bayplan.spec.source import Source

NO_SANDBOX = (
    "Allow user namespaces (in a container: rootless Podman, or Docker's --security-opt seccomp=unconfined; on Ubuntu: "
    "sysctl kernel.apparmor_restrict_unprivileged_userns=0), write the apps in YAML, which runs no code, or leave "
    "--sandbox out where nobody unknown writes apps."
)


class Stage:
    """The process in which app files run; it starts at once and is asked for its answer later."""

    def __init__(self, root: Path, files: Sequence[str], seconds: float, *, sandbox: bool) -> None:
        self._root = root
        self._files = tuple(files)
        self._seconds = seconds
        request = {
            "root": str(root),
            "files": self._files,
            "seconds": seconds,
            "at_once": os.cpu_count() or 2,
            "sandbox": sandbox,
        }
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-s",
                "-S",
                "-B",
                "-P",
                "-X",
                "utf8",
                "-W",
                "ignore",
                "-m",
                "bayplan.spec.recording.stage",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
            env=_environment(),
        )
        with self._pipe(self._process.stdin) as stdin:
            stdin.write(json.dumps(request).encode())

    def answer(self, complaints: list[Complaint]) -> list[Source]:
        """What the files said, each that could be used; waits for them."""
        from bayplan.spec.recording.answer import one_line  # noqa: PLC0415 - read while the apps are running

        told = self._pipe(self._process.stdout).read()
        code = self._process.wait()
        result = _parse(told)
        if "refused" in result:
            what = f"--sandbox: this machine gives no sandbox: {one_line(str(result['refused']))}"
            complaints.append(Complaint(file="apps", line=0, what=what, fix=NO_SANDBOX))
            return []
        if code or len(result.get("answers", ())) != len(self._files):
            fix = "What failed stands above; a full disk for temporary files is the usual reason."
            complaints.append(Complaint(file="apps", line=0, what="the Python apps could not be run", fix=fix))
            return []
        sources = []
        for file, answer in zip(self._files, result["answers"], strict=True):
            source = self._read(file, answer, complaints)
            if source:
                sources.append(source)
        return sources

    def close(self) -> None:
        """End the process, whether it was asked or not."""
        with self._process as process:
            process.terminate()

    def _pipe(self, pipe: IO[bytes] | None) -> IO[bytes]:
        if pipe is None:
            raise AssertionError("was asked for when the process was started")
        return pipe

    def _read(self, file: str, answer: dict[str, str | int | bool], complaints: list[Complaint]) -> Source | None:
        if "skipped" in answer:
            what = f"the app was not run: {answer['skipped']}"
            complaints.append(Complaint(file=file, line=0, what=what, fix="Mend those that take so long first."))
            return None
        from bayplan.spec.recording.answer import complaints_of, read, source_of  # noqa: PLC0415 - as above

        result = read(str(answer["text"]))
        if result is None or answer["stray"]:
            what, fix = self._fault(answer, result is None)
            complaints.append(Complaint(file=file, line=0, what=what, fix=fix))
            return None
        complaints.extend(complaints_of(result, self._root, file))
        return None if result.complaints else source_of(result, self._root, file)

    def _fault(self, answer: dict[str, str | int | bool], silent: bool) -> tuple[str, str]:
        plain = "An app file only says what the app needs: nothing may happen while it is read."
        if answer["stray"]:
            return f"the app writes {str(answer['stray']).strip()[:60]!r} to its output", plain
        if answer["late"]:
            return f"the app did not end within {self._seconds:g} s", plain
        if silent and answer["code"] == 0:
            return "the app says more than 8 MiB, or broke off", plain
        return f"the app ended with {_ending(int(answer['code']))} before it had said all", plain


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _environment() -> dict[str, str]:
    # nothing of the caller's environment: it must not decide what an app says
    # looked for, not imported: that would take as long as the stage itself
    pydantic = find_spec("pydantic")
    homes = {str(Path(file).parents[1]) for file in (bayplan.__file__, pydantic and pydantic.origin) if file}
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(sorted(homes)),
        "PYTHONHASHSEED": "0",
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def _parse(told: bytes) -> dict[str, Any]:
    try:
        result = json.loads(told)
    except ValueError:
        return {}
    return result if isinstance(result, dict) else {}

"""Which files of a repository are apps and clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.complaint import Complaint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APP_SUFFIXES = (".py", ".yaml", ".yml")
_PASSED_OVER = (".md",)


def app_files(root: Path, complaints: list[Complaint]) -> tuple[Path, ...]:
    """The files of apps/, sorted. Names with `_` are shared code, names with `.` are nobody's business."""
    files = []
    for path in _entries(root, root / "apps", complaints):
        if path.is_dir():
            complaints.append(
                _complain(root, path, "is a folder", "Put apps into apps/ itself, shared code into apps/_*.")
            )
        elif path.suffix in APP_SUFFIXES:
            files.append(path)
        elif path.suffix not in _PASSED_OVER:
            complaints.append(_complain(root, path, "is no app file", "Apps end in .py, .yaml or .yml."))
    return tuple(files)


def cluster_files(root: Path, complaints: list[Complaint]) -> tuple[Path, ...]:
    """The cluster.yaml of every folder of clusters/, sorted."""
    folder = root / "clusters"
    files = [path / "cluster.yaml" for path in _entries(root, folder, complaints) if path.is_dir()]
    for file in files:
        if not file.is_file():
            complaints.append(_complain(root, file, "is missing", "Write it, or remove its folder."))
        elif not _stays_inside(root, file):
            complaints.append(_complain(root, file, "leads out of the repository", "Put the file itself here."))
    if not files and not complaints:
        complaints.append(
            _complain(root, folder, "holds no cluster", "Write clusters/<name>/cluster.yaml, or go to the repository.")
        )
    return tuple(file for file in files if file.is_file() and _stays_inside(root, file))


def _entries(root: Path, folder: Path, complaints: list[Complaint]) -> Iterator[Path]:
    try:
        paths = sorted(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        complaints.append(_complain(root, folder, f"cannot be read: {error.strerror}", "It must be a folder to read."))
        return
    seen: dict[str, Path] = {}
    for path in paths:
        if path.name.startswith((".", "_")):
            continue
        if not path.name.isprintable():
            what = f"holds a name that cannot be shown: {path.name!a}"
            complaints.append(_complain(root, folder, what, "Rename it."))
            continue
        same = seen.setdefault(path.name.casefold(), path)
        if same is not path:
            what = f"differs from {same.name} only by case"
            complaints.append(_complain(root, path, what, "Rename one of them: some file systems hold only one."))
        elif not _stays_inside(root, path):
            what = "is a link that leads nowhere" if not path.exists() else "leads out of the repository"
            complaints.append(_complain(root, path, what, "Put the file itself here."))
        elif not (path.is_file() or path.is_dir()):
            complaints.append(_complain(root, path, "is neither file nor folder", "Remove it."))
        else:
            yield path


def _stays_inside(root: Path, path: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a loop of links
        return False


def _complain(root: Path, path: Path, what: str, fix: str) -> Complaint:
    return Complaint(file=shown(root, path), line=0, what=what, fix=fix)


def shown(root: Path, path: Path) -> str:
    """A path as messages and origins say it: below the root, with `/`."""
    return path.relative_to(root).as_posix()

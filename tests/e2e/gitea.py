"""A real forge on loopback: Gitea, built from its module, with people, repositories and pull requests.

It is started as nobody where this runs as root, which Gitea refuses to be, and it ends with the test run, also when
that is killed.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from tools.golang import GO, environment

from bayplan.complaint import BadInput
from bayplan.lab.delivery import run_git
from bayplan.lab.parts import find_parts
from bayplan.lab.port import LOOPBACK, free_ports
from bayplan.lab.wait import NotYet, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
ASSETS = ("templates", "options", "public")
"""What lies beside the program in a release, and in the module of Gitea here."""
CONFIGURATION = """\
APP_NAME = forge
RUN_USER = {user}
WORK_PATH = {folder}/work
[server]
HTTP_ADDR = {host}
HTTP_PORT = {port}
ROOT_URL = http://{host}:{port}/
STATIC_ROOT_PATH = {folder}/static
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = {folder}/work/gitea.db
[security]
INSTALL_LOCK = true
SECRET_KEY = {secret}
PASSWORD_HASH_ALGO = pbkdf2_v1
[session]
PROVIDER = memory
[queue]
TYPE = channel
[service]
DISABLE_REGISTRATION = true
[actions]
ENABLED = false
[log]
MODE = console
LEVEL = warn
"""


class Gitea:
    """A running server; the tests are its administrator, `admin`."""

    def __init__(self, folder: Path, command: Sequence[str], surroundings: dict[str, str], port: int) -> None:
        self.folder, self.command, self.surroundings = folder, command, surroundings
        self.url = f"http://{LOOPBACK}:{port}"
        self.pool = urllib3.PoolManager(retries=False)
        self.log = folder / "log"
        self.token = ""
        self.tokens: dict[str, str] = {}
        """Of people and bots, by name."""

    def run(self, *words: str) -> str:
        """A command of Gitea's own; what it prints."""
        answer = subprocess.run(
            [*self.command, *words], env=self.surroundings, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout.strip()

    def add_user(self, name: str, scopes: str, *, is_admin: bool = False) -> None:
        """A person or a bot with a token of these scopes."""
        words = ["--username", name, "--email", f"{name}@example.com", "--random-password"]
        self.run("admin", "user", "create", *words, "--must-change-password=false", *(["--admin"] * is_admin))
        about = ("--username", name, "--token-name", "tests", "--scopes", scopes, "--raw")
        self.tokens[name] = self.run("admin", "user", "generate-access-token", *about).splitlines()[-1]

    def ask(self, method: str, path: str, body: object = None, *, token: str = "") -> tuple[int, Any]:
        """Status and JSON of a question to the API, as `admin` or with a token."""
        headers = {"Authorization": f"token {token or self.token}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        answer = self.pool.request(method, f"{self.url}/api/v1{path}", body=content, headers=headers)
        try:
            return answer.status, json.loads(answer.data) if answer.data else None
        except ValueError:
            return answer.status, answer.data.decode()

    def tell(self, method: str, path: str, body: object = None, *, token: str = "") -> Any:
        """The JSON of an answer that must be well."""
        status, data = self.ask(method, path, body, token=token)
        assert status < 300, f"{method} {path}: {status} {data}"
        return data

    def clone_url(self, repository: str, user: str = "admin") -> str:
        """Where git may push to, as somebody."""
        return f"http://{user}:{self.tokens[user]}@{self.url.removeprefix('http://')}/{repository}.git"


class Request:
    """A repository with a pull request that changes one file, and the work tree of its branch."""

    def __init__(self, server: Gitea, folder: Path, name: str) -> None:
        self.server, self.folder, self.name = server, folder, f"admin/{name}"
        self.path = f"/repos/{self.name}"
        server.tell("POST", "/user/repos", {"name": name, "default_branch": "main"})
        folder.mkdir()
        run_git("init", "--quiet", "--initial-branch", "main", ".", folder=folder)
        self.change("main", "Begin", {"README.md": "# fleet\n"})
        self.commit = self.change("change", "Change", {"dist/prod/map.yaml": CONFIG_MAP})
        body = {"title": "A change", "head": "change", "base": "main"}
        self.number = int(server.tell("POST", f"{self.path}/pulls", body)["number"])

    def change(self, branch: str, why: str, files: dict[str, str], push_to: str = "") -> str:
        """Commit files to a branch and push it; returns the commit."""
        run_git("checkout", "--quiet", "-B", branch, folder=self.folder)
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        run_git("add", "--all", folder=self.folder)
        run_git("commit", "--quiet", "--allow-empty", "--message", why, folder=self.folder)
        run_git("push", "--quiet", push_to or self.server.clone_url(self.name), branch, folder=self.folder)
        return run_git("rev-parse", "HEAD", folder=self.folder)

    def fork(self, owner: str, why: str, files: dict[str, str]) -> None:
        """Go on with a pull request from somebody's fork, whose commit no branch of the repository holds."""
        token = self.server.tokens[owner]
        self.server.tell("POST", f"{self.path}/forks", {}, token=token)
        name = self.name.partition("/")[2]

        def there() -> None:
            if self.server.tell("GET", f"/repos/{owner}/{name}", token=token)["empty"]:
                raise NotYet("it is empty")

        wait_for("the fork", there, within_s=30)
        run_git("checkout", "--quiet", "main", folder=self.folder)
        self.commit = self.change("theirs", why, files, push_to=self.server.clone_url(f"{owner}/{name}", owner))
        body = {"title": why, "head": f"{owner}:theirs", "base": "main"}
        self.number = int(self.server.tell("POST", f"{self.path}/pulls", body, token=token)["number"])

    def comments(self) -> list[dict[str, Any]]:
        """The conversation, oldest first."""
        found: list[dict[str, Any]] = self.server.tell("GET", f"{self.path}/issues/{self.number}/comments")
        return sorted(found, key=lambda one: int(one["id"]))

    def statuses(self, commit: str) -> list[tuple[str, str, str]]:
        """Context, state and words of what stands beside a commit: of each context the newest."""
        found = self.server.tell("GET", f"{self.path}/commits/{commit}/status")["statuses"] or ()
        return sorted((one["context"], one["status"], one["description"]) for one in found)


CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: from-gitea
  namespace: default
data:
  merged: "yes"
"""


@contextmanager
def running() -> Iterator[Gitea]:
    """A server with its administrator; skips with the reason where it cannot be."""
    try:
        program = find_parts(ROOT).binary("gitea")
    except BadInput as bad:
        pytest.skip(str(bad))
    is_root, setpriv = os.getuid() == 0, shutil.which("setpriv")
    if is_root and not setpriv:
        pytest.skip("Gitea refuses to be root, and there is no setpriv to start it as somebody else")
    with TemporaryDirectory(prefix="bayplan-gitea-", ignore_cleanup_errors=True) as there:
        server = prepare(Path(there), program, setpriv, is_root=is_root)
        with server.log.open("wb") as log:
            process = subprocess.Popen(
                [*server.command, "web"], env=server.surroundings, cwd=there, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            wait_for("Gitea to answer", lambda: answers(server, process), within_s=60)
            server.add_user("admin", "all", is_admin=True)
            server.token = server.tokens["admin"]
            yield server
        finally:
            process.terminate()
            process.wait(30)


def prepare(folder: Path, program: Path, setpriv: str | None, *, is_root: bool) -> Gitea:
    """Program, assets and configuration in a folder that its user may enter."""
    (port,) = free_ports(1)
    question = [str(GO), "list", "-m", "-f", "{{.Dir}}", "code.gitea.io/gitea"]
    module = subprocess.run(
        question, cwd=ROOT / "tools" / "gitea", env=environment(), capture_output=True, text=True, check=True
    )
    for name in ASSETS:
        shutil.copytree(Path(module.stdout.strip(), name), folder / "static" / name)
    shutil.copy2(program, folder / "gitea")
    (folder / "work").mkdir()
    user = pwd.getpwuid(NOBODY if is_root else os.getuid()).pw_name
    words = {"user": user, "folder": folder, "host": LOOPBACK, "port": port, "secret": secrets.token_hex(16)}
    (folder / "app.ini").write_text(CONFIGURATION.format(**words))
    dropped = [setpriv, "--pdeathsig=KILL"] if setpriv else []
    if is_root:
        for path in (folder, folder / "work", folder / "app.ini"):
            os.chown(path, NOBODY, NOBODY)
        dropped += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(folder / "work"), "TMPDIR": str(folder / "work")}
    return Gitea(folder, [*dropped, str(folder / "gitea"), "--config", str(folder / "app.ini")], surroundings, port)


def answers(server: Gitea, process: subprocess.Popen[bytes]) -> None:
    """NotYet until it does; an assertion with its log where it has ended."""
    assert process.poll() is None, server.log.read_text()
    try:
        status, _ = server.ask("GET", "/version")
    except urllib3.exceptions.HTTPError as error:
        raise NotYet("nobody listens yet") from error
    if status != 200:
        raise NotYet(f"answers {status}")

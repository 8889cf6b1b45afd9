# ruff: noqa: E501 - one row an attack reads best
"""What a stranger may write into apps/, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

WALLS = """\
import ctypes, os
LIBRARY = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    'Past Python, straight to the C library.'
    result = getattr(LIBRARY, name)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    raise SystemExit(f'{name} went through: {result}')
def answer(text):
    'Past bayplan: what the parent will read.'
    os.write(3, text.encode())
    LIBRARY._exit(0)
"""
REFUSED = "the app raises PermissionError: [Errno 1] Operation not permitted"
NOT_THERE = "the app raises FileNotFoundError: [Errno 2] No such file or directory"
BROKEN_OFF = "the app says more than 8 MiB, or broke off"


@dataclass(frozen=True)
class Attack:
    """An app file, and what a person reads of it."""

    code: str
    says: str
    sandboxed: bool = False
    """Whether only `--sandbox` promises it."""


def opens(path: str) -> str:
    return f"call('open', b'{path}', {0o102 | 0o1}, 0o644)"


ATTACKS = {
    # secrets
    "environment": Attack("import os\nraise ValueError(sorted(k for k in os.environ if 'TOKEN' in k))", "ValueError: []"),
    "home": Attack("open('HOME/.ssh/id_ed25519').read()", NOT_THERE, sandboxed=True),
    "home-listed": Attack("import os\nos.listdir('HOME')", NOT_THERE, sandboxed=True),
    "shadow": Attack("open('/etc/shadow').read()", NOT_THERE, sandboxed=True),
    "git-config": Attack("open('ROOT/.git/config').read()", NOT_THERE, sandboxed=True),
    "credentials-beside": Attack("open('ROOT/gha-creds-1.json').read()", NOT_THERE, sandboxed=True),
    "parents-environment": Attack("import os\nopen(f'/proc/{os.getppid()}/environ').read()", NOT_THERE, sandboxed=True),
    "own-descriptors": Attack("import os\nos.listdir('/proc/self/fd')", NOT_THERE, sandboxed=True),
    "keys": Attack("call('syscall', 250, 0, -3, 1)", REFUSED),
    # network
    "tcp-in-python": Attack("import socket\nsocket.create_connection(('127.0.0.1', 22))", "the app asks the network"),
    "tcp": Attack("call('socket', 2, 1, 0)", REFUSED),
    "udp": Attack("call('socket', 2, 2, 0)", REFUSED),
    "ipv6": Attack("call('socket', 10, 1, 0)", REFUSED),
    "unix": Attack("import socket\nsocket.socket(socket.AF_UNIX)", REFUSED),
    "pair": Attack("import socket\nsocket.socketpair()", REFUSED),
    "raw": Attack("call('socket', 2, 3, 1)", REFUSED),
    "netlink": Attack("call('socket', 16, 3, 0)", REFUSED),
    "vsock": Attack("call('socket', 40, 1, 0)", REFUSED),
    "io-uring": Attack("call('syscall', 425, 1, bytes(120))", REFUSED),
    # files
    "write-in-python": Attack("open('ROOT/dist/x', 'w')", "the app writes files"),
    "write-dist": Attack(opens("ROOT/dist/east/x"), REFUSED),
    "write-apps": Attack(opens("ROOT/apps/x.yaml"), REFUSED),
    "write-own": Attack("call('open', __file__.encode(), 2, 0)", REFUSED),
    "write-hooks": Attack(opens("ROOT/.git/hooks/post-checkout"), REFUSED),
    "write-tmp": Attack(opens("/tmp/bayplan-was-here"), REFUSED),
    "write-home": Attack(opens("HOME/.bashrc"), REFUSED),
    "make-folder": Attack("call('mkdir', b'ROOT/dist/x', 0o755)", REFUSED),
    "remove": Attack("call('unlink', b'ROOT/apps/bot.yaml')", REFUSED),
    "rename": Attack("call('rename', b'ROOT/dist', b'ROOT/tsid')", REFUSED),
    "link": Attack("call('symlink', b'/etc/passwd', b'ROOT/apps/_x.py')", REFUSED),
    "permissions": Attack("call('chmod', b'ROOT/apps/bot.yaml', 0o777)", REFUSED),
    "truncate": Attack("call('truncate', b'ROOT/apps/bot.yaml', 0)", REFUSED),
    # processes
    "fork-in-python": Attack("import os\nos.fork()", "the app starts a process"),
    "fork-bomb": Attack("while True: call('fork')", REFUSED),
    "daemon": Attack("call('daemon', 0, 0)", REFUSED),
    "thread": Attack("import threading\nthreading.Thread(target=print).start()", "the app raises RuntimeError: can't start new thread"),
    "program": Attack("call('execv', b'/bin/sh', None)", REFUSED),
    "kill-parent": Attack("import os\ncall('kill', os.getppid(), 9)", REFUSED),
    "kill-all": Attack("call('kill', -1, 9)", REFUSED),
    "trace-parent": Attack("import os\ncall('ptrace', 16, os.getppid(), 0, 0)", REFUSED),
    "memory-of-parent": Attack("import os\ncall('syscall', 310, os.getppid(), 0, 0, 0, 0, 0)", REFUSED),
    "limits-of-parent": Attack("import os\ncall('prlimit', os.getppid(), 7, bytes(16), None)", REFUSED),
    "new-namespaces": Attack("call('unshare', 0x10000000)", REFUSED),
    "mount": Attack("call('mount', b'x', b'ROOT/apps', b'tmpfs', 0, None)", REFUSED),
    "shared-memory": Attack("call('shmget', 1, 4096, 0o1666)", REFUSED),
    "other-architecture": Attack("call('syscall', 0x40000000 + 39)", "the app ended with signal 31"),
    # what it uses up
    "memory": Attack("x = []\nwhile True: x.append(bytearray(1 << 26))", "the app raises MemoryError"),
    "memory-at-once": Attack("x = bytearray(64 << 30)", "the app raises MemoryError"),
    "output": Attack("import os\nwhile True: os.write(1, b'x' * 2**20)", "the app writes 'xxx"),
    "answer-too-large": Attack("import os\nwhile True: os.write(3, b'x' * 2**20)", "the app ended with exit code 1"),
    "answer-large": Attack("answer(' ' * 9 * 2**20)", BROKEN_OFF),
    "descriptors": Attack("x = []\nwhile True: x.append(open(__file__))", "the app raises OSError: [Errno 24] Too many open files"),
    "recursion": Attack("def f(): f()\nf()", "the app raises RecursionError"),
    # the end
    "exit": Attack("LIBRARY._exit(0)", BROKEN_OFF),
    "segfault": Attack("import ctypes\nctypes.string_at(0)", "the app ended with signal 11"),
    "abort": Attack("import os\nos.abort()", "the app ended with signal 6"),
    # the answer
    "no-answer": Attack("answer('!')", BROKEN_OFF),
    "another-answer": Attack("""answer('{"complaints": [], "said": 1, "places": [], "code": 0}')""", BROKEN_OFF),
    "deep": Attack("""answer('{"complaints": [], "said": ' + '[' * 99999 + ']' * 99999 + '}')""", BROKEN_OFF),
    "deep-enough": Attack("""answer('{"complaints": [], "said": ' + '[' * 300 + ']' * 300 + '}')""", BROKEN_OFF),
    "half-a-character": Attack("""answer('{"complaints": [], "said": "\\\\ud800"}')""", BROKEN_OFF),
    "huge-number": Attack("""answer('{"complaints": [], "said": ' + '9' * 4000 + '}')""", BROKEN_OFF),
    "no-app": Attack("""answer('{"complaints": [], "said": 1}')""", "no-app.py: "),
    "pickle": Attack("""answer("cos\\nsystem\\n(S'touch /tmp/bayplan-was-here'\\ntR.")""", BROKEN_OFF),
    "complaints-of-others": Attack(
        """answer('{"complaints": [{"file": "clusters/east/cluster.yaml", "line": 1, "what": "is fine", "fix": ""}]}')""",
        "complaints-of-others.py: is fine",
    ),
    "terminal": Attack("raise ValueError('\\n::error::x\\x1b[31m\\u202e')", r"the app raises ValueError: \n::error::x\x1b[31m\u202e"),
    "lines-of-others": Attack(
        """answer('{"complaints": [], "said": {"$word": "App", "name": 1}, "places": {"": ["apps/bot.yaml", 3]}}')""",
        "lines-of-others.py: name: ",
    ),
    "lines-of-nobody": Attack(
        """answer('{"complaints": [], "said": 1, "places": {"": ["apps/' + 'x' * 9999 + '.py", 3]}}')""",
        "lines-of-nobody.py: ",
    ),
    # Python's own doors
    "judge-replaced": Attack(
        "from bayplan.spec.app import App\nfrom bayplan.spec.recording.recorder import Recorder\n"
        "Recorder.tell = lambda *_: {'$word': 'App', 'name': '../x', 'team': 'web', 'workloads': []}\napp = object.__new__(App)",
        "name",
    ),
    "frames": Attack("import sys\nsys._getframe(1).f_globals['sys'].exit(0)", "the app leaves Python"),
    "tracing": Attack("import sys\nsys.settrace(lambda *_: sys.exit(0))\ndef f(): pass\nf()", "the app leaves Python"),
}  # fmt: skip

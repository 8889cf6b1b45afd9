"""One app file, run from its first line to its last."""

from __future__ import annotations

import ast
import io
import os
import signal
import sys
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from bayplan.manifests.merge import complaint, line_of_mark
from bayplan.spec.app import App
from bayplan.spec.recording import guard
from bayplan.spec.recording.call import line_of_name
from bayplan.spec.recording.recorder import Recorder
from bayplan.spec.source import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import CodeType, FrameType

Result = dict[str, object]
"""What travels as JSON."""

PLAIN = "An app file only says what the app needs: nothing may happen while it is read."
IMPORTS = "App files may import the standard library, bayplan, and shared code named apps/_*.py."
SEES = "With --sandbox an app sees apps/ and clusters/, and nothing else of the repository or the machine."


class Refused(Exception):  # noqa: N818 - it carries a complaint
    """The file cannot be used: where, what, and what to do."""

    def __init__(self, place: Place, what: str, fix: str) -> None:
        super().__init__(what)
        self.place, self.what, self.fix = place, what, fix


def perform(root: Path, path: Path, seconds: float, say: Callable[[Result], NoReturn]) -> NoReturn:
    """Run a file and say what it said, or what is wrong with it; ends this process through `say`."""
    recorder = Recorder(root)
    file = path.relative_to(root).as_posix()
    try:
        code = _compile(path, file)
        _limit(recorder, seconds, say)
        app = _run(recorder, path, code)
        signal.setitimer(signal.ITIMER_REAL, 0)
        said = recorder.tell(app)
        places = {pointer: [place.file, place.line] for pointer, place in recorder.places.items()}
        say({"complaints": [], "said": said, "places": places})
    except Refused as refused:
        say({"complaints": [_complaint(refused.place, refused.what, refused.fix)]})


def _compile(path: Path, file: str) -> CodeType:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(
            Place(file=file, line=0), f"cannot be read: {error.strerror}", "Give the right to read it."
        ) from None
    if line := line_of_mark(data):
        marked = complaint(file, line)
        raise Refused(Place(file=file, line=line), marked.what, marked.fix)
    try:
        text = data.decode("utf-8-sig")
        return compile(ast.parse(text, str(path)), str(path), "exec")
    except UnicodeDecodeError as error:
        place = Place(file=file, line=data.count(b"\n", 0, error.start) + 1)
        raise Refused(place, "the file is not UTF-8", "Save it as UTF-8.") from None
    except SyntaxError as error:
        raise Refused(
            Place(file=file, line=error.lineno or 1), f"{error.msg}", "Python cannot read this line."
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Refused(Place(file=file, line=1), f"Python cannot read it: {error}", "Make it plainer.") from None


def _limit(recorder: Recorder, seconds: float, say: Callable[[Result], NoReturn]) -> None:
    def stop(_: int, frame: FrameType | None) -> None:
        what = f"the app did not end within {seconds:g} s"
        say({"complaints": [_complaint(recorder.place_of(frame), what, f"It was stopped here. {PLAIN}")]})

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _run(recorder: Recorder, path: Path, code: CodeType) -> App:
    module = ModuleType("bayplan_app")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    sys.path.append(str(path.parent))
    sys.dont_write_bytecode = True
    out = Whisper(recorder)
    sys.stdout = sys.stderr = out
    os._exit = _leave  # type: ignore[assignment]
    recorder.start()
    guard.stand()
    try:
        exec(code, module.__dict__)  # noqa: S102 - running it is the point
    except BaseException as error:  # noqa: BLE001 - whatever an app raises is a complaint
        raise _refusal(recorder, error) from None
    if out.first:
        raise Refused(*out.first)
    return _find_app(recorder, module, path)


def _find_app(recorder: Recorder, module: ModuleType, path: Path) -> App:
    top = Place(file=recorder.shown(str(path)), line=1)
    names = vars(module)
    if "app" not in names:
        others = sorted(name for name, value in names.items() if isinstance(value, App))
        hint = f"Call it app instead of {others[0]}." if others else "Say app = App(...)."
        raise Refused(top, "the file has no app", hint)
    app = names["app"]
    if not isinstance(app, App):
        line = line_of_name(str(path), "app") or 1
        raise Refused(Place(file=top.file, line=line), f"app is a {type(app).__name__}, no App", "Say app = App(...).")
    return app


def _refusal(recorder: Recorder, error: BaseException) -> Refused:
    place = Place(file="apps", line=0)
    trace = error.__traceback__
    while trace:
        if recorder.is_own(trace.tb_frame.f_code.co_filename):
            place = Place(file=recorder.shown(trace.tb_frame.f_code.co_filename), line=trace.tb_lineno)
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename and recorder.is_own(error.filename):
        place = Place(file=recorder.shown(error.filename), line=error.lineno or 1)
    if isinstance(error, (SystemExit, Left)):
        return Refused(place, "the app leaves Python", PLAIN)
    if isinstance(error, guard.Forbidden):
        return Refused(place, f"the app {error}", PLAIN)
    said = "?"
    with suppress(Exception):
        said = str(error)[:300]
    fix = IMPORTS if isinstance(error, ImportError) else SEES if isinstance(error, FileNotFoundError) else ""
    return Refused(place, f"the app raises {type(error).__name__}" + (f": {said}" if said else ""), fix)


class Left(BaseException):
    """The app called os._exit."""


def _leave(_: int) -> NoReturn:
    raise Left


class Whisper(io.TextIOBase):
    """Stands where the app would print, and notes the line that does."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.first: tuple[Place, str, str] | None = None

    def write(self, text: str) -> int:
        """Note what was printed first."""
        if not self.first and text.strip():
            place = self._recorder.place_of(sys._getframe(1))  # noqa: SLF001 - the line that prints
            self.first = (place, f"the app prints {text.strip()[:60]!r}", f"Remove the print. {PLAIN}")
        return len(text)


def _complaint(place: Place, what: str, fix: str) -> Result:
    return {"file": place.file, "line": place.line, "what": what, "fix": fix}

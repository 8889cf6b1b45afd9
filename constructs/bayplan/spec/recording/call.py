"""Which line of a file said which part of a call: from the running frame back to the source."""

from __future__ import annotations

import ast
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bayplan.manifests.pointer import step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType


def lines_of(frame: FrameType) -> dict[str, int]:
    """Lines of the call that a frame is in: "" the call, `/key` a keyword, `/key/0` an item of a list written there."""
    positions = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), (None,) * 4)
    node = _calls(frame.f_code.co_filename).get(positions)
    if node is None:
        return {"": frame.f_lineno}
    lines = {"": node.lineno}
    for keyword in node.keywords:
        if keyword.arg:
            lines[step("", keyword.arg)] = keyword.lineno
            lines.update(_parts(keyword.value, step("", keyword.arg)))
    return lines


def line_of_name(file: str, name: str) -> int:
    """The last line at the top of a file that gives a name a value; 0 where none does."""
    stores = (node for statement in _tree(file).body for node in ast.walk(statement) if isinstance(node, ast.Name))
    return max((node.lineno for node in stores if node.id == name and isinstance(node.ctx, ast.Store)), default=0)


def _parts(node: ast.expr, pointer: str) -> Iterator[tuple[str, int]]:
    parts: list[tuple[str | int, int, ast.expr]] = []
    if isinstance(node, (ast.List, ast.Tuple)):
        parts = [(number, item.lineno, item) for number, item in enumerate(node.elts)]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        parts = [(str(k.value), k.lineno, value) for k, value in pairs if isinstance(k, ast.Constant)]
    for key, line, value in parts:
        yield step(pointer, key), line
        yield from _parts(value, step(pointer, key))


@cache
def _calls(file: str) -> Mapping[tuple[int | None, ...], ast.Call]:
    calls = (node for node in ast.walk(_tree(file)) if isinstance(node, ast.Call))
    return {(node.lineno, node.end_lineno, node.col_offset, node.end_col_offset): node for node in calls}


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse(Path(file).read_bytes(), file)

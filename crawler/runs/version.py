"""Which program read a page. A revision keeps it, so that a change of ours is never mistaken for an edit by State.

What reads a page is derived from the imports of flow.py, at any depth: a list that is kept by hand forgets a module.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import crawler

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

PACKAGE: Final = "crawler"
#: Steps 4-8.
FIRST: Final = "crawler.flow"
#: Rosters and rules, which those modules read.
DATA: Final = "data"


@cache
def parser_version() -> str:
    """The package's version and eight digits of the SHA-256 of the code, data and libraries that read a page."""
    digest = hashlib.sha256()
    for name, file in parts():
        digest.update(f"{name}\n".encode() + file.read_bytes())
    digest.update(repr((libraries(), sys.version_info[:2])).encode())
    return f"{crawler.__version__}+{digest.hexdigest()[:8]}"


def parts() -> Iterator[tuple[str, Traversable]]:
    """Code and data, in order."""
    yield from modules().items()
    yield from _data(files(PACKAGE).joinpath(DATA), DATA)


@cache
def modules() -> dict[str, Traversable]:
    """The modules of this package that are loaded to read a page, by name, in order."""
    return dict(sorted(_walk()[0].items()))


@cache
def libraries() -> dict[str, str]:
    """The distributions of others that those modules import, and their versions."""
    return {name: _version(name) for name in sorted(_walk()[1])}


@cache
def _walk() -> tuple[dict[str, Traversable], set[str]]:
    found: dict[str, Traversable] = {}
    others: set[str] = set()
    waiting = [FIRST]
    while waiting:
        name = waiting.pop()
        if name in found or (file := _file(name)) is None:
            continue
        found[name] = file
        waiting.append(name.rpartition(".")[0])  # a package is loaded before what is in it
        for imported in _imports(ast.parse(file.read_bytes())):
            top = imported.partition(".")[0]
            if top == PACKAGE:
                waiting.append(imported)
            elif top not in sys.stdlib_module_names:
                others.add(top)
    return found, others


def _file(name: str) -> Traversable | None:
    """None where the name is no module's: a function that is imported from one."""
    package, *parts = name.split(".")
    if package != PACKAGE:
        return None
    folder = files(PACKAGE).joinpath(*parts)
    if (inside := folder.joinpath("__init__.py")).is_file():
        return inside
    beside = files(PACKAGE).joinpath(*parts[:-1], f"{parts[-1]}.py") if parts else inside
    return beside if beside.is_file() else None


def _imports(tree: ast.AST) -> Iterator[str]:
    """Whatever an import names, at any depth; not what is imported for types only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _imports(node)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # the distribution has another name than the module
        return ", ".join(f"{one} {version(one)}" for one in sorted(set(packages_distributions().get(name, []))))


def _data(part: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(part.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _data(entry, f"{name}/{entry.name}")
        elif entry.name.endswith((".py", ".toml", ".csv")):
            yield f"{name}/{entry.name}", entry

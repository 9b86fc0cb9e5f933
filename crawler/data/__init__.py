"""Rules and rosters, as TOML and CSV. Whoever knows State's pages can mend them without knowing Python."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """What stands in `<name>.toml`; the same object each time."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))

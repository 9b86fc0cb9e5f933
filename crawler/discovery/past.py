"""Step 1: what the walk has to know of earlier runs. Pure; exporters/past.py answers it from the database."""

from __future__ import annotations

from typing import Protocol


class Past(Protocol):
    """What was known when the last run ended that read all of the host's indexes."""

    def listed(self, url: str) -> tuple[str | None] | None:
        """The type that a listing printed for the address; None where none had it."""
        ...

    def held(self, url: str) -> bool:
        """Whether the page of that address had been read."""
        ...


class NoPast:
    """Before the first run, and for a span that a person chose."""

    def listed(self, url: str) -> None:
        return None

    def held(self, url: str) -> bool:
        return False

"""Modules that are loaded when first used: scipy.stats and statsmodels take longer to load than to compute."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Lazily:
    """Stand-in for a module; type checkers see the module itself.

    Examples
    --------
    >>> json = Lazily("json")
    >>> json.dumps([1])
    '[1]'
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)

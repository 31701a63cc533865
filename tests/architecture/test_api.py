"""The public API changes on purpose only."""

from __future__ import annotations

import difflib
import inspect
import re

import pytest

import survey_analysis as sa
from architecture import api

VERBS = [
    (owner, name)
    for owner in ("Survey", "Estimate", "Test", "Model", "Imputed")
    for name in api._members(getattr(sa, owner))
]
WRAPPED = [
    (owner, name)
    for owner, name in VERBS
    if owner in ("Survey", "Model", "Imputed")
    and inspect.isfunction(member := getattr(getattr(sa, owner), name))
    and inspect.unwrap(member).__qualname__ == name  # a function of its own layer
]


def test_names_and_signatures_equal_the_stored_list():
    stored, now = api.STORED.read_text(encoding="utf-8"), api.current()
    changed = "\n".join(
        difflib.unified_diff(stored.splitlines(), now.splitlines(), "stored", "now", lineterm="", n=0)
    )
    assert not changed, f"the public API changed; if on purpose: python -m tests.architecture.api\n{changed}"


def test_dir_and_all_agree():
    assert dir(sa) == sorted(sa.__all__)
    with pytest.raises(AttributeError, match="no attribute 'mean'"):
        sa.mean  # noqa: B018


@pytest.mark.parametrize(("owner", "name"), VERBS, ids=[f"{o}.{n}" for o, n in VERBS])
def test_options_are_keywords_in_the_house_order(owner, name):
    member = getattr(getattr(sa, owner), name)
    if isinstance(member, property) or not callable(member):
        return
    parameters = inspect.signature(member).parameters
    order = [p for p in parameters if p in ("by", "where", "level", "method")]
    assert order == sorted(order, key=("by", "where", "level", "method").index)
    for option in ("where", "level", "method", "adjust"):
        if option in parameters:
            assert parameters[option].kind is inspect.Parameter.KEYWORD_ONLY, option


def _doc(thing: object) -> str:
    return inspect.getdoc(thing) or ""


@pytest.mark.parametrize("name", [n for n in sa.__all__ if n not in api.VALUES])
def test_public_names_say_what_they_are(name):
    text = _doc(getattr(sa, name))
    assert re.match(r"\S.*[.:]$", text.split("\n\n")[0].replace("\n", " ")), f"{name}: {text[:80]!r}"


@pytest.mark.parametrize(("owner", "name"), WRAPPED, ids=[f"{o}.{n}" for o, n in WRAPPED])
def test_verbs_are_documented_in_full(owner, name):
    """Numpydoc: what is estimated, what is given, what comes back or fails, an example that runs."""
    verb = getattr(getattr(sa, owner), name)
    text = _doc(verb)
    wanted = {"Examples"}
    if any(p not in ("level", "model", "other", "survey") for p in inspect.signature(verb).parameters):
        wanted.add("Parameters")
    missing = {s for s in wanted if not re.search(rf"^{s}\n-+$", text, re.MULTILINE)}
    assert not missing, f"{owner}.{name} lacks {sorted(missing)}"
    assert ">>>" in text


@pytest.mark.parametrize("name", sa.power.__all__)
def test_power_is_documented_in_full(name):
    assert ">>>" in _doc(getattr(sa.power, name))

"""Print the lowest versions that pyproject.toml allows, as pip constraints.

Every requirement must state a lower bound: a bound that nobody installs is a guess. What the old versions need in turn
is as new as they allow, but for the few that speak of deprecations there: warnings are errors in our tests.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)\s*>=\s*(?P<version>[0-9][0-9A-Za-z.]*)$")
OF_THEIR_TIME = ("pyparsing<3.3",)  # 3.3 deprecates names that matplotlib 3.9 calls


def constraints(pyproject: Path, extras: tuple[str, ...] = ("test",)) -> list[str]:
    """Pins `name==version` for the dependencies and the extras named."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    pins = {}
    for line in wanted:
        found = REQUIREMENT.match(line.strip())
        if found is None:
            message = f"'{line}' states no lower bound; write name>=version"
            raise SystemExit(message)
        pins[found["name"].lower()] = f"{found['name']}=={found['version']}"
    return [*sorted(pins.values(), key=str.lower), *OF_THEIR_TIME]


if __name__ == "__main__":
    sys.stdout.write("\n".join(constraints(Path(__file__).parents[1] / "pyproject.toml")) + "\n")

"""A path of the founding study as a user gets it: another study file, then read, clean, weight, estimate, compare."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import survey_analysis as sa
from survey_analysis.cleaning.flags import FAMILIES
from survey_analysis.cleaning.registry import rule_named

STUDY = Path(__file__).parents[2] / "data" / "raw" / "micro_influencer"


@cache
def declared() -> dict:
    return tomllib.loads((STUDY / "study.toml").read_text(encoding="utf-8"))


def family(rule: object) -> str:
    name = rule if isinstance(rule, str) else rule["rule"]
    return rule_named(name).family


def cleaning(option: str) -> dict[str, object]:
    """Arguments of `.clean()`, written out by hand from what the option says."""
    table = declared()["clean"]
    rules, exclude = list(table["rules"]), table["exclude"]
    if option == "declared":
        return {}
    if option == "none":
        return {"exclude": ""}
    if option.startswith("without "):
        gone = option.removeprefix("without ")
        assert gone in FAMILIES
        rest = exclude.replace("of 4", "of 3")
        if gone == "authenticity":
            rest = rest.removeprefix("duplicates or ")
        return {"rules": [r for r in rules if family(r) != gone], "exclude": rest}
    speed = re.fullmatch(r"speeders below_median=(.+)", option)
    if speed:
        for i, rule in enumerate(rules):
            if not isinstance(rule, str) and rule["rule"] == "speeders":
                rules[i] = {**rule, "below_median": float(speed[1])}
        return {"rules": rules}
    return {"exclude": option}


def targets() -> dict[str, dict[str, float]]:
    frame = pd.read_csv(STUDY / "targets.csv")
    return {
        m: dict(zip(g["category"], g["target"], strict=True)) for m, g in frame.groupby("margin", sort=False)
    }


def weighting(option: str) -> dict[str, object] | None:
    """The table [weighting] of a study file; None for no weights."""
    table = {k: dict(v) for k, v in declared()["weighting"].items()}
    if option == "none":
        return None
    for name in ("consumer", "control"):
        if option.startswith("cap "):
            table[name]["cap"] = float(option.removeprefix("cap "))
        if option == "no cap":
            del table[name]["cap"]
        if option.startswith("trim "):
            del table[name]["cap"]
            table[name]["trim"] = {"upper": float(option.removeprefix("trim ")), "unit": "mean"}
        if option.startswith("without "):
            del table[name]["targets_file"]
            table[name]["targets"] = {
                k: v for k, v in targets().items() if k != option.removeprefix("without ")
            }
    return table


def scale(option: str) -> dict[str, object]:
    """The scales of a study file, don't know treated as the option says."""
    out = {k: dict(v) for k, v in declared()["scales"].items()}
    likely = out["likely5"]
    moved = [98] if "know" in option else []
    moved += [99] if "refused" in option else []
    if option == "excluded":
        return out
    said = [m for m in likely["missing"] if m[0] in moved]
    likely["missing"] = [m for m in likely["missing"] if m[0] not in moved]
    if "base" in option:
        likely["outside"] = [[m[0], m[2]] for m in said]
    else:
        likely["levels"] = [[m[0], m[2], 1] for m in said] + [[*x, x[0]] for x in likely["levels"]]
    return out


def toml(value: object) -> str:
    """A value as TOML, inline."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(str(k))} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value)


def study_file(weigh: str, unsure: str, folder: Path) -> Path:
    """A folder with the study as another analyst would have declared it."""
    text = (STUDY / "study.toml").read_text(encoding="utf-8")
    for name, table in {
        **{f"weighting.{k}": v for k, v in (weighting(weigh) or {}).items()},
        "scales.likely5": scale(unsure)["likely5"],
    }.items():
        lines = "".join(f"{k} = {toml(v)}\n" for k, v in table.items())
        text, n = re.subn(
            rf"^\[{name}\].*?(?=^\[)", f"[{name}]\n{lines}\n", text, flags=re.DOTALL | re.MULTILINE
        )
        assert n == 1
    for file in STUDY.iterdir():
        if file.name != "study.toml":
            (folder / file.name).symlink_to(file)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"


@cache
def survey(clean: str, weigh: str, unsure: str) -> sa.Survey:
    """The survey of a path, from the export on."""
    with TemporaryDirectory() as folder:
        out = sa.read(study_file(weigh, unsure, Path(folder))).clean(**cleaning(clean))
        return out if weigh == "none" else out.weight()


def rows(clean: str, weigh: str, unsure: str, box: str, base: str) -> pd.DataFrame:
    """The comparisons of every source with the average consumer on one path, by the public verbs."""
    found = survey(clean, weigh, unsure)
    if box == "mean":
        estimate = found.mean("follow", by="source")
    else:
        estimate = found.proportion("follow", top=int(box.removeprefix("top-")), by="source")
    return estimate.compare(to="average", base=base).to_frame()

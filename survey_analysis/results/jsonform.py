"""Results as JSON: a versioned schema, numbers in full, nothing that differs between machines."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import pandas as pd

from survey_analysis.results.drivers import DriversData, PointsData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.published import PublishedData
from survey_analysis.results.reliability import ReliabilityData
from survey_analysis.results.robustness import RobustnessData
from survey_analysis.results.sources import SourceData, source_frame
from survey_analysis.results.test import TestData

SCHEMA = 1


def estimate_json(estimate: EstimateData) -> str:
    """Rows, covariance, topic and provenance of an estimate."""
    return _dump(
        {
            "schema": SCHEMA,
            "type": "estimate",
            "rows": records(estimate.rows),
            "bases": list(estimate.bases),
            "vcov": [[_plain(x) for x in row] for row in estimate.vcov.tolist()],
            "level": estimate.level,
            "topic": _as_plain(asdict(estimate.topic)),
            "dims": [asdict(d) for d in estimate.dims],
            "provenance": _as_plain(asdict(estimate.provenance)),
        }
    )


def test_json(test: TestData) -> str:
    """Rows, family, topic and provenance of tests."""
    return _dump(
        {
            "schema": SCHEMA,
            "type": "test",
            "kind": test.kind,
            "rows": records(test.rows),
            "bases": list(test.bases),
            "family": asdict(test.family),
            "level": test.level,
            "topic": _as_plain(asdict(test.topic)),
            "provenance": _as_plain(asdict(test.provenance)),
        }
    )


def sources_json(data: SourceData) -> str:
    """All parts of a comparison of sources."""
    ranks = data.ranks
    parts: dict[str, Any] = {
        "schema": SCHEMA,
        "type": "sources",
        "worded": data.worded,
        "rows": records(source_frame(data)),
        "differences": records(data.differences.rows),
        "omnibus": records(data.omnibus.rows),
        "ranks": {
            "best": {m: list(ranks.best_of(m)) for m in ranks.measures},
            "intervals": records(ranks.intervals),
            "critical": [_plain(c) for c in ranks.critical],
            "no_first": list(ranks.no_first),
            "replicates": ranks.replicates,
            "drawn": ranks.drawn,
            "seed": ranks.seed,
            "level": ranks.level,
            "method": ranks.method,
        },
        "classical": {"rows": records(data.classical.rows), "absent": data.classical.absent},
        "margin": data.margin,
        "notes": list(data.notes),
    }
    for name in ("within", "order", "interaction", "by_segment", "equivalence"):
        part = getattr(data, name)
        parts[name] = None if part is None else records(part.rows)
    parts["topic"] = _as_plain(asdict(data.levels.topic))
    parts["provenance"] = _as_plain(asdict(data.levels.provenance))
    return _dump(parts)


def robustness_json(paths: RobustnessData) -> str:
    """Rows, decisions, topic and provenance of analysis paths."""
    return _dump(
        {
            "schema": SCHEMA,
            "type": "robustness",
            "kind": paths.kind,
            "rows": records(paths.rows),
            "targets": [asdict(t) for t in paths.targets],
            "varied": [asdict(d) for d in paths.varied],
            "left_out": [asdict(x) for x in paths.left_out],
            "failed": [asdict(x) for x in paths.failed],
            "level": paths.level,
            "adjust": paths.adjust,
            "value": paths.value,
            "topic": _as_plain(asdict(paths.topic)),
            "provenance": _as_plain(asdict(paths.provenance)),
        }
    )


test_json.__test__ = False  # type: ignore[attr-defined]  # not a pytest function


def rows_json(kind: str, rows: pd.DataFrame, more: dict[str, Any], provenance: Provenance) -> str:
    """Rows of another result, what else it states, and its provenance."""
    return _dump(
        {
            "schema": SCHEMA,
            "type": kind,
            "rows": records(rows),
            **more,
            "provenance": _as_plain(asdict(provenance)),
        }
    )


def published_json(data: PublishedData) -> str:
    """Figures, assumptions and rows of published figures."""
    tables = ("rows", "pairs", "needed", "verdicts", "checks")
    return _dump(
        {
            "schema": SCHEMA,
            "type": "published",
            "figures": [asdict(f) for f in data.figures],
            "assumptions": asdict(data.assumptions),
            **{name: records(getattr(data, name)) for name in tables},
        }
    )


def drivers_json(drivers: DriversData) -> str:
    """Rows, fits, means, what is missing, covariance, topic and provenance of drivers."""
    more = {
        "fits": records(drivers.fits),
        "levels": records(drivers.levels),
        "missing": records(drivers.missing),
        "replicates": drivers.replicates,
        "orders": drivers.orders,
        "order_error": drivers.order_error,
    }
    return rows_json("drivers", drivers.rows, {**more, **_associated(drivers)}, drivers.provenance)


def points_json(points: PointsData) -> str:
    """Rows, covariance, topic and provenance of points in the top answers."""
    return rows_json(
        "driver-points", points.rows, {"per": points.per, **_associated(points)}, points.provenance
    )


def _associated(result: DriversData | PointsData) -> dict[str, Any]:
    return {
        "bases": list(result.bases),
        "vcov": [[_plain(x) for x in row] for row in result.vcov.tolist()],
        "level": result.level,
        "pooled": result.pooled,
        "topic": _as_plain(asdict(result.topic)),
    }


def reliability_json(result: ReliabilityData) -> str:
    """Coefficients, items, factorability, warnings and provenance of reliability."""
    more = {
        "kind": result.kind,
        "items": records(result.items),
        "factors": records(result.factors),
        "scales": records(result.scales),
        "warnings": [asdict(w) for w in result.warnings],
        "bases": list(result.bases),
        "level": result.level,
        "method": result.method,
        "missing": result.missing,
    }
    return rows_json("reliability", result.rows, more, result.provenance)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values; missing numbers as null."""
    return [{str(k): _plain(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _as_plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: dict(v) if hasattr(v, "items") else v for k, v in values.items()}


def _dump(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False)

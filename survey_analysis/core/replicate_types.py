"""The kinds of replicate weights that come with data, and the scale each kind has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.replicate_weights import Given
from survey_analysis.core.replicates import Floats, Replicates
from survey_analysis.errors import DesignError

ReplicateMethod = Literal["JK1", "JKn", "JK2", "BRR", "Fay", "bootstrap", "SDR", "ACS", "other"]


@dataclass(frozen=True)
class Options:
    """What the producer of the weights says of them; None is "not said"."""

    scale: float | None = None
    rscales: ArrayLike | None = None
    mse: bool = False
    combined: bool = True
    rho: float | None = None
    average: int | None = None
    degf: int | None = None


@dataclass(frozen=True)
class _Kind:
    """Which options a kind takes, and its scale for R replicates."""

    takes: frozenset[str]
    scale: Callable[[int, Options], float]


def _jk1(count: int, options: Options) -> float:  # noqa: ARG001
    return (count - 1) / count


def _one(count: int, options: Options) -> float:  # noqa: ARG001
    return 1.0


def _mean(count: int, options: Options) -> float:  # noqa: ARG001
    return 1 / count


def _four(count: int, options: Options) -> float:  # noqa: ARG001
    return 4 / count


def _fay(count: int, options: Options) -> float:
    return 1 / (count * (1 - (options.rho or 0.0)) ** 2)


def _bootstrap(count: int, options: Options) -> float:
    return (options.average or 1) / (count - 1)


_BOTH = frozenset({"scale", "rscales"})
_KINDS: dict[str, _Kind] = {
    "JK1": _Kind(_BOTH, _jk1),
    "JKn": _Kind(_BOTH, _one),
    "JK2": _Kind(frozenset(), _one),
    "BRR": _Kind(frozenset({"rscales"}), _mean),
    "Fay": _Kind(frozenset({"rscales", "rho"}), _fay),
    "bootstrap": _Kind(_BOTH | {"average"}, _bootstrap),
    "SDR": _Kind(frozenset(), _four),
    "ACS": _Kind(frozenset(), _four),
    "other": _Kind(_BOTH, _one),
}


def given_replicates(
    matrix: ArrayLike, method: ReplicateMethod, options: Options | None = None
) -> Replicates:
    """Replicate weights that came with the data.

    Parameters
    ----------
    matrix : array_like, shape (n, R)
        Replicate weights, or factors of the weight where `combined` is False; finite.
    method : {"JK1", "JKn", "JK2", "BRR", "Fay", "bootstrap", "SDR", "ACS", "other"}
        How they were made: it decides the scale. SDR is successive difference, and ACS the same.
    options : Options, optional

    Returns
    -------
    Replicates
        scale: JK1 (R - 1)/R; JKn, JK2 and other 1; BRR 1/R; Fay 1/(R (1 - rho)²); bootstrap average/(R - 1);
        SDR and ACS 4/R. rscales 1; of JKn factors 1 / the largest factor of the replicate.

    Raises
    ------
    DesignError
        An option the method does not use, or one it needs and lacks; fewer than two replicates.

    Notes
    -----
    The defaults of R `svrepdesign`. R warns of an option that it does not use; here it is an error.

    Examples
    --------
    >>> given_replicates([[2.0, 0.0], [0.0, 2.0]], "BRR", Options(combined=False)).scale
    0.5
    """
    said = options or Options()
    weights = np.asarray(matrix, dtype=np.float64)
    count = weights.shape[1]
    if method not in _KINDS:
        raise DesignError(
            f"There is no replicate method '{method}'.",
            hint=f"use one of {', '.join(get_args(ReplicateMethod))}.",
        )
    if count < 2:
        raise DesignError(
            f"{count} replicate weight columns are too few for a variance.", hint="two at least."
        )
    kind = _KINDS[method]
    _refuse_unused(method, kind, said)
    _refuse_missing(method, said)
    scale = kind.scale(count, said) if said.scale is None else said.scale
    rscales = _rscales(method, said, weights)
    return Replicates(Given(weights, said.combined), float(scale), rscales, said.mse, method, said.degf)


def _refuse_unused(method: str, kind: _Kind, said: Options) -> None:
    for name in ("scale", "rscales", "rho", "average"):
        if getattr(said, name) is not None and name not in kind.takes:
            takes = [m for m, k in _KINDS.items() if name in k.takes]
            raise DesignError(
                f"Replicate weights of method '{method}' do not use {name}=.",
                where=f"{name} belongs to {', '.join(takes)}",
                hint='leave it out, or say method="other" with scale= and rscales= for a scale of your own.',
            )


def _refuse_missing(method: str, said: Options) -> None:
    if method == "Fay" and (said.rho is None or not 0 <= said.rho < 1):
        raise DesignError(
            "Fay replicate weights need rho, at least 0 and below 1.",
            where=f"rho = {said.rho}",
            hint="the documentation of the data says which; 0.3 and 0.5 are usual.",
        )
    if method == "JKn" and said.combined and said.rscales is None:
        raise DesignError(
            "JKn replicate weights need rscales, (m - 1)/m of the stratum of each replicate.",
            hint="give one number for each replicate (one number for all is allowed).",
        )
    if method == "other" and said.scale is None and said.rscales is None:
        raise DesignError('method="other" needs scale= or rscales=.', hint="name the method, or give them.")
    if said.average is not None and said.average < 1:
        raise DesignError(f"average = {said.average} bootstrap samples a replicate is not possible.")


def _rscales(method: str, said: Options, weights: Floats) -> Floats:
    count = weights.shape[1]
    if said.rscales is not None:
        given = np.asarray(said.rscales, dtype=np.float64)
        return np.full(count, float(given)) if given.ndim == 0 else given
    if method == "JKn":
        return np.asarray(1 / weights.max(axis=0))
    return np.ones(count)

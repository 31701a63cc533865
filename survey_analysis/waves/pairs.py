"""Which wave is held against which."""

from __future__ import annotations

from survey_analysis.errors import EstimationError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.waves import WaveAgainst, WavesData


def waves_of(survey: SurveyData) -> WavesData:
    """The waves of a stack.

    Raises
    ------
    EstimationError
        The survey is no stack.
    """
    if survey.waves is None:
        raise EstimationError(
            "The survey is no stack of waves.", hint='stack them: sa.stack({"W1": s1, "W2": s2}).'
        )
    return survey.waves


def wave_pairs(
    survey: SurveyData, against: WaveAgainst = "previous", *, period: int | None = None
) -> tuple[tuple[str, str], ...]:
    """Pairs of waves, later one first, as keys of banner columns: what `against=` of a table takes.

    Parameters
    ----------
    against : {"previous", "first", "same period"} or pairs of waves
        The wave before; the first, as the baseline; the wave `period` waves before (the same quarter of the
        year before with `period=4`); chosen pairs `(("W5", "W1"),)`.
    period : int, optional
        Waves in a period, for "same period".

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> waves = {f"W{k}": sa.read(pd.DataFrame({"q": ["a", "b"]})) for k in (1, 2, 3)}
    >>> sa.stack(waves).wave_pairs("same period", period=2)
    (('wave:W3', 'wave:W1'),)
    """
    waves = waves_of(survey)
    return tuple((f"{waves.name}:{a}", f"{waves.name}:{b}") for a, b in label_pairs(waves, against, period))


def each_wave_alone(survey: SurveyData, verb: str) -> None:
    """Refuse to weight the waves of a stack as one sample, unless it was stacked to be pooled.

    Raises
    ------
    EstimationError
        Says to weight each wave before stacking.
    """
    waves = survey.waves
    if waves is not None and not waves.pool:
        raise EstimationError(
            f"{verb}() would weight {len(waves.labels)} waves as one sample.",
            where=f"the survey is a stack of {', '.join(waves.labels)}.",
            hint="weight each wave, then stack; a stack with pool=True is weighted as one.",
        )


def label_pairs(waves: WavesData, against: WaveAgainst, period: int | None) -> list[tuple[str, str]]:
    """Pairs of labels, later wave first.

    Raises
    ------
    EstimationError
        Something else to be against, a period that does not fit, an unknown wave.
    """
    labels = waves.labels
    if period is not None and against != "same period":
        raise EstimationError(f"period = {period!r} goes with 'same period'.", hint="leave period= out.")
    if not isinstance(against, str):
        return [_known(labels, pair) for pair in against]
    if against == "previous":
        return [(labels[i], labels[i - 1]) for i in range(1, len(labels))]
    if against == "first":
        return [(label, labels[0]) for label in labels[1:]]
    if against == "same period":
        if isinstance(period, bool) or not isinstance(period, int) or not 1 <= period < len(labels):
            raise EstimationError(
                f"period = {period!r} fits no two of {len(labels)} waves.",
                hint=f"give the number of waves in a period, 1 to {len(labels) - 1}.",
            )
        return [(labels[i], labels[i - period]) for i in range(period, len(labels))]
    raise EstimationError(
        f"against = {against!r} is not known.", hint='give "previous", "first", "same period" or pairs.'
    )


def _known(labels: tuple[str, ...], pair: object) -> tuple[str, str]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise EstimationError(f"{pair!r} is no pair of waves.", hint='for example (("W2", "W1"),).')
    for label in pair:
        if label not in labels:
            raise EstimationError(f"There is no wave '{label}'.", hint=closest(str(label), labels))
    a, b = str(pair[0]), str(pair[1])
    if labels.index(a) <= labels.index(b):
        raise EstimationError(
            f"'{a}' is not later than '{b}'.", hint="the later wave comes first: change = later - earlier."
        )
    return a, b


def why_not(waves: WavesData, question: str, a: str, b: str) -> str:
    """Why a change between two waves may not be called a rise or a fall; "" where it may.

    The licence is that of report-content.md, section 4: same wording, codes, mode and base.
    """
    if question in waves.versions:
        known = waves.versions[question]
        if a not in known or b not in known:
            return "not asked in both waves"
        if known[a] != known[b]:
            aspects = [
                d.aspect for d in waves.differences
                if d.question == question and d.wave in (a, b) and d.needs and d.aspect != "renamed"
            ]  # fmt: skip
            return f"changed: {', '.join(dict.fromkeys(aspects))}" if aspects else "asked differently"
    one, two = waves.wave(a).sample, waves.wave(b).sample
    for fact, name in (("kind", "kind of sample"), ("population", "population"), ("mode", "mode")):
        then, now = getattr(two, fact), getattr(one, fact)
        if then != now:
            return f"another {name}"
    if not one.mode:
        return "mode not stated"
    return ""

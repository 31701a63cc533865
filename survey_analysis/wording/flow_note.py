"""The note under a respondent flow: received, removed by kind, kept, largest loss; arrows must sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from survey_analysis.errors import ReportError
from survey_analysis.results.process import Flow, FlowStep
from survey_analysis.wording.numbers import count, percent
from survey_analysis.wording.phrases import SIMULATED, in_sentence, listed

_WORDS: Final = {
    "platform": "were previews or test records",
    "eligibility": "not eligible",
    "break_off": "broke off",
    "screened": "were screened out",
}
_LOSSES: Final = ("platform", "eligibility", "break_off", "quality")


def flow_note(
    flow: Flow,
    *,
    simulated: bool = False,
    before: float | None = None,
    after: float | None = None,
    headline: str = "",
    rate: str = "",
) -> str:
    """One sentence a sample: received, not eligible, broken off, removed for quality, kept, largest loss.

    Parameters
    ----------
    flow
        Steps of each sample, samples side by side, never added.
    simulated
        End with the simulated mark.
    before, after, headline
        The headline share before and after the quality exclusions, and its name.
    rate
        Participation or response rate line of the sample kind.

    Raises
    ------
    ReportError
        If the arrows of a sample do not sum.

    Examples
    --------
    >>> steps = (FlowStep("received", "Received", 100, 100), FlowStep("break_off", "Broke off", 8, 92),
    ...     FlowStep("quality", "2 of 4 families", 12, 80), FlowStep("kept", "Kept", 80, 80))
    >>> print(flow_note(Flow((("Panel", steps),))))
    100 received; 8 broke off, 12 removed by 2 of 4 families; 80 kept (80% of eligible).
    Largest loss: 2 of 4 families.
    """
    said = []
    for name, steps in flow.samples:
        check_sums(name, steps)
        text = _sample_note(steps, simulated=simulated)
        said.append(f"{name}: {text}" if len(flow.samples) > 1 else text)
    if before is not None and after is not None and headline:
        said.append(
            f"{headline} is {percent(before)} before and {percent(after)} after the quality exclusions."
        )
    return " ".join(x for x in [*said, rate, flow.note, SIMULATED if simulated else ""] if x)


def check_sums(name: str, steps: Sequence[FlowStep]) -> None:
    """Received = sum of removed + kept at every step, or an error that names the step."""
    left: int | None = None
    for step in steps:
        if step.kind == "received":
            left = step.kept
        elif step.kind in _LOSSES or (step.kind == "screened" and left is not None and step.kept != left):
            left = None if left is None else left - step.n
        if step.kind != "base" and left is not None and step.kept != left:
            raise ReportError(
                f"The respondent flow of '{name}' does not sum at '{step.label}'.",
                where=f"{count(left)} expected, {count(step.kept)} given",
                hint="each step removes n and keeps the rest.",
            )


def losses(steps: Sequence[FlowStep]) -> list[FlowStep]:
    """Steps that removed someone."""
    return [s for s in steps if s.kind in _LOSSES and s.n > 0]


def received_and_kept(steps: Sequence[FlowStep]) -> tuple[int, int]:
    """Number received and number kept at the end."""
    received = next((s.n for s in steps if s.kind == "received"), steps[0].kept if steps else 0)
    in_order = [s.kept for s in steps if s.kind != "base"]
    return received, in_order[-1] if in_order else 0


def _sample_note(steps: Sequence[FlowStep], *, simulated: bool) -> str:
    received, kept = received_and_kept(steps)
    sums = {kind: sum(s.n for s in steps if s.kind == kind) for kind in (*_WORDS, "quality")}
    parts = [f"{count(sums[k])} {words}" for k, words in _WORDS.items() if sums[k]]
    parts += [f"{count(s.n)} removed by {in_sentence(s.label)}" for s in steps if s.kind == "quality" and s.n]
    eligible = received - sums["platform"] - sums["eligibility"]
    share = f" ({percent(kept / eligible)} of eligible)" if eligible > 0 else ""
    lost = losses(steps)
    largest = f" Largest loss: {in_sentence(max(lost, key=lambda s: s.n).label)}." if lost else ""
    records = " simulated records" if simulated else ""
    middle = f"{', '.join(parts)}; " if parts else ""
    return f"{count(received)}{records} received; {middle}{count(kept)} kept{share}.{largest}"


def alt_flow(flow: Flow, *, simulated: bool = False) -> str:
    """Alternative text of a flow: received, excluded in k steps, kept, largest loss."""
    said = []
    for name, steps in flow.samples:
        received, kept = received_and_kept(steps)
        lost = losses(steps)
        largest = f"; largest loss {in_sentence(max(lost, key=lambda s: s.n).label)}" if lost else ""
        text = (
            f"{count(received)} received, {count(received - kept)} removed in {count(len(lost))} "
            f"step{'s' if len(lost) != 1 else ''}, {count(kept)} kept{largest}"
        )
        said.append(f"{name}: {text}" if len(flow.samples) > 1 else text)
    kind = "Flow chart of simulated records" if simulated else "Respondent flow"
    return f"{kind}. {'. '.join(said)}.{f' {SIMULATED}' if simulated else ''}"


def flow_title(flow: Flow, *, simulated: bool = False) -> str:
    """Records kept of those received, sample by sample."""
    what = "simulated records" if simulated else "records"
    parts = []
    for name, steps in flow.samples:
        received, kept = received_and_kept(steps)
        label = f" ({in_sentence(name)})" if len(flow.samples) > 1 else ""
        parts.append(f"{count(kept)} of {count(received)}{label}")
    return f"{listed(parts)} {what} kept"

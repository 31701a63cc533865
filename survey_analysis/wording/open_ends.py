"""What coded open answers say, how they were coded, and by which rule quotes were chosen."""

from __future__ import annotations

from survey_analysis.openends.coded import CodedData
from survey_analysis.openends.quotes import RULE
from survey_analysis.plurals import counted
from survey_analysis.wording.explain import variance_lines
from survey_analysis.wording.numbers import count, percent, percent_interval
from survey_analysis.wording.phrases import SIMULATED, in_sentence, listed, noun
from survey_analysis.wording.precision import row_of, value_of


def coverage_line(coded: CodedData) -> str:
    """Who said something, how many answers the frame reads, and how many said nothing."""
    c = coded.counts
    who = noun(coded.provenance.sample_kind, generalize=coded.provenance.generalize)
    said = []
    for i in range(len(c)):
        n, total = int(c["coded"].iloc[i]), int(c["said"].iloc[i])
        about = f" about {in_sentence(str(c['subject'].iloc[i]))}" if c["subject"].iloc[i] else ""
        share = percent(n / total) if total else "none"
        said.append(f"{count(n)} of {count(total)}{about} ({share})")
    nothing = int(c["nothing"].sum())
    silent = (
        f" {counted(nothing, 'further answer says nothing (“not sure”) and is', 'further answers say nothing (“not sure”) and are')} not in the base."
        if nothing
        else ""
    )
    return f"Answers of {who} that got a code: {listed(said)}.{silent}"


def coded_sentence(coded: CodedData) -> str:
    """The largest reasons with intervals (of each subject the largest), then the coverage."""
    mark = f" {SIMULATED}" if coded.simulated else ""
    return f"{reasons_line(coded)} {coverage_line(coded)}{mark}".strip()


def reasons_line(coded: CodedData) -> str:
    """The three largest reasons; where there are several subjects, the largest of each."""
    shares = coded.shares
    rows = [row_of(shares, i) for i in range(len(shares))]
    groups = list(dict.fromkeys(shares.keys))
    parts = []
    for keys in groups:
        own = [r for r, k in zip(rows, shares.keys, strict=True) if k == keys]
        own = [r for r in own if value_of(r, "estimate") is not None and r["level"] != coded.rules.other]
        own = sorted(own, key=lambda r: -float(r["estimate"]))[: 3 if len(groups) == 1 else 1]
        if own:
            about = ", ".join(d.label_of(k) for d, k in zip(shares.dims, keys, strict=True))
            parts.append(f"{f'{in_sentence(about)} ' if about else ''}{listed([_share(r) for r in own])}")
    name = in_sentence(shares.topic.short or coded.question)
    return f"Largest shares of {name}: {'; '.join(parts)}." if parts else ""


def _share(row: dict[str, object]) -> str:
    low, high = value_of(row, "conf_low"), value_of(row, "conf_high")
    span = f" ({percent_interval(low, high)})" if low is not None and high is not None else ""
    return f"“{row['level']}” {percent(float(str(row['estimate'])))}{span}"


def frame_line(coded: CodedData) -> str:
    """How answers became codes, in a sentence or two."""
    rules = coded.rules
    denied = (
        f" A keyword up to {rules.window} words after a negator in the same clause does not count."
        if rules.window
        else ""
    )
    return (
        f"Coded by the keyword frame “{coded.frame}” of the study file: {counted(len(rules.codes), 'code')}, several an answer; whole "
        f"words, lower case, accents removed.{denied} Base: those who said something."
    )


def explain_coded(coded: CodedData) -> str:
    """How the answers were coded, what the shares are of, and how quotes are chosen."""
    rules = coded.rules
    yields = [f"{k} to {', '.join(c.yields_to)}" for k, c in rules.codes.items() if c.yields_to]
    lines = [
        f"Open question '{coded.question}' coded by frame '{coded.frame}'.",
        f"  Codes       {len(rules.codes)}; an answer may get several, or none ('{rules.other}').",
        "  Keywords    whole words on text in lower case without accents; * for any ending; patterns are regular expressions.",
        f"  Negation    a negator up to {rules.window} words before, in the same clause, takes the keyword away"
        f" ({', '.join(rules.negators)}, and ...n't)."
        if rules.window
        else "  Negation    not looked for.",
        f"  Precedence  {'; '.join(yields) or 'none: codes do not exclude each other'}.",
        f"  Nothing     whole answers that say nothing leave the base as 'don't know': {', '.join(rules.nothing) or 'none declared'}.",
        "  Share       p = sum(w y) / sum(w x); x = 1 for answers that say something, y = 1 with the code.",
        variance_lines(coded.provenance.variance)[0],
        f"  {RULE.replace('Quotes:', 'Quotes     ', 1)}",
    ]
    if coded.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)


def quote_lines(quotes: list[dict[str, object]]) -> list[str]:
    """Quotes, each with its code."""
    return [f"“{q['quote']}” ({in_sentence(str(q['label']))})" for q in quotes]

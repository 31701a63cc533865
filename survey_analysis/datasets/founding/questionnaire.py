"""`questionnaire.md`: full wording, codes, routing, bases and the definitions shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from survey_analysis.datasets.founding import wording

_CODED = "| code | label |\n| --- | --- |\n"

_BASES = {
    "Received": "All rows received",
    "Screened": "Consumers who were screened (sample 1, answered `S6`, screen-outs included)",
    "Recipients": "Consumers who received a recommendation from at least one of the four sources in the past 12 months",
    "Members": "Members of the influencer network (sample 2)",
    "Control": "Control sample of the access panels (sample 3)",
}

_HEAD = """\
# Questionnaire of the simulated founding study

**Simulated data. No people were surveyed.** The records were drawn by a program (see `PROVENANCE.md`); this is the
questionnaire they would have answered. Every row has `simulated` = 1.

## Samples (`sample`)

| code | sample | who | weighting |
| --- | --- | --- | --- |
| 1 | Consumers | opt-in, two access panels (`provider` A, B), quotas on age and sex loosely held | rake all screened to `targets.csv`; recipients are a domain |
| 2 | Influencer network | random sample of a member list (members joined by choice), equal numbers in each of 12 categories | post-stratify to `targets_list.csv` (category by tenure) |
| 3 | Control | opt-in, the same panels | rake to `targets.csv` |

The samples are three populations; no estimate may pool them.

## How answers are exported

- Three header rows: column names, wording, import ids. UTF-8 with byte-order mark.
- Single answers are numeric codes. Multiple answers are the label of the option, or empty when not ticked.
- Missing: `98` don't know, `99` prefer not to answer (both only where listed below), `-99` seen and left blank,
  empty = not asked or not reached. In the counts `Q30` and `Q31` only `-99` and empty are missing.
- `Status` 1 is a preview of the survey; `Finished` 0 is a break-off. Dates are UTC.

## Bases
"""

_ORDER = """
## Order of the questions and routing

1. Consent (`Q0_consent`; 2 ends), country (`S0_country`; 2 ends), age (`S1_age`; under 18 ends), sex, education,
   region, income. Then the quota check: `quota` = "full" ends.
2. Sample 1: the definitions of the four sources are shown, then `S6`. "None of these" ends (screened out).
3. Sample 1: the loop. Each source received is rated, in random order (`order_src`, source numbers joined by
   semicolons); whoever received all four rates three of them, drawn at random (`pi_loop` = 0.75, else 1). A share of one
   source is weighted by 1/`pi_loop` = 4/3 for these people, a pair of sources by 2, three sources by 4. Each loop asks `Q20`,
   then the twelve items of `Q21` in random order (`order_itm`, the same in every loop), then `Q22`. Columns begin with the number of
   the source: `1_` micro-influencer, `2_` average consumer, `3_` celebrity, `4_` brand advocate.
4. Sample 1: the attention check `Q23_check` (code 2 passes).
5. Sample 2 is asked `Q30` for its own category (`category`) only, sample 3 for all twelve; then both `Q31` and `Q32`.
   `Q31_f2f`, `Q31_work` and `Q31_buy` are asked when `Q31_rec` is 1 or more, and are at most `Q31_rec`.

## Definitions shown (`def_shown` = 1), once, before `S6` and again before the ratings
"""

_CONSTRUCTS = """
## Constructs

| construct | items | note |
| --- | --- | --- |
| credibility | `Q21_1` to `Q21_3` | `Q21_1` is double-barrelled, as published |
| knowledge | `Q21_4` to `Q21_6` | |
| explanation | `Q21_7`, `Q21_8` | two items: Spearman-Brown, not alpha |
| trustworthiness | `Q21_9` to `Q21_12` | `Q21_12` is reversed |

Favourable answers (top 2): 4 and 5 of `Q20` and `Q21`; for `Q21_12` agreement is unfavourable.

## Derived groups used for weighting

| margin | from | groups |
| --- | --- | --- |
| age | `S1_age` | 18-34, 35-54, 55+ |
| sex | `S2_sex` | Woman, Man; "In another way" and "Prefer not to say" have no target and keep factor 1 on this margin |
| education | `S3_edu` | High school or less (1, 2), Some college (3, 4), Degree (5, 6) |
| region | `S4_region` | Northeast, Midwest, South, West; nobody answered 5 (`targets_empty_cell.csv` has a target for it: a lesson) |

## Columns that are personal data in a real export

`IPAddress`, `RecipientEmail`, `LocationLatitude`, `LocationLongitude`: here documentation addresses, `example.org` and
random points; to be dropped at reading. `panel_id` and `ResponseId` identify records.

## Known faults of the export

- For provider B the export of 7 and 8 November reversed `Q20` (5 = not at all likely ... 1 = extremely likely). The fault is
  to be found by a direction check and repaired in the study file (6 minus the answer).
- `S1_age` was typed: "34 years", full-width digits and years of birth (field year 2016) occur. Items hold a few "5 " and a few 6
  (no such answer); the counts `Q30` hold "2,5" (decimal comma) and 999 (filler).
- Open answers hold text that must stay inert.
"""


def questionnaire() -> bytes:
    """The questionnaire as Markdown."""
    parts = [_HEAD, "\n".join(f"- **{name}**: {text}." for name, text in _BASES.items())]
    parts += [f"- **Raters of source {s}**: {_base(s)}." for s in range(1, 5)]
    parts += [
        _ORDER,
        *_definitions(),
        "\n## Scales\n",
        *_scales(),
        "\n## Columns\n",
        *_columns(),
        _CONSTRUCTS,
    ]
    return ("\n".join(parts).strip() + "\n").encode()


def _base(s: int) -> str:
    return (
        f"Received a recommendation from {wording.SOURCE_PHRASES[s - 1]} in the past 12 months and rated it"
    )


def _definitions() -> Iterator[str]:
    for label, text in zip(wording.SOURCE_LABELS, wording.DEFINITIONS, strict=True):
        yield f"- **{label}**: {text}."


def _scales() -> Iterator[str]:
    yield f"### Likelihood (`Q20`)\n\n{_table(wording.LIKELY)}\n"
    yield f"### Agreement (`Q21`)\n\n{_table(wording.AGREE)}\n"
    yield f"### Attention check (`Q23_check`; 2 passes)\n\n{_table(wording.CHECK)}\n"
    for name, codes in wording.CODES.items():
        yield f"### `{name}`\n\n{_table(codes)}\n"


def _table(codes: Mapping[int, str]) -> str:
    return _CODED + "\n".join(f"| {code} | {label} |" for code, label in codes.items())


def _columns() -> Iterator[str]:
    yield "| column | asked of | wording | values |\n| --- | --- | --- | --- |"
    for column in wording.COLUMNS:
        text = column.wording.replace("|", "\\|")
        yield f"| `{column.name}` | {_asked(column)} | {text} | {_values(column.name)} |"


def _asked(column: wording.Column) -> str:
    if column.block == "loop":
        return f"Raters of source {column.name[0]}"
    if column.name == "S6_none" or column.name.startswith("S6_"):
        return "Screened"
    if column.block == "after" or column.name in {"order_src", "order_itm", "pi_loop", "def_shown"}:
        return "Recipients"
    if column.name.startswith("Q30"):
        number = int(column.name[4:])
        return f"Control; Members of category {number}"
    if column.block == "conversation":
        return "Members and Control"
    if column.name in {"provider", "panel_id"}:
        return "Samples 1 and 3"
    return "Members" if column.name in {"category", "tenure"} else "Received"


def _values(name: str) -> str:
    if name in wording.CODES:
        return "codes above"
    if name.endswith("Q20"):
        return "likelihood 1-5, 98, 99, -99"
    if "_Q21_" in name:
        return "agreement 1-5, 98, 99, -99" + ("; reversed" if name.endswith("_12") else "")
    if name == "Q23_check":
        return "agreement 1-5"
    if name.endswith("_Q22"):
        return "text, -99"
    if name.startswith(("S6_", "Q32_")):
        return "text" if name.endswith("TEXT") else "label or empty"
    if name.startswith("Q31_"):
        return "0-5, -99"
    if name.startswith("Q30_"):
        return "count, -99"
    return {"S1_age": "18-94, typed", "def_shown": "1", "simulated": "1", "quota": "full or empty"}.get(
        name, ""
    )

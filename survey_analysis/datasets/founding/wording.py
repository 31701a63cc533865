"""The questionnaire: every column of the export in order, its full wording, its codes.

One table feeds the header rows of the export, `questionnaire.md` and the order in which questions
are asked (and so what a break-off leaves empty).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from survey_analysis.datasets.founding import parameters as p

SOURCE_LABELS: Final = ("Micro-influencer", "Average consumer", "Celebrity", "Brand advocate")
SOURCE_PHRASES: Final = ("a micro-influencer", "an average consumer", "a celebrity", "a brand advocate")
_MICRO_DEFINITION: Final = (
    "someone, not a celebrity, who works in or is passionate about a product category and whose advice "
    "others follow"
)
DEFINITIONS: Final = (
    _MICRO_DEFINITION,
    "someone like yourself or those you know, who buys such products and has no special role in the category",
    "someone widely known to the public, such as an actor, an athlete or a musician",
    "someone who is a fan of one brand and speaks up for it without being paid",
)
ITEMS: Final = (
    "is credible and believable",
    "gives accurate information",
    "can be relied on for facts",
    "is knowledgeable about the product",
    "is an expert in the category",
    "is experienced with such products",
    "is good at explaining how the product works or could be used",
    "answers questions clearly",
    "is honest",
    "has my interests at heart",
    "recommends only what they would use themselves",
    "just wants to sell me something",
)
LIKELY: Final = MappingProxyType(
    {
        1: "Not at all likely",
        2: "Not very likely",
        3: "Somewhat likely",
        4: "Very likely",
        5: "Extremely likely",
        98: "Don't know",
        99: "Prefer not to answer",
    }
)
AGREE: Final = MappingProxyType(
    {
        1: "Strongly disagree",
        2: "Somewhat disagree",
        3: "Neither agree nor disagree",
        4: "Somewhat agree",
        5: "Strongly agree",
        98: "Don't know",
        99: "Prefer not to answer",
    }
)
CHECK: Final = MappingProxyType({k: v for k, v in AGREE.items() if k <= 5})
CODES: Final = MappingProxyType(
    {
        "Status": {0: "IP Address (an ordinary response)", 1: "Survey Preview"},
        "Finished": {0: "False", 1: "True"},
        "Q0_consent": {1: "Yes, I agree to take part", 2: "No"},
        "S0_country": {1: "United States", 2: "Another country"},
        "S2_sex": {1: "Woman", 2: "Man", 3: "In another way", 99: "Prefer not to say"},
        "S3_edu": {
            1: "Less than high school",
            2: "High school diploma or equivalent",
            3: "Some college, no degree",
            4: "Associate degree",
            5: "Bachelor's degree",
            6: "Graduate or professional degree",
        },
        "S4_region": {1: "Northeast", 2: "Midwest", 3: "South", 4: "West", 5: "Territories"},
        "S5_income": {
            1: "Under $15,000",
            2: "$15,000 to $29,999",
            3: "$30,000 to $44,999",
            4: "$45,000 to $64,999",
            5: "$65,000 to $89,999",
            6: "$90,000 to $129,999",
            7: "$130,000 to $199,999",
            8: "$200,000 or more",
            98: "Don't know",
            99: "Prefer not to answer",
        },
        "sample": {1: "Consumers", 2: "Influencer network", 3: "Control"},
        "category": dict(enumerate(p.CATEGORIES, start=1)),
        "tenure": {1: "Under two years", 2: "Two years or more"},
    }
)
CHANNEL_LABELS: Final = (
    "Friends or family",
    "Brands' own websites",
    "Social media",
    "Trade events or product training",
    "Online reviews",
    "Magazines or blogs",
    "Other (please specify)",
)
NONE_LABEL: Final = "None of these"
EVENT_WORDING: Final = MappingProxyType(
    {
        "rec": "Think of your last recommendations of something to buy, up to five. How many can you recall?",
        "f2f": "Of these recommendations, how many were made face to face?",
        "work": "Of these recommendations, how many were made at work?",
        "buy": 'Of these recommendations, in how many did you say "buy it or try it"?',
    }
)

Block = Literal["platform", "screener", "loop", "after", "conversation", "timing", "embedded"]


@dataclass(frozen=True)
class Column:
    """One column of the export."""

    name: str
    wording: str
    import_id: str
    block: Block


def _platform() -> list[Column]:
    named = {
        "StartDate": ("Start Date", "startDate"),
        "EndDate": ("End Date", "endDate"),
        "Status": ("Response Type", "status"),
        "IPAddress": ("IP Address", "ipAddress"),
        "Progress": ("Progress", "progress"),
        "Duration (in seconds)": ("Duration (in seconds)", "duration"),
        "Finished": ("Finished", "finished"),
        "RecordedDate": ("Recorded Date", "recordedDate"),
        "ResponseId": ("Response ID", "_recordId"),
        "RecipientEmail": ("Recipient Email", "recipientEmail"),
        "LocationLatitude": ("Location Latitude", "locationLatitude"),
        "LocationLongitude": ("Location Longitude", "locationLongitude"),
        "DistributionChannel": ("Distribution Channel", "distributionChannel"),
        "UserLanguage": ("User Language", "userLanguage"),
        "Q_RecaptchaScore": ("Q_RecaptchaScore", "Q_RecaptchaScore"),
        "Q_RelevantIDDuplicateScore": ("Q_RelevantIDDuplicateScore", "Q_RelevantIDDuplicateScore"),
    }
    return [Column(name, text, code, "platform") for name, (text, code) in named.items()]


def _screener() -> list[Column]:
    received = (
        "In the past 12 months, did any of these recommend a product to you? Please select all that apply."
    )
    asked = {
        "Q0_consent": ("This study is about product recommendations. Do you agree to take part?", "QID1"),
        "S0_country": ("In which country do you live?", "QID2"),
        "S1_age": ("How old are you?", "QID3_TEXT"),
        "S2_sex": ("Do you describe yourself as ...", "QID4"),
        "S3_edu": ("What is the highest level of school you have completed?", "QID5"),
        "S4_region": ("In which state do you live? (netted to region)", "QID6"),
        "S5_income": ("What was your total household income last year, before taxes?", "QID7"),
    }
    columns = [Column(name, text, code, "screener") for name, (text, code) in asked.items()]
    for s, label in enumerate(SOURCE_LABELS, start=1):
        columns.append(Column(f"S6_recv_{s}", f"{received} - {label}", f"QID8_{s}", "screener"))
    return [*columns, Column("S6_none", f"{received} - {NONE_LABEL}", "QID8_5", "screener")]


def _loop(s: int) -> list[Column]:
    phrase = SOURCE_PHRASES[s - 1]
    follow = f"How likely are you to follow a recommendation about what to buy from {phrase}?"
    columns = [Column(f"{s}_Q20", follow, f"{s}_QID20", "loop")]
    stem = f"How much do you agree or disagree? {phrase[0].upper()}{phrase[1:]} ..."
    for j, item in enumerate(ITEMS, start=1):
        columns.append(Column(f"{s}_Q21_{j}", f"{stem} - {item}", f"{s}_QID21_{j}", "loop"))
    why = f"Why would you, or would you not, follow a recommendation from {phrase}?"
    return [*columns, Column(f"{s}_Q22", why, f"{s}_QID22_TEXT", "loop")]


def _conversation() -> list[Column]:
    columns = []
    for c, category in enumerate(p.CATEGORIES, start=1):
        text = f"In the past 7 days, how many times did you recommend something to buy in {category.lower()}?"
        columns.append(Column(f"Q30_{c:02d}", text, f"QID30_{c}_TEXT", "conversation"))
    for i, (event, text) in enumerate(EVENT_WORDING.items(), start=1):
        columns.append(Column(f"Q31_{event}", text, f"QID31_{i}_TEXT", "conversation"))
    stem = "Where do you find out about brands? Please select all that apply."
    for c, label in enumerate(CHANNEL_LABELS, start=1):
        columns.append(Column(f"Q32_{c}", f"{stem} - {label}", f"QID32_{c}", "conversation"))
    return [
        *columns,
        Column("Q32_7_TEXT", f"{stem} - {CHANNEL_LABELS[-1]} - Text", "QID32_7_TEXT", "conversation"),
    ]


def _rest() -> list[Column]:
    timing = {
        "t_screen": "Timing, screening page - Page Submit (seconds)",
        "t_loop1": "Timing, first source rated - Page Submit (seconds)",
        "t_loop2": "Timing, second source rated - Page Submit (seconds)",
        "t_loop3": "Timing, third source rated - Page Submit (seconds)",
        "t_total": "Timing, all pages (seconds)",
    }
    embedded = {
        "sample": "Sample",
        "provider": "Panel provider",
        "panel_id": "Panel member id",
        "category": "Own category on the member list",
        "tenure": "Time on the member list",
        "quota": "Quota status",
        "order_src": "Order in which the sources were rated",
        "order_itm": "Order in which the items of the grid were shown",
        "pi_loop": "Probability that a source received was rated",
        "def_shown": "Version of the definitions of the sources shown before the ratings",
        "simulated": "Simulated record",
    }
    columns = [Column(name, text, f"QID90_{name}", "timing") for name, text in timing.items()]
    return columns + [Column(name, text, name, "embedded") for name, text in embedded.items()]


def all_columns() -> tuple[Column, ...]:
    """Every column of the export, in order."""
    check = 'This is to check the page: please choose "Somewhat disagree" here.'
    loops = [column for s in range(1, 5) for column in _loop(s)]
    middle = [*loops, Column("Q23_check", check, "QID23", "after"), *_conversation()]
    return (*_platform(), *_screener(), *middle, *_rest())


COLUMNS: Final = all_columns()
NAMES: Final = tuple(column.name for column in COLUMNS)


def import_row() -> list[str]:
    """Third header row: a small JSON object a column, dates with their time zone."""
    row = []
    for column in COLUMNS:
        fact = {"ImportId": column.import_id}
        if column.name in {"StartDate", "EndDate", "RecordedDate"}:
            fact["timeZone"] = "UTC"
        row.append(json.dumps(fact, separators=(",", ":")))
    return row

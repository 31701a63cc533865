"""Every population parameter of the simulated founding study: nothing here was tuned on a sample.

`PUBLISHED` values come from print; the rest is assumed or free and is listed as such in
PROVENANCE.md. `MU` was printed once by `calibrate.py` and is constant since.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

# A date, written down before calibration began: the first simulated field day. Never changed.
SEED: Final = 20161107
FIRST_DAY: Final = "2016-11-07"
FIELD_DAYS: Final = 12
FIELD_YEAR: Final = 2016

SOURCES: Final = ("micro", "average", "celebrity", "advocate")
N_ITEMS: Final = 12
CONSTRUCTS: Final = MappingProxyType(
    {
        "credibility": (1, 2, 3),
        "knowledge": (4, 5, 6),
        "explanation": (7, 8),
        "trustworthiness": (9, 10, 11, 12),
    }
)
CONSTRUCT_OF_ITEM: Final = (0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 3)
FIRST_ITEM_OF: Final = (0, 0, 0, 3, 3, 3, 6, 6, 8, 8, 8, 8)
ITEM_SHIFT: Final = (0.0, -0.12, -0.24, 0.0, -0.12, -0.24, 0.0, -0.12, 0.0, -0.12, -0.24, 0.0)
# Scalar non-invariance of the reversed item, to be found: latent shift by source.
REVERSED_SHIFT: Final = (-0.25, 0.0, -0.50, 0.0)

# --- demographics: shares in the sample (opt-in, quotas loosely held) and in the population (targets)
AGE_SAMPLE: Final = (0.44, 0.37, 0.19)
SEX_SAMPLE: Final = (0.615, 0.374, 0.007, 0.004)  # woman, man, in another way, prefer not to say
EDUCATION_SAMPLE: Final = (0.22, 0.31, 0.47)
REGION_SAMPLE: Final = (0.19, 0.24, 0.34, 0.23)
AGE_TARGET: Final = (0.30, 0.33, 0.37)
SEX_TARGET: Final = (0.51, 0.49)
EDUCATION_TARGET: Final = (0.38, 0.30, 0.32)
REGION_TARGET: Final = (0.18, 0.21, 0.37, 0.24)
EDUCATION_WITHIN: Final = ((0.18, 0.82), (0.64, 0.36), (0.63, 0.37))  # six answers, netted to three
INCOME_SAMPLE: Final = (0.10, 0.13, 0.14, 0.15, 0.13, 0.11, 0.08, 0.05, 0.02, 0.09)  # 1-8, 98, 99
PROVIDER_SHARE: Final = (0.60, 0.40)  # A, B

# --- the model of section 7 of the design
RECEIVE_P: Final = (0.46, 0.72, 0.26, 0.30)
RECEIVE_SCALE: Final = 1.15
RECEIVE_ACTIVITY: Final = 0.45
RECEIVE_TRUST: Final = (0.25, 0.08, 0.18, 0.20)
RECEIVE_AGE: Final = (0.30, 0.0, 0.30, 0.0)
RECEIVE_NOISE: Final = 0.80
GENERAL_SHARE: Final = 0.70
CONSTRUCT_LOADING: Final = 0.85
AGE_EFFECT: Final = 0.28
AGE_SIGN: Final = (1.0, -0.25, 1.0, -0.25)
WOMAN_EFFECT: Final = 0.08
DEGREE_EFFECT: Final = -0.10
ITEM_LOADING: Final = 0.80
ITEM_PERSON: Final = 0.35
FOLLOW_LOADING: Final = 0.72
FOLLOW_PERSON: Final = 0.42
CUTS: Final = (-1.6, -0.9, 0.0, 0.9)
FIRST_RATED: Final = 0.06
MOST_RATED: Final = 3
UNIFORM_RATER: Final = 0.01  # legitimate: eleven equal answers and the reversed item to match

# Own-base top-2 shares in the population; micro, average, celebrity, advocate.
TOP2: Final = MappingProxyType(
    {
        "Q20": (0.82, 0.73, 0.41, 0.70),
        "Q21_1": (0.94, 0.83, 0.48, 0.79),
        "Q21_4": (0.94, 0.84, 0.45, 0.82),
        "Q21_7": (0.92, 0.85, 0.50, 0.80),
        "Q21_9": (0.85, 0.80, 0.35, 0.66),
    }
)
# Printed by calibrate.py: latent intercepts of the follow item and of the first item of each construct.
MU: Final = MappingProxyType(
    {
        "Q20": (0.7221, 0.5414, -0.4775, 0.3238),
        "Q21_1": (1.3784, 0.8841, -0.2896, 0.6158),
        "Q21_4": (1.3787, 0.9252, -0.3663, 0.7252),
        "Q21_7": (1.2251, 0.9678, -0.2385, 0.6496),
        "Q21_9": (0.8509, 0.7703, -0.6343, 0.2179),
    }
)

# --- conversations
CATEGORIES: Final = (
    "Outdoor gear",
    "Running",
    "Skincare",
    "Electronics",
    "Footwear",
    "Pet food",
    "Baby",
    "Travel gear",
    "Beverages",
    "Cleaning",
    "Snacks",
    "Books",
)
CONTROL_MEAN: Final = (0.26, 0.28, 0.30, 0.34, 0.38, 0.45, 0.55, 0.70, 0.90, 1.1, 1.2, 1.4)
TRUE_RATIO: Final = (20.0, 19.5, 19.0, 18.0, 16.0, 13.0, 10.0, 8.0, 7.0, 6.0, 5.0, 4.0)
CONTROL_K: Final = 0.20
INFLUENCER_K: Final = 0.70
PERSON_CORRELATION: Final = 0.25  # of the normal scores behind one person's twelve counts
HEAPING: Final = 0.02
RECENT: Final = MappingProxyType(  # reported number of last recommendations, 0 to 5, before the floor
    {2: (0.02, 0.04, 0.07, 0.12, 0.15, 0.60), 3: (0.22, 0.16, 0.16, 0.14, 0.10, 0.22)}
)
EVENTS: Final = ("f2f", "work", "buy")
EVENT_SHARE: Final = MappingProxyType({2: (0.87, 0.53, 0.74), 3: (0.78, 0.19, 0.66)})
EVENT_CONCENTRATION: Final = 4.0  # a + b of the beta distribution of personal probabilities
EVENT_SLOPE: Final = 0.02  # per recommendation reported: a mean of personal shares is another number
# Printed by calibrate.py: E r^2 / E r, so that the slope leaves the ratio of totals where it is.
EVENT_CENTRE: Final = MappingProxyType({2: 4.75, 3: 4.5554})
CHANNELS: Final = MappingProxyType(
    {2: (0.15, 0.58, 0.49, 0.44, 0.33, 0.37, 0.04), 3: (0.26, 0.41, 0.46, 0.07, 0.52, 0.21, 0.03)}
)
TENURE_SAMPLE: Final = (0.40, 0.60)
# Members on the list: under two years, two years or more.
LIST_COUNTS: Final = (
    (4210, 3105),
    (3876, 2941),
    (5120, 3388),
    (3342, 2765),
    (2987, 2410),
    (2654, 2032),
    (2210, 1387),
    (1985, 1604),
    (2875, 2190),
    (1432, 1118),
    (2390, 1755),
    (1876, 1690),
)

# --- rows received
RECEIVED: Final = MappingProxyType({1: 8300, 2: 2040, 3: 1380})
PREVIEWS: Final = MappingProxyType({1: 12, 2: 3, 3: 3})
# Same panel id; same address and nearly equal answers.
DUPLICATES: Final = MappingProxyType({1: (61, 39), 2: (0, 24), 3: (10, 7)})
HOUSEHOLDS: Final = 40
NO_CONSENT: Final = 0.012
UNDER_AGE: Final = 0.008
OUTSIDE: Final = 0.006
QUOTA_FULL: Final = 0.025
BREAK_OFF: Final = 0.045  # of those who started
BREAK_OFF_LATE: Final = 0.60  # of these: in a loop, or among the conversation questions

# --- careless answering, as shares of recipients; three times as frequent in provider B
CARELESS: Final = MappingProxyType(
    {"speeder": 0.030, "straight_liner": 0.022, "yes_sayer": 0.030, "gibberish": 0.012, "pasted": 0.008}
)
CARELESS_IN_B: Final = 3.0
CARELESS_ANSWERS: Final = (0.07, 0.12, 0.26, 0.34, 0.21)
STRAIGHT_VALUE: Final = (0.12, 0.18, 0.15, 0.35, 0.20)
FAILS_CHECK: Final = MappingProxyType(
    {"": 0.02, "speeder": 0.50, "straight_liner": 0.62, "yes_sayer": 0.0, "gibberish": 0.60, "pasted": 0.60}
)
IS_FAST: Final = MappingProxyType({"speeder": 1.0, "straight_liner": 0.5, "gibberish": 0.4, "pasted": 0.25})
LOW_CAPTCHA: Final = MappingProxyType(
    {"": 0.012, "speeder": 0.05, "straight_liner": 0.20, "yes_sayer": 0.02, "gibberish": 0.25, "pasted": 0.25}
)
YES_SAYER_PASTES: Final = 0.60
OPEN_END: Final = 0.40

# --- missing answers, per rating
DONT_KNOW: Final = (0.015, 0.015, 0.030, 0.015)
REFUSED: Final = 0.004
SEEN_BLANK: Final = 0.008

# --- planted cells and rows
STRAY: Final = MappingProxyType(
    {
        "six_on_five": 12,
        "age_with_years": 9,
        "full_width_age": 2,
        "trailing_space": 15,
        "decimal_comma": 4,
        "count_999": 6,
        "year_of_birth": 5,
    }
)
REVERSED_ROWS: Final = 210

# --- page times in seconds
SCREEN_SECONDS: Final = 40.0
LOOP_SECONDS: Final = 55.0
CONVERSATION_SECONDS: Final = MappingProxyType({1: 0.0, 2: 60.0, 3: 110.0})
PERSON_SIGMA: Final = 0.35
PAGE_SIGMA: Final = 0.2828  # with the person's: .45 a page

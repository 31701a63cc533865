"""`PROVENANCE.md`: what is published, assumed and free, which choices were made, what the generator gives."""

from __future__ import annotations

from collections.abc import Iterator

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.population import conversation_parameters
from survey_analysis.datasets.founding.truth import expectations, truth

_HEAD = """\
# Provenance of the simulated founding study

**Simulated data. No people were surveyed.** All records were drawn by `survey_analysis.datasets.founding`; nothing
here is evidence about any population. Agreement with a published figure is by construction and is no evidence.

- **Seed of these files**: {seed}{note}
- **Random numbers**: PCG64, one stream a purpose, uniform numbers only; every other distribution is an inverse
  transform. Same seed, same bytes, in any process, folder, time zone and language.
- **Field**: {days} simulated days from {first}.
- **Rebuild**: `generate.write(folder)`. Constants: `python -m survey_analysis.datasets.founding.calibrate mu`, then
  `... calibrate truth`; table below: `... expectations`.

## The study behind it

Percentages about recommendations by "micro-influencers" were published in 2016 (Jonah Berger with the Keller Fay Group, funded by
Experticity). Respondent data, question wording, scales, weighting and bases were not. The questionnaire,
the samples and everything not listed as published are ours.

| figure | value | status |
| --- | --- | --- |
| would follow (top 2 of 5), micro / average | .82 / .73 | published (the top-2 rule is assumed) |
| credible and believable, micro / average | .94 / .83 | published |
| knowledgeable, micro / average | .94 / .84 | published |
| explains well, micro / average | .92 / .85 | .92 published; .85 assumed (the figure for the average person is probably published, but was not read) |
| honest, micro / average | .85 / .80 | assumed |
| celebrity: follow, credible, knowledgeable, explains, honest | .41 .48 .45 .50 .35 | assumed |
| brand advocate: the same | .70 .79 .82 .80 .66 | assumed |
| of recommendations: face to face, at work, "buy it or try it" | .87/.78, .53/.19, .74/.66 | published |
| brand information through friends and family | .15 / .26 | published |
| largest ratio of weekly recommendations | 20 (true) | assumed; print says "up to 22.2", a largest estimate |

## Free choices

- Second and later items of a construct lie .12 and .24 below the first (latent). `Q21_12` is drawn like `Q21_9` in the
  direction of trust, shifted by -.5 (celebrity) and -.25 (micro), and exported as 6 minus the answer.
- The first source rated gains .06 SD, on every question. Item order has no effect.
- One recipient in a hundred is a legitimate uniform rater: eleven answers equal to the first item's, the reversed one to match.
- Age is typed: even within 18-34 and 35-54, thinning out from 55 to 94. Education within the nets: {within}.
- Income does not depend on anything; 9% refuse. Region has a fifth answer, "Territories", that nobody gave.
- Conversations: negative binomial, k {ki} (influencers) and {kc} (control); normal scores behind a person's twelve counts
  correlate {rho}; {heap} of counts are said as 5, 10 or 20. Counts do not depend on demographics or tenure.
- Recommendations told (0 to 5): at least those of the week, up to five. Face to face, work and "buy it" are beta-binomial
  (a + b = {conc}); the personal mean rises by {slope} for each recommendation told, around a centre that leaves the
  ratio of totals at its population value, so that a mean of personal shares is another number.
- Other brand information (influencers / control): {channels}.
- Tenure on the list: {tenure} of the sample have two years or more; list counts are invented.
- Why (`Q22`): nine reasons by source, six for (`Q20` 4 or 5) and three against; 40% answer; six in a hundred answers are a word or two.

## The mess: decisions where the design left room

- Rates of previews, consent, age, country and quota are exact shares of the rows received, in each sample. Break-offs are a share of
  those who started; 60% of them leave in a loop (sample 1) or among the conversation questions (samples 2 and 3).
- Careless answering (speeders, straight-liners, yes-sayers, gibberish, pasted) is planted among sample 1's recipients who reached the end, as
  exact shares of them, at three times the odds in provider B; the kinds exclude each other. Samples 2 and 3 have no grid, no
  loop and no check, and only natural variation in speed.
- Careless answers other than straight-lining and yes-saying: shares {careless} of codes 1 to 5. Of the check, 55% of speeders, straight-liners and people with
  bad open ends fail on average (yes-sayers pass).
- Half of the straight-liners and some with bad open ends are also fast; page times have sigma .45, of which .35 belongs to the person.
- How easily the careless are found (the check, platform flags, speed), the share of careless answers by code and the rows received were set with a look at
  seeds {seed} and 1, so that two of four flag families catch 50-70% of speeders and yes-sayers and about 6,100 recipients are kept. These are the only
  numbers set that way; nothing in the model of the good answers was.
- Duplicates: 1.2% of rows. Half repeat a `panel_id` from another address, 30% of ratings moved by one. The other half repeat the address
  under another `panel_id`, one rating changed. Sample 2 has no `panel_id`, so its duplicates are of the second kind. Originals
  are good, complete and earlier.
- Addresses: the three IPv4 documentation ranges hold 762 addresses, fewer than rows. They go to the 40 households,
  to originals with an address duplicate and to others once each; everybody else has a unique address of 2001:db8::/32 (documentation).
- `Q20` reversal: provider B starts slowly, so that exactly {reversed} of its rows with an answer fall into days 1 and 2.
- Don't know, refused and blank hit the ratings independently of the answer; counts have only -99, since 98 could be a count.
- Not reached is empty, as not asked; a question seen and left is -99, open ends included.
- Stray codes and hostile texts lie in rows of good respondents, one a row. "2,5" replaces a count of 2.

"""


def provenance(seed: int = p.SEED) -> str:
    """The whole file."""
    shipped = seed == p.SEED
    note = (
        ", a date, written down before calibration began and not changed since"
        if shipped
        else " (not the shipped study)"
    )
    head = _HEAD.format(
        seed=seed,
        note=note,
        days=p.FIELD_DAYS,
        first=p.FIRST_DAY,
        within="; ".join(f"{a:.0%} / {b:.0%}" for a, b in p.EDUCATION_WITHIN),
        ki=p.INFLUENCER_K,
        kc=p.CONTROL_K,
        rho=p.PERSON_CORRELATION,
        heap=f"{p.HEAPING:.0%}",
        conc=p.EVENT_CONCENTRATION,
        slope=p.EVENT_SLOPE,
        channels=", ".join(
            f"{a:.2f}/{b:.2f}" for a, b in list(zip(p.CHANNELS[2], p.CHANNELS[3], strict=True))[1:]
        ),
        tenure=f"{p.TENURE_SAMPLE[1]:.0%}",
        careless=" ".join(f"{share:.2f}" for share in p.CARELESS_ANSWERS),
        reversed=p.REVERSED_ROWS,
    )
    return head + "\n".join([*_population(), *_conversations(), *_table(shipped)]) + "\n"


def _population() -> Iterator[str]:
    yield "## Population values\n"
    yield "Own base: everyone a source reached and who rated it. Found in twelve million simulated people drawn from the targets, in another"
    yield "stream than the one used to set the intercepts (Monte-Carlo standard error below .0003).\n"
    yield "| source | intercepts: follow, credible, knows, explains, honest | follow | credible | knows | explains | honest | received |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    found = truth()
    for s, source in enumerate(p.SOURCES):
        own = found["own"][source]
        mu = " ".join(f"{values[s]:.4f}" for values in p.MU.values())
        shares = " | ".join(f"{own[question]:.4f}" for question in p.TOP2)
        yield f"| {source} | {mu} | {shares} | {found['received'][source]:.4f} |"
    pair = found["same_people"]["micro-average"]
    yield (
        "\nSame people, micro minus average: "
        + ", ".join(
            f"{question} {pair[question]['difference']:.4f} ({pair[question]['first']:.4f} against {pair[question]['second']:.4f})"
            for question in p.TOP2
        )
        + f". Received none of the four: {found['none']:.4f}.\n"
    )


def _conversations() -> Iterator[str]:
    yield "Weekly counts as reported (exact, heaping included):\n"
    yield "| category | influencers | control | ratio |\n| --- | --- | --- | --- |"
    for category, values in conversation_parameters().items():
        yield f"| {category} | {values['influencers']:.3f} | {values['control']:.3f} | {values['ratio']:.2f} |"


def _table(shipped: bool) -> Iterator[str]:
    yield "\n## What perfectly cleaned data give, over seeds\n"
    yield "Computed from the generator by `expectations.py`: seeds 1 to 100, good rows only, raked to `targets.csv` (cap 5), own bases with"
    yield 'loop weights. Written after calibration; no constant was changed because of it. "Raw" lines use every answer received, careless'
    yield "ones, duplicates and the reversed days included.\n"
    yield "| line | mean | sd over seeds |" + (" this study |" if shipped else "")
    yield "| --- | --- | --- |" + (" --- |" if shipped else "")
    for line, values in expectations().items():
        digits = 0 if values["mean"] > 100 else 2 if values["mean"] > 5 else 4
        numbers = [values["mean"], values["sd"], *([values["shipped"]] if shipped else [])]
        places = [digits, digits if digits != 0 else 1, digits]
        cells = " | ".join(f"{x:.{d}f}" for x, d in zip(numbers, places, strict=False))
        yield f"| {line} | {cells} |"

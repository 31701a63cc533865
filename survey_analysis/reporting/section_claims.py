"""Claims checked: what the study file declares, each with estimate, licence and verdict."""

from __future__ import annotations

from survey_analysis.claims.declared import claims
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.document import BulletList, Heading, Paragraph, TableBlock
from survey_analysis.reporting.parts import Collector, Part
from survey_analysis.tables.claims import claims_reasons, claims_table
from survey_analysis.wording.numbers import count


def claims_part(survey: SurveyData) -> Part:
    """Every declared claim with estimate, interval, licence and verdict; left out where none is declared."""
    out = Collector("claims", "Claims checked")
    if not survey.study.claims:
        return out.done("the study file declares no claims")
    found = claims(survey)
    held = int((found.rows["verdict"] == "supported").sum())
    out.add(
        Paragraph(
            f"{count(held)} of {count(len(found))} claims {'is' if held == 1 else 'are'} supported by the estimates in the words {'it uses' if held == 1 else 'they use'}.",
            "lead",
        ),
        TableBlock(claims_table(found, licence="elsewhere")),  # a telephone is too narrow for it
        Heading("Why, and by which licence", id="claims-why"),
        BulletList(claims_reasons(found), "numbered"),
    )
    return out.done()

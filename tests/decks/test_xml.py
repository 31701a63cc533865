"""Order of elements in chart parts, as ECMA-376 part 1, 21.2.2 has it: PowerPoint offers to repair what breaks it."""

from __future__ import annotations

import pytest

pytest.importorskip("pptx", reason="python-pptx is not installed (extra 'office'); decks not checked")

from lxml import etree

from decks import made

BAR = "idx order tx spPr invertIfNegative pictureOptions dPt dLbls trendline errBars cat val shape extLst"
LINE = "idx order tx spPr marker dPt dLbls trendline errBars cat val smooth extLst"
SHOWN = "numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator"
ORDERS = {
    "dLbls": f"dLbl delete {SHOWN} showLeaderLines leaderLines extLst",
    "dLbl": f"idx delete layout tx {SHOWN} extLst",
    "dPt": "idx invertIfNegative marker bubble3D explosion spPr pictureOptions extLst",
    "strCache": "ptCount pt extLst",
    "numCache": "formatCode ptCount pt extLst",
}


def faults(data: bytes) -> list[str]:
    found = []
    for name, xml in made.parts(data).items():
        if not name.startswith("ppt/charts/chart"):
            continue
        for element in etree.fromstring(xml).iter("{*}ser", *(f"{{*}}{k}" for k in ORDERS)):
            tag = etree.QName(element).localname
            parent = etree.QName(element.getparent()).localname
            order = (LINE if parent == "lineChart" else BAR) if tag == "ser" else ORDERS[tag]
            places = [order.split().index(etree.QName(c).localname) for c in element]
            if places != sorted(places):
                found.append(f"{name}: {tag}: {[etree.QName(c).localname for c in element]}")
            if tag.endswith("Cache"):
                count = int(element.find("{*}ptCount").get("val"))
                found += [
                    f"{name}: point outside" for p in element.findall("{*}pt") if int(p.get("idx")) >= count
                ]
        ids = [s.find("{*}idx").get("val") for s in etree.fromstring(xml).iter("{*}ser")]
        assert len(ids) == len(set(ids))
    return found


def test_new_and_refreshed_charts_keep_the_order_of_the_standard(tmp_path):
    path = tmp_path / "w.pptx"
    slides = [*made.SLIDES, {"question": "like", "by": "sex", "chart": "stacked", "name": "st"}]
    made.wave().deck(path, slides=[*slides, {"question": "use", "by": "sex", "name": "u"}])
    assert faults(path.read_bytes()) == []
    later = made.wave(like=((0, 0, 20, 40, 40), (12, 18, 30, 25, 15)), use=(40, 80, 80))
    later.deck(path, slides=[*slides, {"question": "use", "by": "like", "name": "u"}], refresh=True)
    assert faults(path.read_bytes()) == []


def test_lines_too(tmp_path):
    import survey_analysis as sa

    path = tmp_path / "w.pptx"
    slides = [{"question": "use", "chart": "line", "name": "t"}]
    sa.stack({"W1": made.wave(), "W2": made.wave()}).deck(path, slides=slides)
    waves = {"W1": made.wave(), "W2": made.wave(), "W3": made.wave(use=(20, 60, 120))}
    result = sa.stack(waves).deck(path, slides=slides, refresh=True)
    assert faults(path.read_bytes()) == []
    assert {(m.series, m.category, m.printed_after) for m in result.moved} == {
        ("Never", "W3", "10%"), ("Sometimes", "W3", "30%"), ("Often", "W3", "60%"),
    }  # fmt: skip

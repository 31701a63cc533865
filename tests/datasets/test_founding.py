"""The shipped files of the simulated study: what they are, that they can be made again, that they are harmless."""

from __future__ import annotations

import csv
import hashlib
import io
import ipaddress
import json
import os
import re
import subprocess
import sys
from importlib.resources import files as resources
from pathlib import Path

import pandas as pd
import pytest

from survey_analysis.datasets.founding import export, generate, truth, wording
from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.documents import documents

SHIPPED = Path(str(resources("survey_analysis.datasets"))) / "micro_influencer"
RAW = Path(__file__).parents[2] / "data" / "raw" / "micro_influencer"
DOCUMENTATION = [
    ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


@pytest.fixture(scope="module")
def study():
    return generate.generate()


@pytest.fixture(scope="module")
def fresh(study):
    return {"responses.csv": export.to_csv(study.export)} | documents()


def test_shipped_files_are_what_the_generator_writes(fresh, tmp_path):
    generate.write([tmp_path / "a", tmp_path / "b"])
    for name, content in fresh.items():
        for folder in (SHIPPED, RAW, tmp_path / "a", tmp_path / "b"):
            assert (folder / name).read_bytes() == content, f"{folder.name}/{name}"
    assert sorted(x.name for x in (tmp_path / "a").iterdir()) == sorted(fresh)


def test_the_raw_copy_holds_the_same_files_as_the_package():
    names = {x.name for x in SHIPPED.iterdir() if x.is_file()}
    assert names == {x.name for x in RAW.iterdir() if x.is_file()}
    assert all((SHIPPED / n).read_bytes() == (RAW / n).read_bytes() for n in names)


def test_same_bytes_in_other_processes(fresh, tmp_path):
    program = (
        "import hashlib, json; from survey_analysis.datasets.founding.generate import files;"
        "print(json.dumps({n: hashlib.sha256(b).hexdigest() for n, b in files().items()}))"
    )
    expected = {name: hashlib.sha256(content).hexdigest() for name, content in fresh.items()}
    root = str(Path(__file__).parents[2])
    for hash_seed, zone, language in (("0", "Asia/Kolkata", "C"), ("4711", "America/Denver", "de_DE.UTF-8")):
        changed = {
            "PYTHONHASHSEED": hash_seed,
            "TZ": zone,
            "LANG": language,
            "LC_ALL": language,
            "PYTHONPATH": root,
        }
        run = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | changed,
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
        assert json.loads(run.stdout) == expected


def test_another_seed_gives_other_people_of_the_same_shape(study):
    other = generate.generate(seed=1).export
    assert list(other.columns) == list(study.export.columns)
    assert other.shape == study.export.shape
    assert not other["1_Q20"].equals(study.export["1_Q20"])


def test_export_has_the_shape_of_the_platform(study):
    content = (SHIPPED / "responses.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert len(content) <= 8_000_000
    names, texts, ids = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[:3]
    assert names == list(wording.NAMES)
    assert len(set(names)) == len(names)
    assert texts[names.index("1_Q20")] == (
        "How likely are you to follow a recommendation about what to buy from a micro-influencer?"
    )
    assert texts[names.index("3_Q21_1")].endswith("A celebrity ... - is credible and believable")
    assert json.loads(ids[names.index("StartDate")]) == {"ImportId": "startDate", "timeZone": "UTC"}
    assert all(json.loads(x)["ImportId"] for x in ids)
    assert len(set(ids)) == len(ids)


def test_frame_is_what_pandas_reads(study):
    read = pd.read_csv(
        SHIPPED / "responses.csv", dtype=str, keep_default_na=False, skiprows=[1, 2], encoding="utf-8-sig"
    )
    pd.testing.assert_frame_equal(read, study.export)


def test_columns_of_the_design_are_there():
    loops = [f"{s}_{q}" for s in range(1, 5) for q in ("Q20", *(f"Q21_{j}" for j in range(1, 13)), "Q22")]
    asked = [
        "S1_age",
        "S2_sex",
        "S3_edu",
        "S4_region",
        "S5_income",
        *(f"S6_recv_{s}" for s in range(1, 5)),
        "S6_none",
    ]
    talk = [*(f"Q30_{c:02d}" for c in range(1, 13)), "Q31_rec", "Q31_f2f", "Q31_work", "Q31_buy"]
    channels = [*(f"Q32_{c}" for c in range(1, 8)), "Q32_7_TEXT"]
    rest = [
        "order_src",
        "order_itm",
        "pi_loop",
        "def_shown",
        "Q23_check",
        "t_screen",
        "t_loop1",
        "t_loop3",
        "t_total",
    ]
    samples = ["sample", "category", "tenure", "provider", "panel_id", "quota", "simulated"]
    assert {*loops, *asked, *talk, *channels, *rest, *samples} <= set(wording.NAMES)


def test_truth_file_holds_the_constants_of_the_generator():
    shipped = json.loads((SHIPPED / "TRUTH.json").read_text(encoding="utf-8"))
    assert shipped == json.loads(json.dumps(truth.truth()))
    for question, shares in p.TOP2.items():
        assert tuple(shipped["calibrated_to"][question].values()) == shares
    assert shipped["channels"]["control"] == list(p.CHANNELS[3])
    assert [v["ratio_before_heaping"] for v in shipped["conversations"].values()] == list(p.TRUE_RATIO)


def test_no_module_of_the_package_reads_the_truth_file():
    package = Path(generate.__file__).parents[2]
    readers = [x.name for x in package.rglob("*.py") if "TRUTH.json" in x.read_text(encoding="utf-8")]
    assert set(readers) <= {"documents.py", "truth.py"}  # the one that writes it and the one that makes it


def test_seed_is_a_date_and_stands_in_the_provenance():
    text = (SHIPPED / "PROVENANCE.md").read_text(encoding="utf-8")
    assert pd.Timestamp(str(p.SEED)).strftime("%Y-%m-%d") == p.FIRST_DAY
    assert str(p.SEED) in text
    assert "before calibration" in text


@pytest.mark.parametrize("name", ["targets.csv", "targets_empty_cell.csv"])
def test_targets_sum_to_one(name):
    targets = pd.read_csv(SHIPPED / name)
    assert targets.groupby("margin")["target"].sum().round(12).eq(1).all()
    empty = ("Territories" in set(targets["category"])) == (name == "targets_empty_cell.csv")
    assert empty


def test_list_counts_cover_category_by_tenure(study):
    counts = pd.read_csv(SHIPPED / "targets_list.csv")
    assert len(counts) == 24
    assert set(counts["category"]) == set(p.CATEGORIES)
    members = study.export[study.export["sample"] == "2"]
    assert set(zip(members["category"], members["tenure"], strict=True)) == {
        (str(c), t) for c in range(1, 13) for t in "12"
    }


def test_everything_says_simulated(study):
    assert set(study.export["simulated"]) == {"1"}
    for name in ("questionnaire.md", "PROVENANCE.md", "TRUTH.json"):
        assert "simulated" in (SHIPPED / name).read_text(encoding="utf-8").lower()[:400]


def test_no_real_address_mail_or_phone(study):
    rows = study.export
    for address in set(rows["IPAddress"]):
        parsed = ipaddress.ip_address(address)
        assert any(parsed in network for network in DOCUMENTATION if network.version == parsed.version), (
            address
        )
    assert rows["RecipientEmail"].str.fullmatch(r"[pq]\d{5}@example\.org").all()
    text = "\n".join("\n".join(rows[c]) for c in [*(f"{s}_Q22" for s in range(1, 5)), "Q32_7_TEXT"])
    phones = re.findall(r"\d{3}\D{0,2}\d{3}\D\d{4}", text)
    assert len(phones) == 3
    assert all(re.search(r"555\D01\d\d$", phone) for phone in phones)
    hosts = re.findall(r"(?:https?:)?//([\w.]+)", text)
    assert hosts
    assert set(hosts) == {"example.org"}
    assert "@" not in text


def test_questionnaire_names_every_column():
    text = (SHIPPED / "questionnaire.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in wording.NAMES)
    for phrase in (*wording.DEFINITIONS, *wording.LIKELY.values(), *wording.AGREE.values()):
        assert phrase in text

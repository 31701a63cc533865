"""XML safety: what an attacker or an accident puts into a file ends in a DataError, quickly."""

from __future__ import annotations

import time

import pytest

from survey_analysis.errors import DataError
from survey_analysis.readers import markup
from survey_analysis.readers.markup import looks_like, parse_xml, plain_text, text_of


def test_entity_bomb_is_refused_before_it_grows() -> None:
    lines = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE sss [<!ENTITY a0 "ha">{lines}]><sss>&a11;</sss>'.encode()
    start = time.perf_counter()
    with pytest.raises(DataError, match="entities"):
        parse_xml(bomb, "bomb.sss")
    assert time.perf_counter() - start < 1


def test_external_entity_never_reads_a_file(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    for declaration in (
        f'<!ENTITY x SYSTEM "file://{secret}">',
        f'<!ENTITY % x SYSTEM "file://{secret}"> %x;',
    ):
        data = f"<!DOCTYPE sss [{declaration}]><sss>&x;</sss>".encode()
        with pytest.raises(DataError, match="entities") as error:
            parse_xml(data, "x.sss")
        assert "SECRET" not in str(error.value)


def test_external_document_type_is_allowed_and_not_followed() -> None:
    data = (
        b'<!DOCTYPE sss PUBLIC "-//triple-s//DTD" "http://host.invalid/sss.dtd"><sss version="2.0"><a/></sss>'
    )
    assert parse_xml(data, "x.sss").root.get("version") == "2.0"
    with pytest.raises(DataError, match="entities"):  # could only come from that document type
        parse_xml(data.replace(b"<a/>", b"&undeclared;"), "x.sss")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<sss>",
        b"<sss></survey>",
        b"<sss>&nbsp;</sss>",
        b"not xml",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="no-such"?><sss/>',
        b'<?xml version="1.0" encoding="utf-8"?><sss>\xe4</sss>',
        b'<?xml version="1.0" encoding="shift_jis"?><sss>\x83</sss>',
        b"<sss>" * 100000,
    ],
)
def test_malformed(data) -> None:
    with pytest.raises(DataError):
        parse_xml(data, "x.sss")


def test_size_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(markup, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="larger"):
        parse_xml(b"<sss>          </sss>", "x.sss")


def test_encodings() -> None:
    for codec in ("utf-8", "utf-16", "iso-8859-1", "windows-1252"):
        text = f'<?xml version="1.0" encoding="{codec}"?><t>Größe</t>'
        found = parse_xml(text.encode(codec), "x.xml")
        assert (found.root.text, found.encoding) == ("Größe", codec)
    assert parse_xml(b"<t/>", "x").encoding == "utf-8"


def test_names_lose_their_namespace() -> None:
    root = parse_xml(b'<d:a xmlns:d="urn:d" xml:lang="en" d:k="v"><d:b/></d:a>', "x").root
    assert (root.tag, root.get("lang"), root.get("k"), root[0].tag) == ("a", "en", "v", "b")


def test_sniffing_and_text() -> None:
    assert looks_like('\ufeff<?xml version="1.0" encoding="UTF-16"?><sss>'.encode("utf-16-le"), "sss")
    assert looks_like(b'<!DOCTYPE sss [<!ENTITY a "b">]><sss>', "sss")
    assert not looks_like(b"id,sss\n1,2", "sss")
    assert not looks_like(b"<sssx>", "sss")
    assert looks_like(b'\xef\xbb\xbf<ddi:codeBook xmlns:ddi="x">', "codeBook")
    root = parse_xml(b"<l> Visited <text>Have you?</text>before </l>", "x").root
    assert text_of(root, but="text") == "Visited before"
    assert plain_text("a &amp; b<br/>c") == "a & b c"

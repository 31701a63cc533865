"""Text in any common encoding: read exactly, or refused with the candidates named; never wrong in silence."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from fuzz.labels import ENCODINGS as ENCODED
from fuzz.labels import LABELS, held

from survey_analysis.errors import DataError
from survey_analysis.readers.encoding import decode
from survey_analysis.readers.read import read_table

TEXTS = {
    "german": "id,stadt,antwort\n1,Zürich,trifft völlig zu\n2,Köln,weiß nicht\n3,Größenordnung,Übermut\n",
    "french": "id,réponse\n1,Tout à fait d’accord\n2,J’ai déjà été « très » déçu\n3,œuvre\n",
    "spanish": "id,respuesta\n1,¿Cómo está?\n2,mañana\n3,Según mi opinión\n",
    "english": "id,why\n1,It’s “fine” – really\n2,I don’t know…\n",
    "danish": "id,svar\n1,Ærlig talt\n2,På gaden i Østerbro\n3,både og\n",
    "portuguese": "id,resposta\n1,São Paulo\n2,não sei\n3,opinião\n",
    "japanese": "番号,満足度\n1,とても満足\n2,どちらでもない\n3,カタカナ\n",
    "russian": "номер,ответ\n1,Полностью согласен\n2,Не знаю\n",
    "polish": "id,odpowiedź\n1,żółć\n2,gęś\n3,łódź\n",
    "czech": "id,odpověď\n1,příliš žluťoučký kůň\n2,žádný\n",
    "chinese": "编号,满意度\n1,非常满意\n2,不知道\n",
    "korean": "번호,만족도\n1,매우 만족\n2,모르겠다\n",
}
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp932", "cp1251", "cp1250", "iso8859-2",
    "gb18030", "big5", "euc-jp", "euc-kr",
)  # fmt: skip
REFUSED = {
    *(("polish", e) for e in ("cp1250", "iso8859-2")),
    *(("czech", e) for e in ("cp1250", "iso8859-2")),
    *((name, e) for name in TEXTS for e in ("gb18030", "big5", "euc-jp", "euc-kr")),
    ("russian", "iso8859-5"),
}


def pairs() -> list[tuple[str, str]]:
    out = []
    for name, text in TEXTS.items():
        for encoding in ENCODINGS:
            try:
                text.encode(encoding)
            except UnicodeEncodeError:
                continue
            out.append((name, encoding))
    return out


@pytest.mark.parametrize(("name", "encoding"), pairs())
def test_labels_come_back_or_are_refused(write, name, encoding) -> None:
    text = TEXTS[name]
    path = write("a.csv", text.encode(encoding))
    expected = [line.split(",") for line in text.splitlines()]
    if (name, encoding) in REFUSED:
        with pytest.raises(DataError, match=r"no other encoding fits it clearly.\n.*Read as"):
            read_table(path)
        return
    raw = read_table(path)
    assert [list(raw.columns), *raw.frame.to_numpy().tolist()] == expected
    if not encoding.startswith("utf-8"):
        assert any("read as" in note.casefold() or "byte-order" in note for note in raw.notes)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(write, encoding) -> None:
    raw = read_table(write("a.csv", TEXTS["german"].encode(encoding)))
    assert raw.frame["stadt"].tolist() == ["Zürich", "Köln", "Größenordnung"]
    assert "no byte-order mark" in raw.notes[0]


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_encodings_in_one_file_are_refused(tmp_path, encoding, times) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{i},fine\n" for i in range(10))
    path.write_bytes(b"id,text\n" + rows.encode() * 2 + rows.encode(encoding) * times)
    with pytest.raises(DataError, match="NUL"):
        read_table(path)


@pytest.mark.parametrize(("name", "encoding"), [p for p in pairs() if p[1] != "utf-16"])
def test_a_declared_encoding_is_obeyed(write, name, encoding) -> None:
    raw = read_table(write("a.csv", TEXTS[name].encode(encoding)), encoding=encoding)
    assert [list(raw.columns), *raw.frame.to_numpy().tolist()] == [
        x.split(",") for x in TEXTS[name].splitlines()
    ]


def test_the_guess_is_named_with_its_fit_and_first_odd_byte() -> None:
    found = decode("id,stadt\n1,Zürich\n2,Köln\n".encode("cp1252"), "a.csv")
    assert found.notes == (
        (
            "Not UTF-8; read as Windows-1252 (fit 1.00 of 1, Mac Roman -1.00, Windows-1251 -1.00); "
            "2 places, the first 0xFC at byte offset 12 (line 2)."
        ),
    )


def test_odd_bytes_in_the_header_only_are_named_and_read_on(write) -> None:
    data = b"id,Fan of the Universe?\x8c\xe6,age\n1,Yes,18-29\n2,No,> 60\n"
    raw = read_table(write("a.csv", data))
    assert raw.columns[1] == "Fan of the Universe?Œæ"
    assert raw.notes == (
        (
            "The header of column 2 ('Fan of the Universe?Œæ') holds 0x8C 0xE6 at byte offset 23 (line 1), which is "
            "not UTF-8; read as 'Œæ' (Mac Roman 'åÊ', Shift-JIS '梧', Windows-1251 'Њж'). No answer is touched."
        ),
    )


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_odd_bytes_in_answers_are_never_taken_for_the_header(write, end) -> None:
    data = end.join([b"id,why?\x8c\xe6", b"1,so\x8c\xe6", b"2,b", b""])
    with pytest.raises(DataError, match="no other encoding fits it clearly"):
        read_table(write("a.csv", data))


def test_odd_byte_that_is_the_delimiter(write) -> None:
    with pytest.raises(DataError, match="no other encoding fits it clearly"):
        read_table(write("a.csv", b"sep=\x8c\nid\x8cq\n1\x8c2\n"))


def test_stray_bytes_beside_good_utf8_in_the_header(write) -> None:
    data = "id,Größe?".encode() + b"\x8c\xe6" + "\n1,schön\n".encode()
    raw = read_table(write("a.csv", data))
    assert raw.columns[1] == "Größe?Œæ"
    assert raw.frame.iloc[0, 1] == "schön"


def test_star_wars_header(shared) -> None:
    raw = read_table(shared("star-wars", "StarWars.csv.gz"))
    assert raw.frame.shape == (1186, 38)
    assert raw.notes[0].startswith(
        "The header of column 32 ('q08') holds 0x8C 0xE6 at byte offset 641 (line 1)"
    )
    assert raw.wording["q08"] == "Do you consider yourself to be a fan of the Expanded Universe?Œæ"


def _names_candidates(error: DataError, encoding: str) -> None:
    assert "encoding" in str(error), error
    if "cp" in encoding or "mac" in encoding:
        assert "Windows-1252" in error.where or "Mac Roman" in error.where, error


@pytest.mark.parametrize("alone", [False, True], ids=["together", "alone"])
@pytest.mark.parametrize("encoding", ENCODED)
def test_two_hundred_labels(write, encoding, alone) -> None:
    """Equal, or refused with the candidates named; a file of one short label is the hardest."""
    seen: Counter[str] = Counter()
    for language in LABELS:
        labels = held(language, encoding)
        for group in [(x,) for x in labels] if alone else [labels] * bool(labels):
            cells = io.StringIO()
            csv.writer(cells, lineterminator="\n").writerows([("id", "answer"), *enumerate(group, 1)])
            path = write("a.csv", cells.getvalue().encode(encoding))
            try:
                raw = read_table(path)
            except DataError as error:
                _names_candidates(error, encoding)
                seen["refused"] += len(group)
                continue
            assert raw.frame["answer"].tolist() == list(group), raw.notes
            seen["equal"] += len(group)
    print(encoding, dict(seen))
    assert seen.total() > 50
    assert seen["refused"] == 0 or alone

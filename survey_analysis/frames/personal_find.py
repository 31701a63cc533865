"""Columns that seem personal: by name, wording and content, each with evidence and never a value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from survey_analysis.frames.personal_content import content_of
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.typing import IntArray

MOST_LOOKED_AT = 500  # distinct values of a column
MOST_KEPT = 2000  # distinct texts among which they are found
FEW = 20
REPEATED = 3
_EMAIL = r"(e ?mail|courriel|correo( electronico)?|e mail adresse|emailadresse)"
_PHONE = r"((cell |mobile |work )?(tele)?phone|mobile|fax|telefon(e|o|nummer)?|handynummer|movil|cellulare|celular|telefoon(nummer)?)"
_WHO = r"(your |what is your |recipient |respondent |contact |participant )?"
_OF_WHOM = r"( des empfangers| du destinataire| del destinatario)?"
_NAMES: tuple[tuple[str, str], ...] = (
    (r"(ip|ip address|ipaddr|remote (addr|ip)|client ip|respondent ip|ip adresse|adresse ip)", "an IP address"),
    (rf"({_WHO}{_EMAIL}( address| adresse| id)?|mail address){_OF_WHOM}", "an e-mail address"),
    ((r"(location |geo |gps |start )?(latitude|longitude|lat|lon|lng|coordinates|geolocation|gps|geopoint|"
     r"breitengrad|langengrad)( des standorts)?"), "coordinates"),
    (rf"{_WHO}{_PHONE}( no| number| nr)?", "a phone number"),
    (rf"{_WHO}((first|last|full|family|given|middle|sur) ?)?name", "a name"),
    ((rf"(vorname|nachname|familienname|prenom|nom( de famille)?|nombre|apellidos?|nome|cognome|sobrenome|voornaam|"
     rf"achternaam|imie|nazwisko){_OF_WHOM}"), "a name"),
    (r"(your |home |street |postal |mailing )*(address|street)( line)?( \d)?", "an address"),
    (r"(strasse|hausnummer|adresse|anschrift|direccion|indirizzo|endereco|adres)", "an address"),
    ((rf"{_WHO}(date of birth|birth ?date|dob|geburtsdatum|date de naissance|fecha de nacimiento|data di nascita|"
     r"data de nascimento|geboortedatum|data urodzenia)"), "a date of birth"),
    ((r"(ssn|social security( number)?|passport( no| number)?|national id|tax id|steuer id|dni|nie|bsn|pesel|cpf|"
     r"codice fiscale|nino|iban|credit card( no| number)?|card number)"), "an identity number"),
    ((r"(panel(ist)?( member)? ?(id|no|number)|panelist|member id|worker id|prolific( pid| id)?|psid|cookie( id)?|"
     r"device( id)?|idfa|gaid|advertising id|user agent|external (data )?reference|fingerprint|"
     r"(customer|employee|student|patient|account) ?(id|no|number))"), "an id of a person or device"),
)  # fmt: skip
# Pattern, what it is, and a sign that is quick to look for and rules most texts out.
_INSIDE: tuple[tuple[re.Pattern[str], str, re.Pattern[str]], ...] = (
    (re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[A-Za-z]{2,}"), "an e-mail address", re.compile("@")),
    (re.compile(r"(?<![\d.])\+?(?:\(\d{2,4}\)|\d{3,4})[ .-]\d{3,4}(?:[ .-]\d{3,4})?(?![\d.-])"), "a phone number",
     re.compile(r"\d\d")),
)  # fmt: skip
# Day, month and year of birth in columns of their own; with the day in it they are a date of birth.
_BORN = r"(birth|dob|born|geburts|naissance|nacimiento|nascita|nascimento|geboorte|urodzenia)"
_BIRTH_PARTS = {
    part: re.compile(rf"(?=.*{_BORN})(?=.*({words}))|(?=.*{_BORN} ?{letter}$)")
    for part, words, letter in (
        ("day", r"(^| )day( |$)|tag( |$)|(^| )jour( |$)|(^| )dia( |$)|giorno|(^| )dag( |$)|dzien", "d"),
        ("month", r"month|monat|(^| )mois( |$)|(^| )mes( |$)|mese|maand|miesiac", "m"),
        ("year", r"year|jahr|annee|(^| )ano( |$)|(^| )anno( |$)|jaar|(^| )rok( |$)", "y"),
    )
}
_VERSION = re.compile(r"(^| )(version|build|release|browser|firmware)( |$)")
_PLACES = re.compile(  # names of schools and shops, also where the file cuts them off
    r"\b(elem\w*|scho\w*|hig|high|mid|middl?e?|acad\w*|colleg\w*|universit\w*|hospital|clinic|store|inc|llc|ltd|gmbh|corp"
    r"|compan\w*|county|city)\b",
    re.IGNORECASE,
)
_SHORT_COORDINATES = ("lat", "lon", "lng", "gps")


@dataclass(frozen=True)
class _Held:
    """Filled cells of a column: distinct values looked at, how many cells are filled, how many values differ.

    Of a column with more values than are looked at, the last two count what had been seen by then.
    """

    values: tuple[str, ...]
    filled: int
    distinct: int

    @property
    def answers(self) -> bool:
        """Whether they are codes or a few answers that come again and again, as a question has them."""
        codes = bool(self.values) and all(v.lstrip("-").isdigit() and len(v) <= 2 for v in self.values)
        return codes or (0 < self.distinct <= FEW and self.filled >= REPEATED * self.distinct)


Distinct = tuple[Sequence[str], Sequence[int] | IntArray]


def find_personal(
    raw: RawTable, *, empty: Collection[str] = (), distinct: Mapping[str, Distinct] | None = None
) -> tuple[tuple[str, str], ...]:
    """Columns that seem to hold personal data, each with the evidence: its name, wording or content.

    Names and wordings count unless the cells are codes or a few answers that repeat ("mobile": yes, no). A day of
    birth counts where month and year of birth are in the file too. Content
    counts when at least half of the distinct values (of the first 500) are e-mail addresses, IP addresses, device ids,
    coordinates or phone numbers, or nearly all pass the check digit of a card, account or national identity number.
    `distinct` holds the distinct texts of each column and how many cells hold each, where they are known already.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"IPAddress": ["192.0.2.1"], "contact": ["a@example.org"], "q1": ["5"]})
    >>> find_personal(RawTable(frame))
    (('IPAddress', 'named like an IP address; 1 of 1 values are IP addresses'),
     ('contact', '1 of 1 values are e-mail addresses'))
    """
    out = []
    born = _birth_days(raw)
    for name in raw.columns:
        held = _held(raw, name, empty) if distinct is None else _kept(*distinct[name], empty)
        evidence = _evidence(raw, name, held)
        if name in born and held.filled:
            evidence = (*evidence, born[name])
        if evidence:
            out.append((name, "; ".join(evidence)))
    return tuple(out)


def _birth_days(raw: RawTable) -> dict[str, str]:
    """The day of birth where month and year stand in other columns: without it they are no date."""
    found: dict[str, list[str]] = {part: [] for part in _BIRTH_PARTS}
    for name in raw.columns:
        texts = [_plain(name), _plain(raw.wording.get(name, ""))]
        parts = [p for p, pattern in _BIRTH_PARTS.items() if any(pattern.match(t) for t in texts)]
        if len(parts) == 1:
            found[parts[0]].append(name)
    if not all(found.values()):
        return {}
    month, year = found["month"][0], found["year"][0]
    return dict.fromkeys(found["day"], f"with '{month}' and '{year}' it is a date of birth")


def personal_evidence(raw: RawTable, name: str, empty: Collection[str] = ()) -> tuple[str, ...]:
    """Why one column seems personal: first by name or wording, then by content."""
    return _evidence(raw, name, _held(raw, name, empty))


def _evidence(raw: RawTable, name: str, held: _Held) -> tuple[str, ...]:
    return tuple(e for e in (_named(name, raw.wording.get(name, ""), held), _contents(raw, name, held)) if e)


def content_evidence(raw: RawTable, name: str, empty: Collection[str] = ()) -> str:
    """What most values of a column are, with counts; "" for nothing personal."""
    return _contents(raw, name, _held(raw, name, empty))


def _contents(raw: RawTable, name: str, held: _Held) -> str:
    if _VERSION.search(_plain(name)) or _VERSION.search(_plain(raw.wording.get(name, ""))):
        return ""  # 10.0.0.1 is then a version of a program
    return content_of(held.values)


def personal_mentions(texts: Sequence[str], counts: Sequence[int]) -> str:
    """How many cells of an open answer seem to mention an e-mail address or phone number; "" for none.

    Parameters
    ----------
    texts, counts
        Distinct texts of the column, and how many cells hold each.

    Examples
    --------
    >>> personal_mentions(["write to ada@example.org", "no"], [1, 5])
    '1 cell seems to mention an e-mail address'
    """
    found = []
    for pattern, what, sign in _INSIDE:
        likely = [i for i, t in enumerate(texts) if sign.search(t)]
        n = sum(int(counts[i]) for i in likely if pattern.search(texts[i]))
        if n:
            found.append(f"{counted(n, 'cell seems', 'cells seem')} to mention {what}")
    return "; ".join(found)


def _named(name: str, wording: str, held: _Held) -> str:
    if held.answers and not _points(held.values):
        return ""
    for text, where in ((name, "named"), (wording, "worded")):
        plain = _plain(text)
        for pattern, what in _NAMES:
            if held.answers and what != "coordinates":  # few places, each several times: places all the same
                continue
            if re.fullmatch(pattern, plain) and _plausible(plain, what, held):
                return f"{where} like {what}"
    return ""


def _plausible(plain: str, what: str, held: _Held) -> bool:
    """A name may be that of a school or shop, "lat" anything but a number: the cells decide."""
    if what == "a name":
        return sum(_PLACES.search(v) is not None for v in held.values) <= 0.25 * len(held.values)
    if what == "coordinates" and plain in _SHORT_COORDINATES:
        return all(_coordinate(v) for v in held.values)
    return True


def _points(values: Sequence[str]) -> bool:
    """Whether all values have decimals, as coordinates do and codes do not."""
    return bool(values) and all("." in v and _coordinate(v) for v in values)


def _coordinate(text: str) -> bool:
    try:
        return abs(float(text)) <= 180
    except ValueError:
        return "," in text


def _plain(text: str) -> str:
    """Lower-case words without accents: "RecipientEmail" -> "recipient email"."""
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    spaced = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])", " ", spaced)
    return re.sub(r"[^0-9a-z]+", " ", spaced.casefold()).strip()


def _held(raw: RawTable, name: str, empty: Collection[str]) -> _Held:
    column = raw.coded(name)
    texts = column.first(MOST_KEPT)
    return _kept(texts, column.counts[: len(texts)], empty)


def _kept(texts: Sequence[str], counts: Sequence[int] | IntArray, empty: Collection[str]) -> _Held:
    kept: dict[str, int] = {}
    for text, n in zip(texts, counts, strict=True):
        bare = text.strip()
        if bare and bare not in empty:
            kept[bare] = kept.get(bare, 0) + int(n)
            if len(kept) > max(MOST_LOOKED_AT, FEW):  # too many to be a few answers, however often they come
                break
    return _Held(tuple(kept)[:MOST_LOOKED_AT], sum(kept.values()), len(kept))

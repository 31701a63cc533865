"""Small LimeSurvey structures, as version 3 and as version 6 write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

SID, GID = "123456", "7"


def question(code, kind, text, *, parts=(), answers=(), relevance="1", other="N", attributes=()):
    """One question; parts are code and text (and scale), answers code and text (and scale)."""
    return {
        "code": code, "kind": kind, "text": text, "parts": parts, "answers": answers, "relevance": relevance,
        "other": other, "attributes": attributes,
    }  # fmt: skip


def structure(*questions: Mapping, version: str = "new", group_relevance: str = "") -> str:
    """The whole file; texts stand in English and, first, in German."""
    tables: dict[str, list[dict[str, str]]] = {
        "surveys": [{"sid": SID, "language": "en"}],
        "groups": [],
        "questions": [],
        "subquestions": [],
        "answers": [],
        "question_attributes": [],
        "question_l10ns": [],
        "answer_l10ns": [],
    }
    group = {"gid": GID, "sid": SID, "group_order": "0", "grelevance": group_relevance}
    tables["groups"] = [group] if version == "new" else [{**group, "language": x} for x in ("de", "en")]
    number = 100
    for order, one in enumerate(questions):
        number += 1
        qid = str(number)
        row = {
            "qid": qid, "parent_qid": "0", "sid": SID, "gid": GID, "type": one["kind"], "title": one["code"],
            "other": one["other"], "question_order": str(order), "scale_id": "0", "relevance": one["relevance"],
        }  # fmt: skip
        _texts(tables, "questions", row, "question", one["text"], version)
        for place, (code, text, *scale) in enumerate(one["parts"]):
            number += 1
            part = {
                "qid": str(number), "parent_qid": qid, "sid": SID, "gid": GID, "type": "T", "title": code,
                "question_order": str(place), "scale_id": scale[0] if scale else "0", "relevance": "1",
            }  # fmt: skip
            _texts(tables, "subquestions", part, "question", text, version)
        for place, (code, text, *scale) in enumerate(one["answers"]):
            number += 1
            answer = {
                "aid": str(number), "qid": qid, "code": code, "sortorder": str(place),
                "scale_id": scale[0] if scale else "0",
            }  # fmt: skip
            _texts(tables, "answers", answer, "answer", text, version)
        tables["question_attributes"] += [
            {"qid": qid, "attribute": a, "value": v} for a, v in one["attributes"]
        ]
    return _written(tables, version)


def _texts(tables, table, row, key, text, version):
    if version == "new":
        tables[table].append(row)
        side = {"questions": "question_l10ns", "subquestions": "question_l10ns", "answers": "answer_l10ns"}[
            table
        ]
        link = "aid" if table == "answers" else "qid"
        tables[side] += [
            {link: row[link], key: t, "language": x} for x, t in (("de", f"DE {text}"), ("en", text))
        ]
    else:
        tables[table] += [{**row, key: t, "language": x} for x, t in (("de", f"DE {text}"), ("en", text))]


def _written(tables: Mapping[str, Iterable[Mapping[str, str]]], version: str) -> str:
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<document>",
        "<LimeSurveyDocType>Survey</LimeSurveyDocType>",
    ]
    parts.append(f"<DBVersion>{'623' if version == 'new' else '359'}</DBVersion>")
    parts.append("<languages><language>en</language><language>de</language></languages>")
    for name, rows in tables.items():
        if not rows:
            continue
        parts.append(f"<{name}><fields/><rows>")
        for row in rows:
            cells = "".join(
                f"<{k}><![CDATA[{v}]]></{k}>" if k in ("question", "answer") else f"<{k}>{escape(v)}</{k}>"
                for k, v in row.items()
            )
            parts.append(f"<row>{cells}</row>")
        parts.append(f"</rows></{name}>")
    return "\n".join([*parts, "</document>"])

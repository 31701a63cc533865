"""What every part of a study file shares: frozen, no unknown keys, codes as text."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


def code(value: object) -> str:
    """Text form of an answer code: `1`, `1.0` and `" 1"` written in a study file are the code "1".

    >>> code(1), code(1.0), code(2.5), code("Yes")
    ('1', '1', '2.5', 'Yes')
    """
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


Code = Annotated[str, BeforeValidator(code)]


class Part(BaseModel):
    """Base of all parts of a study."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)

"""Put on PYTHONPATH where a network namespace is not allowed: any connection is an error."""

from __future__ import annotations

import socket


def _cut(*_arguments: object, **_options: object) -> None:
    raise OSError("the network is cut in this test")


socket.socket.connect = _cut  # type: ignore[method-assign,assignment]
socket.socket.connect_ex = _cut  # type: ignore[method-assign,assignment]
socket.getaddrinfo = _cut  # type: ignore[assignment]

"""One JSON message to one address: checked before it is connected to, retried, and never waited for long."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from crawler.guard import (
    Allowed,
    BadUrlError,
    PrivateAddressError,
    Target,
    UnknownHostError,
    checked_addresses,
    parse_allowed,
    split_url,
)

WAITS = (0.0, 1.0, 4.0)
"""Seconds before each attempt: three in all."""

ATTEMPT_SECONDS = 8.0
"""Seconds that connecting, sending and each piece of the answer may take."""

SECONDS = 30.0
"""Seconds after which a message counts as not delivered, however slowly its receiver still talks."""

_AGAIN = (408, 425, 429)


@dataclass(frozen=True)
class Message:
    """What goes where. `to` says in words who is told: operator or reader."""

    to: str
    url: str
    payload: Mapping[str, Any]


def deliver(messages: list[Message], allow_private: tuple[str, ...], *, seconds: float = SECONDS) -> dict[str, str]:
    """Send messages side by side; return by `to` why each was not delivered, empty where it was.

    Args:
        messages: one for each receiver.
        allow_private: private networks that may be connected to, as `CIDR[:PORT]`.
        seconds: after which this returns in any case.
    """
    ends: dict[str, str] = {}
    threads = [
        threading.Thread(target=_deliver_one, args=(message, allow_private, ends), daemon=True) for message in messages
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return {message.to: ends.get(message.to, f"no answer within {seconds:g} s") for message in messages}


def _deliver_one(message: Message, allow_private: tuple[str, ...], ends: dict[str, str]) -> None:
    body = json.dumps(message.payload, ensure_ascii=False, default=str).encode()
    failure = ""
    for wait in WAITS:
        time.sleep(wait)
        try:
            target = split_url(message.url)
            failure, again = _attempt(target, body, tuple(parse_allowed(text) for text in allow_private))
        except (BadUrlError, PrivateAddressError, ValueError) as error:
            failure, again = str(error), False
        except (UnknownHostError, httpx.HTTPError, OSError) as error:
            failure, again = f"{type(error).__name__}: {error}", True
        if not again:
            break
    else:
        failure = f"{failure}, {len(WAITS)} times"
    ends[message.to] = failure


def _attempt(target: Target, body: bytes, allowed: tuple[Allowed, ...]) -> tuple[str, bool]:
    """Send once, to an address that was checked; return what went wrong, and whether another try may help."""
    address = checked_addresses(target.host, target.port, allow=allowed)[0]
    place = f"[{address}]" if ":" in address else address
    path = target.url.split(target.netloc, 1)[1]
    headers = {
        "Host": target.netloc,
        "Content-Type": "application/json",
        "User-Agent": "groupaudit",
        "Idempotency-Key": hashlib.sha256(body).hexdigest()[:32],  # the same in every try
    }
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=ATTEMPT_SECONDS) as client:
        request = client.build_request(
            "POST",
            f"{target.scheme}://{place}:{target.port}{path}",
            content=body,
            headers=headers,
            extensions={"sni_hostname": target.host},
        )
        response = client.send(request, stream=True)  # whatever its body says, and however long it is
        response.close()
    if response.is_success:
        return "", False
    return f"answered {response.status_code}", response.status_code >= 500 or response.status_code in _AGAIN

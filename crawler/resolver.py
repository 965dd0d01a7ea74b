"""The guard at connect time: Twisted's resolver, so that a connection goes to the addresses that were checked."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.guard import Allowed, PrivateAddressError, Resolve, UnknownHostError, checked_addresses

_KEPT_SECONDS = 60.0
_KEPT_HOSTS = 10_000
_RESOLVE_SECONDS = 15.0


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Do nothing: the answer is dropped by the receiver."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves a host once, checks every address, and gives Twisted those addresses and no others."""

    def __init__(self, allow: Sequence[Allowed], resolve: Resolve | None = None) -> None:
        self._allow = tuple(allow)
        self._resolve = resolve
        self._checked: OrderedDict[tuple[str, int], tuple[float, tuple[str, ...]]] = OrderedDict()

    async def check(self, host: str, port: int) -> tuple[str, ...]:
        """Return the checked addresses of a host, kept for a minute.

        Raises:
            PrivateAddressError: one of them is not on the public internet.
            UnknownHostError: the host has no address, or no answer came in 15 s.
        """
        kept = self._checked.get((host, port))
        if kept and kept[0] > time.monotonic():
            return kept[1]
        call = asyncio.to_thread(checked_addresses, host, port, allow=self._allow, resolve=self._resolve)
        try:
            addresses = await asyncio.wait_for(call, _RESOLVE_SECONDS)
        except TimeoutError:
            raise UnknownHostError(f"{host}: no answer from the resolver in {_RESOLVE_SECONDS:.0f} s") from None
        self._checked[host, port] = (time.monotonic() + _KEPT_SECONDS, addresses)
        while len(self._checked) > _KEPT_HOSTS:
            self._checked.popitem(last=False)
        return addresses

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        receiver: Any,
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803, ARG002
        transportSemantics: Any = "TCP",  # noqa: N803
    ) -> Any:
        """Give the receiver the checked addresses; none where the guard refuses (see IHostnameResolver)."""
        resolution = _Resolution(hostName)
        receiver.resolutionBegan(resolution)

        async def answer() -> None:
            try:
                addresses = await self.check(hostName, portNumber)
            except (PrivateAddressError, UnknownHostError):
                addresses = ()
            for address in addresses:
                kind = IPv6Address if ":" in address else IPv4Address
                receiver.addressResolved(kind(transportSemantics, address, portNumber))
            receiver.resolutionComplete()

        self._task = asyncio.ensure_future(answer())
        return resolution

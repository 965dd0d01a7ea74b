"""The guard: which addresses the crawl may connect to. Every fetch of this project goes through it.

A site list is written by others and a page can link or redirect anywhere, so a crawler is a way into the network it
runs in. `split_url` accepts only plain http and https addresses and gives one reading of them, `checked_addresses`
resolves a host once and refuses it unless *every* address is on the public internet; the caller connects to what was
checked and resolves nothing again. No Scrapy and no Twisted here: the resolver that applies this is in
`crawler.resolver`.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

MAX_URL = 2083
"""Longest address asked for, in characters: what the browsers of old took, and longer ones are traps."""

_HOST = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
_DEFAULT_PORT = {"http": 80, "https": 443}
# Blocks that Python's own tables of 3.11 call global although nothing public stands there.
_NEVER_PUBLIC: tuple[IPNetwork, ...] = (
    ipaddress.ip_network("3fff::/20"),  # documentation, RFC 9637
    ipaddress.ip_network("5f00::/16"),  # segment routing, RFC 9602
    ipaddress.ip_network("fec0::/10"),  # site-local, RFC 3879
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relay anycast, RFC 7526
)
_NAT64: tuple[IPNetwork, ...] = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.ip_network("::/96")


class BadUrlError(ValueError):
    """An address that the crawl never asks for: not http(s), or one that two parsers could read differently."""


class PrivateAddressError(Exception):
    """A host that resolves to an address outside the public internet. Raised by `checked_addresses`; never retried."""


class UnknownHostError(Exception):
    """A host that has no address. Raised by `checked_addresses`."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A private network that the operator allows (`--allow-private CIDR[:PORT]`); port 0 means every port."""

    network: IPNetwork
    port: int = 0

    def covers(self, address: IPAddress, port: int) -> bool:
        """Return whether an address and port lie in it."""
        return self.port in (0, port) and address.version == self.network.version and address in self.network


def parse_allowed(text: str) -> Allowed:
    """Return the network that `CIDR[:PORT]` names: `127.0.0.0/8`, `10.1.2.3:8080`, `[fd00::/8]:8080`, `::1`.

    Raises:
        ValueError: it is neither.
    """
    body, port = text.strip(), ""
    bracketed = re.fullmatch(r"\[([^\]]+)\](?::(\d+))?", body)
    if bracketed:
        body, port = bracketed[1], bracketed[2] or ""
    elif body.count(":") == 1:
        body, port = body.split(":")
    try:
        network = ipaddress.ip_network(body, strict=False)
        number = int(port or 0)
    except ValueError as error:
        raise ValueError(f"{text!r} is not CIDR[:PORT], like 127.0.0.0/8 or [fd00::/8]:8080 ({error})") from None
    if number > 65535:
        raise ValueError(f"{text!r}: port {number} is above 65535")
    return Allowed(network, number)


@dataclass(frozen=True, slots=True)
class Target:
    """One reading of an address: the URL is rebuilt from these parts, so that no second parser can differ."""

    scheme: str
    host: str
    port: int
    url: str

    @property
    def netloc(self) -> str:
        """Return host[:port], the port only where it is not the scheme's own; IPv6 in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORT[self.scheme] else f"{host}:{self.port}"


def split_url(url: str) -> Target:
    """Return the one reading of an http or https address, without its fragment.

    Raises:
        BadUrlError: another scheme, user and password in it, backslashes, control characters or spaces, a host that is
            no host name and no address, a port below 1024 other than 80 and 443, or more than 2,083 characters.
    """
    if len(url) > MAX_URL:
        raise BadUrlError(f"longer than {MAX_URL} characters")
    if any(char <= " " or char == "\\" or char == "\x7f" for char in url):
        raise BadUrlError("a space, control character or backslash in the address")
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadUrlError(str(error)) from None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORT:
        raise BadUrlError(f"scheme {scheme or 'missing'!s}: only http and https are asked for")
    if "@" in parts.netloc:
        raise BadUrlError("a user name in the address")
    host = ascii_host(parts.hostname or "")
    port = port if port is not None else _DEFAULT_PORT[scheme]
    if port < 1024 and port not in (80, 443):
        raise BadUrlError(f"port {port} is another service's")
    path = quote(parts.path or "/", safe="/%:=&?~#+!$,;'@()*[]-._")
    query = quote(parts.query, safe="/%:=&?~+!$,;'@()*[]-._{}|")
    target = Target(scheme, host, port, "")
    return Target(scheme, host, port, urlunsplit((scheme, target.netloc, path, query, "")))


def ascii_host(host: str) -> str:
    """Return a host in the form that is asked of the resolver: lower case, ASCII, no trailing dot, IPv6 unbracketed.

    Raises:
        BadUrlError: it is no host name and no address.
    """
    if ":" in host:
        try:
            address = ipaddress.IPv6Address(host)
        except ValueError:
            raise BadUrlError(f"{host!r} is no IPv6 address") from None
        if address.scope_id is not None:
            raise BadUrlError(f"{host!r}: a zone names an interface of ours")
        return str(address)
    host = unicodedata.normalize("NFKC", host).lower().rstrip(".")  # full-width digits are digits
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise BadUrlError(f"{host!r} is no host name") from None
    if not _HOST.fullmatch(host):
        raise BadUrlError(f"{host!r} is no host name")
    return host


def checked_addresses(
    host: str, port: int, *, allow: Iterable[Allowed] = (), resolve: Resolve | None = None
) -> tuple[str, ...]:
    """Return the addresses of a host, all of them checked; connect to these and to nothing else.

    Args:
        host: a host name or an address, as `split_url` gives it.
        port: the port that will be connected to.
        allow: private networks that the operator allows.
        resolve: what stands in for the system's resolver (a test's own); gives every address of the host.

    Raises:
        PrivateAddressError: one of the addresses is not on the public internet; the message says which.
        UnknownHostError: the host has no address.
    """
    allowed = tuple(allow)
    try:
        found = (resolve or system_resolve)(host, port)
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(f"{host}: {error}") from error
    if not found:
        raise UnknownHostError(f"{host}: no address")
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        if any(rule.covers(address, port) for rule in allowed):
            continue
        if not is_public(address):
            raise PrivateAddressError(f"{host} is at {address}, which is not on the public internet")
    return tuple(dict.fromkeys(found))


def is_public(address: IPAddress) -> bool:
    """Return whether an address, and every address wrapped in it, is global, not multicast and not reserved."""
    return all(
        inner.is_global
        and not inner.is_multicast
        and not inner.is_reserved
        and not any(inner.version == net.version and inner in net for net in _NEVER_PUBLIC)
        for inner in _unwrapped(address)
    )


def _unwrapped(address: IPAddress) -> Iterator[IPAddress]:
    yield address
    if isinstance(address, ipaddress.IPv4Address):
        return
    number = int(address)
    last = ipaddress.IPv4Address(number & 0xFFFFFFFF)
    if address.ipv4_mapped is not None or address in _COMPATIBLE or any(address in net for net in _NAT64):
        yield last
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if (number >> 32) & 0xFDFFFFFF == 0x5EFE:  # ISATAP, RFC 5214: the interface id carries an IPv4 address
        yield last


def system_resolve(host: str, port: int) -> list[str]:
    """Return every address, IPv4 and IPv6, that the system's resolver gives for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def literal_address(host: str) -> IPAddress | None:
    """Return the address that a host itself is (`localhost` is 127.0.0.1), or None for a name."""
    if host == "localhost":
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_allowed_private(host: str, port: int, allow: Iterable[Allowed]) -> bool:
    """Return whether a host is itself an address on a private network that the operator allows."""
    address = literal_address(host)
    return address is not None and any(rule.covers(address, port) for rule in allow) and not is_public(address)

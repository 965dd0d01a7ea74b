"""A small web on loopback for the crawl's tests: real sockets, a log of what was accepted and asked, faults."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass
class Hit:
    """One request as the server saw it; `ended` is when the answer was sent."""

    at: float
    path: str
    headers: dict[str, str]
    ended: float = 0.0


def reply(status: int = 200, body: bytes | str = b"", **headers: str) -> bytes:
    """The bytes of a whole response; header names with underscores for hyphens."""
    data = body.encode() if isinstance(body, str) else body
    given = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    given.setdefault("content-type", "text/html; charset=utf-8")
    given.setdefault("content-length", str(len(data)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + data


def page(title: str, *links: str, text: str = "") -> str:
    """An English page with links; a link is `path` or `path|words`."""
    items = "".join(
        f'<li><a href="{link.partition("|")[0]}">{link.partition("|")[2] or link}</a></li>' for link in links
    )
    said = text or f"This is what we have to say about {title} and for whom it is meant."
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><h1>{title}</h1>'
        f"<p>{said}</p><ul>{items}</ul></body></html>"
    )


@dataclass
class Web:
    """A server on its own port. `pages` maps a path (with query) to an answer; a callable writes to the socket."""

    pages: dict[str, object] = field(default_factory=dict)
    host: str = "127.0.0.1"
    certificate: tuple[Path, Path] | None = None
    fallback: Callable[[str], object] | None = None
    log: list[Hit] = field(default_factory=list)
    accepted: int = 0

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._socket = socket.create_server((self.host, 0), family=family, backlog=128)
        self.port: int = self._socket.getsockname()[1]
        scheme = "https" if self.certificate else "http"
        self.origin = f"{scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"
        self._context = None
        if self.certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*map(str, self.certificate))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    @property
    def paths(self) -> list[str]:
        return [hit.path for hit in self.log]

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        try:
            if self._context:
                client = self._context.wrap_socket(client, server_side=True)
            waiting = b""
            while True:
                while b"\r\n\r\n" not in waiting:
                    data = client.recv(65536)
                    if not data:
                        return
                    waiting += data
                head, _, waiting = waiting.partition(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                hit = Hit(time.monotonic(), first.split(" ")[1], headers)
                self.log.append(hit)
                if not self._answer(hit, client):
                    return
        except OSError:
            return
        finally:
            client.close()

    def _answer(self, hit: Hit, client: socket.socket) -> bool:
        answer = self.pages.get(hit.path)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if answer is None and self.fallback is not None:
            answer = self.fallback(hit.path)
        if answer is None:
            answer = reply(404, "<h1>Not found</h1>")
        if callable(answer):
            answer(hit, client)
            hit.ended = time.monotonic()
            return False
        client.sendall(answer if isinstance(answer, bytes) else reply(200, str(answer)))
        hit.ended = time.monotonic()
        return True


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A self-signed certificate that no client trusts, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_path, key_path = folder / "cert.pem", folder / "key.pem"
    cert_path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_path, key_path

"""A folder of files and how paths become answers: what a web server does, without the sockets."""

import gzip
import hashlib
import html
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from groupaudit.sample_web.sites import Behaviour

# Not `mimetypes`: its answers differ between machines.
MEDIA_TYPES = {
    "": "text/html",
    ".htm": "text/html",
    ".html": "text/html",
    ".php": "text/html",
    ".txt": "text/plain",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".gif": "image/gif",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".pdf": "application/pdf",
    ".gz": "application/gzip",
}
FORBIDDEN_IN_NAMES = "/\\\0:" if os.name == "nt" else "/\\\0"
TEXT_WITHOUT_CHARSET = {"application/json", "application/xml", "image/svg+xml"}


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of a response; the body is left out on the wire for HEAD and 304."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Folder:
    """A folder of files and the rules by which paths become answers. Knows nothing of sockets.

    Attributes:
        root: the folder.
        behaviour: the rules.
        replace_origin: a text in the files that stands for the server's own address, also where JSON has escaped its
            slashes; None replaces nothing.
    """

    root: Traversable
    behaviour: Behaviour
    replace_origin: str | None

    def answer(self, target: str, request_headers: Message, origin: str) -> Answer:
        """What is answered for a request.

        Args:
            target: path and query, as they stand in the request line.
            request_headers: its headers, of which only the validators are read.
            origin: the server's address, without a slash at its end.
        """
        path = urlsplit(target).path if target.startswith("/") else ""
        if path in self.behaviour.redirects:
            redirect = self.behaviour.redirects[path]
            return self._page(
                redirect.status, {"Location": redirect.to}, f'Moved to <a href="{html.escape(redirect.to)}">here</a>.'
            )
        if path in self.behaviour.statuses:
            return self._page(self.behaviour.statuses[path], {})
        if path in self.behaviour.gzipped:
            file = self._at(self.behaviour.gzipped[path])
            return self._file(
                file,
                request_headers,
                lambda body: gzip.compress(self._with_origin(body, origin), mtime=0),
                "application/gzip",
            )
        found = self._find(path)
        if found is None:
            return self._page(HTTPStatus.NOT_FOUND, {})
        if isinstance(found, str):
            return self._page(HTTPStatus.MOVED_PERMANENTLY, {"Location": found})
        media_type = MEDIA_TYPES.get(PurePosixPath(found.name).suffix.lower(), "application/octet-stream")
        is_text = media_type.startswith("text/") or media_type in TEXT_WITHOUT_CHARSET
        return self._file(
            found, request_headers, lambda body: self._with_origin(body, origin) if is_text else body, media_type
        )

    def _at(self, relative: str) -> Traversable:
        return self.root.joinpath(*relative.split("/"))

    def _find(self, path: str) -> Traversable | str | None:
        """The file for a path, or the path with a slash where a folder was asked for without one, or None."""
        if path in self.behaviour.aliases:
            return self._at(self.behaviour.aliases[path])
        parts = unquote(path).strip("/").split("/") if path.strip("/") else []
        if not path.startswith("/") or any(_unsafe(part) for part in parts):
            return None
        node = self.root.joinpath(*parts) if parts else self.root
        if parts and not path.endswith("/"):
            if node.is_file():
                return node
            page = self.root.joinpath(*parts[:-1], parts[-1] + ".html")
            if page.is_file():  # "/about" for about.html, as hosted site builders have it
                return page
        if not node.is_dir():
            return None
        index = next((node.joinpath(name) for name in self.behaviour.index if node.joinpath(name).is_file()), None)
        if index is None or path.endswith("/"):
            return index
        # "/" + …: a target such as "//host" must not become an address of another host.
        return "/" + path.lstrip("/") + "/"

    def _with_origin(self, body: bytes, origin: str) -> bytes:
        if self.replace_origin is None:
            return body
        escaped = self.replace_origin.replace("/", "\\/").encode()
        return body.replace(self.replace_origin.encode(), origin.encode()).replace(
            escaped, origin.replace("/", "\\/").encode()
        )

    def _file(self, file: Traversable, asked: Message, render: Callable[[bytes], bytes], media_type: str) -> Answer:
        stored = file.read_bytes()
        # Of the stored bytes: the address differs from start to start, and a page does not change by that.
        etag = '"' + hashlib.sha256(stored).hexdigest()[:20] + '"'
        modified = self._modified(file)
        charset = self.behaviour.charset
        content_type = f"{media_type}; charset={charset}" if charset and media_type.startswith("text/") else media_type
        headers = {"Content-Type": content_type, "ETag": etag, **self.behaviour.headers}
        if modified is not None:
            headers["Last-Modified"] = format_datetime(modified, usegmt=True)
        if _not_modified(asked, etag, modified):
            return Answer(HTTPStatus.NOT_MODIFIED, headers)
        return Answer(HTTPStatus.OK, headers, render(stored))

    def _modified(self, file: Traversable) -> datetime | None:
        if self.behaviour.modified is not None:
            return self.behaviour.modified.astimezone(UTC)
        return datetime.fromtimestamp(int(file.stat().st_mtime), UTC) if isinstance(file, Path) else None

    def _page(self, status: int, headers: Mapping[str, str], text: str = "") -> Answer:
        phrase = HTTPStatus(status).phrase
        body = (
            f"<!DOCTYPE html><html><head><title>{status} {phrase}</title></head>"
            f"<body><h1>{phrase}</h1><p>{text}</p></body></html>\n"
        )
        return Answer(
            status, {"Content-Type": "text/html; charset=utf-8", **self.behaviour.headers, **headers}, body.encode()
        )


def _unsafe(part: str) -> bool:
    """Whether a decoded path segment could lead out of the folder, or is no file name at all."""
    return part in ("", ".", "..") or any(c in part for c in FORBIDDEN_IN_NAMES) or len(part.encode()) > 255


def _not_modified(asked: Message, etag: str, modified: datetime | None) -> bool:
    """RFC 9110, 13.1: If-None-Match decides where it is sent; If-Modified-Since only where it is not."""
    none_match = asked.get("If-None-Match")
    if none_match is not None:
        tags = {tag.strip().removeprefix("W/") for tag in none_match.split(",")}
        return etag in tags or "*" in tags
    since = asked.get("If-Modified-Since")
    if since is None or modified is None:
        return False
    try:
        then = parsedate_to_datetime(since)
    except ValueError:
        return False
    return modified <= then.replace(tzinfo=then.tzinfo or UTC)

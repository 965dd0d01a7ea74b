"""A loopback web server for folders of HTML: the sample web's twelve sites, or any folder a test wants served.

It does what a crawler has to cope with and no more: redirects, error pages, validators (ETag, Last-Modified, 304),
HEAD, gzip sitemaps, missing charsets. Every request is written to a log, so that a test can tell what was asked for, in
which order and when. For tests and demonstrations on one machine; it is no server for the public.
"""

import contextlib
import csv
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from groupaudit.sample_web.folder import Answer, Folder
from groupaudit.sample_web.sites import Behaviour, SampleSite, sample_sites

ORIGIN_PLACEHOLDER = "{{origin}}"

PROVIDER_COLUMNS = ("url", "name", "organisation", "provider_type", "region", "phone", "city", "stratum")


class Access(NamedTuple):
    """A request that was answered.

    Attributes:
        path: path and query as they were asked for.
        time: when the answer was sent, in seconds since 1970.
    """

    site: str
    method: str
    path: str
    status: int
    time: float


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], site: str, folder: Folder, log: list[Access]) -> None:
        self.site, self.folder, self.log = site, folder, log
        self._open: dict[socket.socket, threading.Thread] = {}
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)
        host, port = self.server_address[:2]
        self.origin = f"http://{host!s}:{port}"

    def server_bind(self) -> None:
        # HTTPServer.server_bind asks the name service for the host's name: slow, and of no use here.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request_thread(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        connection = request if isinstance(request, socket.socket) else request[1]
        with self._open_lock:
            self._open[connection] = threading.current_thread()
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._open_lock:
                self._open.pop(connection, None)

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        """A client that went away is no news; anything else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def end_connections(self) -> None:
        """Ends kept-alive connections, so that no thread and no socket outlives the server."""
        with self._open_lock:
            running = dict(self._open)
        for connection in running:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in running.values():
            thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "SampleWeb"
    sys_version = ""
    timeout = 30  # seconds a kept-alive connection may idle
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._send(self.server.folder.answer(self.path, self.headers, self.server.origin), with_body=True)

    def do_HEAD(self) -> None:
        self._send(self.server.folder.answer(self.path, self.headers, self.server.origin), with_body=False)

    def _send(self, answer: Answer, *, with_body: bool) -> None:
        # Before the answer goes out: a client that has read it finds its line in the log.
        self.server.log.append(Access(self.server.site, self.command, self.path, int(answer.status), time.time()))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body and answer.status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on standard error: `log` is the log."""


class FolderServer:
    """A folder served as a site. A context manager: the server answers from construction until `close`.

    Args:
        folder: what is served, and how.
        site: the site's name in the log.
        host: address to listen on.
        port: port to listen on; 0 lets the system choose.
        log: a list to write to, shared between servers; a new one if None.

    Attributes:
        origin: its address, "http://127.0.0.1:PORT", without a slash at the end.
        log: the requests answered so far, oldest first.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self, folder: Folder, *, site: str, host: str = "127.0.0.1", port: int = 0, log: list[Access] | None = None
    ) -> None:
        self.log: list[Access] = [] if log is None else log
        self._server = _Server((host, port), site, folder, self.log)
        self.origin = self._server.origin
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name=f"sample-web-{site}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stops listening and ends open connections. May be called twice."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server.end_connections()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve_folder(
    root: Path,
    host: str = "127.0.0.1",
    port: int = 0,
    replace_origin: str | None = None,
    behaviour: Behaviour | None = None,
) -> FolderServer:
    """Serves any folder of HTML as a site: a folder's index.html or index.htm, "/about" for about.html, 404.

    Args:
        root: the folder.
        host: address to listen on.
        port: port to listen on; 0 lets the system choose.
        replace_origin: the address that the files know themselves by, such as "https://example.org"; in text responses
            it is replaced by the server's own.
        behaviour: redirects, error statuses, headers and the like; a plain server if None. Text is called UTF-8 unless
            this says otherwise.

    Raises:
        NotADirectoryError: `root` is no folder.
        OSError: the port is taken.
    """
    if not root.is_dir():
        raise NotADirectoryError(f"{root}: no such folder, so there is nothing to serve")
    folder = Folder(root, behaviour or Behaviour(), replace_origin.rstrip("/") if replace_origin else None)
    return FolderServer(folder, site=root.name, host=host, port=port)


class SampleWeb:
    """The sample web, each site on its own port. A context manager: the servers run inside the `with` block.

    Args:
        host: address to listen on.
        port: first port, the other sites take the following ones in the order of sites.toml; 0: any free ones.
        only: keys of the sites to serve; all twelve if None.

    Attributes:
        sites: the sites that are served.
        origins: key → address, without a slash at its end.
        log: all requests answered so far, oldest first.

    Raises:
        KeyError: `only` names a site that there is not.
        OSError: a port is taken (on entering).
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, only: Iterable[str] | None = None) -> None:
        self.sites: tuple[SampleSite, ...] = sample_sites()
        if only is not None:
            wanted = set(only)
            if unknown := wanted - {site.key for site in self.sites}:
                known = ", ".join(site.key for site in self.sites)
                raise KeyError(f"no sample site is called {', '.join(sorted(unknown))}; there are {known}")
            self.sites = tuple(site for site in self.sites if site.key in wanted)
        self.origins: dict[str, str] = {}
        self.log: list[Access] = []
        self._host, self._port = host, port
        self._servers: list[FolderServer] = []

    def __enter__(self) -> Self:
        try:
            for number, site in enumerate(self.sites):
                folder = Folder(site.folder, site.behaviour, ORIGIN_PLACEHOLDER)
                port = self._port + number if self._port else 0
                server = FolderServer(folder, site=site.key, host=self._host, port=port, log=self.log)
                self._servers.append(server)
                self.origins[site.key] = server.origin
        except OSError:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops all servers. May be called twice; `origins` and `log` stay readable."""
        while self._servers:
            self._servers.pop().close()

    def provider_rows(self) -> list[dict[str, str]]:
        """The sites as rows of a provider list, with the columns of PROVIDER_COLUMNS."""
        return [
            {
                "url": self.origins[site.key] + site.start,
                "name": site.provider,
                "organisation": site.organisation,
                "provider_type": site.provider_type,
                "region": site.region,
                "phone": site.phone,
                "city": site.city,
                "stratum": site.stratum,
            }
            for site in self.sites
        ]

    def write_sites_csv(self, path: Path) -> None:
        """Writes `provider_rows` as the CSV that `groupaudit run` reads (UTF-8, with a header line)."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, PROVIDER_COLUMNS)
            writer.writeheader()
            writer.writerows(self.provider_rows())

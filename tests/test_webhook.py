"""After a run: its health to the operator, new and fixed flags to the reader; retried, and never in a run's way."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from commands import groupaudit
from synthetic_runs import RUN_1, RUN_2, GroupSpec, RunSpec, SiteSpec, small_run, write_run

from groupaudit import notify, webhook
from groupaudit.config import Settings, WebhookSettings
from groupaudit.errors import GroupauditError
from groupaudit.output import Result
from groupaudit.webhook import Message, deliver
from reports.publish import publish

LOOPBACK = ("127.0.0.0/8",)


@dataclass
class Receiver:
    """A real server: what it was told by path, and how it answers each path, one after the other."""

    answers: dict[str, list[int]] = field(default_factory=dict)
    told: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def of(self, path: str) -> list[dict[str, Any]]:
        return [body for where, body, _ in self.told if where == path]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            made.told.append((self.path, body, dict(self.headers)))
            queue = made.answers.get(self.path, [])
            self.send_response(queue.pop(0) if queue else 204)
            self.send_header("location", f"{made.url}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def hanging() -> Iterator[str]:
    """A server that takes the connection and, drop by drop, never finishes its answer."""
    listening = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip(client: socket.socket) -> None:
        with client:
            client.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            while not stop.wait(0.2):
                client.sendall(b"y")

    def serve() -> None:
        while not stop.is_set():
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(client,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    stop.set()
    listening.close()


@pytest.fixture(autouse=True)
def _without_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WAITS", (0.0, 0.02, 0.02))


def send(url: str, seconds: float = 10.0) -> str:
    return deliver([Message("reader", url, {"kind": "heartbeat", "naïve": "ü"})], LOOPBACK, seconds=seconds)["reader"]


def test_what_fails_twice_is_told_the_third_time(receiver: Receiver) -> None:
    receiver.answers = {"/x": [503, 500]}
    assert send(f"{receiver.url}/x") == ""
    assert receiver.of("/x") == [{"kind": "heartbeat", "naïve": "ü"}] * 3
    keys = {headers["Idempotency-Key"] for _, _, headers in receiver.told}
    assert len(keys) == 1, "a receiver can tell a retry from another message"


@pytest.mark.parametrize(
    ("answers", "tries", "why"),
    [
        ([500, 500, 500], 3, "answered 500, 3 times"),
        ([400], 1, "answered 400"),
        ([429, 204], 2, ""),
        ([302], 1, "answered 302"),
    ],
)
def test_what_is_tried_again_and_what_is_not(receiver: Receiver, answers: list[int], tries: int, why: str) -> None:
    receiver.answers = {"/x": answers}
    assert send(f"{receiver.url}/x") == why
    assert len(receiver.told) == tries, "a redirect is not followed: it could lead into the network"


def test_what_hangs_is_not_waited_for(hanging: str) -> None:
    started = time.monotonic()
    assert send(hanging, seconds=1.5) == "no answer within 1.5 s"
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:8081/x", "not on the public internet"),
        ("http://localhost:8080/x", "not on the public internet"),
        ("ftp://example.org/x", "only http and https"),
        ("http://10.0.0.1/x", "not on the public internet"),
    ],
)
def test_only_checked_addresses_are_connected_to(url: str, why: str) -> None:
    started = time.monotonic()
    assert why in deliver([Message("reader", url, {})], ())["reader"]
    assert time.monotonic() - started < 5


def settings(receiver: Receiver, **changes: Any) -> Settings:
    hooks = {"operator": f"{receiver.url}/operator", "reader": f"{receiver.url}/reader", "allow_private": LOOPBACK}
    return Settings(webhook=WebhookSettings(**(hooks | changes)))


def work(data: Path, run: RunSpec) -> Callable[[], Result]:
    def do() -> Result:
        write_run(data, run)
        publish(data)
        return Result(("done",), ("one page could not be read",))

    return do


def flagged(*names: str) -> tuple[SiteSpec, ...]:
    groups = tuple(GroupSpec(name, text=f"A support group for people in grief.\nMembers share their stories and support one another.\nSome evenings we notice how we respond to each other.\n{name}.") for name in names)  # fmt: skip  # noqa: E501
    return (SiteSpec("alder.example", groups, organisation="Alder Practice"),)


def test_the_operator_hears_of_the_run_the_reader_of_its_flags(receiver: Receiver, tmp_path: Path) -> None:
    result = notify.told(settings(receiver), tmp_path, work(tmp_path, small_run()))
    assert result.problems == ("one page could not be read",)
    (health,) = receiver.of("/operator")
    assert (health["kind"], health["result"], health["run_id"]) == ("health", "done", RUN_1)
    assert health["problems"] == ["one page could not be read"]
    assert "new" not in health, "the operator is not sent what was found"
    (news,) = receiver.of("/reader")
    assert news["kind"] == "flags"
    assert len(news["new"]) == news["new_in_all"] == 5
    assert {"group_key", "organisation", "quote", "url", "withheld"} <= set(news["new"][0])
    assert "problems" not in news
    assert news["internal"].startswith("INTERNAL")


def test_the_reader_hears_what_is_new_what_was_fixed_and_then_a_heartbeat(receiver: Receiver, tmp_path: Path) -> None:
    one = RunSpec(RUN_1, flagged("a", "b"))
    notify.told(settings(receiver), tmp_path, work(tmp_path, one))
    (site,) = flagged("a", "b", "c")
    first, *rest = site.groups
    mended = GroupSpec(
        "a", name="Grief Support Group", text=first.text, claim="none", own_label="support", verdict="not_claimed",
        tip41="not_claimed", hits=first.hits[1:], counter=2,
    )  # fmt: skip
    two = RunSpec(RUN_2, (SiteSpec(site.key, (mended, *rest), organisation=site.organisation),))
    notify.told(settings(receiver), tmp_path, work(tmp_path, two))
    again = RunSpec("20261116T060000Z-cccc", two.sites)
    notify.told(settings(receiver), tmp_path, work(tmp_path, again))
    first_news, second, third = receiver.of("/reader")
    assert [row["group_key"] for row in first_news["new"]] == ["a", "b"]
    assert [row["group_key"] for row in second["new"]] == ["c"]
    assert [(row["group_key"], row["name"]) for row in second["fixed"]] == [("a", "Grief Support Group")]
    assert (third["kind"], third["new"], third["fixed"], third["flags"]) == ("heartbeat", [], [], 2)
    assert [body["kind"] for body in receiver.of("/operator")] == ["health"] * 3


def test_what_did_not_arrive_is_told_after_the_next_run(receiver: Receiver, tmp_path: Path) -> None:
    receiver.answers = {"/reader": [500, 500, 500]}
    result = notify.told(settings(receiver), tmp_path, work(tmp_path, RunSpec(RUN_1, flagged("a"))))
    assert result.problems[1:] == ("the reader was not told by webhook: answered 500, 3 times",)
    assert not result.incomplete, "a receiver's trouble is none of the run's"
    notify.told(settings(receiver), tmp_path, work(tmp_path, RunSpec(RUN_2, flagged("a"))))
    assert [row["group_key"] for row in receiver.of("/reader")[-1]["new"]] == ["a"]


def test_a_run_that_failed_is_told_to_the_operator_alone(receiver: Receiver, tmp_path: Path) -> None:
    def fail() -> Result:
        raise GroupauditError("the disk is full")

    with pytest.raises(GroupauditError, match="the disk is full"):
        notify.told(settings(receiver), tmp_path, fail)
    (health,) = receiver.of("/operator")
    assert (health["result"], health["problems"]) == ("failed", ["the disk is full"])
    assert receiver.of("/reader") == []


def test_where_nothing_was_due_nothing_is_told(receiver: Receiver, tmp_path: Path) -> None:
    work(tmp_path, small_run())()
    notify.told(settings(receiver), tmp_path, lambda: Result(("nothing due",)))
    assert receiver.told == []


def test_the_real_command_tells_and_ends_well_with_a_receiver_that_hangs(
    receiver: Receiver, hanging: str, tmp_path: Path, sample_data: Path
) -> None:
    del sample_data  # made by the same command: the sample web is known to work
    config = tmp_path / "groupaudit.toml"
    config.write_text(
        f'[webhook]\noperator = "{receiver.url}/operator"\nreader = "{hanging}"\nallow_private = ["127.0.0.0/8"]\n'
    )
    done = groupaudit("run", "--data", tmp_path / "data", "--config", config, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "the reader was not told by webhook: no answer within 30 s" in done.stderr
    assert receiver.of("/operator")[0]["result"] == "done"
    assert (tmp_path / "data" / "groupaudit.duckdb").exists()

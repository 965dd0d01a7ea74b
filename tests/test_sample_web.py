"""The sample web: its truth follows from the codebook and its pages, and its server does what a web server does."""

import csv
import gzip
import html
import http.client
import re
import socket
import subprocess
import sys
from collections import defaultdict
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from protego import Protego

from groupaudit.sample_web import (
    PROVIDER_COLUMNS,
    Behaviour,
    Redirect,
    SampleWeb,
    load_truth,
    sample_sites,
    serve_folder,
)

SITES = {site.key: site for site in sample_sites()}
TRUTH = load_truth()
APPEARANCES = [(line["site"], line["path"], offering) for line in TRUTH for offering in line["offerings"]]
LABELS = (
    "scope",
    "claim",
    "own_label",
    "kind",
    "secondary",
    "mixed",
    "grounds",
    "exempt",
    "leader",
    "elsewhere",
    "verdict",
)
KINDS = {"therapy", "support", "coaching", "psychoeducation", "education", "activity", "other", "unclear"}


def groups() -> dict[tuple[str, str], dict[str, Any]]:
    return {(site, offering["group"]): offering for site, _, offering in APPEARANCES}


def verdict_by_the_table(o: dict[str, Any]) -> str:
    """The codebook's section 3, stated once more, apart from the audit: first row that fits."""
    rows = [
        ("not_claimed", o["claim"] in {"none", "counseling", "modality", "listed"}),
        ("insufficient", o["kind"] == "unclear"),
        ("mixed", o["kind"] == "therapy" and o["mixed"]),
        ("review", o["kind"] == "therapy" and o["leader"] in {"peer", "coach", "instructor"}),
        ("consistent", o["kind"] == "therapy"),
        ("review", o["kind"] == "other" or o["exempt"]),
        ("heading_differs", o["claim"] == "section" and o["own_label"] not in {"therapy", "none"}),
        ("insufficient", o["grounds"] < 2),
        ("review", o["elsewhere"]),
        ("mislabeled", True),
    ]
    return next(verdict for verdict, fits in rows if fits)


def file_of(relative: str) -> Traversable:
    _, key, rest = relative.split("/", 2)
    return SITES[key].folder.joinpath(*rest.split("/"))


def source_of(relative: str) -> str:
    encoding = "cp1252" if relative.startswith("pages/gannetlane/") else "utf-8"
    return file_of(relative).read_bytes().decode(encoding)


def visible(source: str) -> str:
    """The words of a page, crudely: no scripts, inline tags dropped, other tags spaces."""
    source = re.sub(r"(?is)<(script|style|svg|noscript)\b.*?</\1>|<!--.*?-->", " ", source)
    source = re.sub(r"(?i)</?(?:b|i|em|strong)\b[^>]*>", "", source)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source)).split())


def html_files(folder: Traversable, prefix: str = "") -> list[str]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += html_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".html", ".htm")):
            found.append(prefix + entry.name)
    return found


# The truth


def test_there_are_twelve_sites_and_at_least_45_groups() -> None:
    assert len(SITES) == 12
    assert len({key for key, offering in groups().items() if offering["scope"] == "group"}) >= 45


def test_one_site_has_no_group_at_all() -> None:
    assert set(SITES) - {site for site, _, _ in APPEARANCES} == {"quillanchor"}


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("claim", {"own", "section", "modality", "counseling", "none"}),
        ("kind", KINDS),
        (
            "verdict",
            {"not_claimed", "insufficient", "mixed", "review", "consistent", "heading_differs", "mislabeled"},
        ),
        ("leader", {"clinician", "trainee", "peer", "coach", "instructor", "unstated"}),
        ("scope", {"group", "service"}),
        ("grounds", {0, 1, 2}),
        ("own_label", {"therapy", "support", "psychoeducation", "education", "activity", "none"}),
    ],
)
def test_every_value_of_a_label_is_there(label: str, expected: set[str | int]) -> None:
    assert {offering[label] for offering in groups().values()} == expected


def test_every_reason_for_a_review_and_enough_flags_are_there() -> None:
    review = [o for o in groups().values() if o["verdict"] == "review"]
    assert any(o["kind"] == "therapy" and o["leader"] == "peer" for o in review)
    assert any(o["exempt"] for o in review)
    assert any(o["kind"] == "other" for o in review)
    assert any(o["elsewhere"] and o["grounds"] == 2 and o["kind"] not in {"therapy", "other"} for o in review)
    assert sum(o["verdict"] == "mislabeled" for o in groups().values()) >= 6


@pytest.mark.parametrize(("key", "offering"), [pytest.param(k, o, id="/".join(k)) for k, o in groups().items()])
def test_a_verdict_follows_from_its_labels(key: tuple[str, str], offering: dict[str, Any]) -> None:
    assert offering["verdict"] == verdict_by_the_table(offering), key
    assert set(offering["secondary"]) <= KINDS - {offering["kind"], "unclear"}
    assert not offering["mixed"] or (offering["kind"] == "therapy" and offering["secondary"])
    assert (offering["kind"] == "unclear") == (offering["grounds"] == 0)


def test_a_group_has_the_same_labels_wherever_it_appears() -> None:
    seen: dict[tuple[str, str], list[Any]] = {}
    for site, path, offering in APPEARANCES:
        labels = [offering["name"], *(offering[label] for label in LABELS)]
        assert seen.setdefault((site, offering["group"]), labels) == labels, (site, path)


def test_two_groups_of_one_name_at_two_times_are_two() -> None:
    by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (site, slug), offering in groups().items():
        by_name[site, offering["name"]].add(slug)
    assert {key for key, slugs in by_name.items() if len(slugs) > 1} == {
        ("calderplains", "Grief Group Therapy"),
        ("sallowfield", "Open Psychotherapy Group"),
    }


@pytest.mark.parametrize("line", [pytest.param(line, id=line["site"] + line["path"]) for line in TRUTH])
def test_what_the_truth_quotes_stands_on_the_page_in_that_order(line: dict[str, Any]) -> None:
    text = visible(source_of(line["file"])).replace("\N{ZERO WIDTH SPACE}", "")
    position = 0
    for offering in line["offerings"]:
        for heading in offering["headings"]:
            assert heading in text
        assert bool(offering["starts"]) == bool(offering["ends"])
        name = text.index(offering["name"], position)
        start = text.index(offering["starts"], name + len(offering["name"]))
        end = text.index(offering["ends"], start)
        assert end + len(offering["ends"]) - start < 2500
        position = end + len(offering["ends"])


def test_every_page_is_in_the_truth_or_forbidden_and_no_path_twice() -> None:
    listed = {line["file"] for line in TRUTH}
    forbidden = {f"pages/{site.key}/{name}" for site in SITES.values() for name in site.forbidden}
    on_disk = {f"pages/{key}/{name}" for key, site in SITES.items() for name in html_files(site.folder)}
    assert listed | forbidden == on_disk
    assert not listed & forbidden
    paths = [(line["site"], line["path"]) for line in TRUTH]
    assert len(paths) == len(set(paths))


# The server


@pytest.fixture(scope="module")
def web() -> Any:
    with SampleWeb() as running:
        yield running


def fetch(
    origin: str, path: str, method: str = "GET", headers: dict[str, str] | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=10)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("line", [pytest.param(line, id=line["site"] + line["path"]) for line in TRUTH])
def test_every_page_of_the_truth_is_served_and_its_links_lead_somewhere(web: SampleWeb, line: dict[str, Any]) -> None:
    origin, site = web.origins[line["site"]], SITES[line["site"]]
    status, headers, body = fetch(origin, line["path"])
    assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    assert b"{{origin}}" not in body
    assert int(headers["Content-Length"]) == len(body)
    for href in re.findall(r'(?i)<a\b[^>]*\bhref="([^"]*)"', source_of(line["file"])):
        target = urlsplit(urljoin(origin + line["path"], html.unescape(href)))
        if target.scheme != "http" or href.startswith("#"):
            assert target.scheme in {"http", "tel"}
            continue
        assert f"http://{target.netloc}" == origin
        path = urljoin(line["path"], target.path)
        status = fetch(origin, path)[0]
        assert (status >= 400) == (path in site.broken), (path, status)


def test_canonical_links_name_the_page_itself(web: SampleWeb) -> None:
    aliased = 0
    for line in TRUTH:
        origin = web.origins[line["site"]]
        body = fetch(origin, line["path"])[2].decode("utf-8", "replace")
        found = re.search(r'<link rel="canonical" href="([^"]+)"', body)
        if found is None:
            assert line["site"] in {"sallowfield", "gannetlane"}
            continue
        is_alias = line["path"] in SITES[line["site"]].behaviour.aliases
        aliased += is_alias
        assert (found[1] == origin + line["path"]) is not is_alias
        assert fetch(origin, urlsplit(found[1]).path)[0] == 200
    assert aliased == 1


def served_at(file: str) -> str:
    return "/" + file.removesuffix("index.html").removesuffix(".html")


def test_robots_rules_forbid_what_is_not_in_the_truth_and_allow_what_is(web: SampleWeb) -> None:
    for key, site in SITES.items():
        rules = Protego.parse(fetch(web.origins[key], "/robots.txt")[2].decode())
        assert site.forbidden
        for name in site.forbidden:
            assert not rules.can_fetch(served_at(name), "groupaudit"), name
        for line in TRUTH:
            assert line["site"] != key or rules.can_fetch(line["path"], "groupaudit")


def sitemap_pages(origin: str, path: str) -> list[str]:
    status, headers, body = fetch(origin, path)
    assert status == 200, path
    if path.endswith(".gz"):
        assert headers["Content-Type"] == "application/gzip"
        body = gzip.decompress(body)
    locations = re.findall(r"<loc>([^<]+)</loc>", body.decode())
    assert locations
    assert all(location.startswith(origin + "/") for location in locations)
    paths = [location.removeprefix(origin) for location in locations]
    return [p for child in paths for p in sitemap_pages(origin, child)] if b"<sitemapindex" in body else paths


def test_sitemaps_hold_pages_that_are_there(web: SampleWeb) -> None:
    kinds = set()
    for key, origin in web.origins.items():
        robots = fetch(origin, "/robots.txt")[2].decode()
        for address in re.findall(r"(?m)^Sitemap: (\S+)", robots):
            path = address.removeprefix(origin)
            kinds.add("gzip" if path.endswith(".gz") else "xml")
            if b"<sitemapindex" in fetch(origin, path)[2]:
                kinds.add("index")
            for page in sitemap_pages(origin, path):
                assert fetch(origin, page)[0] == 200, (key, page)
    assert kinds == {"gzip", "xml", "index"}


@pytest.mark.parametrize(
    ("site", "path", "status", "location"),
    [
        ("larkmoor", "/groups/", 301, "/group-therapy/"),
        ("larkmoor", "/group-therapy", 301, "/group-therapy/"),
        ("aldermere", "/", 302, "/counselling"),
        ("unscatter", "/enroll", 308, "/apply"),
        ("larkmoor", "/wp-login.php", 403, None),
        ("thornwick", "/appeal-2019/", 410, None),
        ("gannetlane", "/newsletter1999.htm", 404, None),
        ("gannetlane", "/../sites.toml", 404, None),
        ("gannetlane", "/%2e%2e/%2e%2e/sites.toml", 404, None),
        ("gannetlane", "/..%2f..%2fsites.toml", 404, None),
        ("gannetlane", "//etc//passwd", 404, None),
        ("gannetlane", "/private%00", 404, None),
        ("gannetlane", "/" + "x" * 300, 404, None),
        ("gannetlane", "/groups.htm?from=home", 200, None),
        ("wrenfield", "/next-chapter", 200, None),
        ("wrenfield", "/journal/", 404, None),
    ],
)
def test_redirects_errors_and_paths(web: SampleWeb, site: str, path: str, status: int, location: str | None) -> None:
    answered, headers, _ = fetch(web.origins[site], path)
    assert (answered, headers["Location"]) == (status, location)


def test_the_site_of_2005_names_its_charset_only_in_the_page(web: SampleWeb) -> None:
    _, headers, body = fetch(web.origins["gannetlane"], "/groups.htm")
    assert headers["Content-Type"] == "text/html"
    assert "charset=windows-1252" in body.decode("cp1252")
    assert "Women\N{RIGHT SINGLE QUOTATION MARK}s Group" in body.decode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_validators_answer_not_modified(web: SampleWeb) -> None:
    origin = web.origins["larkmoor"]
    _, headers, body = fetch(origin, "/faq/")
    assert headers["X-Pingback"] == "/xmlrpc.php"
    for asked, status in [
        ({"If-None-Match": headers["ETag"]}, 304),
        ({"If-None-Match": f'"other", W/{headers["ETag"]}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]}, 200),
        ({"If-Modified-Since": headers["Last-Modified"]}, 304),
        ({"If-Modified-Since": "Mon, 02 Nov 2026 09:29:59 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
    ]:
        answered, again, answered_body = fetch(origin, "/faq/", headers=asked)
        assert (answered, answered_body) == (status, b"" if status == 304 else body), asked
        assert again["ETag"] == headers["ETag"]


def test_head_has_the_headers_of_get(web: SampleWeb) -> None:
    origin = web.origins["pellamridge"]
    got, head = fetch(origin, "/events/"), fetch(origin, "/events/", "HEAD")
    assert {**dict(head[1].items()), "Date": ""} == {**dict(got[1].items()), "Date": ""}


def test_nothing_follows_the_headers_of_head(web: SampleWeb) -> None:
    # On the bare socket: http.client throws away whatever a server sends after the headers of a HEAD.
    address = urlsplit(web.origins["pellamridge"])
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=10) as connection:
        connection.sendall(b"HEAD /events/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        sent = b"".join(iter(lambda: connection.recv(65536), b""))
    assert sent.partition(b"\r\n\r\n")[2] == b""


def test_the_log_tells_every_request_in_order() -> None:
    with SampleWeb(only=["quillanchor"]) as web:
        fetch(web.origins["quillanchor"], "/couples/?a=1")
        fetch(web.origins["quillanchor"], "/none", "HEAD")
    assert [entry[:4] for entry in web.log] == [
        ("quillanchor", "GET", "/couples/?a=1", 200),
        ("quillanchor", "HEAD", "/none", 404),
    ]
    assert web.log[0].time <= web.log[1].time


def test_a_kept_alive_connection_does_not_hold_up_the_end() -> None:
    with SampleWeb(only=["quillanchor"]) as web:
        connection = http.client.HTTPConnection(urlsplit(web.origins["quillanchor"]).netloc, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().read()
    connection.auto_open = False  # or http.client would quietly open a new connection
    with pytest.raises((OSError, http.client.HTTPException)):
        again(connection)
    connection.close()


def again(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/")
    connection.getresponse()


def test_an_unknown_site_and_a_taken_port_are_refused() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        SampleWeb(only=["nowhere"])
    with SampleWeb(only=["quillanchor"]) as web:
        port = urlsplit(web.origins["quillanchor"]).port
        assert port
        with pytest.raises(OSError, match=r"."), SampleWeb(port=port, only=["larkmoor"]):
            pass


def test_the_provider_list_has_a_row_a_site(web: SampleWeb, tmp_path: Path) -> None:
    web.write_sites_csv(tmp_path / "sites.csv")
    with (tmp_path / "sites.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == web.provider_rows()
    assert len({row["url"] for row in rows}) == 12
    assert all(tuple(row) == PROVIDER_COLUMNS and all(row.values()) for row in rows)
    for row in rows:
        assert fetch(row["url"], urlsplit(row["url"]).path)[0] == 200


def test_any_folder_can_be_served_under_its_own_address(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.htm").write_text('<a href="https://example.org/b">b</a> "https:\\/\\/example.org\\/c"')
    (tmp_path / "b.html").write_text("b")
    (tmp_path / "raw.bin").write_bytes(b"https://example.org")
    behaviour = Behaviour(redirects={"/old": Redirect("/b", 301)})
    with serve_folder(tmp_path, replace_origin="https://example.org/", behaviour=behaviour) as server:
        escaped = server.origin.replace("/", "\\/")
        status, headers, body = fetch(server.origin, "/a/")
        assert (status, body.decode()) == (200, f'<a href="{server.origin}/b">b</a> "{escaped}\\/c"')
        assert headers["Last-Modified"]
        assert fetch(server.origin, "/b")[2] == b"b"
        assert fetch(server.origin, "/old")[1]["Location"] == "/b"
        assert fetch(server.origin, "/raw.bin")[2] == b"https://example.org"
        assert fetch(server.origin, "/")[0] == 404
    with pytest.raises(NotADirectoryError, match="missing"):
        serve_folder(tmp_path / "missing")


def test_as_a_command_it_prints_its_addresses_and_ends_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "groupaudit.sample_web", "--csv", str(tmp_path / "sites.csv")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        addresses = [process.stdout.readline().split("\t")[0] for _ in SITES]
        assert fetch(addresses[0], "/")[0] == 200
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert len((tmp_path / "sites.csv").read_text().splitlines()) == 13

"""`--browser`: pages that scripts write, rendered by the real command in the real Chromium against real servers."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

import pytest
from commands import ROOT, command, environment, groupaudit
from crawling import RUN, crawl_sites
from local_web import Web, page, reply

from crawler.extract.stage import extract_site_of_run
from crawler.options import Budgets
from crawler.records import Capture, SiteVisit, Visit
from crawler.segments import read_segments, segment_folder
from crawler.warc import read_payload, read_record
from groupaudit.runs import last_run

pytestmark = pytest.mark.browser

SHELL = (
    '<!doctype html><html lang="en"><head><title>Larch</title><script src="/app.js"></script></head>'
    '<body><noscript>Please enable JavaScript.</noscript><div id="root"></div>{more}</body></html>'
)
APP = """
const says = {
  '/': '<h1>Larch Counselling</h1><p>We are a small practice for adults.</p><a href="/groups">Our groups</a>',
  '/groups': '<h1>Our groups</h1><div id="list"></div>',
};
const show = () => {
  document.getElementById('root').innerHTML = says[location.pathname];
  if (location.pathname === '/groups') fetch('/api/groups').then(r => r.json()).then(groups => {
    document.getElementById('list').innerHTML = groups.map(g => `<h2>${g.name}</h2><p>${g.text}</p>`).join('');
  });
};
const before = localStorage.getItem('seen') || document.cookie;
localStorage.setItem('seen', '1'); document.cookie = 'seen=1';
if (before) fetch('/tracked');
document.addEventListener('DOMContentLoaded', show);
"""
GROUPS = (
    '[{"name": "Grief Support Group", "text": "Members share how they grieve, every Tuesday evening at 6 pm."},'
    '{"name": "Anxiety Skills Workshop", "text": "Eight weeks of lessons and worksheets on worry and how to meet it."}]'
)


@pytest.fixture(autouse=True)
def _needs_chromium() -> None:
    if not (shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")):
        if os.environ.get("GROUPAUDIT_NEED_BROWSER") == "1":
            pytest.fail("no Chromium on this machine, and GROUPAUDIT_NEED_BROWSER=1 asks for one")
        pytest.skip("no Chromium on this machine: apt-get install chromium")


def shell(more: str = "") -> bytes:
    return reply(200, SHELL.replace("{more}", more), etag='"shell"', set_cookie="server=1")


def spa(**more: object) -> dict[str, object]:
    return {
        "/robots.txt": reply(200, "User-agent: *\nDisallow: /private\n", content_type="text/plain"),
        "/": shell(),
        "/groups": shell(),
        "/app.js": reply(200, APP, content_type="text/javascript"),
        "/api/groups": reply(200, GROUPS, content_type="application/json"),
        **more,
    }


def only(web: Web) -> tuple[str, ...]:
    return (f"127.0.0.1:{web.port}",)


def test_groups_that_only_a_script_writes_are_found_quoted_and_verified(tmp_path: Path) -> None:
    with Web(spa()) as web:
        (tmp_path / "sites.csv").write_text(f"url,name\n{web.origin}/,Larch\n")
        data = tmp_path / "data"
        words = ("crawl", tmp_path / "sites.csv", "--data", data, "--gap", "0", "--allow-private", only(web)[0])
        done = groupaudit(*words, "--browser")
        assert done.returncode == 0, done.stderr
        asked = list(web.paths)
        run = last_run(data)
        assert run is not None
        assert run.config["crawl"]["browser"] is True
        visits = read_segments(segment_folder(data, "visits", run.run_id), Visit)
        outcomes = {visit.url.removeprefix(web.origin): visit.outcome for visit in visits}
        assert (outcomes["/"], outcomes["/groups"]) == ("rendered", "rendered")
        (site,) = read_segments(segment_folder(data, "site_visits", run.run_id), SiteVisit)
        assert (site.outcome, site.pages) == ("complete", 2)
        assert asked.count("/") == asked.count("/groups") == 1, "the document is not asked for a second time"
        assert "/tracked" not in asked, "neither cookie nor storage of one page is there on the next"
        assert site.requests == len(asked), "what the page's own scripts ask for counts"
        assert {hit.headers["user-agent"] for hit in web.log} == {"groupaudit/0.1"}
        captures = {
            capture.url.removeprefix(web.origin): capture
            for capture in read_segments(segment_folder(data, "captures", run.run_id), Capture)
        }
        groups = captures["/groups"]
        record = read_record(data / groups.archive_file, groups.archive_offset)
        assert (record.kind, record.headers["warc-profile"]) == ("resource", "urn:groupaudit:rendered-dom")
        assert record.headers["warc-target-uri"] == f"urn:rendered:{groups.url}"
        assert (
            b"<h2>Grief Support Group</h2>" in read_payload(data / groups.archive_file, groups.archive_offset).payload
        )
        extract = extract_site_of_run(data, run.run_id, site.site, None)
        assert {group.name for group in extract.groups} >= {"Grief Support Group", "Anxiety Skills Workshop"}

    assert groupaudit("verify", "--data", data).returncode == 0
    archive = data / groups.archive_file
    whole = archive.read_bytes()
    archive.write_bytes(whole[: groups.archive_offset + 60] + b"x" + whole[groups.archive_offset + 61 :])
    assert groupaudit("verify", "--data", data).returncode == 4, "a changed DOM is named like a changed response"


def test_a_rendered_page_is_rendered_again_though_its_document_did_not_change(tmp_path: Path) -> None:
    with Web(spa()) as web:
        crawl_sites(tmp_path, f"{web.origin}/", browser=True)
        web.pages["/api/groups"] = reply(200, GROUPS.replace("Grief", "Widows"), content_type="application/json")
        crawl_sites(tmp_path, f"{web.origin}/", browser=True, run_id=f"{RUN}2", revisit_of=RUN)
    assert "if-none-match" not in {name for hit in web.log for name in hit.headers}
    texts = [
        read_payload(tmp_path / capture.archive_file, capture.archive_offset).payload
        for capture in read_segments(segment_folder(tmp_path, "captures", f"{RUN}2"), Capture)
    ]
    assert any(b"<h2>Widows Support Group</h2>" in text for text in texts)


def test_without_the_option_the_page_stays_needs_js_and_no_script_runs(tmp_path: Path) -> None:
    with Web(spa()) as web:
        left = crawl_sites(tmp_path, f"{web.origin}/")
    assert left.outcomes["/"] == "needs_js"
    assert left.site.next_action == "render it in a browser"
    assert "/app.js" not in web.paths


ATTACK = """<script>
const paths = ['http://127.0.0.1:PORT/fetch', 'http://localhost:PORT/name', 'https://127.0.0.1:PORT/tls',
  'http://[::ffff:127.0.0.1]:PORT/mapped', 'http://2130706433:PORT/number', 'http://0x7f.1:PORT/hex'];
for (const path of paths) {
  fetch(path, {mode: 'no-cors'}).catch(() => 0);
  for (const tag of ['script', 'iframe', 'img', 'video']) {
    const node = document.createElement(tag); node.src = path + '/' + tag; document.documentElement.append(node);
  }
  for (const rel of ['stylesheet', 'preconnect', 'dns-prefetch', 'prefetch', 'preload', 'prerender', 'modulepreload']) {
    const link = document.createElement('link'); link.rel = rel; link.href = path + '/' + rel; link.as = 'script';
    document.documentElement.append(link);
  }
  navigator.sendBeacon(path + '/beacon', 'x');
  try { new WebSocket(path.replace('http', 'ws') + '/socket'); } catch (e) {}
  try { new EventSource(path + '/events'); } catch (e) {}
}
fetch('/leads-inside').catch(() => 0);
try { new WebTransport('https://127.0.0.1:UDP/t'); } catch (e) {}
const code = `const p = new (self.RTCPeerConnection || Object)({iceServers: [{urls: 'stun:127.0.0.1:UDP'},
  {urls: 'turn:127.0.0.1:PORT?transport=tcp', username: 'a', credential: 'b'}]});
  if (p.createDataChannel) { p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o)); }`;
eval(code);
const inside = document.createElement('iframe'); inside.srcdoc = '<script>' + code + '<' + '/script>';
document.documentElement.append(inside);
new Worker(URL.createObjectURL(new Blob([`for (const path of ${JSON.stringify(paths)}) {
  fetch(path + '/worker', {mode: 'no-cors'}).catch(() => 0);
  try { new WebSocket(path.replace('http', 'ws')); } catch (e) {} }`])));
window.open('http://127.0.0.1:PORT/popup');
if (navigator.serviceWorker) navigator.serviceWorker.register('/sw.js').catch(() => 0);
setTimeout(() => { location = 'http://127.0.0.1:PORT/away'; }, 300);
</script>"""


def test_a_page_whose_scripts_ask_for_private_addresses_reaches_none_of_them(tmp_path: Path) -> None:
    with (
        Web() as private,
        Web() as web,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.bind(("127.0.0.1", 0))
        datagrams.setblocking(False)
        attack = ATTACK.replace("PORT", str(private.port)).replace("UDP", str(datagrams.getsockname()[1]))
        moved = reply(302, "", location=f"http://127.0.0.1:{private.port}/moved")
        worker = reply(200, f"fetch('http://127.0.0.1:{private.port}/sw')", content_type="text/javascript")
        web.pages = spa(**{"/": shell(attack), "/leads-inside": moved, "/sw.js": worker})
        left = crawl_sites(tmp_path, f"{web.origin}/", browser=True, allow_private=only(web))
        assert private.accepted == 0, private.paths
        with pytest.raises(BlockingIOError):
            datagrams.recv(1)
    refused = {visit.url for visit in left.visits if visit.outcome == "private_address"}
    port = private.port
    assert {f"http://127.0.0.1:{port}/fetch", f"http://localhost:{port}/name", f"https://127.0.0.1:{port}/"} <= refused
    assert f"http://127.0.0.1:{port}/moved" in refused, "a redirect of a script's request is checked too"
    assert "/sw.js" not in web.paths
    rendered = {visit.url.removeprefix(web.origin) for visit in left.visits if visit.outcome == "rendered"}
    assert rendered == {"/", "/groups"}
    assert left.log == "", "whatever is still asked for when the page is closed is nobody's trouble"


def test_a_page_that_never_ends_loading_is_taken_as_it_stands(tmp_path: Path) -> None:
    def stalls(_hit: object, client: socket.socket) -> None:
        client.recv(1)  # until the browser goes

    endless = (
        "<script>fetch('/stalls'); setInterval(() => fetch('/again?' + Math.random()).catch(() => 0), 50)</script>"
    )
    with Web(spa(**{"/": shell(endless), "/stalls": stalls}), fallback=lambda _: reply(200, "again")) as web:
        left = crawl_sites(tmp_path, f"{web.origin}/", browser=True, render_seconds=2.0)
    (home,) = [visit for visit in left.visits if visit.url == f"{web.origin}/"]
    assert (home.outcome, home.detail) == ("rendered", "as it stood after 2 s")
    assert left.outcomes["/groups"] == "rendered"
    assert sum(path.startswith("/again") for path in web.paths) <= 60
    assert left.site.outcome == "complete"


@pytest.mark.long
def test_a_page_that_cannot_be_rendered_costs_itself_and_no_other(tmp_path: Path) -> None:
    bad = {
        "/stuck": ("while (true);", "not rendered: not done after 2 s"),
        "/huge": ("document.write('x'.repeat(3e6))", "not rendered: its DOM is larger than 1,000,000 characters"),
        "/reloads": ("location.reload()", "not rendered: no text came"),
    }
    home = page("Larch", *bad, "/groups")
    scripts = {path: shell(f"<script>{script}</script>") for path, (script, _) in bad.items()}
    with Web(spa(**{"/": home, **scripts})) as web:
        left = crawl_sites(tmp_path, f"{web.origin}/", browser=True, render_seconds=2.0, response_bytes=1_000_000)
    details = {visit.url.removeprefix(web.origin): (visit.outcome, visit.detail) for visit in left.visits}
    for path, (_, why) in bad.items():
        assert details[path] == ("needs_js", why)
    assert left.outcomes["/groups"] == "rendered"


def test_robots_and_budgets_hold_for_rendered_pages(tmp_path: Path) -> None:
    many = "<script>for (let i = 0; i < 200; i++) fetch('/api/x?' + i).catch(() => 0)</script>"
    away = "<script>setTimeout(() => { location = '/private/groups' }, 100)</script>"
    with (
        Web(spa(**{"/": shell(many)}), fallback=lambda _: reply(200)) as eager,
        Web(spa(**{"/": shell(away), "/private/groups": page("Private")})) as closed,
    ):
        left = crawl_sites(
            tmp_path, f"{eager.origin}/", f"{closed.origin}/", browser=True, budgets=Budgets(requests=20)
        )
    sites = {visit.site.url: visit for visit in left.site_visits}
    asked = sites[f"{eager.origin}/"]
    assert asked.requests == len(eager.paths) == 20
    assert asked.reason == "budget: 20 requests"
    assert left.outcomes["/private/groups"] == "robots"
    assert "/private/groups" not in closed.paths


def test_what_was_rendered_is_answered_from_the_archive_after_a_kill(tmp_path: Path) -> None:
    with Web(spa()) as web:
        cut = crawl_sites(tmp_path, f"{web.origin}/", browser=True)
        name = next((tmp_path / "segments/site_visits").glob("run=*/*.parquet"))
        name.unlink()  # as if it was killed before its rows were committed
        asked = len(web.paths)
        again = crawl_sites(tmp_path, f"{web.origin}/", browser=True)
        assert len(web.paths) == asked, "all of it stands in the archive"
    assert again.outcomes == cut.outcomes
    assert [c.sha256 for c in again.captures] == [c.sha256 for c in cut.captures]
    assert (again.site.requests, again.site.bytes) == (cut.site.requests, cut.site.bytes)
    extract = extract_site_of_run(tmp_path, RUN, again.site.site, None)
    assert len(extract.groups) >= 2


def test_a_missing_chromium_is_said_with_what_to_install(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "sites.csv").write_text("url\nhttp://127.0.0.1:8099/\n")
    words = ("crawl", tmp_path / "sites.csv", "--data", tmp_path / "data", "--browser", "--allow-private", "127.0.0.1")
    said = {**environment(), "PATH": str(Path(sys.executable).parent)}
    done = subprocess.run(command(*words), cwd=ROOT, env=said, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "apt-get install chromium" in done.stderr
    assert not (tmp_path / "data/segments").exists()
    hidden = tmp_path / "hidden/playwright.py"
    hidden.parent.mkdir()
    code = "import sys; sys.modules['playwright'] = None; from groupaudit.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], cwd=ROOT, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "groupaudit[browser]" in done.stderr

"""Health: groups that vanish at once, and fewer pages, are told from groups that come and go."""

from __future__ import annotations

from pathlib import Path

import duckdb
from commands import groupaudit
from local_web import Web
from provider_web import FLAGGED, PROCESS, html, words, write_list

from groupaudit.health import read_health
from groupaudit.runs import run_ids

LISTED = tuple(
    f"<h2>{day} {what}</h2><p>A therapy group for adults. {text}</p>"
    for day, what, text in (
        ("Monday", "Grief Therapy Group", PROCESS),
        ("Tuesday", "Anxiety Therapy Group", FLAGGED),
        ("Thursday", "Process Group", PROCESS),
        ("Friday", "Skills Group", FLAGGED),
    )
)
MORE = ("about", "team", "fees", "contact")


def site(name: str, groups: str, pages: tuple[str, ...] = MORE) -> dict[str, object]:
    prefix = f"/{name.lower()}"
    links = "".join(f'<p><a href="{prefix}/{page}">{page} of the practice</a></p>' for page in ("groups", *pages))
    return {
        prefix: html(f"{name} practice", f"<p>{name} practice, in Norwich.</p>{links}"),
        f"{prefix}/groups": html(f"Groups at {name} practice", groups),
        **{f"{prefix}/{page}": html(f"{page} {name}", f"<p>What {name} says about {page}.</p>") for page in pages},
    }


def test_a_new_template_and_a_site_half_seen_are_said_and_one_group_less_is_not(tmp_path: Path) -> None:
    data, sites = tmp_path / "data", tmp_path / "sites.csv"
    names = ("Larch", "Elm", "Fir", "Oak")
    with Web() as web:
        host = web.origin.removeprefix("http://")
        write_list(sites, web, *names)
        web.pages = {path: body for name in names for path, body in site(name, "".join(LISTED)).items()}
        first = groupaudit(*words("run", sites, data))
        assert first.returncode == 0, first.stderr
        assert "gone" not in first.stderr
        assert read_health(data, run_ids(data)[0]) == []

        web.pages |= site("Larch", "<div id=app><p>Welcome to our new pages. Choose a day.</p></div>")
        web.pages |= site("Elm", "".join(LISTED[:3]))
        web.pages = {path: body for path, body in web.pages.items() if not path.startswith("/oak")}
        web.pages |= site("Oak", "<p>Nothing here for now.</p>", ())
        second = groupaudit(*words("run", sites, data))
        assert second.returncode == 0, second.stderr
        signs = {sign.site_key: sign for sign in read_health(data, run_ids(data)[1])}
        assert {key: sign.sign for key, sign in signs.items()} == {
            f"{host}/larch": "groups vanished at once",
            f"{host}/oak": "fewer pages than it used to give",
        }, "Fir is as it was, and Elm ended one group of four"
        assert (signs[f"{host}/larch"].now, signs[f"{host}/larch"].before) == (0, 4)
        assert (signs[f"{host}/oak"].now, signs[f"{host}/oak"].before) == (2, 6)
        assert f"{host}/larch: all 4 groups gone, while 6 pages are still there" in second.stderr
        assert f"health     {host}/oak: 2 pages where it gave 6" in groupaudit("status", "--data", data).stdout
        with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
            actions = dict(connection.execute("SELECT site_key, next_action FROM sites").fetchall())
        assert actions == {f"{host}/{name.lower()}": "" for name in names} | {f"{host}/larch": "mend the extractor"}
        assert groupaudit("verify", "--data", data).returncode == 0

        due = groupaudit(*words("run", sites, data, "--due", "--every", "7d"))
        assert "nothing due" in due.stdout, "mending the extractor is ours to do, not the server's"
    assert groupaudit("forget", f"{host}/larch", "--data", data).returncode == 0
    assert [sign.site_key for sign in read_health(data, run_ids(data)[1])] == [f"{host}/oak"]

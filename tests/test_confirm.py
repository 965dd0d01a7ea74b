"""`sites confirm`: a person's word makes a site's flags count, in this and later runs, and can be taken back."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
from commands import groupaudit
from local_web import Web, page
from provider_web import provider, words, write_list

from crawler.confirmations import read_confirmations
from groupaudit.runs import run_ids


def seen(data: Path) -> dict[str, tuple[str, bool]]:
    """Each site's identity, and whether its groups count."""
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT s.site_key, s.identity, bool_or(g.counted) FROM sites s JOIN groups g USING (site_key) GROUP BY ALL"
        ).fetchall()
    return {key.partition("/")[2]: (identity, counted) for key, identity, counted in rows}


def test_a_confirmed_site_counts_from_the_next_publication_on_through_later_runs(tmp_path: Path) -> None:
    data, sites = tmp_path / "data", tmp_path / "sites.csv"
    with Web(provider("Larch") | provider("Elm")) as web:
        key = f"{web.origin.removeprefix('http://')}/larch"
        write_list(sites, web, "Larch", "Elm", city="Cromer")  # the list has another city than the sites
        first = groupaudit(*words("run", sites, data))
        assert first.returncode == 0, first.stderr
        assert seen(data) == {"larch": ("unconfirmed", False), "elm": ("unconfirmed", False)}

        done = groupaudit(
            "sites", "confirm", key, "--data", data, "--who", "A. Reader", "--why", "the imprint\nsays so"
        )
        assert done.returncode == 0, done.stderr
        assert groupaudit("verify", "--data", data).returncode == 0
        assert groupaudit("publish", "--data", data).returncode == 0
        assert seen(data) == {"larch": ("confirmed", True), "elm": ("unconfirmed", False)}

        assert groupaudit(*words("run", sites, data)).returncode == 0
        assert len(run_ids(data)) == 2
        assert seen(data)["larch"] == ("confirmed", True)
        with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
            (because,) = connection.execute("SELECT identity_because FROM sites WHERE site_key = ?", [key]).fetchone()  # type: ignore[misc]
        assert because.startswith("confirmed by hand by A. Reader on 20")
        assert "the imprint says so" in because
        assert "read: unconfirmed: only the list's name found" in because

        taken = groupaudit(
            "sites", "confirm", key, "--data", data, "--withdraw", "--who", "B", "--why", "they moved out"
        )
        assert taken.returncode == 0, taken.stderr
        assert groupaudit("publish", "--data", data, "--full").returncode == 0
        assert seen(data)["larch"] == ("unconfirmed", False)
        assert groupaudit("verify", "--data", data).returncode == 0
    lines = [json.loads(line) for line in (data / "confirmations.jsonl").read_text().splitlines()]
    assert [(line["who"], line["confirmed"]) for line in lines] == [("A. Reader", True), ("B", False)]
    assert all(line["at"] and line["why"] for line in lines)
    assert not read_confirmations(data)[key].confirmed


def test_what_cannot_be_confirmed_is_refused_with_what_to_do(tmp_path: Path) -> None:
    data, sites = tmp_path / "data", tmp_path / "sites.csv"
    parked = page("larch.example is for sale", text="This domain is for sale. Buy this domain now. Domain is parked.")
    with Web({"/": parked}) as web:
        key = web.origin.removeprefix("http://")
        sites.write_text(f"url\n{web.origin}/\n")
        assert groupaudit(*words("crawl", sites, data)).returncode in (0, 3)
    refused = groupaudit("sites", "confirm", key, "--data", data, "--why", "it is theirs")
    assert refused.returncode == 2
    assert "parked" in refused.stderr
    assert not (data / "confirmations.jsonl").exists()
    unknown = groupaudit("sites", "confirm", key[:-1] + "x", "--data", data, "--why", "x")
    assert unknown.returncode == 2
    assert f"did you mean {key}" in unknown.stderr
    assert groupaudit("sites", "confirm", key, "--data", data, "--why", " ").returncode == 2
    nothing = groupaudit("sites", "confirm", key, "--data", data, "--withdraw", "--why", "x")
    assert "nothing to take back" in nothing.stderr

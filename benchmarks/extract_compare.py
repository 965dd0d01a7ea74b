"""Compare extraction with what one would otherwise use on the same pages, all scored by one scorer.

usage: python -m benchmarks.extract_compare PART_FOLDER SCORER [--part open|locked]

PART_FOLDER holds `pages/<site>/<path>`; SCORER is the program that scores found offerings. For a locked part only
totals are printed.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawler.extract import Page, extract_site
from crawler.extract.decode import decode, squeeze
from crawler.extract.walk import parse, read_tree
from crawler.records import Site

Found = list[dict[str, Any]]
SUFFIXES = (".html", ".htm", ".php")


def ours(folder: Path) -> dict[str, Found]:
    """Extract each first-level folder as one site."""
    found: dict[str, Found] = {}
    for site in sorted(path for path in folder.iterdir() if path.is_dir()):
        files = sorted(path for path in site.rglob("*") if path.suffix in SUFFIXES)
        pages = [Page(str(path.relative_to(folder)), path.read_bytes()) for path in files]
        for page in extract_site(pages, Site(site.name, f"http://{site.name}/", site.name), "benchmark").pages:
            found[page.source] = [{"name": o.name, "text": o.text, "headings": o.headings} for o in page.offerings]
    return found


def by_headings(body: bytes) -> Found:
    """Every heading is an offering, with the text to the next heading."""
    rows: Found = []
    for block in read_tree(parse(decode(body))).blocks:
        if block.level:
            rows.append({"name": block.text, "text": ""})
        elif rows:
            rows[-1]["text"] += "\n" + block.text
    return [row for row in rows if row["text"]]


def by_article_text(body: bytes) -> Found:
    """Split trafilatura's text at the headings that it keeps."""
    import trafilatura

    text = trafilatura.extract(decode(body), output_format="markdown", include_tables=True) or ""
    rows: Found = []
    for line in text.splitlines():
        if line.startswith("#"):
            rows.append({"name": squeeze(re.sub(r"[#*_]+", " ", line)), "text": ""})
        elif rows:
            rows[-1]["text"] += "\n" + line
    return [row for row in rows if row["text"].strip()]


def by_structured_data(body: bytes) -> Found:
    """Every named JSON-LD or microdata item of a type that people attend."""
    import extruct

    data = extruct.extract(decode(body), syntaxes=["json-ld", "microdata"], uniform=True, errors="ignore")
    kinds = re.compile(r"Event|Course|Service|PsychologicalTreatment")
    rows: Found = []
    for item in data.get("json-ld", []) + data.get("microdata", []):
        if isinstance(item, dict) and kinds.search(str(item.get("@type"))) and isinstance(item.get("name"), str):
            rows.append({"name": item["name"], "text": str(item.get("description") or "")})
    return rows


def a_page(method: Callable[[bytes], Found]) -> Callable[[Path], dict[str, Found]]:
    """Turn a method for one page into one for a folder of sites."""

    def run(folder: Path) -> dict[str, Found]:
        files = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
        return {str(path.relative_to(folder)): method(path.read_bytes()) for path in files}

    return run


METHODS: dict[str, Callable[[Path], dict[str, Found]]] = {
    "groupaudit": ours,
    "headings only": a_page(by_headings),
    "trafilatura, by headings": a_page(by_article_text),
    "JSON-LD and microdata": a_page(by_structured_data),
}


def score(found: dict[str, Found], scorer: Path, part: str) -> dict[str, Any]:
    """Return the scorer's totals."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        for source, offerings in found.items():
            file.write(json.dumps({"source": source, "offerings": offerings}) + "\n")
        file.flush()
        command = [sys.executable, str(scorer), file.name, "--part", part, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def main() -> None:
    """Print one row a method."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ask.add_argument("part_folder", type=Path)
    ask.add_argument("scorer", type=Path)
    ask.add_argument("--part", choices=["open", "locked"], default="open")
    asked = ask.parse_args()
    print(f"{'method':26} precision recall  P by site R by site well cut  pages invented on")
    for name, method in METHODS.items():
        row = score(method(asked.part_folder / "pages"), asked.scorer, asked.part)
        cells = [
            row[key] or 0.0
            for key in ("precision", "recall", "precision_by_site", "recall_by_site", "found_and_well_cut")
        ]
        hit = f"{row['of_them_with_an_invention']} of {row['pages_without']}"
        print(f"{name:26} " + " ".join(f"{cell:9.3f}" for cell in cells) + f"  {hit}")


if __name__ == "__main__":
    main()

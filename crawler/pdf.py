"""Flyers: the text of a PDF as a plain page of headings, paragraphs and list items, one `div` a sheet.

What is a heading shows in the size of its letters alone, what belongs together in the distance of its lines. `pypdf` is
an optional extra (`pdf`) and is imported only when a PDF is read. No Scrapy here; this runs in the extraction's worker.
"""

from __future__ import annotations

import html
import importlib.util
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PageObject

PDF = "application/pdf"
HINT = "a PDF, not read: python -m pip install 'groupaudit[pdf]'"
MAX_SHEETS = 40
"""Most sheets of a PDF that is read: a flyer has one or two, a year's programme twenty."""
MAX_TEXT = 400_000
"""Most characters of a PDF that is read."""
_BULLET = re.compile(r"^(?:[•◦▪●○■–·*»➢✓\uf0b7\uf0a7]|-)\s+")
_ENDS = re.compile(r"[.!?:;)\"”]$")


class PdfError(Exception):
    """A PDF that gives no text. `class_` is encrypted, too_large, no_text, parse_error. Raised by `pdf_to_html`."""

    def __init__(self, class_: str, message: str) -> None:
        super().__init__(message)
        self.class_ = class_


@dataclass(frozen=True, slots=True)
class _Line:
    sheet: int
    text: str
    size: float
    gap: float


def reads_pdf() -> bool:
    """Return whether PDFs are read: the extra `pdf` is installed."""
    return importlib.util.find_spec("pypdf") is not None


def pdf_to_html(body: bytes) -> bytes:
    """Return a PDF's text as a page in UTF-8; the n-th `div` of its body is the n-th sheet.

    Raises:
        PdfError: it needs a password, has too many sheets or too much text, holds no text, or is broken.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise PdfError("encrypted", "it opens with a password only")
        sheets = len(reader.pages)
        if sheets > MAX_SHEETS:
            raise PdfError("too_large", f"{sheets} sheets, the limit is {MAX_SHEETS}")
        title = str((reader.metadata.title if reader.metadata else "") or "")
        lines: list[_Line] = []
        size = 0
        for number, sheet in enumerate(reader.pages, 1):
            found = list(_lines(number, sheet))
            size += sum(len(line.text) for line in found)
            if size > MAX_TEXT:
                raise PdfError("too_large", f"more than {MAX_TEXT:,} characters")
            lines += found
    except PdfError:
        raise
    except (FileNotDecryptedError, DependencyError) as error:
        raise PdfError("encrypted", " ".join(str(error).split())[:200]) from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        # What a broken file makes of pypdf, which trusts the types that a file promises.
        raise PdfError("parse_error", f"broken PDF: {type(error).__name__}: {error}"[:300]) from error
    if not lines:
        raise PdfError("no_text", "its sheets are pictures: no text in it")
    return _page(title, lines, sheets).encode("utf-8", "replace")


def _lines(number: int, sheet: PageObject) -> Iterator[_Line]:
    """Yield the lines of a sheet, each with the size of its largest letters and its distance from the line before."""
    pieces: list[tuple[float, float, str]] = []

    def visit(text: str, place: Any, matrix: Any, _font: Any, size: float) -> None:
        scale = max(abs(float(matrix[3])), abs(float(matrix[1]))) * max(abs(float(place[3])), abs(float(place[1])))
        height = float(matrix[5]) * float(place[3]) + float(place[5])
        pieces.append((height, float(size or 1) * (scale or 1), text))

    sheet.extract_text(visitor_text=visit)
    text, largest, above, here = "", 0.0, None, 0.0
    for height, size, piece in [*pieces, (0.0, 0.0, "\n")]:
        for part in re.split(r"(\n)", piece):
            if part != "\n":
                if part.strip():
                    largest, here = max(largest, size), height
                text += part
                continue
            words = " ".join(text.replace("\0", "").split())
            if words:
                yield _Line(number, words, round(largest, 1), 0.0 if above is None else abs(above - here))
                above = here
            text, largest = "", 0.0


def _page(title: str, lines: list[_Line], sheets: int) -> str:
    body = Counter[float]()
    for line in lines:
        body[line.size] += len(line.text)
    usual = body.most_common(1)[0][0]
    larger = sorted({line.size for line in lines if line.size > usual * 1.15}, reverse=True)
    levels = {size: min(rank, 4) for rank, size in enumerate(larger, 1)}
    parts = ["<!DOCTYPE html><html><head><title>", html.escape(title), "</title></head><body>"]
    for number in range(1, sheets + 1):
        parts.append("<div>")
        parts += _blocks([line for line in lines if line.sheet == number], levels, usual)
        parts.append("</div>")
    return "".join([*parts, "</body></html>"])


def _blocks(lines: list[_Line], levels: dict[float, int], usual: float) -> Iterator[str]:
    """Yield the elements of one sheet: lines of one kind that stand close together are one element."""
    kind, texts, size = "", list[str](), 0.0
    for line in [*lines, None]:
        if line is not None:
            level = levels.get(line.size)
            bullet = _BULLET.match(line.text)
            this = f"h{level}" if level else "li" if bullet else "p"
            goes_on = (
                bool(texts)
                and line.size == size
                and line.gap <= 1.7 * max(line.size, usual)
                and (this == kind or (kind == "li" and this == "p"))
                and not bullet
                and not (kind == "p" and len(texts[-1]) < 40 and _ENDS.search(texts[-1]) is not None)
            )
            if goes_on:
                texts.append(line.text)
                continue
        if texts:
            said = html.escape(" ".join(texts))
            yield f"<ul><li>{said}</li></ul>" if kind == "li" else f"<{kind}>{said}</{kind}>"
        if line is not None:
            kind, texts, size = this, [_BULLET.sub("", line.text)], line.size

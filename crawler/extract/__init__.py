"""Extraction: HTML → offerings, passages, groups. Pure: no network, no Scrapy, no DuckDB, no criteria."""

from crawler.extract.results import Page, PageError, PageResult
from crawler.extract.site import SiteExtract, extract_site
from crawler.extract.worker import Pool

EXTRACTOR_VERSION = "2"
"""Goes into every segment's path. Raised whenever the same pages would give other rows."""

__all__ = ["EXTRACTOR_VERSION", "Page", "PageError", "PageResult", "Pool", "SiteExtract", "extract_site"]

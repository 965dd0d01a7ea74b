"""Scrapy's settings for a crawl, each with its reason. Nothing is read from the environment or a scrapy.cfg."""

from __future__ import annotations

from typing import Any

from crawler.options import CrawlOptions

HANDLER = "crawler.archive.ArchivingHandler"


def scrapy_settings(options: CrawlOptions) -> dict[str, Any]:
    """Return the settings of the crawler process.

    Args:
        options: what the crawl is asked to do.
    """
    return {
        # A site's worker decides what is asked, in which order and what comes of it; middlewares that follow redirects,
        # retry, decode, hold cookies or take a proxy from the environment would do so behind its back.
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        # No remote console of any kind: the crawl reads what strangers wrote.
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "EXTENSIONS_BASE": {},
        # http and https through the guard and into the archive, and nothing else (no file:, data:, ftp:, s3:).
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": options.response_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_TIMEOUT": options.response_seconds,
        # One request at a time to a politeness key; the pause between two is kept by `crawler.pace`, which also knows
        # Crawl-delay, Retry-After and the time of the last request before a restart.
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_REQUESTS": 0,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "USER_AGENT": options.agent,
        "COOKIES_ENABLED": False,
        "ROBOTSTXT_OBEY": False,  # kept by crawler.robots: Scrapy takes an unreachable robots.txt for "allow all"
        "HTTPPROXY_ENABLED": False,
        "LOG_LEVEL": "WARNING",
        "LOG_FORMATTER": "crawler.spiders.provider.QuietLog",
        "LOG_INSTALL_ROOT_HANDLER": False,
        "STATS_DUMP": False,
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "CRAWL_OPTIONS": options,
    }

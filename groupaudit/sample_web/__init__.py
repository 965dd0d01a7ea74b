"""The sample web: twelve small provider sites of our own writing and the loopback server that serves them.

The demo and the end-to-end tests crawl it. No figure on it is ever a figure of quality: see README.md beside this file.

    with SampleWeb() as web:
        web.write_sites_csv(Path("sites.csv"))
"""

from groupaudit.sample_web.server import PROVIDER_COLUMNS, Access, FolderServer, SampleWeb, serve_folder
from groupaudit.sample_web.sites import Behaviour, Redirect, SampleSite, load_truth, sample_sites

__all__ = [
    "PROVIDER_COLUMNS",
    "Access",
    "Behaviour",
    "FolderServer",
    "Redirect",
    "SampleSite",
    "SampleWeb",
    "load_truth",
    "sample_sites",
    "serve_folder",
]

"""`python -m groupaudit.sample_web`: serves the sample web and prints its addresses, until it is interrupted."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from groupaudit.sample_web.server import SampleWeb


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGINT or SIGTERM. Returns 0, or 2 where a port is taken."""
    parser = argparse.ArgumentParser(
        prog="python -m groupaudit.sample_web", description="Serve the sample web on this machine."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=0, help="first of twelve ports in a row; 0: any free ones (default)"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write the sites as a provider list")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with SampleWeb(options.host, options.port) as web:
            if options.csv:
                web.write_sites_csv(options.csv)
            for site in web.sites:
                sys.stdout.write(f"{web.origins[site.key] + site.start}\t{site.provider} ({site.platform})\n")
            sys.stdout.flush()
            stop.wait()
    except OSError as error:
        sys.stderr.write(f"The sample web cannot be served: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Print a benchmark's figures as a table: counts beside shares, intervals beside both."""

from __future__ import annotations

from audit.benchmark import Report


def print_report(report: Report, *, confusion: bool = True) -> None:
    """Print a benchmark's report for a person."""
    print(
        f"{report.scored} of {report.listings} listings, {report.sites} sites, corpus {report.digest}; {report.caveat}"
    )
    for share in report.shares:
        value = "  -  " if share.value is None else f"{share.value:.3f}"
        print(f"{share.name:36} {value}  {share.hits}/{share.of}  [{share.low:.2f}, {share.high:.2f}]")
    for name, (kappa, low, high) in report.kappas.items():
        print(f"{'kappa ' + name:36} {kappa:.3f}          [{low:.2f}, {high:.2f}]")
    for row in report.thresholds:
        print("at confidence " + ", ".join(f"{key} {value}" for key, value in row.items()))
    if confusion:
        kinds = sorted(report.confusion)
        print("kind (readers down, audit across): " + " ".join(kinds))
        for kind in kinds:
            print(f"  {kind:16}" + " ".join(f"{report.confusion[kind].get(other, 0):4}" for other in kinds))

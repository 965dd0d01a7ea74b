# ruff: noqa: E501 - a table of groups reads better a line each
"""Synthetic segments for the tests of the reports: whole runs written with the real segment writer, no crawl needed."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from audit.records import Evidence, Finding, RulebookVerdict
from crawler.records import Block, Capture, Fact, Group, Offering, Passage, Role, Site, SiteVisit, Visit
from crawler.segments import segment_folder, segment_name, write_json, write_segment

STARTED = datetime.datetime(2026, 11, 2, 6, 0, tzinfo=datetime.UTC)
SUPPORT_TEXT = (
    "A weekly support group for people in grief.\n"
    "Members share their stories and support one another.\n"
    "Some evenings we notice how we respond to each other.\n"
    "This is not a class."
)


@dataclass(frozen=True)
class Hit:
    """Evidence by its words; the offsets are found in the field."""

    quote: str
    field: str = "text"
    kind: str = "support"
    criterion: str = "support.purpose"
    stance: str = "for"
    reason: str = ""
    modifier: str = ""


SKILLS_TEXT = "In this class you learn skills for strong feelings.\nThe leader teaches a module a week, with homework."
SKILLS_HITS = (
    Hit("Group Therapy", "name", "claim", "claim.group_therapy"),
    Hit("you learn skills", kind="psychoeducation", criterion="psychoeducation.skills"),
    Hit("teaches a module a week, with homework", kind="psychoeducation", criterion="psychoeducation.taught"),
)


@dataclass(frozen=True)
class GroupSpec:
    """One group with its finding; the default is a flag by both rulebooks."""

    key: str
    name: str = "Grief Group Therapy"
    text: str = SUPPORT_TEXT
    title: str = "Our groups"
    headings: tuple[str, ...] = ("Group therapy",)
    scope: str = "group"
    claim: str = "own"
    own_label: str = "therapy"
    kind: str = "support"
    secondary: tuple[str, ...] = ()
    mixed: bool = False
    grounds: int = 2
    exempt: bool = False
    leader: str = "peer"
    confidence: float = 0.9
    verdict: str = "mislabeled"
    tip41: str = "mislabeled"
    hits: tuple[Hit, ...] = (
        Hit("Group Therapy", "name", "claim", "claim.own"),
        Hit("support group for people in grief"),
        Hit("share their stories and support one another", criterion="support.stories"),
        Hit(
            "notice how we respond to each other",
            kind="therapy",
            criterion="therapy.notice",
            stance="set_aside",
            reason="too little room",
            modifier="Some evenings",
        ),
    )
    counter: int = 3
    page: str = "groups.html"
    markup: str = ""
    description_id: str = ""
    provider: str = ""
    decided_by: tuple[str, ...] = ("grounds.two",)


THERAPY_TEXT = (
    "Members notice how they respond to each other.\nThey give and take honest feedback on how they come across."
)


def therapy_group(key: str, **changes: object) -> GroupSpec:
    """Return a group described as group therapy."""
    spec = GroupSpec(
        key,
        name="Interpersonal Process Group Therapy",
        text=THERAPY_TEXT,
        kind="therapy",
        verdict="consistent",
        tip41="consistent",
        leader="clinician",
        hits=(
            Hit("Group Therapy", "name", "claim", "claim.own"),
            Hit("notice how they respond to each other", kind="therapy", criterion="therapy.notice"),
        ),
        counter=-1,
    )
    return replace(spec, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class SiteSpec:
    """One site and its visit."""

    key: str
    groups: tuple[GroupSpec, ...] = ()
    outcome: str = "complete"
    identity: str = "confirmed"
    organisation: str = ""
    provider_type: str = "practice"
    region: str = "Ohio"
    passages: tuple[str, ...] = ("What to expect: we meet in a circle.",)
    reason: str = "timeout"


@dataclass(frozen=True)
class RunSpec:
    """One run: its sites and the versions they were read with."""

    run_id: str
    sites: tuple[SiteSpec, ...]
    extractor: str = "1"
    audit: str = "aaaa"
    state: str = "finished"
    config: dict[str, object] = field(default_factory=dict)
    listed: int | None = None


def write_run(data: Path, run: RunSpec) -> None:
    """Write every segment and the run.json of a run."""
    for site in run.sites:
        write_site(data, run, site)
    write_json(
        segment_folder(data, "runs", run.run_id) / "run.json",
        {
            "run_id": run.run_id,
            "state": run.state,
            "schema_version": 1,
            "started_at": _day(run.run_id).isoformat(),
            "ended_at": (_day(run.run_id) + datetime.timedelta(hours=1)).isoformat(),
            "versions": {"extractor": run.extractor, "audit": run.audit},
            "config": run.config,
            "sites": len(run.sites) if run.listed is None else run.listed,
            "counts": {},
            "segments": {},
        },
    )


def write_site(data: Path, run: RunSpec, spec: SiteSpec, *, crawl: bool = True, audit: bool = True) -> None:
    """Write the segments of one site, in the order in which the stages do."""
    name = segment_name(spec.key)
    day = _day(run.run_id)
    pages = sorted({group.page for group in spec.groups}) or ["index.html"]
    captures = [_capture(run, spec, page, day, number) for number, page in enumerate(pages)]
    if spec.outcome in ("blocked", "failed"):
        captures = []
    if crawl:
        site = Site(
            spec.key, f"https://{spec.key}/", spec.key, name=spec.organisation, organisation=spec.organisation,
            provider_type=spec.provider_type, region=spec.region,
        )  # fmt: skip
        visits = [Visit(run.run_id, spec.key, c.url, "", 0, day, "ok", 200, "", 1000, 12) for c in captures]
        visit = SiteVisit(
            run.run_id, site, day, day, spec.outcome, "" if spec.outcome == "complete" else spec.reason, "", len(captures),
            len(captures), 1000, "allowed", None, spec.identity, "name on the page", 0,
        )  # fmt: skip
        write_segment(segment_folder(data, "visits", run.run_id) / name, visits, Visit)
        write_segment(segment_folder(data, "captures", run.run_id) / name, captures, Capture)
        write_segment(segment_folder(data, "site_visits", run.run_id) / name, [visit], SiteVisit)
    if not captures:
        return
    offerings = [offering_of(run, spec, group) for group in spec.groups]
    groups = [
        Group(run.run_id, spec.key, g.key, g.name, g.scope, (o.offering_id,), o.offering_id, o.description_id, "new")
        for g, o in zip(spec.groups, offerings, strict=True)
    ]
    passages = [
        Passage(run.run_id, spec.key, captures[0].capture_id, captures[0].url, ("FAQ",), text, True)
        for text in spec.passages
    ]
    extract = f"extractor={run.extractor}"
    write_segment(segment_folder(data, "offerings", run.run_id, extract) / name, offerings, Offering)
    write_segment(segment_folder(data, "passages", run.run_id, extract) / name, passages, Passage)
    write_segment(segment_folder(data, "groups", run.run_id, extract) / name, groups, Group)
    if audit:
        findings = [
            finding_of(run, spec, group, offering, passages)
            for group, offering in zip(spec.groups, offerings, strict=True)
        ]
        write_segment(segment_folder(data, "findings", run.run_id, f"audit={run.audit}") / name, findings, Finding)


def offering_of(run: RunSpec, spec: SiteSpec, group: GroupSpec) -> Offering:
    """Return the single appearance of a group."""
    lines = group.text.split("\n") if group.text else []
    return Offering(
        run.run_id,
        f"o-{group.key}",
        spec.key,
        _capture_id(spec.key, group.page),
        f"https://{spec.key}/{group.page}",
        group.title,
        group.name,
        group.headings,
        tuple(Block(Role.PARAGRAPH, line) for line in lines),
        group.scope,
        (Fact("schedule", "Mondays", "text", 0, 1), Fact("leader", "Jane Roe", "text", 0, 1, personal=True)),
        "main > div",
        group.key,
        group.description_id or hashlib.sha256(group.text.encode()).hexdigest()[:16],
        group.provider,
    )


def finding_of(
    run: RunSpec, spec: SiteSpec, group: GroupSpec, offering: Offering, passages: Sequence[Passage]
) -> Finding:
    """Return the finding of a group, its quotations found in the offering or in the site's passages."""
    return Finding(
        run_id=run.run_id,
        site_key=spec.key,
        group_key=group.key,
        offering_id=offering.offering_id,
        audit_version=run.audit,
        claim=group.claim,
        claim_from=offering.offering_id,
        own_label=group.own_label,
        kind=group.kind,
        secondary=group.secondary,
        mixed=group.mixed,
        grounds=group.grounds,
        exempt=group.exempt,
        leader=group.leader,
        confidence=group.confidence,
        verdict=group.verdict,
        verdicts=(RulebookVerdict("opencounseling-2021", group.verdict), RulebookVerdict("tip41", group.tip41)),
        decided_by=group.decided_by,
        evidence=tuple(_evidence(hit, offering, passages) for hit in group.hits),
        searched=(offering.capture_id,),
        site_searched=True,
        counter=group.counter,
        would_change="Words that say what members find out about themselves and each other.",
    )


def _evidence(hit: Hit, offering: Offering, passages: Sequence[Passage]) -> Evidence:
    if hit.field == "site":
        passage = next(passage for passage in passages if hit.quote in passage.text)
        text, capture_id, url = passage.text, passage.capture_id, passage.url
    else:
        text, capture_id, url = offering.field(hit.field), offering.capture_id, offering.url
    start = text.index(hit.quote)
    at = text.index(hit.modifier) if hit.modifier else -1
    return Evidence(
        hit.criterion, hit.kind, hit.field, start, start + len(hit.quote), hit.quote, hit.stance, hit.reason,
        at, at + len(hit.modifier) if hit.modifier else -1, hit.modifier, 0, capture_id, url,
    )  # fmt: skip


def _capture(run: RunSpec, spec: SiteSpec, page: str, day: datetime.datetime, number: int) -> Capture:
    words = "|".join(f"{g.name}{g.text}{g.markup}" for g in spec.groups if g.page == page)
    url = f"https://{spec.key}/{page}"
    return Capture(
        run.run_id, _capture_id(spec.key, page), spec.key, url, url, day, 200, "text/html", "utf-8",
        hashlib.sha256(words.encode()).hexdigest(), f"archive/run={run.run_id}/{segment_name(spec.key)}.warc.gz",
        number * 1000, "Our groups", "en",
    )  # fmt: skip


def _capture_id(site_key: str, page: str) -> str:
    return hashlib.sha256(f"{site_key}/{page}".encode()).hexdigest()[:16]


def _day(run_id: str) -> datetime.datetime:
    return datetime.datetime.strptime(run_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)


RUN_1, RUN_2, RUN_3 = "20261102T060000Z-aaaa", "20261109T060000Z-bbbb", "20261116T060000Z-cccc"


def small_run(run_id: str = RUN_1, **changes: object) -> RunSpec:
    """Return a run of five sites with every verdict, a service description, counseling and modality claims."""
    sites = (
        SiteSpec(
            "alder.example",
            (
                GroupSpec("a1"),
                therapy_group("a2"),
                GroupSpec("a3", name="DBT Group Therapy", text=SKILLS_TEXT, kind="psychoeducation", tip41="consistent", leader="clinician", hits=SKILLS_HITS, counter=-1),
                GroupSpec("a4", text="We meet on Mondays at six.", kind="unclear", grounds=0, verdict="insufficient",
                          tip41="insufficient", hits=(Hit("Group Therapy", "name", "claim", "claim.own"),), counter=-1),
            ),
            organisation="Alder Practice",
        ),
        SiteSpec(
            "birch.example",
            (
                GroupSpec("b1"),
                therapy_group("b2", text=THERAPY_TEXT + "\nAnd skills.", mixed=True, secondary=("psychoeducation",),
                              verdict="mixed", tip41="consistent"),
                GroupSpec("b3", text=SUPPORT_TEXT + "\nFor children under 10.", exempt=True, verdict="review", tip41="review"),
                GroupSpec("b4", name="Grief Support Group", text=SUPPORT_TEXT + "\nTuesdays.", claim="section",
                          own_label="support", verdict="heading_differs", tip41="heading_differs",
                          hits=(Hit("Group therapy", "headings.0", "claim", "claim.section"), *GroupSpec("x").hits[1:])),
            ),
            organisation="Birch Hospital", provider_type="hospital", region="Iowa",
        ),
        SiteSpec(
            "cedar.example",
            (
                GroupSpec("c0", name="", scope="service", text="We offer group therapy.\nIn our classes you learn skills.",
                          kind="psychoeducation", tip41="consistent", leader="clinician", counter=-1,
                          hits=(Hit("group therapy", "text", "claim", "claim.own"),
                                Hit("you learn skills", kind="psychoeducation", criterion="psychoeducation.skills"))),
                GroupSpec("c1", name="Grief Counseling Group", text=SUPPORT_TEXT + "\nCome.", claim="counseling", verdict="not_claimed",
                          tip41="not_claimed", hits=(Hit("Counseling", "name", "claim", "claim.counseling"), *GroupSpec("x").hits[1:])),
                GroupSpec("c2", name="Art Therapy Group", text="We paint together.", claim="modality", kind="activity", grounds=1,
                          verdict="not_claimed", tip41="not_claimed", counter=-1,
                          hits=(Hit("Art Therapy", "name", "claim", "claim.modality"),
                                Hit("paint together", kind="activity", criterion="activity.art"))),
            ),
            organisation="Cedar Centre",
            passages=("What to expect: we meet in a circle.", "Everybody is welcome here."),
        ),
        SiteSpec("dogwood.example", (GroupSpec("d1", text=SUPPORT_TEXT + "\nAlso online."),), identity="unconfirmed"),
        SiteSpec("elm.example", outcome="failed"),
    )  # fmt: skip
    return replace(RunSpec(run_id, sites), **changes)  # type: ignore[arg-type]

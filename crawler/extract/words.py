"""The language of group listings: what names a group, what names anything else, what is said of a group one can join.

Every pattern is about English listings in general. Text is matched lower-cased with straight quotes (`plain`).
"""

from __future__ import annotations

import re

_QUOTES = str.maketrans(
    {
        "\u2019": "'",
        "\u2018": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2011": "-",
        "\u00a0": " ",
    }
)


def plain(text: str) -> str:
    """Return text lower-cased with straight quotes and simple dashes, of equal length where lower-casing keeps it."""
    return text.translate(_QUOTES).lower()


def any_of(*parts: str) -> re.Pattern[str]:
    """Compile alternatives between word borders."""
    return re.compile(r"\b(?:" + "|".join(parts) + r")\b")


GROUP_HEAD = re.compile(
    r"(?<!age )(?<!blood )(?<!focus )(?<!facebook )(?<!medical )\bgroups?"
    r"(?=$|\W*$|\s*[:(|,/;.!\"]|\s-|\s+(?:for|with|in|of|at|on|to|by|from|and|&|or|about|through|using|during|after|who|where|"
    r"therapy|counsell?ing|psychotherapy|meetings?|sessions?|program|programme|series|workshops?|class(?:es)?|circles?|online|coaching|"
    r"training|support|retreat|intensive|course|i{1,3}|iv|\d\S*|one|two|three|a|b|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|"
    r"@|in-person|virtual|zoom|led|facilitated|hosted|yoga|meditation|art|music|dbt|cbt|spring|summer|fall|autumn|winter)\b)"
    r"|\b(?:al-?anon|alateen|(?:alcoholics|narcotics|gamblers|overeaters|debtors|codependents) anonymous|smart recovery|"
    r"(?:12|twelve)[- ]steps?|griefshare|celebrate recovery)\b"
)
"""The word that makes a name a group's: its head, not a modifier ("group size", "group rates")."""

SESSION_HEAD = any_of(
    r"(?:healing|talking|sharing|support|women's|men's|mothers?|moms?|parents?|grief|listening|drum(?:ming)?|recovery|story|peer|sister|wellness|writing|community|moon|meditation|co-?parenting|caregivers?) circles?",
    r"circles?$",
    r"workshops?",
    r"class(?:es)?",
    r"courses?",
    r"(?:skills|social skills|relaxation|resilience|assertiveness) (?:training|building|lab)",
    r"(?:\d+|four|five|six|seven|eight|nine|ten|twelve|multi)[- ]?(?:week|session|part)",
    r"series",
    r"cohorts?",
    r"drop[- ]ins?",
    r"seminars?",
    r"boot ?camps?",
    r"intensives?",
    r"meet-?ups?",
    r"book clubs?",
    r"clubs?",
    r"retreats?",
    r"day camps?",
    r"support (?:meetings?|sessions?|nights?)",
    r"programs?",
    r"programmes?",
    r"101",
    r"(?:coffee|conversation|discussion|wellness) (?:hours?|hours?|cafes?)",
    r"sitting group",
    r"gatherings?",
    r"iop",
)
"""Words for other things that people attend together; they need a listing's context or the words of one."""

ACTIVITY = any_of(
    r"yoga",
    r"meditation",
    r"mindful(?:ness)?",
    r"tai chi",
    r"qi ?gong",
    r"dbt",
    r"cbt",
    r"act",
    r"mbsr",
    r"mbct",
    r"anger management",
    r"stress management",
    r"skills",
    r"parenting",
    r"expressive arts?",
    r"art therapy",
    r"relapse prevention",
    r"drumming",
    r"breathwork",
    r"relaxation",
    r"journaling",
    r"knitting",
    r"seeking safety",
    r"wrap",
    r"group",
)

GENERAL_WORDS = frozenset(
    "a an the our all my about what is of list types kinds online virtual in-person outpatient current upcoming available ongoing weekly small "
    "group groups support therapy counseling counselling psychotherapy therapeutic psychoeducational psychoeducation educational "
    "treatment session sessions service services program programs programme programmes offering offerings work schedule options "
    "workshop workshops class classes and & or / + , we offer offered offers information overview mental health private practice clinical "
    "welcome to join find choose start try begin right looking interested peer professional explore find view see browse meetings circles process skills coaching healing wellness other "
    "more new open camps camp person in fall winter spring summer semester events series courses for you everyone at-a-glance directory".split()
)
"""Words that say nothing of an issue, a people or a method: a name of these alone is group work in general."""

GENERAL_SUFFIX = re.compile(r"\s(?:at|in|with|near|by|@|from)\s.*$|\s20\d\d.*$")
GENERAL_CORE = any_of(
    r"groups",
    r"group (?:therapy|counsell?ing|psychotherapy|sessions?|work|services?|programs?|programmes?|offerings?|support|classes|workshops?|treatment|coaching|options|information|schedule|list)",
    r"(?:workshops|classes|courses|circles|support meetings)",
)


GROUPS_CONTEXT = any_of(
    r"groups",
    r"workshops",
    r"classes",
    r"group (?:therapy|counsell?ing|psychotherapy|sessions|offerings|programs|schedule|list|support|services|work|options)",
    r"support group",
    r"circles",
    r"upcoming (?:groups?|events|programs)",
    r"meetings",
)
"""A heading under which groups are listed."""

OTHER_THERAPY = any_of(
    r"individual(?:s|ized)?(?! groups?)",
    r"couples?",
    r"famil(?:y|ies)",
    r"marriage",
    r"marital",
    r"one[- ]on[- ]one",
    r"1:1",
    r"premarital",
    r"medication",
    r"psychiatr\w+",
    r"assessments?",
    r"evaluations?",
    r"testing",
    r"telehealth",
    r"emdr",
    r"consultation",
)

NOT_A_GROUP = any_of(
    r"physical therap\w+",
    r"occupational therap\w+",
    r"speech(?: and language)? therap\w+",
    r"supervision",
    r"supervisors?",
    r"ceus?",
    r"continuing education",
    r"training for (?:professionals|therapists|clinicians|providers|staff|counsell?ors)",
    r"consultation groups?",
    r"(?:for|of) (?:professionals|therapists|clinicians|practitioners|providers|supervisees)",
    r"volunteer(?:s|ing)?(?: training| orientation| opportunities)?",
    r"careers?",
    r"internships?",
    r"practicum",
    r"fellowships?",
    r"donat\w+",
    r"fundrais\w+",
    r"gala",
    r"golf",
    r"employment",
    r"jobs?",
    r"training program",
    r"group practice",
    r"group supervision",
    r"case consultation",
    r"professional development",
    r"in-service",
    r"age groups?",
    r"focus groups?",
    r"facebook groups?",
    r"group (?:photo|insurance|rate|rates|practice|supervision|consultation|discount)",
    r"board meeting",
)

PROFESSIONALS = any_of(
    r"ce credits?",
    r"ceus?",
    r"continuing education",
    r"(?:licensed|mental health|helping) (?:professionals|clinicians) (?:who|seeking|looking)",
    r"supervisees",
    r"pre-licensed",
    r"for (?:therapists|clinicians|counsell?ors|professionals|practitioners|social workers|psychologists|psychotherapists)",
    r"your (?:caseload|clinical practice|private practice)",
    r"clinical supervision",
    r"consultation group",
)

QUESTION = re.compile(
    r"^(?:what|why|how|who|when|where|which|is|are|can|could|do|does|will|should|am|may|what's|who's|would)\b"
)

# Section titles of any page: never a group's own name.
GENERIC = re.compile(
    r"^(?:(?:our|the|your|my|a|an|about|group|some|program|course|key|main|course|program|workshop|class|therapy|clinic|practice|office|patient|client|course) )*"
    r"(?:about(?: us| me| the \w+| this \w+)?|contact(?: us| me| info(?:rmation)?)?|benefits?\b.*|advantages.*|testimonials?|reviews?|team|staff|(?:meet|about) (?:the|our|your|dr|my) .*|approach|mission|vision|story|"
    r"values?|philosophy|faqs?|frequently asked.*|questions\b.*|common questions.*|resources?|blog|news|articles?|fees?(?: .*)?|rates?(?: .*)?|insurance.*|location.*|directions|hours?|privacy.*|polic(?:y|ies).*|getting started|get started.*|"
    r"next steps?|(?:common )?(?:misconceptions|myths).*|how (?:to|it|we|groups?|group)\b.*|schedules?(?: (?:a|an|your|now|today|online).*)?|book (?:a|an|your|now|online|today).*|call .*|register.*|registration.*|sign up.*|join (?:us|now|today|the group|our (?:mailing|newsletter|community|team)).*|ready to\b.*|welcome.*|overview|introduction|"
    r"details?|format|structure|goals?|topics?.*|outcomes?|curriculum|facilitators?.*|leaders?|instructors?|therapists?|counsell?ors?|clinicians?|eligibility|requirements?|prerequisites?|confidentiality.*|expectations?|guidelines?|rules|ground rules|"
    r"costs?(?: .*)?|pricing.*|prices?|investment|dates?.*|times?|time & .*|when(?: .*)?|where(?: .*)?|download.*|more|learn more.*|read more.*|related.*|share.*|follow.*|subscribe.*|newsletter|connect(?: with .*)?|search.*|categories|tags|archives?|"
    r"recent posts|features?|highlights|services?|services offered|areas? of .*|specialt(?:y|ies)|conditions .*|issues .*|what to .*|what you.*|what we.*|what's included|what is\b.*|what are\b.*|who (?:it's|is|this|can|should|we|it|are).*|why (?:.*)|is (?:this|group).*|are you.*|do you.*|let's .*|let us .*|"
    r"explore .*|discover .*|find (?:a|your|the|us|out).*|start .*|take .*|you (?:are|don't|will|may|can|deserve).*|we (?:are|offer|believe|help|provide|can|accept|also).*|i (?:am|offer|believe|help)\b.*|home|menu|navigation|events?|calendar|"
    r"upcoming events?|past events?.*|gallery|photos?|videos?|policies|emergency.*|crisis.*|disclaimer|copyright.*|terms.*|accessibility.*|important (?:information|notes?)|please note.*|notes?|additional .*|other (?:services|resources|information|ways).*|"
    r"possible .*|suggested .*|in this (?:group|course|class|workshop|program).*|this group.*|(?:participants|members|group members|you) (?:will|can|learn).*|ages?|size|length|duration|format.*|included.*|includes.*|"
    r"availability|payment.*|cancel\w*.*|refund.*|thank you.*|apply.*|application.*|enroll.*|screening.*|intake.*|pre-?group.*|group (?:details|size|rules|guidelines|agreement|structure|format|norms|cost|fees?|leaders?|facilitators?|dynamics|process|members?)|"
    r"success stories|qualifications|education|experience|credentials|training|licenses?|publications|bio(?:graphy)?|quick links|useful links|links|staff directory|support us|give|donate.*|give now.*|stages of .*|signs of .*|symptoms.*|types of .*|causes.*|treatment(?:s| options)?)[:.!?]*$"
)

JOIN_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("weekday", any_of(r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?")),
    ("clock", re.compile(r"\b\d{1,2}(?::\d\d)? ?(?:a\.?m\.?|p\.?m\.?)\b|\b\d{1,2}:\d\d\b|\bnoon\b")),
    (
        "rhythm",
        any_of(
            r"weekly",
            r"bi-?weekly",
            r"monthly",
            r"every (?:other )?(?:week|month)",
            r"once a (?:week|month)",
            r"twice a month",
            r"ongoing",
            r"(?:\d+|four|five|six|seven|eight|ten|twelve)[- ](?:week|session|part|month)s?",
            r"(?:first|second|third|fourth|1st|2nd|3rd|4th|last) (?:and \w+ )?(?:mon|tues|wednes|thurs|fri|satur|sun)",
        ),
    ),
    (
        "leader",
        any_of(
            r"(?:co-?)?facilitat(?:ed|or|ors|es|ing)",
            r"(?:co-?)?led by",
            r"leaders?:?",
            r"hosted by",
            r"taught by",
            r"instructors?",
            r"run by",
        ),
    ),
    (
        "this",
        any_of(
            r"this (?:\w+[ -]){0,4}(?:group|workshop|class|circle|series|course|program|programme|club|retreat|meeting|session)",
            r"(?:the|our) group (?:is|meets|will|offers|provides|focuses|helps|runs|aims)",
        ),
    ),
    (
        "members",
        any_of(
            r"(?:group )?members",
            r"participants?",
            r"attendees",
            r"in the group",
            r"group (?:setting|discussion|process|format|meets|sessions?)",
            r"each (?:session|meeting|class|week)",
            r"meets",
        ),
    ),
    (
        "join",
        any_of(
            r"join(?:ing)?",
            r"register",
            r"registration",
            r"sign[- ]up",
            r"rsvp",
            r"enroll?(?:ment)?",
            r"drop[- ]in",
            r"wait ?list",
            r"to attend",
            r"open to",
            r"space is limited",
            r"limited to",
            r"accepting",
            r"closed group",
            r"open group",
        ),
    ),
    (
        "for",
        any_of(
            r"(?:designed|intended|created|open|group|offered|space|support) (?:for|to)",
            r"for (?:adults|teens|women|men|parents|people|individuals|anyone|those|children|students|adolescents|kids|caregivers|mothers|moms|families|couples|survivors|veterans|undergraduate|graduate|queer|lgbt\w*)",
            r"ages? \d+",
            r"aged \d+",
            r"\d+ ?(?:\+|and (?:older|over|up))",
        ),
    ),
    (
        "fee",
        re.compile(
            r"[$£€]\s?\d|\bno (?:cost|charge|fee)\b|\bfree of charge\b|\bsliding[- ]scale\b|\bper session\b|\bfree and open\b"
        ),
    ),
)

SELF = re.compile(
    r"^(?:\W*(?:join|offered|come|welcome to|facilitated|led|free|new)\b)?.{0,60}?\b(?:this|an?|our|the|these|weekly|monthly|closed|open|drop-in)\s(?:[\w'&/,-]+\s){0,6}?"
    r"(?:groups?|workshops?|class(?:es)?|circles?|courses?|series|program(?:me)?|seminar|meetings?|meetup|club|retreat|gathering)\b",
    re.DOTALL,
)
"""A description that says in its first words what it describes: "This is a support group", "A weekly class"."""

SCHEDULE_KINDS = ("weekday", "clock", "rhythm", "fee")

SELF_SINGULAR = re.compile(
    r"^.{0,80}?\b(?:this|an?|our|the|weekly|monthly|closed|open|drop-in)\s(?:[\w'&/,-]+\s){0,6}?"
    r"(?:group|workshop|class|circle|course|series|program(?:me)?|seminar|meetup|club|retreat|gathering)\b(?! (?:therapy|counsell?ing|practice|work))",
    re.DOTALL,
)

DEFINES = re.compile(
    r"^\W*(?:(?:this|it|here) is |it's |join |welcome to |come to |the \w[\w' ]{2,60} is )?(?:us for )?(?:this|an?|our|the|weekly|monthly|closed|open|free|ongoing)\s"
    r"(?:[\w'&/,()-]+\s){0,9}?(?:group|workshop|class|circle|course|series|seminar|meetup|club|retreat|gathering)\b"
    r"(?! (?:therapy|counsell?ing|psychotherapy) (?:is|can|offers|provides|helps)| practice| of (?:therapists|clinicians|professionals))",
    re.MULTILINE,
)
"""A line that says what the thing is: "An ongoing support group for adults grieving …"."""

TRAILING = re.compile(
    r"^(?:share|tweet|print|email|e-mail|back to top|top|view|details|view (?:details|event|more)|more|(?:read|learn|find out) more|book now|register|sign up|inquire|join|rsvp|»|→|›|contact us)(?: (?:here|now|today))?[\s!.»→›]*$"
)

TAIL = any_of(
    r"faqs?",
    r"frequently asked",
    r"questions",
    r"testimonials?",
    r"reviews?",
    r"what (?:people|clients|members|participants|others) (?:are saying|say)",
    r"contact(?: us| me)?",
    r"ready to",
    r"right for (?:you|me)",
    r"get in touch",
    r"related",
    r"other (?:groups?|services|ways|programs|resources)",
    r"more (?:groups|events)",
    r"you may also",
    r"upcoming events",
    r"meet (?:the|our|your)",
    r"our team",
    r"resources",
    r"newsletter",
    r"get started",
    r"(?:take|your) (?:the )?(?:first|next) step",
    r"reach out",
    r"location",
    r"find us",
    r"office",
    r"misconceptions",
    r"myths",
    r"share this",
    r"comments?",
    r"about (?:us|the (?:practice|author))",
    r"book (?:a|your)",
    r"schedule (?:a|your)",
    r"contact",
)
"""Sections that end what a page says of its subject and begin what it says to everybody."""

ARTICLE = re.compile(
    r"^(?:\d+|two|three|four|five|six|seven|eight|nine|ten|the \d+|top \d+) (?:\w+ ){0,2}(?:things|ways|tips|reasons|steps|signs|benefits|facts|myths|questions|lessons|strategies)\b|\bhow to\b|\ba guide\b|\beverything you\b|: (?:what|why|how)\b"
)

PAST = any_of(
    r"was held",
    r"were held",
    r"has (?:now )?ended",
    r"took place",
    r"past groups?",
    r"past events?",
    r"previous(?:ly)? (?:groups?|offered|held)",
    r"this event has passed",
    r"archived?",
    r"no longer (?:offered|running|meets?)",
)

PLANNED_ONLY = any_of(r"we hope to (?:offer|start|launch)", r"in the future we")

PERSON_CREDENTIAL = re.compile(
    r",?\s(?:ph\.?d|psy\.?d|m\.?d|lcsw\w*|lmft\w*|lpc\w*|lmhc\w*|lcpc|licsw|msw|m\.?a|m\.?s|m\.?ed|ed\.?d|rn|np|lac|cadc|licensed [\w ]+)\b\.?",
    re.IGNORECASE,
)

BADGE = re.compile(
    r"^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?s?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*|\d+(?:st|nd|rd|th)?|20\d\d|am|pm|a\.m\.|p\.m\.|at|from|to|and|through|noon|[-–—,.:;/|@()&$+]|"
    r"est|edt|pst|pdt|cst|cdt|mst|mdt|et|ct|mt|pt|every|weekly|online|virtual|in-person|new|now|open|closed|full|free|upcoming|featured|event|date|time|price|cost|min|minutes?|hours?|week|weeks|per|session|sessions|\s)+$"
)


def kinds_of_evidence(text: str) -> set[str]:
    """Return the kinds of things that a listing says of a group one can join: time, rhythm, leader, members, fee, …"""
    return {kind for kind, pattern in JOIN_PATTERNS if pattern.search(text) is not None}


def evidence_of_joining(text: str) -> int:
    """Count the kinds of things that a listing says of a group one can join: time, rhythm, leader, members, fee, …"""
    return sum(pattern.search(text) is not None for _, pattern in JOIN_PATTERNS)

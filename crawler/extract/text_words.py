"""What descriptions say: of a group one can join, of themselves, of groups in general, to everybody."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.extract.words import any_of

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
            r"[$£€]\s?\d|\bno (?:cost|charge|fee)\b|\bfree of charge\b|\bsliding[- ]scale\b|\bper session\b|(?:^|[,;.(] ?)free\b|\bfree (?:to|for|and open|group|class|event|workshop|program|drop-in)\b"
        ),
    ),
)

SELF = re.compile(
    r"^(?:\W*(?:join|offered|come|welcome to|facilitated|led|free|new)\b)?.{0,60}?\b(?:this|an?|our|the|these|weekly|monthly|closed|open|drop-in)\s(?:[\w'&/,-]+\s){0,6}?"
    r"(?:groups?|workshops?|class(?:es)?|circles?|courses?|series|program(?:me)?|seminar|meetings?|meetup|club|retreat|gathering)\b",
    re.DOTALL,
)
"""A description that says in its first words what it describes: "This is a support group", "A weekly class"."""

SCHEDULE_KINDS = frozenset(("weekday", "clock", "rhythm", "fee"))

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

INTRODUCES = re.compile(
    r"^\W*(?:(?:this|it|here) is |it's |join us for )?(?:an?|weekly|monthly|closed|open|free|ongoing|new)\s(?:[\w'&/,()-]+\s){0,9}?"
    r"(?:group|workshop|class|circle|course|series|seminar|meetup|club|retreat|gathering)\b(?! (?:practice|member|leader))",
    re.MULTILINE,
)
"""A line that introduces the thing: "An open group for …", not "In this group …"."""

TRAILING = re.compile(
    r"^(?:share|tweet|print|email|e-mail|back to top|top|view|details|view (?:details|event|more)|more|(?:read|learn|find out) more|book now|register|sign up|inquire|join|rsvp|»|→|›|contact us)(?: (?:here|now|today))?[\s!.»→›]*$"
)

TOGETHER = re.compile(
    r"\b(?:come|meet|gather|sit|talk|get|share|learn|heal|grieve|walk) (?:\w+ ){0,2}together\b"
    r"|\b(?:with|among|from|alongside|meet) (?:others\b|(?:other|fellow) (?:\w+ )?(?:women|men|people|adults|parents|mothers|fathers|teens|survivors|caregivers)|(?:people|those|women|men|parents|peers) (?:who|in)\b)"
    r"|\b(?:four|five|six|seven|eight|nine|ten|twelve|\d+) (?:(?:or|to) \w+ )?(?:women|men|people|adults|members|participants|parents|mothers|others|seats|spots|places|of us)\b"
    r"|(?<!family )(?<!team )(?<!staff )(?<!board )\bmembers\b|\bparticipants\b|\b(?:facilitated|led) by\b.{0,60}\bvolunteers?\b"
    r"|\bpeer[- ](?:led|run|support)\b"
)
"""Words of people who come together, where no word for a group is said."""

OPENING_HOURS = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s? ?(?:to|through|thru|-) ?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?\b"
)
"""From one weekday to another: when somebody is there, not when people meet."""

HELPERS = re.compile(
    r"\b(?:therapists?|counsell?ors?|psycholog\w+|psychotherap\w+|social workers?|therapy|counsell?ing|facilitat\w+|grie(?:f|v\w+)|bereav\w+|"
    r"recovery|support(?:s|ive)?|survivors?|trauma|lcsw|lmft|lpc|lmhc|licsw|lcpc)\b"
)
"""Words of care for mind and life: what people who come together for a walk or for work do not say."""

SUPPORTIVE = any_of(
    r"support(?:s|ive)?",
    r"groups?",
    r"survivors?",
    r"patients",
    r"caregivers?",
    r"carers",
    r"bereave\w*",
    r"grie(?:f|ve|ving)",
    r"recovery",
    r"diagnos\w+",
    r"living with",
)
"""Words of meetings for people in the same trouble."""

BACK = re.compile(r"^(?:[<\u2190\u2039\u00ab]\W*\w|back to\b)")
"""A link to the list that a page belongs to."""

ANY_GROUP = re.compile(r"\bgroups?\b")

SESSION_WORDS = any_of(
    r"groups?",
    r"you(?:'ll| will) (?:learn|look|come|explore|discover|practice|practise|be|work)",
    r"participants?",
    r"members",
    r"patients",
    r"clients",
    r"sessions?",
    r"attendees",
    r"we(?:'ll| will) (?:talk|explore|discuss|learn|practice|practise|look|cover|use)",
    r"come (?:and|talk|share|join)",
    r"topics (?:include|covered)",
    r"discussions? of",
    r"together",
)

GENERAL_TALK = re.compile(
    r"^\W*(?:therapy |support |most |all |many |some |our |the |these |process )*groups? (?:are|meet|run|last|typically|usually|sessions|members|offer|provide|can|may|also|is an?|(?:therapy|counsell?ing) (?:is|can|offers|provides|helps|gives))\b"
    r"|\b(?:our|most|all|these|many|other|different|several|various) (?:\w+ )?groups\b|\beach group\b|\bin group therapy\b"
)
"""Words on groups in general: a card that talks so describes group work, not one group."""

NONE_NOW = re.compile(
    r"\b(?:no|not|any|don't|do not)\b[^.]{0,50}\bgroups?\b[^.]{0,50}\b(?:at this time|at the moment|at present|currently|right now)\b"
    r"|\b(?:currently|presently|at this time|right now|there are)\b[^.]{0,40}\bno (?:\w+ ){0,2}groups?\b"
)
"""A provider that says it has no groups now."""

BIOGRAPHY = re.compile(
    r"\b(?:she|he) (?:has|is|was|holds|earned|received|leads|joined|works|facilitates|specializes|enjoys|brings|completed|"
    r"graduated|believes|lives|helps)\b"
)
"""What is told of a person."""

POSTED = re.compile(
    r"^(?:posted|published|written|last updated|updated|reviewed) (?:on|by|:)|^by [a-z. ]{4,40}(?:\||-|$|,)|\b\d+ min(?:ute)?s? read\b|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}, 20\d\d (?:\||by\b)"
)
"""The line that a blog sets under a post's title."""

TAIL_SENTENCE = re.compile(
    r"^\W*(?:please |to (?:join|come|register|sign up|learn more|enroll?|inquire|ask|find out|schedule|apply|attend)|for (?:more|further|additional|any|questions|details|information)|"
    r"(?:if|are) you |interested|questions?\b|call\b|contact\b|e-?mail\b|phone\b|all (?:of )?(?:our |the |these )?(?:groups|classes|workshops|sessions|programs)|(?:most|many|our|the|these|some) (?:groups|classes|workshops)\b|"
    r"groups (?:are|meet|cost|run|may)|fees?\b|insurance|we (?:also|accept|offer|look)|our (?:office|clinic|center|centre)|not sure|don't see|click here|ready to|note:|\*|copyright|\u00a9|back to)"
)
"""The first words of a sentence to everybody, after the last of several groups."""


@lru_cache(maxsize=512)
def kinds_of_evidence(text: str) -> frozenset[str]:
    """Return the kinds of things that a listing says of a group one can join: time, rhythm, leader, members, fee, …"""
    return frozenset(kind for kind, pattern in JOIN_PATTERNS if pattern.search(text) is not None)

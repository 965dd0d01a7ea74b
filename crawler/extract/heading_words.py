"""What headings say: lists of groups, parts of a page, benefits, calls, subjects."""

from __future__ import annotations

import re

from crawler.extract.words import any_of

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

DESCRIPTOR = re.compile(
    r"^(?:an?|this|your|our) (?:[\w'&/,-]+ ){0,8}?(?:groups?|circle|workshop|class|course|program(?:me)?|series|space)\b"
)
"""A heading that describes the thing above it: "A small group for women who hold everything together"."""

PLURAL = re.compile(r"\bgroups\b")

CALENDAR = re.compile(r"\b(?:events?|calendar|schedules?|offerings?|services?|programs?|upcoming|current)\b")

STRONG_LIST = re.compile(
    r"\b(?:our|current|upcoming|available|ongoing|new|following|these|open|weekly|types? of|kinds? of|list of|fall|spring|winter|summer|"
    r"virtual|online|in-person|therapy|support|skills|process|counsell?ing|psychotherapy|educational|adult|teen|student|wellness)"
    r"(?: [\w&,/-]+){0,3} (?:groups|workshops|group therapies|circles|group (?:offerings|programs|classes|options|sessions|schedule|list))\b"
    r"|^(?:the )?groups\b|\bgroup therapies\b|\bgroups?\b.{0,60}\binclud(?:e|ing)\b|\bdescriptions of\b.{0,40}\bgroups\b|\bgroups? (?:include|are|we offer|offered|offerings|schedule|list|available|programs|classes|and workshops|& workshops)\b"
    r"|\bgroups (?:that )?(?:we|i) (?:offer|run|provide)\b|\b(?:types|kinds|list) of (?:[\w/&-]+ ){0,2}groups?\b|\bgroups and (?:workshops|classes|programs)\b|\bworkshops (?:and|&) groups\b"
)
"""A heading or lead-in under which each item is a group."""

THEMES = any_of(
    r"topics?",
    r"themes?",
    r"issues",
    r"such as",
    r"address(?:es)?",
    r"help(?:s|ed)?(?: (?:you|with|people))?",
    r"benefits?",
    r"why",
    r"how",
    r"who",
    r"expect",
    r"may (?:include|cover)",
    r"concerns",
    r"goals",
    r"learn",
    r"rules",
    r"guidelines",
    r"members",
    r"struggling",
)
"""Words of a lead-in whose items are what groups talk about or are good for, not groups."""

TOPIC = any_of(
    r"anxiety",
    r"depress\w+",
    r"grief",
    r"loss",
    r"bereave\w+",
    r"trauma",
    r"ptsd",
    r"adhd",
    r"autis\w+",
    r"addict\w+",
    r"substance",
    r"recovery",
    r"sobriety",
    r"anger",
    r"eating",
    r"body image",
    r"bipolar",
    r"ocd",
    r"panic",
    r"worry",
    r"stress",
    r"burnout",
    r"divorce",
    r"separation",
    r"infertility",
    r"postpartum",
    r"perinatal",
    r"pregnan\w+",
    r"chronic",
    r"cancer",
    r"pain",
    r"dementia",
    r"alzheimer\w*",
    r"caregiv\w+",
    r"carers?",
    r"teens?",
    r"tweens?",
    r"adolescents?",
    r"children",
    r"kids",
    r"boys",
    r"girls",
    r"women'?s?",
    r"men'?s?",
    r"lgbt\w*\+?",
    r"queer",
    r"trans\w*",
    r"veterans?",
    r"parent\w*",
    r"mothers?",
    r"moms?",
    r"fathers?",
    r"dads?",
    r"couples?",
    r"students?",
    r"grad\w*",
    r"undergrad\w*",
    r"first[- ]gen\w*",
    r"international",
    r"bipoc",
    r"black",
    r"latin\w+",
    r"asian",
    r"seniors?",
    r"older",
    r"young",
    r"adults?",
    r"survivors?",
    r"famil(?:y|ies)",
    r"siblings?",
    r"cbt",
    r"dbt",
    r"act",
    r"emdr",
    r"mindful\w*",
    r"meditation",
    r"yoga",
    r"art",
    r"music",
    r"drama",
    r"psychodrama",
    r"movement",
    r"dance",
    r"equine",
    r"nature",
    r"writing",
    r"journal\w*",
    r"creative",
    r"expressive",
    r"relaxation",
    r"behaviou?ral",
    r"dialectical",
    r"cognitive",
    r"commitment",
    r"skills?",
    r"coping",
    r"relapse",
    r"boundaries",
    r"self[- ]esteem",
    r"self[- ]compassion",
    r"relationships?",
    r"communication",
    r"assertiveness",
    r"forgiveness",
    r"codependen\w+",
    r"intimacy",
    r"emotion\w*",
    r"regulat\w+",
    r"life",
    r"transitions?",
    r"identity",
    r"faith",
    r"spiritual\w*",
    r"spirituality",
    r"nutrition",
    r"sleep",
    r"wellness",
    r"resilien\w+",
    r"social",
    r"thriving",
    r"healing",
    r"seeking safety",
    r"process",
    r"experiential",
    r"sex",
    r"love",
    r"shame",
    r"codependency",
    r"community meeting",
    r"mood",
    r"psychosis",
    r"voices",
    r"suicide",
    r"abuse",
    r"violence",
    r"assault",
    r"gambling",
    r"alcohol",
    r"drugs?",
    r"smoking",
    r"12[- ]step",
)
"""Conditions, people, methods and subjects that groups are named after."""

BENEFIT = re.compile(
    r"^(?:a |an |the |real |true |deep(?:er)? |strong(?:er)? |sense of |feel(?:ing)? |gain(?:ing)? |build(?:ing)? |reduced |peer |shared |mutual |social |emotional |small |complete |guided |safe |structured |expert |professional |flexible |"
    r"affordable |cost[- ]?|multiple |different |new |diverse |personal |honest |supportive |confidential |lasting |collective |greater |improved |increased |evidence[- ]based |personali[sz]ed |caring )*"
    r"(?:connections?|community|support|safety|safe (?:space|environment|place)|space|environment|experiences?|belonging|perspectives?|growth|accountability|affordab\w+|effective(?:ness)?|feedback|practice|confidential\w*|structured?|structure|"
    r"professional\w*|experts?|expertise|guidance|flexib\w+|inclusiv\w+|intentional|understanding|isolation|hope|empathy|validation|insight|trust|privacy|respect|participation|commitment|attendance|mindset|learning|care|approach|"
    r"meetings?|sessions?|format|duration|length|frequency|facilitat\w+|leaders?|leadership|discussions?|therapists?|members|dynamics?|goals|topics|schedul\w+|fees?|costs?|rates|payment|insurance|location|"
    r"screening|intake|enrollment|evaluation|interaction|tools|techniques|strategies|resources|convenien\w+|access\w*|options|availability|size|results|progress|motivation|encouragement|empower\w+|awareness|self[- ]awareness|universality|altruism|catharsis|normali[sz]ation|friendships?|people|setting|atmosphere|"
    r"assessments?|consultation|matching|begin(?:ning)?|next|step \d|\d)(?: (?:&|and|by|of|in|with|from|to) .*)?$"
)
"""What group work is good for, or how it goes: names of cards beside groups, never a group's."""

SLOGAN = re.compile(
    r"^(?:let's|let us|explore|discover|find (?:a|your|the|us|out)|start|take|you (?:are|don't|will|may|can|deserve)|reclaim|imagine|come)\b"
)
"""A heading that calls on the reader. A group may be named so, where its own times stand below."""

METHOD_NAME = re.compile(r"(?:therapy|counsell?ing|psychotherapy|treatment)\W*(?:\([a-z-]+\))?$")

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
    r"find us",
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
    r"groups (?:that )?(?:we|i) (?:have|ran|held|led)",
    r"no longer (?:offered|running|meets?)",
)

ATTENDED = re.compile(
    r"\b(?:anger|stress|anxiety|depression|grief|loss|trauma|parenting|co-?parenting|divorce|mindfulness|meditation|recovery|relapse|addiction|"
    r"dbt|cbt|coping|social skills|life skills|communication|relationships?|couples|self-esteem|resilience|wellness|healing)\b.*"
    r"\b(?:class(?:es)?|workshops?|courses?|retreats?|series|circles?|skills training|boot ?camps?)\b"
)
"""A class or workshop on one's own mind or relations: attended for itself, wherever it is described."""

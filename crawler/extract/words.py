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
)

GENERAL_WORDS = frozenset(
    "a an the our all my about what is of list types kinds online virtual in-person outpatient current upcoming available ongoing weekly small "
    "group groups support therapy counseling counselling psychotherapy therapeutic psychoeducational psychoeducation educational "
    "treatment session sessions service services program programs programme programmes offering offerings work schedule options "
    "workshop workshops class classes and & or / + , we offer offered offers information overview mental health private practice clinical "
    "welcome to join find choose start try begin right looking interested peer professional explore find view see browse meetings circles process skills coaching healing wellness other "
    "oriented interpersonal general based discussion structured unstructured specialty themed issue focused topic any each every this another "
    "circle cohort course seat spot waitlist list today now next date dates treatments psychological therapies therapeutics training trainings more new open camps camp person in fall winter spring summer semester events series courses for you everyone at-a-glance directory".split()
)
"""Words that say nothing of an issue, a people or a method: a name of these alone is group work in general."""

GENERAL_SUFFIX = re.compile(r"\s(?:at|in|with|near|by|@|from)\s.*$|\s20\d\d.*$")
GENERAL_CORE = any_of(
    r"groups",
    r"group (?:\w+ )?(?:therapy|treatments|counsell?ing|psychotherapy|sessions?|work|services?|programs?|programmes?|offerings?|support|classes|workshops?|treatment|coaching|options|information|schedule|list)",
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

OTHER_THERAPY = re.compile(
    r"\b(?:individual(?:s|ized|ised)?|couples?|famil(?:y|ies)|marriage|marital|relationship|one[- ](?:on|to)[- ]one|1:1|premarital|child(?:ren)?(?:'s)?|play|teen|adolescent|adult|private|personal|online|virtual)"
    r"(?: (?:and|&|or|/|\w+))? ?(?:therapy|therapies|counsell?ing|psychotherapy|sessions?|treatment|appointments?|coaching)\b"
    r"|^(?:for |our )?(?:individuals?|couples?|famil(?:y|ies)|children|adults|teens|adolescents|kids|marriage|premarital)(?: (?:and|&) \w+)?$"
    r"|\b(?:medication|psychiatr\w+|assessments?|evaluations?|psychological testing|telehealth|consultations?)\b|^emdr\b"
)
"""Names of services to one person, couple or family."""

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
    r"volunteer(?:s|ing)?(?: training| orientation| opportunities)",
    r"internships?",
    r"practicum",
    r"fellowships?",
    r"training program",
    r"group practice",
    r"case consultation",
    r"professional development",
    r"in-service",
    r"age groups?",
    r"focus groups?",
    r"facebook groups?",
    r"group (?:photo|insurance|rate|rates|practice|supervision|consultation|discount|health)",
    r"board meeting",
    r"(?<!skills )(?<!parent )(?<!assertiveness )training groups?",
)
"""Things called a group, or taught to a group, that no reader joins for their own sake."""

OTHER_EVENT = any_of(
    r"volunteer(?:s|ing)?",
    r"careers?",
    r"donat\w+",
    r"fundrais\w+",
    r"gala",
    r"golf",
    r"employment",
    r"jobs?",
    r"open house",
    r"concert",
    r"5k",
    r"auction",
    r"annual meeting",
    r"conference",
    r"webinar",
    r"luncheon",
)
"""Other things in a calendar; a name whose head is a group wins over them ("Career change group")."""

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
    r"recent posts|features?|highlights|services?|services offered|areas? of .*|specialt(?:y|ies)|conditions .*|issues .*|what to .*|what you.*|what we.*|what's included|what is\b.*|what are\b.*|who (?:it's|is|this|can|should|we|it|are).*|why (?:.*)|is (?:this|group).*|are you.*|do you.*|"
    r"we (?:are|offer|believe|help|provide|can|accept|also).*|i (?:am|offer|believe|help)\b.*|home|menu|navigation|events?|calendar|"
    r"upcoming events?|past events?.*|gallery|photos?|videos?|policies|emergency.*|crisis.*|disclaimer|copyright.*|terms.*|accessibility.*|important (?:information|notes?)|please note.*|notes?|additional .*|other (?:services|resources|information|ways).*|"
    r"possible .*|suggested .*|in this (?:group|course|class|workshop|program).*|this group.*|(?:this|any|each|every|the|our|another) (?:group|class|workshop|circle)s?|(?:participants|members|group members|you) (?:will|can|learn).*|ages?|size|length|duration|format.*|included.*|includes.*|"
    r"availability|payment.*|cancel\w*.*|refund.*|thank you.*|apply.*|application.*|enroll.*|screening.*|intake.*|pre-?group.*|group (?:details|size|rules|guidelines|agreement|structure|format|norms|cost|fees?|leaders?|facilitators?|dynamics|process|members?)|"
    r".* (?:form|inquiry|application|referrals?|agreement|policy|brochure|flyer|newsletter)|success stories|qualifications|education|experience|credentials|training|licenses?|publications|bio(?:graphy)?|quick links|useful links|links|staff directory|support us|give|donate.*|give now.*|stages of .*|signs of .*|symptoms.*|types of .*|causes.*|treatment(?:s| options)?)[:.!?]*$"
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

DESCRIPTOR = re.compile(
    r"^(?:an?|this|your|our) (?:[\w'&/,-]+ ){0,8}?(?:groups?|circle|workshop|class|course|program(?:me)?|series|space)\b"
)
"""A heading that describes the thing above it: "A small group for women who hold everything together"."""

ANY_GROUP = re.compile(r"\bgroups?\b")
PLURAL = re.compile(r"\bgroups\b")
GROUPS_PLURAL = re.compile(r"\b(?:groups|workshops|classes|courses|programs|programmes|circles|retreats)\b")
CALENDAR = re.compile(r"\b(?:events?|calendar|schedules?|offerings?|services?|programs?|upcoming|current)\b")
CALL = re.compile(
    r"^(?:join|find|choose|start|try|explore|begin|about|looking for|interested in|finding|choosing|starting|joining)\b"
)

TYPED_GROUPS = re.compile(
    r"^(?:our |the |general |ongoing |interpersonal |adult |student |types? of )*(?:(?:interpersonal )?process|support|skills?(?:-based| training| building)?|psycho-?education(?:al)?|interpersonal|"
    r"educational|discussion|drop-in|psychotherapy|therapy|themed?|issue-specific|specialty|experiential|expressive|self-help|peer(?: support)?|structured|counsell?ing|"
    r"relapse prevention|recovery|trauma|grief|dbt|cbt|act|mindfulness|meditation)(?: process| therapy| support| skills)* (?:groups|workshops|classes|circles)$"
)
"""A kind of groups: under a heading of groups it is described as one of the provider's offers."""

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

GENERAL_TALK = re.compile(
    r"^\W*(?:therapy |support |most |all |many |some |our |the |these |process )*groups? (?:are|meet|run|last|typically|usually|sessions|members|offer|provide|can|may|also|is an?|(?:therapy|counsell?ing) (?:is|can|offers|provides|helps|gives))\b"
    r"|\b(?:our|most|all|these|many|other|different|several|various) (?:\w+ )?groups\b|\beach group\b|\bin group therapy\b"
)
"""Words on groups in general: a card that talks so describes group work, not one group."""

THIS_ONE = re.compile(
    r"\b(?:this|the|our) (?:\w+ ){0,3}?(?:group|circle|workshop|class|course|program|programme|series|retreat)\b"
)

SLOGAN = re.compile(
    r"^(?:let's|let us|explore|discover|find (?:a|your|the|us|out)|start|take|you (?:are|don't|will|may|can|deserve)|reclaim|imagine|come)\b"
)
"""A heading that calls on the reader. A group may be named so, where its own times stand below."""

COUNTED = re.compile(r"\(\s*\d+(?:\s*-\s*\d+)? (?:sessions?|weeks?|meetings?|classes)\s*\)|\b\d+[- ](?:week|session)\b")
"""A name that says how many meetings there are."""

STEP = re.compile(
    r"^(?:weeks?|sessions?|modules?|days?|steps?|phases?|parts?|lessons?|units?|months?|stages?|chapter)\s*(?:\d+|one|two|three|four|five|six|seven|eight|i+|#)\b|^\d+\W*$|^(?:first|second|third|fourth|last|final) (?:week|session|step|half)\b"
)
"""A part of a course: "Week 2: Boundaries"."""

PERSON = re.compile(
    r"^(?:with |led by |facilitated by |by )|^(?:dr|rev|prof|mr|mrs|ms)\.? [a-z]|^[a-z.'-]+(?: [a-z.'-]+){1,3},? (?:ph\.?d|psy\.?d|lcsw|lmsw|lmft|lpcc?|lmhc|lcpc|licsw|lisw|msw|m\.?ed|ed\.?d|amft|apcc|acsw|cadc)\b"
    r"|^[a-z.'-]+(?: [a-z.'-]+){1,3}, (?:m\.?d|m\.?a|m\.?s|rn|np|lac|she|he|they)\b"
)
"""A person's name as a heading."""

PRICE = any_of(
    r"packages?",
    r"membership",
    r"punch card",
    r"class pass",
    r"bundle",
    r"gift (?:card|certificate)s?",
    r"drop-in rate",
    r"pricing",
    r"\d+-pack",
)

METHOD_NAME = re.compile(r"(?:therapy|counsell?ing|psychotherapy|treatment)\W*(?:\([a-z-]+\))?$")

IMPERATIVE = re.compile(
    r"^(?:you|your|we|our|i|it|there|they|come|stay|let|let's|welcome|together|start|take|reclaim|imagine|build|improve|develop|learn|gain|reduce|increase|share|practice|practise|connect|discover|feel|find|get|give|receive|receiving|hear|see|meet|become|enhance|strengthen|understand|express|overcome|heal|"
    r"identify|explore|experience|create|manage|reach|call|email|schedule|complete|submit|choose|contact|attend|arrive|bring|no|not|being|having|knowing|realizing|less|more|better)\b"
)

POSTED = re.compile(
    r"^(?:posted|published|written|last updated|updated|reviewed) (?:on|by|:)|^by [a-z. ]{4,40}(?:\||-|$|,)|\b\d+ min(?:ute)?s? read\b|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}, 20\d\d (?:\||by\b)"
)
"""The line that a blog sets under a post's title."""

TAIL_SENTENCE = re.compile(
    r"^\W*(?:please |to (?:join|register|sign up|learn more|enroll?|inquire|ask|find out|schedule|apply|attend)|for (?:more|further|additional|any|questions|details|information)|"
    r"(?:if|are) you |interested|questions?\b|call\b|contact\b|e-?mail\b|phone\b|all (?:of )?(?:our |the |these )?(?:groups|classes|workshops|sessions|programs)|(?:most|many|our|the|these|some) (?:groups|classes|workshops)\b|"
    r"groups (?:are|meet|cost|run|may)|fees?\b|insurance|we (?:also|accept|offer|look)|our (?:office|clinic|center|centre)|not sure|don't see|click here|ready to|note:|\*|copyright|\u00a9|back to)"
)
"""The first words of a sentence to everybody, after the last of several groups."""

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

_BADGE_TOKEN = re.compile(r"[a-z]+|\d+|\S")
_BADGE_WORDS = frozenset(
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday mondays tuesdays "
    "wednesdays thursdays fridays saturdays sundays jan january feb february mar march apr april may jun june jul july aug "
    "august sep sept september oct october nov november dec december st nd rd th a p m am pm at from to and through noon "
    "est edt pst pdt cst cdt mst mdt et ct mt pt every weekly online virtual in person new now open closed full free upcoming "
    "featured event date time price cost min minute minutes hour hours week weeks per session sessions".split()  # noqa: SIM905
)


def is_tagline(text: str) -> bool:
    """Whether `plain` text under a heading tells when, for whom or by whom: the line below a name, not a name."""
    tokens = _BADGE_TOKEN.findall(text)
    stated = sum(token in _BADGE_WORDS or not token.isalpha() for token in tokens)
    return stated * 2 > len(tokens) or TAGLINE.match(text) is not None


TAGLINE = re.compile(
    r"^(?:for|with|ages?|aged|starting|starts|begins|beginning|facilitated|led|hosted|presented|taught|online|virtual|in-person|an?|this|every|weekly|now|open to|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|\d+|\$\d+|(?:four|five|six|eight|ten|twelve)[- ]week)\b"
)


def is_badge(text: str) -> bool:
    """Whether `plain` text is nothing but a date, a time, a price or a state: no name, however it is marked up."""
    if len(text) > 80:
        return False
    tokens = _BADGE_TOKEN.findall(text)
    return bool(tokens) and all(token in _BADGE_WORDS or not token.isalpha() for token in tokens)


def kinds_of_evidence(text: str) -> set[str]:
    """Return the kinds of things that a listing says of a group one can join: time, rhythm, leader, members, fee, …"""
    return {kind for kind, pattern in JOIN_PATTERNS if pattern.search(text) is not None}


def evidence_of_joining(text: str) -> int:
    """Count the kinds of things that a listing says of a group one can join: time, rhythm, leader, members, fee, …"""
    return sum(pattern.search(text) is not None for _, pattern in JOIN_PATTERNS)

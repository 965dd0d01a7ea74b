"""What names say: a group, a workshop, a method, another service, a part of any page."""

from __future__ import annotations

import re

from crawler.extract.words import any_of

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

TALK_ABOUT = re.compile(
    r"\w (?:about|behind) (?:our |the |a |an )?group (?:therapy|counsell?ing|psychotherapy|treatment|work)\b"
    r"|^(?!an? |one |join |start ).*\w (?:an?|before|after|during|between|leaving|joining|into) (?:\w+ )?group\W*$"
)
"""What is said about group work ("Common beliefs about group therapy", "On leaving a group"), not a group."""

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
    [
        "a",
        "an",
        "the",
        "our",
        "all",
        "my",
        "about",
        "what",
        "is",
        "of",
        "list",
        "types",
        "kinds",
        "online",
        "virtual",
        "in-person",
        "outpatient",
        "current",
        "upcoming",
        "available",
        "ongoing",
        "weekly",
        "small",
        "group",
        "groups",
        "support",
        "therapy",
        "counseling",
        "counselling",
        "psychotherapy",
        "therapeutic",
        "psychoeducational",
        "psychoeducation",
        "educational",
        "treatment",
        "session",
        "sessions",
        "service",
        "services",
        "program",
        "programs",
        "programme",
        "programmes",
        "offering",
        "offerings",
        "work",
        "schedule",
        "options",
        "workshop",
        "workshops",
        "class",
        "classes",
        "and",
        "&",
        "or",
        "/",
        "+",
        ",",
        "we",
        "offer",
        "offered",
        "offers",
        "information",
        "overview",
        "mental",
        "health",
        "private",
        "practice",
        "clinical",
        "welcome",
        "to",
        "join",
        "find",
        "choose",
        "start",
        "try",
        "begin",
        "right",
        "look",
        "looking",
        "interested",
        "peer",
        "professional",
        "explore",
        "find",
        "view",
        "see",
        "browse",
        "meetings",
        "circles",
        "process",
        "skills",
        "coaching",
        "healing",
        "wellness",
        "other",
        "oriented",
        "interpersonal",
        "general",
        "based",
        "discussion",
        "structured",
        "unstructured",
        "specialty",
        "themed",
        "issue",
        "focused",
        "topic",
        "any",
        "each",
        "every",
        "this",
        "another",
        "circle",
        "cohort",
        "course",
        "seat",
        "spot",
        "waitlist",
        "list",
        "today",
        "now",
        "next",
        "date",
        "dates",
        "treatments",
        "psychological",
        "therapies",
        "therapeutics",
        "training",
        "trainings",
        "more",
        "new",
        "open",
        "closed",
        "camps",
        "camp",
        "person",
        "in",
        "fall",
        "winter",
        "spring",
        "summer",
        "semester",
        "events",
        "series",
        "courses",
        "for",
        "you",
        "everyone",
        "at-a-glance",
        "directory",
    ]
)
"""Words that say nothing of an issue, a people or a method: a name of these alone is group work in general."""

GENERAL_SUFFIX = re.compile(r"\s(?:at|in|with|near|by|@|from)\s.*$|\s20\d\d.*$")

GENERAL_CORE = any_of(
    r"groups",
    r"group (?:\w+ )?(?:therapy|treatments|counsell?ing|psychotherapy|sessions?|work|services?|programs?|programmes?|offerings?|support|classes|workshops?|treatment|coaching|options|information|schedule|list)",
    r"(?:workshops|classes|courses|circles|support meetings)",
)

OTHER_THERAPY = re.compile(
    r"\b(?:individual(?:s|ized|ised)?|couples?|famil(?:y|ies)|marriage|marital|relationship|one[- ](?:on|to)[- ]one|1:1|premarital|child(?:ren)?(?:'s)?|play|teen|adolescent|adult|private|personal|online|virtual)"
    r"(?: (?:and|&|or|/|\w+))? ?(?:therapy|therapies|counsell?ing|psychotherapy|sessions?|treatment|appointments?|coaching)\b"
    r"|\b(?:one[- ](?:on|to)[- ]one|1:1|individual) (?:programm?e?s?|retreats?|courses?|packages?|intensives?|classes)\b"
    r"|^(?:for |our )?(?:individuals?|couples?|famil(?:y|ies)|children|adults|teens|adolescents|kids|marriage|premarital)(?: (?:and|&) \w+)?$"
    r"|^(?:one[- ](?:on|to)[- ]one|1:1)\b"
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
    r"groups? of (?:\w+ ){0,3}(?:therapists|clinicians|counsell?ors|psychologists|professionals|practitioners)",
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
    r"values?|philosophy|faqs?|frequently asked.*|questions\b.*|common questions.*|resources?|blog|news|articles?|fees?(?: .*)?|rates?(?: .*)?|insurance.*|location.*|directions|parking|(?:visiting |office |opening )?hours?|privacy.*|polic(?:y|ies).*|getting started|get started.*|"
    r"next steps?|(?:common )?(?:misconceptions|myths).*|how (?:to|it|we|groups?|group)\b.*|schedules?(?: (?:a|an|your|now|today|online).*)?|book (?:a|an|your|now|online|today).*|call .*|register.*|registration.*|sign up.*|join (?:us|now|today|the group|our (?:mailing|newsletter|community|team)).*|ready to\b.*|welcome.*|overview|introduction|"
    r"details?|format|structure|goals?|topics?.*|outcomes?|curriculum|facilitators?.*|leaders?|instructors?|therapists?|counsell?ors?|clinicians?|eligibility|requirements?|prerequisites?|confidentiality.*|expectations?|guidelines?|rules|ground rules|"
    r"costs?(?: .*)?|pricing.*|prices?|investment|dates?.*|times?|time & .*|when(?: .*)?|where(?: .*)?|download.*|more|learn more.*|read more.*|related.*|share.*|follow.*|subscribe.*|newsletter|connect(?: with .*)?|search.*|categories|tags|archives?|"
    r"recent posts|features?|highlights|services?|services offered|areas? of .*|specialt(?:y|ies)|conditions .*|issues .*|what to .*|what you.*|what we.*|what's included|what is\b.*|what are\b.*|who (?:it's|is|this|can|should|we|it|are).*|why (?:.*)|is (?:this|group).*|are you.*|do you.*|"
    r"we (?:are|offer|believe|help|provide|can|accept|also).*|i (?:am|offer|believe|help)\b.*|home|menu|navigation|events?|calendar|"
    r"upcoming events?|past events?.*|gallery|photos?|videos?|policies|emergency.*|crisis.*|disclaimer|copyright.*|terms.*|accessibility.*|important (?:information|notes?)|please note.*|notes?|additional .*|other (?:services|resources|information|ways).*|"
    r"possible .*|suggested .*|in this (?:group|course|class|workshop|program).*|this group.*|the group (?:is|lasts|meets|runs|will)\b.*|(?:this|any|each|every|the|our|another) (?:group|class|workshop|circle)s?|(?:participants|members|group members|you) (?:will|can|learn).*|ages?|size|length|duration|format.*|included.*|includes.*|"
    r"availability|payment.*|cancel\w*.*|refund.*|thank you.*|apply.*|application.*|enroll.*|screening.*|intake.*|pre-?group.*|group (?:details|size|rules|guidelines|agreement|structure|format|norms|cost|fees?|leaders?|facilitators?|dynamics|process|members?)|"
    r".* (?:form|inquiry|application|referrals?|agreement|policy|brochure|flyer|newsletter)|success stories|qualifications|education|experience|credentials|training|licenses?|publications|bio(?:graphy)?|quick links|useful links|links|staff directory|support us|give|donate.*|give now.*|stages of .*|signs of .*|symptoms.*|types of .*|causes.*|treatment(?:s| options)?)[:.!?]*$"
)

CALL = re.compile(
    r"^(?:join|find|choose|start|try|explore|begin|about|look(?:ing)? for|see|view|browse|interested in|finding|choosing|starting|joining)\b"
)

TYPED_GROUPS = re.compile(
    r"^(?:our |the |general |ongoing |interpersonal |adult |student |types? of )*(?:(?:interpersonal )?process|support|skills?(?:-based| training| building)?|psycho-?education(?:al)?|interpersonal|"
    r"educational|discussion|drop-in|psychotherapy|therapy|themed?|issue-specific|specialty|experiential|expressive|self-help|peer(?: support)?|structured|counsell?ing|"
    r"relapse prevention|recovery|trauma|grief|dbt|cbt|act|mindfulness|meditation)(?: process| therapy| support| skills)* (?:groups|workshops|classes|circles)$"
)
"""A kind of groups: under a heading of groups it is described as one of the provider's offers."""

STEP = re.compile(
    r"^(?:weeks?|sessions?|modules?|days?|steps?|phases?|parts?|lessons?|units?|months?|stages?|chapter)\s*(?:\d+|one|two|three|four|five|six|seven|eight|i+|#)\b|^\d+\W*$|^(?:first|second|third|fourth|last|final) (?:week|session)\b"
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
    r"costs? (?:only )?[£$€]?\d+",
)

ARTICLE = re.compile(
    r"^(?:\d+|two|three|four|five|six|seven|eight|nine|ten|the \d+|top \d+) (?:\w+ ){0,2}(?:things|ways|tips|reasons|steps|signs|benefits|facts|myths|questions|lessons|strategies)\b|\bhow to\b|\ba guide\b|\beverything you\b"
)

"""What an offering states beside its description, each with the span that says so.

Spans count in the original text of their field: patterns run on `plain`, which keeps every character's place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crawler.extract.words import plain
from crawler.records import Fact, Offering

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_CLOCK = r"(?:noon|midday|\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\.?)?)"
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_NUMBER = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|sixteen|twenty)"
_CREDENTIAL = (
    r"(?:P[Hh]\.?\s?D|P[Ss][Yy]\.?\s?D|E[Dd]\.?D|M\.?D|D\.?O|LCSW(?:-?[A-Z])?|LMSW|LISW|LICSW|LMFT|AMFT|LPCC?|LMHC|LCPC|LCMHC|APCC|"
    r"ACSW|MSW|M\.?A|M\.?S|M\.?[Ee][Dd]|RN|PMHNP|NP|CADC|LAC|ATR(?:-BC)?|MT-BC|MFT)"
)
_PERSON = r"(?:(?:[Dd]r|[Rr]ev|[Mm]rs?|[Mm]s)\.?\s)?[A-Z][\w'’-]+(?:\s[A-Z]\.)?(?:\s[A-Z][\w'’-]+){1,2}"


MAX_FACT_TEXT = 20_000
"""How much of a field is read for facts, in characters."""


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: str
    pattern: re.Pattern[str]
    value: str = ""
    personal: bool = False
    cased: bool = False
    needles: tuple[str, ...] = ()


def _rule(
    kind: str, pattern: str, value: str = "", *, personal: bool = False, cased: bool = False, needles: str = ""
) -> _Rule:
    """Return a rule; `needles` are strings one of which every match holds: most texts are passed over by them."""
    return _Rule(kind, re.compile(pattern), value, personal, cased, tuple(needles.split("|")) if needles else ())


# A rule with a value states that value; without, the matched words (or the group `v`) are the value.
_RULES: tuple[_Rule, ...] = (
    _rule("leader", rf"(?:[Ll]ed|[Ff]acilitated|[Rr]un|[Tt]aught|[Hh]osted|[Cc]onducted|[Oo]ffered)\s(?:and\s\w+\s)?by\s(?P<v>{_PERSON})", personal=True, cased=True, needles="by "),
    _rule("leader", rf"(?:[Ll]eaders?|[Ff]acilitators?|[Ii]nstructors?|[Tt]herapists?)\s?:\s?(?P<v>{_PERSON})", personal=True, cased=True, needles="eader|acilitator|nstructor|herapist"),
    _rule("leader", rf"(?P<v>{_PERSON}),?\s{_CREDENTIAL}\b", personal=True, cased=True),
    _rule("credential", rf"(?:,\s?|\s)(?P<v>{_CREDENTIAL})(?=[\s,.;)]|$)", cased=True),
    _rule("led_by", r"\b(?:(?:led|facilitated|run|guided|co-led|co-facilitated)\s(?:by\s)?(?:an?\s|our\s|two\s|the\s)?(?:[\w-]+\s){0,3}?(?:psychologists?|psychotherapists?|therapists?|counsell?ors?|social workers?|clinicians?|psychiatrists?|nurses?))\b", "clinician", needles="led|facilitat|run|guided"),
    _rule("led_by", r"\b(?:interns?|trainees?|graduate students? (?:therapist|clinician|in training)|practicum (?:student|counsell?or)s?|pre-?doctoral|postdoctoral fellow|associate therapists?)\b", "trainee", needles="intern|trainee|graduate|practicum|doctoral|associate"),
    _rule("led_by", r"\b(?:peer[- ](?:led|run|facilitated)|led by (?:peers|members|volunteers|people (?:who|with))|facilitated by (?:peers|trained volunteers)|member-led|run by (?:members|students|peers))\b", "peer", needles="peer|led by|facilitated by|member-led|run by"),
    _rule("led_by", r"\b(?:(?:led|facilitated|run|guided|with) (?:by )?(?:an?|our|your) (?:[\w-]+ ){0,3}?coach(?:es)?)\b", "coach", needles="coach"),
    _rule("led_by", r"\b(?:(?:led|facilitated|taught|run|guided) (?:by )?(?:an?|our|your) (?:[\w-]+ ){0,3}?(?:instructors?|teachers?|educators?|dietitians?|chaplains?|trainers?))\b", "instructor", needles="instructor|teacher|educator|dietitian|chaplain|trainer"),
    _rule("schedule", rf"\b(?:every\s(?:other\s)?|alternate\s|(?:first|second|third|fourth|last|1st|2nd|3rd|4th)\s(?:and\s(?:third|fourth|3rd|4th)\s)?)?{_DAY}(?:\s(?:and|&|or)\s{_DAY})?(?:\sof\s(?:the|each|every)\smonth)?(?:[\s,]{{0,3}}(?:mornings?|afternoons?|evenings?|nights?))?(?:,?\s(?:at|from|@)?\s?{_CLOCK}(?:\s?(?:-|to|until)\s?{_CLOCK})?)?", needles="day"),
    _rule("schedule", rf"\b{_CLOCK}\s?(?:-|to|until)\s?\d{{1,2}}(?:[:.]\d\d)?\s?[ap]\.?m\b\.?", needles="m"),
    _rule("schedule", r"\b\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b\.?", needles="m"),
    _rule("schedule", r"\b(?:weekly|bi-?weekly|fortnightly|monthly|once a (?:week|month)|twice a month|every (?:other )?week)\b", needles="week|month|fortnight"),
    _rule("date", rf"\b{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s20\d\d)?(?:\s?(?:-|to|through)\s?(?:{_MONTH}\.?\s)?\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s20\d\d)?)?\b", needles="jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"),
    _rule("date", r"\b\d{1,2}/\d{1,2}/(?:20)?\d\d\b", needles="/"),
    _rule("duration", rf"\b{_NUMBER}(?:[\s-](?:and a half\s)?)(?:minutes?|hours?)\b|\b\d(?:\.\d)?[\s-]hours?\b", needles="minute|hour"),
    _rule("sessions", rf"\b(?P<v>{_NUMBER})[\s-](?:weekly\s)?(?:weeks?|sessions?|meetings|classes|parts?)\b", needles="week|session|meeting|class|part"),
    _rule("fee", r"[$£€]\s?\d[\d,]*(?:\.\d\d)?(?:\s?(?:-|to)\s?[$£€]?\d[\d,]*)?(?:\s?(?:/|per|a|an|each|for)\s?(?:the\s)?(?:session|group|class|week|month|person|meeting|series|couple))?", needles="$|£|€"),
    _rule("fee", r"\b(?:free of charge|no (?:cost|charge|fee)|free to attend|at no cost|free and open)\b|(?:^|[,;.]\s)free\b", "free", needles="free|no |cost"),
    _rule("sliding_scale", r"\bsliding[\s-](?:fee\s)?scale\b", needles="sliding"),
    _rule("insurance", r"\b(?:(?:most |your )?insurance(?:s)?(?: plans?)?|in-network|out-of-network|medicaid|medicare|superbills?)\b", needles="insurance|network|medica|superbill"),
    _rule("size", rf"\b(?:limited to|up to|no more than|maximum(?: of)?|max\.?|at most)\s{_NUMBER}(?:\s(?:people|members|participants|women|men|teens|adults|students|seats|spots|places))?\b|\b{_NUMBER}\s?(?:-|to)\s?{_NUMBER}\s(?:people|members|participants|women|men|teens|adults|students)\b", needles="limited|up to|no more|max|at most| people| members| participants|women|men|teens|adults|students"),
    _rule("enrolment", r"\b(?:drop[\s-]?in|walk[\s-]ins? welcome|no registration)\b", "drop_in", needles="drop|walk|no registration"),
    _rule("enrolment", r"\b(?:closed[\s-](?:group|enrol\w+)|closed to new)\b", "closed", needles="closed"),
    _rule("enrolment", r"\b(?:open[\s-](?:group|enrol\w+|ended)|rolling (?:admission|enrol\w+)|slow-open|open to new members|join (?:at )?any ?time)\b", "open", needles="open|rolling|join"),
    _rule("population", r"\b(?:people|adults|individuals|persons|those|anyone|loved ones|elders|seniors)\s(?:living\s)?with\s(?:dementia|alzheimer'?s?(?:\sdisease)?|memory loss)\b|\bmemory (?:care|loss) (?:group|members|participants)\b", "dementia", needles="dementia|alzheimer|memory"),
    _rule("population", r"\b(?:parents?|mothers?|moms?|caregivers?|fathers?|dads?)\s(?:and|&|with)\s(?:their\s)?(?:child(?:ren)?|bab(?:y|ies)|toddlers?|kids|infants?|teens?)\b|\b(?:parent|mother|mommy|caregiver)[\s-](?:and|&)?[\s-]?(?:child|me|baby|toddler)\b", "parent_and_child", needles="child|bab|toddler|kid|infant|teen|me"),
    _rule("population", r"\b(?:children|kids|boys|girls|preschoolers|toddlers)\b(?=[^.\n]{0,40}\b(?:ages?d?|grades?|under|[1-9]\s?-\s?1?[0-9])\b)|\b(?:elementary|grade)[\s-]school(?:\s\w+)?\b", "children", needles="child|kids|boys|girls|preschool|toddler|school"),
    _rule("population", r"\b(?:teens?|teenagers?|adolescents?|high school(?:ers| students)?|tweens?|middle school(?:ers)?)\b", "teens", needles="teen|adolescent|high school|tween|middle"),
    _rule("population", r"\b(?:college|university|undergraduate|graduate|grad) students?\b|\bundergraduates\b", "students", needles="student|undergraduate"),
    _rule("population", r"\b(?:women|men|mothers|fathers|moms|dads|veterans|caregivers|carers|survivors|couples|seniors|older adults|young adults|lgbtq\w*\+?|adults)\b"),
    _rule("age", r"\bage[sd]?:?\s(?:from\s)?\d{1,2}(?:\s?(?:-|to|through|and)\s?(?:\d{1,2}|up|older|over|above))?\+?|\b\d{1,2}\s?(?:-|to)\s?\d{1,2}[\s-]years?(?:[\s-]olds?)?\b|\b\d{1,2}\s?(?:\+|and (?:older|over|up|above))|\bunder \d{1,2}\b"),
    _rule("format", r"\b(?:hybrid|in[\s-]person (?:and|or) (?:online|virtual\w*))\b", "hybrid", needles="hybrid|person"),
    _rule("format", r"\b(?:online|virtual(?:ly)?|telehealth|(?:via|on|over) zoom|zoom|by video|teletherapy)\b", "online", needles="online|virtual|telehealth|zoom|video|teletherapy"),
    _rule("format", r"\b(?:in[\s-]person|on[\s-]site|at our (?:office|center|centre|clinic))\b", "in_person", needles="person|site|at our"),
    _rule("prerequisite", r"\b(?:(?:screening|intake|consultation|assessment|pre-?group (?:meeting|interview)|referral|registration|pre-?registration)\s(?:\w+\s){0,3}?(?:is |are |call )?(?:required|needed|necessary))\b|\b(?:must|need to|required to)\s(?:be in|have|see|complete|meet|also)\s[^.\n]{3,60}", needles="required|needed|necessary|must|need to"),
    _rule("status", r"\b(?:wait[\s-]?list(?:ed)?|waiting list)\b", "waitlist", needles="wait"),
    _rule("status", r"\(full\)|\b(?:(?:is|are|currently|now|group) full|full (?:at present|until)|no (?:openings|spaces)|sold out)\b", "full", needles="full|no openings|no spaces|sold out"),
    _rule("status", r"\b(?:has ended|(?:was|were) held|ended in|no longer (?:runs|meets|offered)|postponed|cancell?ed)\b", "ended", needles="ended|held|no longer|postponed|cancel"),
    _rule("status", r"\b(?:coming soon|forming(?: now)?|now forming|will (?:start|begin) (?:in|when)|planned for|starting soon|to be announced|tba)\b", "planned", needles="coming|forming|will |planned|starting|announced|tba"),
    _rule("status", r"\b(?:now enrolling|accepting (?:new )?members|open (?:for|to) new members|spots? (?:open|available)|spaces? available|openings? available|has openings)\b", "open", needles="enrolling|accepting|open|spot|space"),
    _rule("place", r"(?:^|\n)(?:location|where|place|venue|address|meeting place|room)\s?(?::\s*|\n)(?!\s|online|virtual|zoom|via\b|tba\b)(?P<v>[^\n]{3,100})", needles="location|where|place|venue|address|room"),
    _rule("place", r"\b\d{1,5}\s(?:[NSEW]\.?\s)?(?:[A-Z][\w.'’]*\s){1,4}(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Hwy|Highway|Pkwy|Parkway|Ct|Court|Way|Row|Place|Square)\b\.?", cased=True),
    _rule("place", r"\b(?:at|in)\s(?:the\s|our\s)?(?P<v>(?:[A-Z][\w.'’&-]*\s){1,5}(?:Church|Library|Hospital|Cent(?:er|re)|Hall|Chapel|School|College|University|Clinic|Pavilion|House|Room|Building|Campus|Office|Annex)\b)", cased=True),
    _rule("phone", r"(?<![\d-])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b|\b0\d{2,4}\s\d{3,4}\s?\d{3,4}\b", personal=True, needles="-|.| "),
    _rule("email", r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", personal=True, needles="@"),
)  # fmt: skip


def read_facts(offering: Offering) -> Offering:
    """Return the offering with its facts, in the order of name, text; within a field by place."""
    facts: list[Fact] = []
    for field in ("name", "text"):
        facts += _facts_in(offering.field(field), field)
    return replace(offering, facts=tuple(facts))


def _facts_in(text: str, field: str) -> list[Fact]:
    text = text[:MAX_FACT_TEXT]
    folded = plain(text)
    if len(folded) != len(text):  # lower-casing a few letters (İ) lengthens a text; its spans would lie
        folded = text
    taken: dict[str, list[tuple[int, int]]] = {}
    found = []
    for rule in _RULES:
        for needle in rule.needles:  # a plain loop: this runs for every rule of every offering
            if needle in folded:
                break
        else:
            if rule.needles:
                continue
        for match in rule.pattern.finditer(text if rule.cased else folded):
            group = "v" if "v" in rule.pattern.groupindex else 0
            start, end = match.span(group)
            while start < end and text[start] in " ,;.\n":
                start += 1
            while end > start and (
                text[end - 1] in " ,;\n" or (text[end - 1] == "." and text[end - 3 : end - 2] != ".")
            ):
                end -= 1
            if start == end or "\n" in text[start:end]:
                continue
            spans = taken.setdefault(rule.kind, [])
            if any(start < other_end and other_start < end for other_start, other_end in spans):
                continue
            spans.append((start, end))
            found.append(Fact(rule.kind, rule.value or text[start:end], field, start, end, rule.personal))
    return sorted(found, key=lambda fact: (fact.start, fact.end, fact.kind))

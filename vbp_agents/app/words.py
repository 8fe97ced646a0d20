"""Words of the field that the page's readers meet, and what each means: shown where a reader points at one."""

import re
from collections.abc import Iterable
from html import escape

MEANINGS = {
    "ACO": "accountable care organization: doctors and hospitals that answer together for their members' care",
    "altruism": "what the good or harm of care to a patient is worth to who decides, in dollars",
    "attribution": "which holder a patient counts for, by where most of its primary care was",
    "baseline practice": "how providers work under fees, before anything here begins",
    "benchmark": "what the payer expects care to cost in a year; savings are counted against it",
    "bonus": "the provider's share of what was saved",
    "bundle": "one price for an episode of care, such as a joint replacement and ninety days after it",
    "capitation": "a fixed sum for each member and month, whatever care is given",
    "coded risk": "how sick members look by the diagnoses that were written down",
    "confidence interval": "a range that would hold the true value in 95 of 100 studies like this one",
    "coordination": "effort to keep care from falling between places: calls, plans, follow-up after a hospital stay",
    "cream-skimming": "preferring patients who cost less than is paid for them",
    "discount": "what the payer takes off the expected cost before anything is shared",
    "error of its idea": "how far a practice is off in what it expects of a person, without knowing it",
    "fee for service": "each service is paid for by itself: more services, more pay",
    "holder": "the organization that holds a contract with a payer",
    "lever": "something that a provider decides, such as how much it codes or whom it takes",
    "loss rate": "the provider's share of spending above the benchmark",
    "luck": "who falls ill, moves or dies in a year: what no provider decides",
    "margin": "what a provider earns less what its care costs it",
    "member-month": "somebody who counts for a contract, for one of the year's twelfths",
    "minimum savings rate": "how far spending must be below the benchmark before anything is shared",
    "panel": "the people who are attached to a practice",
    "pay for performance": "fees, and more for measured quality",
    "PMPM": "per member per month",
    "QALY": "quality-adjusted life year: a year of life, weighted by how good its health is",
    "replicate": "the whole study once more, with new people and new luck",
    "risk adjustment": "paying more for members who are coded as sicker",
    "scruple": "what it costs a conscience to turn somebody away, in dollars; an assumption",
    "settlement": "the year's reckoning between a payer and a holder",
    "shared savings": "fees, and a share of what care cost less than the benchmark",
    "sharing rate": "the provider's share of savings",
    "steering": "sending patients to cheaper places, or away",
    "true risk": "how sick somebody is, coded or not",
    "withhold": "a part of pay that is kept back until the year's reckoning",
}
"""By word, in words that a student knows."""
_LONGEST_FIRST = "|".join(re.escape(escape(word)) for word in sorted(MEANINGS, key=len, reverse=True))
_FOUND = re.compile(rf"\b({_LONGEST_FIRST})(?=s?\b)", re.IGNORECASE)
_BY_LOWER = {word.lower(): meaning for word, meaning in MEANINGS.items()}


def explained(texts: Iterable[str]) -> list[str]:
    """The texts as HTML, escaped; each word of MEANINGS explains itself where it stands first."""
    seen: set[str] = set()

    def mark(match: re.Match[str]) -> str:
        word = match[1].lower()
        if word in seen:
            return match[0]
        seen.add(word)
        return f'<dfn tabindex="0" title="{escape(_BY_LOWER[word], quote=True)}">{match[0]}</dfn>'

    return [_FOUND.sub(mark, escape(text)) for text in texts]

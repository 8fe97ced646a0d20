"""What a patient's draws decide, by number: in one place, so that no two decisions share a draw.

A month's luck is drawn from by these numbers. The n-th opportunity for a service has numbers of its own, beginning
with ``draw_number``; a stay's and those of the visit after it are of one opportunity. A newborn's are of another luck.
"""

from vbp_agents.book import SERVICES
from vbp_agents.compiled import compiled

# A month's.
DEATH, MOVE, LEAVE, CHOOSE, CHOOSE_CLINICIAN, SURVEY, ANSWER, CHOOSE_SECOND, CHOOSE_THIRD = range(9)
PERCEIVED, PERCEIVED_SECOND, PERCEIVED_THIRD, REVIEW, PERCEIVED_AGAIN = range(10, 15)
"""How a practice sees who asks, at three tries; and how one that asks itself sees its own patient."""
HOW_MANY = 16
"""Opportunities of the first service; those of the others follow."""
DOCUMENTED, PREVENTIVE_DOCUMENTED = HOW_MANY + len(SERVICES), HOW_MANY + len(SERVICES) + 1
MOVED_X, MOVED_Y = 1_010, 1_011
OF_A_SERVICE = 4096
"""Numbers of each service, beginning with as many for all that is above."""

# An opportunity's, from where its draws begin.
OF_AN_OPPORTUNITY = 32
MOST_OPPORTUNITIES = 100
MOST_RETURNS = 12
"""Readmissions that may come due in a month: opportunities for an admission beyond the most."""
(
    DECIDE,
    JUDGE,
    WHO,
    WHOM,
    SEVERITY,
    WHEN,
    SENSITIVE,
    PREVENT,
    FOLLOW_UP,
    BACK,
    BACK_WHEN,
    PLACE,
    PLACE_DECIDE,
    PLACE_JUDGE,
    PLACE_SEVERITY,
    WHERE,
) = range(16)
DUPLICATE = 16
"""Of a test."""
FOLLOW_UP_VISIT = 16
"""Where the draws of the visit after a stay begin, beyond those of the stay."""
JOINT, COMPLICATION, ASKED, SAID, CASE = range(21, 26)
"""Of a stay."""

# A newborn's; a founder's n-th try to live until today begins at n times so many.
FEMALE, DEPRIVATION, LOW_INCOME, ADHERENCE, FRAILTY, PAYER, EARLY, ENTRY_AGE, HOME_X, HOME_Y = range(10)
RISK_SIGNAL = 12
RECORDED, ONSET = 16, 32
"""Of the first condition; those of the others follow."""
YEARS, ALIVE = 64, 65
OF_A_TRY = 128


@compiled
def draw_number(service: int, n: int) -> int:
    """Where the draws of the n-th opportunity for a service begin."""
    return OF_A_SERVICE * (service + 1) + OF_AN_OPPORTUNITY * n


@compiled
def choice_draw(attempt: int) -> int:
    """Which practice is asked at the first, second or third try (0 to 2)."""
    return CHOOSE if attempt == 0 else CHOOSE_SECOND + attempt - 1

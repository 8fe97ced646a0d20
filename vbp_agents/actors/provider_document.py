"""What a practice decided and why, for programs: plain values, from the model as it stands."""

from typing import Any, Protocol

import numpy as np

from vbp_agents.actors.providers import Providers
from vbp_agents.actors.reasons import Reason, Stand, reasons
from vbp_agents.actors.world import World
from vbp_agents.decisions import coordination
from vbp_agents.region import ORGANIZATION_KINDS, holder_names, hospital_owners, is_primary
from vbp_agents.terms.scenario import Scenario


class Decided(Protocol):
    """A model whose providers may have decided something."""

    world: World
    studied: Scenario
    providers: Providers


def provider_document(model: Decided, practice: int) -> dict[str, Any]:
    """Who the practice is, what each of its levers is driven by, and where it stands, in plain values."""
    organization = int(model.world.region.practices[practice].organization)
    return {
        "provider": _about(model, practice),
        "effort": _effort(model.providers, organization),
        "own_reason": _own_reason(model.providers, organization),
        "reasons": [_row(reason, model) for reason in _reasons(model.providers, practice)],
    }


def _own_reason(providers: Providers, organization: int) -> tuple[str, str]:
    """What the behavior itself moves levers by, in a few words and in a sentence."""
    return ("", "") if providers.known is None else providers.behavior.own_reason(providers.known, organization)


def _reasons(providers: Providers, practice: int) -> list[Reason]:
    """The reasons of the last decision; none where none was taken."""
    if providers.known is None:
        return []
    stand = Stand(providers.aims, providers.seen, providers.levers, providers.behavior)
    return reasons(providers.known, providers.parts, stand, practice)


def _about(model: Decided, practice: int) -> dict[str, Any]:
    region = model.world.region
    row = region.practices[practice]
    organization = region.organizations[row.organization]
    holder = int(organization.holder)
    return {
        "practice": practice,
        "organization": int(row.organization),
        "kind": ORGANIZATION_KINDS[organization.kind],
        "aco": None if holder < 0 else holder_names(region)[holder],
        "primary_care": bool(is_primary(region)[practice]),
        "has_hospital": bool(np.isin(row.organization, hospital_owners(region))),
        "clinicians": int(row.n_clinicians),
        "altruism": float(row.altruism),
        "hour_price": float(row.hour_price),
    }


def _effort(providers: Providers, organization: int) -> dict[str, float]:
    """What coordination, documentation and coding cost a member-month, and how much more than at baseline."""
    none = np.zeros(len(providers.base))
    usual = coordination.coordination_cost(
        providers.scenario.care, providers.conduct, none, providers.base, (none, none, none)
    )
    spent = float(providers.effort_cost()[organization])
    return {"dollars_per_member_month": spent, "beyond_baseline": spent - float(usual[organization])}


def _row(reason: Reason, model: Decided) -> dict[str, Any]:
    aspect = reason.aspect
    payers = model.studied.payers
    return {
        "lever": aspect.lever,
        "what": aspect.what,
        "drive": reason.drive,
        "unit": aspect.unit,
        "because": [
            {
                "contract": cause.contract,
                "payer": payers[cause.payer].name,
                "term": cause.term,
                "dollars": cause.dollars,
            }
            for cause in reason.causes
        ],
        "besides_contracts": reason.besides,
        "heads_for": reason.heads_for,
        "peers": reason.peers,
        "is_now": reason.is_now,
        "moves": aspect.moves,
        "reach": reason.reach,
        "weighed": reason.weighed,
        "in_words": aspect.more if reason.drive > 0 else aspect.less,
    }

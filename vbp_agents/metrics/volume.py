"""Volume: services per 1,000 person-years alive, and how many of the discretionary ones were worth giving."""

from vbp_agents.metrics.base import Metric, Tables, metric, per_1000, share, total

PER_1000 = "per 1,000 person-years"
_VALUE = "model definition: benefit against resource cost, from the Truth"


def services_metric(name: str, service: str, about: str, better: str | None = None) -> Metric:
    """The metric of one service of everybody, billed inside or outside contracts, per 1,000 person-years alive."""

    def value(tables: Tables) -> float | None:
        return per_1000(tables, total(tables, "services", "count", tables["services"]["service"] == service))

    return Metric(name, PER_1000, "volume", better, f"{about}, {PER_1000} alive", "model definition", value)


primary_visits = services_metric("primary_visits_per_1000", "primary", "Visits to primary-care clinicians")
specialist_visits = services_metric(
    "specialist_visits_per_1000", "specialist", "Visits to specialists, first and return"
)
tests = services_metric("tests_per_1000", "test", "Tests and images")
procedures = services_metric("procedures_per_1000", "procedure", "Elective procedures")
ed_visits = services_metric("ed_visits_per_1000", "ed", "Emergency visits", "lower")
admissions = services_metric("admissions_per_1000", "admission", "Hospital admissions", "lower")
post_acute_stays = services_metric("post_acute_stays_per_1000", "post_acute", "Stays in a post-acute facility")


@metric("volume", PER_1000, "lower", _VALUE)
def underuse_per_1000(tables: Tables) -> float | None:
    """Services not given though worth more than their resources, per 1,000 person-years alive."""
    return per_1000(tables, total(tables, "decisions", "underuse"))


@metric("volume", "share of discretionary services", "lower", _VALUE)
def harmful_share(tables: Tables) -> float | None:
    """Discretionary services given that do more harm than good."""
    return share(tables, "decisions", "harmful", "given")


@metric("volume", "share of discretionary services", "lower", _VALUE)
def low_value_share(tables: Tables) -> float | None:
    """Discretionary services given that do good worth less than their resources."""
    return share(tables, "decisions", "low_value", "given")

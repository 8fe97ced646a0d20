"""One patient, to look at."""

from typing import Any

from vbp_agents.parameters import CONDITIONS


class PatientView:
    """One patient's record, to look at: ``view.age_years``, ``view.conditions``, and every field of the record."""

    def __init__(self, record: Any) -> None:
        self._record = record

    def __getattr__(self, field: str) -> Any:
        return getattr(self._record, field).item()

    @property
    def age_years(self) -> float:
        """Age in years."""
        return float(self._record.age / 12)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The chronic conditions the patient has, recorded or not."""
        return tuple(name for bit, name in enumerate(CONDITIONS) if self._record.conditions >> bit & 1)

    @property
    def clinicians_seen(self) -> dict[int, int]:
        """This year's visits by clinician (numbered within the area)."""
        pairs = zip(self._record.seen_clinician.tolist(), self._record.seen_count.tolist(), strict=True)
        return {clinician: visits for clinician, visits in pairs if visits}

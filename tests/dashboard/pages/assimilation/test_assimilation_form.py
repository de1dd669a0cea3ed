"""Claims on the form of an assimilation: its choices are in the link, in both directions."""

from __future__ import annotations

from dashboard.state import link
from dashboard.state.session_state import SessionState
from tests.dashboard.drivers.assimilation import FormDriver

CHOSEN = "schedule:chapter,seed:7,chains:5,errors:lognormal"


def test_what_is_chosen_travels_in_the_link() -> None:
    session = SessionState(page="assimilation")
    form = FormDriver(session)
    assert session.plan == ""
    form.set("Schedule", "chapter")
    form.set("Seed", "7")
    form.set("Chains", "5")
    form.set("Distribution of errors", "lognormal")
    assert session.plan == CHOSEN
    form.set("Sampling iterations", "many")
    assert session.plan == CHOSEN  # what cannot be read is not written
    again = FormDriver(SessionState(**link.read(link.write(session))[0]))
    assert [again.value(label) for label in ("Seed", "Chains", "Schedule")] == ["7", "5", "chapter"]
    assert again.value("Distribution of errors") == "lognormal" == again.page.schedule().errors
    session.plan = ""
    assert [form.value(label) for label in ("Schedule", "Seed")] == ["quick", "1"]
    assert form.value("Distribution of errors") == form.page.schedule().errors == "gaussian"

"""`bridge studies delete`: a study that goes."""

from __future__ import annotations

from rich.text import Text

from bridge.cli.artifacts.asking import Yes, ask, count
from bridge.cli.console import AsJson, out, print_json
from bridge.cli.studies.cells import Wanted

EXAMPLE = "Example: [bold]bridge studies delete churn[/bold]"


def delete(name: Wanted, yes: Yes = False, as_json: AsJson = False) -> None:
    """Delete a study with its trials; versions, models and runs that its trials made stay.

    A flow that tunes under this name begins anew then. One that is tuning at this moment fails: let it end first.
    """
    from bridge.tuning import delete_study, open_study

    study = open_study(name)
    trials = len(study.get_trials(deepcopy=False))
    ask(f"study {study.study_name} with {count(trials, 'trial')}", yes=yes, can_look=False)
    delete_study(name)
    if as_json:
        print_json({"deleted": name, "trials": trials})
        return
    out().print(
        Text(f"{name} is deleted, with {count(trials, 'trial')}; what they made is still there"), soft_wrap=True
    )

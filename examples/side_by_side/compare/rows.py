"""What is compared: the ten rows and four promises of the page that bridge started from, and what is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A row of the comparison.

    Args:
        name: As the page has it.
        asked: What each tool is asked, in the same words.
    """

    name: str
    asked: str


ROWS = (
    Row("ML-centric design", "What is known of the results of the latest run's steps, by which names?"),
    Row("Experiment tracking", "The parameters and metrics of the latest run, and what differs from the one before."),
    Row("Model registry", "Load the model in use by its name, and let it answer."),
    Row("Hyperparameter tuning", "Which parameters were tried, what came of each, and which was best?"),
    Row("ML framework integration", "In which format does the model lie, and what types have formats of their own?"),
    Row("Pipeline definition", "What does the pipeline's body have in its hands after a step?"),
    Row("Task parallelism", "Four steps that wait a second each, at once if that is possible."),
    Row("Data versioning", "The table as it was on the first of ten days, and what the second day changed."),
    Row("Cloud integration", "Where can steps run and results go, as far as the tool itself lists it?"),
    Row("Workflow scheduling", "Run the pipeline every day at six."),
)

PROMISES = (
    Row("Reproducibility", "Run a run of before again, and see whether the same comes out."),
    Row("Traceability", "From the model in use to its run, its code and its data."),
    Row("Governance", "Somebody puts another version in use by the registry's own call. Who notices, who knows why?"),
    Row("Lineage", "What was made from the table that the first run loaded?"),
)

BEYOND = Row("Beyond the page", "Stacks, pipelines as services, pages of its own: by a command of the tool.")


@dataclass(frozen=True)
class Measure:
    """Something that is measured of each tool; less is better.

    Args:
        key: In the recorded gathering.
        title: What it is.
        unit: `s`, `ms`, `MB` or `lines`.
        note: How it is measured.
    """

    key: str
    title: str
    unit: str
    note: str


MEASURES = (
    Measure("lines", "Lines of the pipeline", "lines", "without blank lines, comments and docstrings"),
    Measure("alone", "Start-up, nothing running", "s", "a process that imports the tool and runs one empty step"),
    Measure("served", "Start-up, with a Prefect server", "s", "the same beside a running server; ZenML has none"),
    Measure("step", "Time per step", "ms", "from the begin of one trivial step to that of the next; mean of twenty"),
    Measure("first", "The pipeline, first run", "s", "the whole process, in a home in which nothing was before"),
    Measure("again", "The pipeline, nothing changed", "s", "the whole process again"),
    Measure("memory", "Peak memory", "MB", "of all processes of the first run together, a Prefect server not counted"),
    Measure("stored", "Ten daily versions, stored", "MB", "of a table that grows by 2 % a day; databases left out"),
    Measure("saving", "Ten daily versions, time", "s", "ten runs of one step that returns the table, or logs it"),
)

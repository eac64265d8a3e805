"""What is deployed: it knows nothing of where it runs."""

from typing import Annotated

import mlflow

from bridge import Artifact, flow, task


@task
def numbers(n: int) -> Annotated[list, Artifact("numbers")]:
    return list(range(n))


@task
def total(values: list) -> Annotated[int, Artifact("total")]:
    mlflow.log_metric("total", sum(values))
    return sum(values)


@flow
def summing(n: int = 3) -> int:
    return total(numbers(n))


if __name__ == "__main__":
    summing.serve(name="served", parameters={"n": 6})

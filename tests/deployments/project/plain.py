"""What is deployed: it knows nothing of where it runs."""

import mlflow
from prefect import flow, task


@task
def numbers(n: int) -> list:
    return list(range(n))


@task
def total(values: list) -> int:
    mlflow.log_metric("total", sum(values))
    return sum(values)


@flow
def plainly(n: int = 3) -> int:
    return total(numbers(n))

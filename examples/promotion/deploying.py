"""What a promotion starts: a flow that brings the new champion to where it answers requests."""

import mlflow
from bridge import flow
from sklearn.datasets import load_breast_cancer


@flow(log_prints=True)
def deploying(model: str, alias: str) -> str:
    served = mlflow.pyfunc.load_model(f"models:/{model}@{alias}")
    answer = served.predict(load_breast_cancer(as_frame=True).data.iloc[400:403])
    return f"models:/{model}@{alias} answers {[int(each) for each in answer]}"


if __name__ == "__main__":
    deploying.serve(name="deploy-model", print_starting_message=False)

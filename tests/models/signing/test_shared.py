"""A team's workspace, on a real PostgreSQL and a real S3 server: one signs, another verifies."""

from __future__ import annotations

from pathlib import Path

import pytest

import bridge
import bridge.models
from bridge.domain.errors import SignatureError
from bridge.domain.model import ModelVersion
from bridge.models.cards import html
from bridge.models.signing import sign, verify
from bridge.testing.servers import S3
from bridge.workspace import Workspace, current, reset
from tests.models.signing.conftest import Keys

pytestmark = pytest.mark.matrix


@pytest.fixture()
def shared(bridge_home: Path, postgres_url: str, s3: S3, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace of which nothing but copies lies on this machine."""
    monkeypatch.setenv("BRIDGE_STORE", f"s3://{s3.bucket}/signing")
    monkeypatch.setenv("BRIDGE_CATALOG", postgres_url)
    reset()
    version = bridge.save({"weights": list(range(300_000))}, "train")
    current().catalog.put_model(ModelVersion("churn", 1, version.ref, version.created, "sklearn"))
    return current()


def test_what_lies_in_the_bucket_is_verified_though_there_is_a_good_copy_here(
    shared: Workspace, keys: Keys, s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    import s3fs

    sign("churn@1", keys.ann)
    assert verify("churn@1", key=keys.ann_pub).size > 1 << 20
    assert keys.public.fingerprint in html(bridge.models.card("churn@1"))
    bucket = s3fs.S3FileSystem(**s3.options)
    (largest,) = sorted(bucket.find(f"{s3.bucket}/signing", detail=True).values(), key=lambda one: -one["size"])[:1]
    data = bucket.cat_file(largest["name"])
    bucket.pipe_file(largest["name"], data[:-1] + bytes([data[-1] ^ 1]))
    assert bridge.load("train@1")["weights"][0] == 0  # the copy
    with pytest.raises(SignatureError, match="its bytes are not those of train@1"):
        verify("churn@1", key=keys.ann_pub)
    bucket.rm_file(largest["name"])
    with pytest.raises(SignatureError, match="no object"):
        verify("churn@1", key=keys.ann_pub)

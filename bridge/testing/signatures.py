"""The contract of a catalog's signatures: inherit it beside `CatalogContract`."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bridge.domain.errors import ModelNotFoundError
from bridge.domain.model import ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.signature import Signature
from bridge.domain.version import VersionRef
from bridge.testing.catalog import START, make_saved, make_step


def make_signature(number: int = 1, *, key: str = "sha256:aa", minute: int = 0) -> Signature:
    """A signature that nobody made.

    >>> make_signature(3).selector
    'churn@3'
    """
    return Signature(
        name="churn",
        number=number,
        key=key,
        public_key="-----BEGIN PUBLIC KEY-----\n…\n",
        statement='{"model":"churn"}',
        signature="c2lnbmVk",
        created=START + timedelta(minutes=minute),
    )


class SignatureContract:
    """What every `SignatureCatalog` promises.

    >>> SignatureContract.__name__
    'SignatureContract'
    """

    @pytest.fixture
    def catalog(self) -> Catalog:
        """An empty catalog; to be overridden."""
        raise NotImplementedError

    @pytest.fixture
    def registered(self, catalog: Catalog) -> Catalog:
        """A catalog with the models churn@1 and churn@2."""
        catalog.put_step(make_step("s", make_saved("train", "1"), make_saved("other", "1")))
        for number, name in ((1, "train"), (2, "other")):
            catalog.put_model(ModelVersion("churn", number, VersionRef(name, 1), START, "sklearn"))
        return catalog

    def test_a_signature_comes_back_as_it_was_given(self, registered: Catalog) -> None:
        signature = make_signature()
        registered.put_signature(signature)
        assert registered.signatures("churn", 1) == [signature]

    def test_signatures_of_several_keys_are_kept_the_earliest_first(self, registered: Catalog) -> None:
        late, early = make_signature(minute=5), make_signature(key="sha256:bb", minute=1)
        for signature in (late, early):
            registered.put_signature(signature)
        assert registered.signatures("churn", 1) == [early, late]

    def test_a_key_that_signs_again_replaces_what_it_signed_before(self, registered: Catalog) -> None:
        registered.put_signature(make_signature())
        again = replace(make_signature(minute=9), statement="{}", signature="b3RoZXI=", public_key="other")
        registered.put_signature(again)
        assert registered.signatures("churn", 1) == [again]

    def test_a_version_has_its_own_signatures_only(self, registered: Catalog) -> None:
        registered.put_signature(make_signature(1))
        registered.put_signature(make_signature(2))
        assert [one.number for one in registered.signatures("churn", 2)] == [2]
        assert registered.signatures("churn", 3) == registered.signatures("other", 1) == []

    def test_nothing_is_kept_for_a_model_version_that_there_is_not(self, registered: Catalog) -> None:
        with pytest.raises(ModelNotFoundError, match=r"churn@3.*churn@2, churn@1"):
            registered.put_signature(make_signature(3))
        assert registered.signatures("churn", 3) == []

    def test_any_statement_can_be_kept(self, registered: Catalog) -> None:
        """It may be junk by the time that it is read: the reader says so."""
        for text in ("", "é\u2028'; --", "x" * 200_000):
            registered.put_signature(replace(make_signature(), statement=text))
            assert registered.signatures("churn", 1)[0].statement == text

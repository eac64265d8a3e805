"""Which version an object is, by the object itself."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.version import VersionRef
from bridge.flows.identity import MOST_LOOSE, IdentityTable, constants_of, is_telling

KNOWN = (VersionRef("data", 1), "identity")


def test_the_very_object_is_found_and_an_equal_one_is_not() -> None:
    table, value = IdentityTable(), np.zeros(3)
    table.remember(value, KNOWN, scope="run")
    assert table.find(value) == (KNOWN,)
    assert table.find(np.zeros(3)) == ()


def test_an_object_at_a_dead_ones_address_is_not_taken_for_it() -> None:
    table = IdentityTable()
    for _ in range(200):
        value = np.zeros(3)
        table.remember(value, KNOWN, scope=None)
        del value
        gc.collect(0)
        assert table.find(np.ones(3)) == ()


def test_a_path_at_a_dead_ones_address_is_not_taken_for_it_however_large_its_content() -> None:
    table = IdentityTable()
    for number in range(200):
        value = Path(f"a/{number}")
        table.remember(value, KNOWN, scope=None, size=10 << 20)
        del value
        assert table.find(Path(f"b/{number}")) == ()


def test_a_member_stands_for_its_container() -> None:
    table, inner = IdentityTable(), {"b": [1.5, 2.5]}
    table.remember({"a": inner}, KNOWN, scope="run")
    assert table.find(inner) == table.find(inner["b"]) == (KNOWN,)
    assert table.find([0, [inner["b"]]]) == (KNOWN,)
    assert table.find(inner["b"][0]) == ()


def test_a_member_that_is_a_version_itself_stays_that_version() -> None:
    table, model = IdentityTable(), np.zeros(2)
    table.remember(model, (VersionRef("model", 1), "identity"), scope="run")
    table.remember({"model": model}, KNOWN, scope="run")
    assert table.find(model) == ((VersionRef("model", 1), "identity"),)


def test_an_object_that_is_returned_again_is_the_later_version() -> None:
    table, value = IdentityTable(), np.zeros(2)
    table.remember(value, KNOWN, scope="run")
    table.remember(value, (VersionRef("cleaned", 1), "identity"), scope="run")
    assert table.find(value) == ((VersionRef("cleaned", 1), "identity"),)


def test_large_builtins_are_not_kept_alive() -> None:
    table = IdentityTable()
    large, array = [1.5] * 10, np.zeros(2)
    holder = [array]
    table.remember(large, KNOWN, scope="run", size=10 << 20)
    table.remember(holder, KNOWN, scope="run", size=10 << 20)
    assert table.find(large) == (KNOWN,)
    references = gc.get_referrers(holder)
    assert not any(type(one).__name__ == "_Entry" for one in references)


def test_what_a_run_made_is_let_go_but_known_while_the_user_keeps_it() -> None:
    table, kept, small = IdentityTable(), np.zeros(2), [1.5]
    table.remember(kept, KNOWN, scope="run")
    table.remember(small, KNOWN, scope="run")
    table.forget("run")
    assert table.find(kept) == (KNOWN,)
    assert table.find(small) == ()


def test_values_that_no_run_owns_do_not_pile_up() -> None:
    table = IdentityTable()
    values = [[float(n)] for n in range(MOST_LOOSE + 50)]
    for value in values:
        table.remember(value, KNOWN, scope=None)
    assert table.find(values[0]) == ()
    assert table.find(values[-1]) == (KNOWN,)
    assert len(table._entries) <= MOST_LOOSE


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(-5, 256), st.sampled_from(["", "x", "accuracy", b"", (), frozenset()])
    )
)
def test_small_and_interned_values_tell_nothing(value: object) -> None:
    assert not is_telling(value)
    table = IdentityTable()
    table.remember(value, KNOWN, scope=None)
    assert table.find(value) == ()


def test_containers_within_themselves_come_to_an_end() -> None:
    table: IdentityTable = IdentityTable()
    loop: list[object] = []
    loop.append(loop)
    table.remember(loop, KNOWN, scope="run")
    assert table.find([loop]) == (KNOWN,)


def test_a_constant_of_the_code_tells_nothing_and_a_computed_number_does() -> None:
    def constant() -> float:
        return 0.25

    table, computed = IdentityTable(), sum([0.125, 0.125])
    for value in (constant(), computed):
        table.remember(value, KNOWN, scope="run", constants=constants_of(constant))
    assert table.find(0.25) == ()
    assert table.find(computed) == (KNOWN,)


def test_numbers_and_text_in_a_container_do_not_stand_for_it() -> None:
    table, number, text = IdentityTable(), sum([0.5, 1.25]), "two words".upper()
    table.remember([number, text], KNOWN, scope="run")
    assert table.find(number) == table.find([text]) == ()

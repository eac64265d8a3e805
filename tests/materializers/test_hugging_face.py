from __future__ import annotations

import numpy as np
import pytest

from bridge.domain.errors import UnreadableError
from bridge.materializers import for_format
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import format_of, store, trip

tokenizers = pytest.importorskip("tokenizers")
datasets = pytest.importorskip("datasets")
transformers = pytest.importorskip("transformers")
datasets.disable_progress_bars()


def words():
    model = tokenizers.models.WordLevel({"[UNK]": 0, "hello": 1, "wörld": 2}, unk_token="[UNK]")
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    return tokenizer


class TestTokenizer(MaterializerContract):
    format, materializer = "tokenizer", for_format("tokenizer")

    def values(self):
        padded = words()
        padded.enable_padding(length=4)
        padded.enable_truncation(2)
        padded.add_special_tokens(["[CLS]"])
        return [words(), padded, tokenizers.Tokenizer(tokenizers.models.BPE())]

    def same(self, left, right):
        return type(left) is type(right) and left.to_str() == right.to_str()


class TestPretrainedTokenizer(MaterializerContract):
    format, materializer = "transformers-tokenizer", for_format("transformers-tokenizer")

    def values(self):
        plain = transformers.PreTrainedTokenizerFast(tokenizer_object=words(), unk_token="[UNK]", model_max_length=99)
        chat = transformers.PreTrainedTokenizerFast(tokenizer_object=words(), unk_token="[UNK]")
        chat.chat_template = "{% for m in messages %}{{ m.content }}{% endfor %}"
        return [plain, chat]

    def same(self, left, right):
        text = "hello wörld x"
        told = left.special_tokens_map == right.special_tokens_map and left.model_max_length == right.model_max_length
        return (
            type(left) is type(right)
            and told
            and left(text) == right(text)
            and (left.chat_template == right.chat_template)
        )


class TestHfDataset(MaterializerContract):
    format, materializer = "hf-dataset", for_format("hf-dataset")

    def values(self):
        features = datasets.Features(
            {
                "a": datasets.Value("int32"),
                "t": datasets.Value("string"),
                "label": datasets.ClassLabel(names=["no", "yes"]),
                "v": datasets.List(datasets.Value("float32")),
                "fixed": datasets.List(datasets.Value("int8"), length=2),
            }
        )
        rows = {
            "a": [1, 2, 3],
            "t": ["x", None, "é"],
            "label": [0, 1, 0],
            "v": [[1.5], [], None],
            "fixed": [[1, 2]] * 3,
        }
        whole = datasets.Dataset.from_dict(rows, features=features, split="train")
        return [
            whole,
            whole.select([2, 0]),
            whole.filter(lambda row: row["a"] > 1),
            whole.with_format("numpy", columns=["a"]),
            whole.select([]),
            datasets.Dataset.from_dict({}),
            datasets.DatasetDict(train=whole, test=whole.select([0])),
        ]

    def same(self, left, right):
        if type(left) is not type(right):
            return False
        if isinstance(right, dict):
            return list(left) == list(right) and all(self.same(left[name], right[name]) for name in right)
        rows = left.with_format(None)[:] == right.with_format(None)[:]
        return rows and left.features == right.features and left.split == right.split and left.format == right.format


def test_a_loaded_dataset_can_be_worked_with():
    whole = TestHfDataset().values()[0]
    loaded = trip(whole).map(lambda row: {"b": row["a"] * 2})
    assert loaded["b"][:] == [2, 4, 6] and loaded.features["label"].names == ["no", "yes"]
    assert trip(whole.with_format("numpy"))[0]["a"] == np.int64(1)


def test_the_order_of_the_work_before_does_not_show_in_the_bytes():
    whole = TestHfDataset().values()[0]
    assert store(whole.select([0, 1, 2]))[1] == store(whole)[1]


def test_a_tokenizer_with_a_part_in_python_is_not_taken():
    class Mine:
        def pre_tokenize(self, text):
            pass

    tokenizer = words()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.PreTokenizer.custom(Mine())
    with pytest.raises(Exception, match="cannot be stored"):
        format_of(tokenizer)


@pytest.mark.parametrize("content", [b"", b"{}", b"junk"])
def test_a_damaged_tokenizer_is_refused(content):
    files = store(words())[1]
    with pytest.raises(UnreadableError):
        load_files(for_format("tokenizer"), {**files, "tokenizer.json": content})


def test_only_classes_of_transformers_are_made():
    files = store(TestPretrainedTokenizer().values()[0])[1]
    name = type(TestPretrainedTokenizer().values()[0]).__name__.encode()
    assert name in files["index.json"]
    with pytest.raises(UnreadableError):
        load_files(
            for_format("transformers-tokenizer"), {**files, "index.json": files["index.json"].replace(name, b"Trainer")}
        )

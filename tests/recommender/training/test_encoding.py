"""Encoding the store: nothing twice, resumable, and nothing lost of long texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.encoders import EncoderError, SentenceTransformerEncoder, Vectors, encoders_for
from recommender.encoders.integrity import check_weights
from recommender.snapshot.vector_cache import counts, read_matrix
from recommender.text import chunks_of, hash_of, language_of, sentences_of
from recommender.training.encode import encode
from tests.recommender.conftest import Store
from tests.recommender.sample_data import WordEncoder


def test_encoding_twice_is_encoding_once(store: Store) -> None:
    encoded = list(store.encoder.encoded)
    assert len(encoded) == len(set(encoded))
    with store.database.read() as session:
        before = counts(session)
    again = encode(store.database, [store.encoder])
    assert sum(again.added.values()) == 0
    assert store.encoder.encoded == encoded
    with store.database.read() as session:
        assert counts(session) == before


class Interrupted(WordEncoder):
    """Fails in the middle, as when somebody presses Ctrl-C."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.left = batches

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        return super().encode(texts)


def test_an_interrupted_run_goes_on_where_it_stopped(sqlite_store: Store) -> None:
    first = Interrupted(2)
    with pytest.raises(KeyboardInterrupt):
        encode(sqlite_store.database, [first], batch=8)
    second = WordEncoder()
    encode(sqlite_store.database, [second], batch=8)
    assert not set(first.encoded) & set(second.encoded)
    with sqlite_store.database.read() as session:
        hashes, matrix = read_matrix(session, second.name)
    texts = first.encoded + second.encoded
    assert sorted(hash_of(text) for text in texts) == hashes
    uninterrupted = {hash_of(text): vector for text, vector in zip(texts, WordEncoder().encode(texts), strict=True)}
    np.testing.assert_allclose(matrix, [uninterrupted[each] for each in hashes], atol=1e-6)


@settings(deadline=None)
@given(st.text(alphabet="ab 。，.\n,研发新能源", max_size=3000), st.integers(20, 400))
def test_chunks_lose_nothing_and_keep_within_the_limit(text: str, limit: int) -> None:
    chunks = chunks_of(text, limit)
    assert "".join("".join(chunks).split()) == "".join(text.split())
    for chunk in chunks:
        han = sum("\u3400" <= character <= "\u9fff" for character in chunk)
        assert len(chunk) + 2 * han <= limit + 3


def test_sentences_end_in_both_languages() -> None:
    assert sentences_of("One is here. Two!\nThree") == ["One is here.", "Two!", "Three"]
    assert sentences_of("第一句。第二句！第三句") == ["第一句。", "第二句！", "第三句"]


@pytest.mark.parametrize(
    ("text", "tag", "language"),
    [
        ("A cloud platform", None, "en"),
        ("AI 医疗影像平台", None, "zh"),
        ("A platform for 大连", "en", "en"),
        ("新能源汽车", "en", "zh"),
        ("Eine Plattform", "de", "de"),
        ("東京のスタートアップ", "ja", "ja"),
        ("123", None, "und"),
    ],
)
def test_the_language_of_a_text_is_told_by_its_script(text: str, tag: str | None, language: str) -> None:
    assert language_of(text, tag) == language


def test_a_model_that_cannot_be_loaded_gets_a_sentence_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderError, match="ROADSHOW_ENCODER=default"):
        SentenceTransformerEncoder("./no/such/model").encode(["text"])


def test_changed_weights_are_refused(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "weights.npz"
    path.write_bytes(b"other")
    with pytest.raises(EncoderError, match="not the ones"):
        check_weights(path, "0" * 64)


def test_the_shipped_encoder_finds_a_translation() -> None:
    encoder = encoders_for("multilingual")[0]
    english = encoder.encode(["A vaccine against malaria", "Batteries for electric cars", "Drones that spray crops"])
    chinese = encoder.encode(["电动汽车电池", "疟疾疫苗", "农业植保无人机"])
    assert (english @ chinese.T).argmax(axis=1).tolist() == [1, 0, 2]
    np.testing.assert_allclose(np.linalg.norm(english, axis=1), 1, atol=1e-5)


def test_vectors_do_not_depend_on_what_is_encoded_beside_them() -> None:
    encoder = encoders_for("multilingual")[0]
    texts = ["Solar cells", "A much longer text about the storage of energy in caves of salt", "芯片"]
    together = encoder.encode(texts)
    for row, text in enumerate(texts):
        np.testing.assert_allclose(encoder.encode([text])[0], together[row], atol=1e-5)

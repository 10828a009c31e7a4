"""Whatever way a name is written, its plain form finds it; and what only looks similar is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.reports.disguises import plain_words, readings, squeezed
from tests.factories.confidences import DISGUISES


def found(term: str, text: str) -> list[str]:
    places = {place for plain in squeezed(term) for reading in readings(text) for place in reading.find(plain)}
    return [text[start:end] for start, end in sorted(places)]


@pytest.mark.parametrize(
    ("term", "text", "seen"),
    [
        ("Amina Diallo", "We met AMINA  diallo there.", "AMINA  diallo"),
        ("Amina Diallo", "We met Am\u200bina Di\u00adallo there.", "Am\u200bina Di\u00adallo"),
        ("Amina Diallo", "We met \u202eAmina\u202c\u2066Diallo\u2069 there.", "Amina\u202c\u2066Diallo"),
        ("Amina Diallo", "We met \u202eollaiD animA\u202c there.", "ollaiD animA"),
        ("أمينة", "\u202dةنيمأ", "ةنيمأ"),
        ("Amina Diallo", "We met AminaDiallo.", "AminaDiallo"),
        ("Amina", "Аmіnа (three letters are Cyrillic)", "Аmіnа"),
        ("Nora Vim", "ΝΟRΑ vιm (Greek)", "ΝΟRΑ vιm"),
        ("Amina", "it was A m i n a who", "A m i n a"),
        ("Amina", "it was A.m-i_n/a who", "A.m-i_n/a"),
        ("Amina", "𝐀𝐦𝐢𝐧𝐚 in bold", "𝐀𝐦𝐢𝐧𝐚"),
        ("Amina", "Ａｍｉｎａ in full width", "Ａｍｉｎａ"),
        ("Amina", "ᴀᴍɪɴᴀ in small capitals", "ᴀᴍɪɴᴀ"),
        ("Amina", "A\u3164m\u115fi\u2800na with blank letters", "A\u3164m\u115fi\u2800na"),
        ("José Müller", "Jose\u0301 MULLER", "Jose\u0301 MULLER"),
        ("Łukasz", "lukasz said", "lukasz"),
        ("أمينة", "وقالت لأمينة", "أمينة"),
        ("أمينة", "أَمِينَة", "أَمِينَة"),
        ("امينه", "أمـــينة", "أمـــينة"),
        ("Вера", "ВЕРА", "ВЕРА"),
        ("Νίκη", "η ΝΙΚΗ ήρθε", "ΝΙΚΗ"),
        ("Amina", "Aminas cell", "Amina"),
        ("T-07", "talk T 07", "T 07"),
        ("0612345678", "call 06.12.34.56.78", "06.12.34.56.78"),
        ("0612345678", "call ٠٦١٢٣٤٥٦٧٨", "٠٦١٢٣٤٥٦٧٨"),
    ],
)  # fmt: skip
def test_a_name_is_found_behind_its_disguise(term: str, text: str, seen: str) -> None:
    assert seen in found(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [("Ali", "alien, malice, also"), ("Rosa", "rosary"), ("Vera", "several"), ("T-07", "AT 0712"), ("Ana", "banana")],
)
def test_a_longer_word_is_another_word(term: str, text: str) -> None:
    assert found(term, text) == []


@given(st.text(max_size=80))
def test_every_word_says_where_it_stood(text: str) -> None:
    for word in plain_words(text):
        assert word.plain
        assert word.plain in "".join(part.plain for part in plain_words(text[word.start : word.end]))


@given(st.sampled_from(sorted(DISGUISES)), st.integers(0, 10_000))
def test_every_disguise_is_seen_through(disguise: str, seed: int) -> None:
    written = DISGUISES[disguise]("Marisol Okonkwo", seed)
    assert written in found("Marisol Okonkwo", f"We spoke with {written}, who agreed.")

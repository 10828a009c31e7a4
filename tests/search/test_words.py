"""Words made alike, and the sentence that holds those looked for."""

import pytest

from monitor.search.words import kept_words, sentence_with, wanted_words, words_of


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Vasteras", "Västerås"),
        ("PRISON", "prison"),
        ("l'établissement", "L’Établissement"),
        ("سجن", "السجن"),
        ("والسجن", "سجن"),
        ("الاسره", "الأُسرة"),
        ("ПРАГА", "прага"),
    ],
)
def test_words_are_alike_however_they_are_written(typed: str, written: str) -> None:
    assert words_of(typed) == words_of(written)


def test_an_entry_keeps_each_word_once() -> None:
    assert kept_words(["Broken showers, broken windows.", "SHOWERS"]) == " broken showers windows"


def test_a_word_that_begins_another_asks_for_nothing_more() -> None:
    assert wanted_words("show showers SHOWERS, cell") == ["showers", "cell"]


def said(texts: list[str], typed: str) -> str:
    return "".join(
        f"[{piece.text}]" if piece.is_hit else piece.text for piece in sentence_with(texts, wanted_words(typed))
    )


def test_the_sentence_with_most_of_the_words_is_shown() -> None:
    texts = ["The showers work. In cell 4 the showers are broken! Nobody came.", "Why: no money."]
    assert said(texts, "cell shower") == "In [cell] 4 the [showers] are broken!"


def test_a_hit_is_marked_as_it_was_written() -> None:
    assert said(["Les «Étrangers» attendent."], "etrang") == "Les «[Étrangers]» attendent."
    assert said(["زرنا السجن أمس."], "سجن") == "زرنا [السجن] أمس."


def test_without_a_hit_the_first_sentence_is_shown() -> None:
    assert said(["", "First. Second."], "northgate") == "First."
    assert sentence_with([""], ["northgate"]) == []


def test_of_a_long_sentence_the_part_around_the_first_hit_is_shown() -> None:
    shown = said(["word " * 200 + "showers" + " word" * 200], "showers")
    assert "[showers]" in shown
    assert shown.startswith("… word") and shown.endswith("…")  # noqa: PT018
    assert len(shown) < 320

"""Searching in opened records finds words whatever their case and accents, and shows the sentence."""

import pytest

from monitor.interviews.searching import LONGEST_SHOWN, found_in


@pytest.mark.parametrize("wanted", ["CÉLLULE", "cellule", " Cellule 12 "])
def test_case_and_accents_do_not_matter(wanted: str) -> None:
    content = {"said": "On m'a frappé. Dans la cellule 12, la nuit.\nPuis rien.", "requests": ""}
    assert found_in(content, wanted) == "Dans la cellule 12, la nuit."


def test_arabic_is_found_without_vowel_signs() -> None:
    assert found_in({"note": "ضُرِبَ في الليل"}, "ضرب") == "ضُرِبَ في الليل"


@pytest.mark.parametrize("wanted", ["guard", "given", "foreign", "yes"])
def test_what_is_no_text_is_not_searched(wanted: str) -> None:
    content = {"said": "Nothing", "step": "given", "groups": ["foreign"], "agreed_to_talk": "yes", "scope": ""}
    assert found_in(content, wanted) is None


def test_words_across_two_sentences_show_the_beginning_and_not_too_much() -> None:
    text = f"One. Two. {'x' * 1000}"
    found = found_in({"said": text}, "one. two")
    assert found is not None
    assert found.startswith("One. Two.")
    assert len(found) == LONGEST_SHOWN + 1

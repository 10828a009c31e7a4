"""What a report has in common with what was said in confidence is found, and nothing else stops it."""

import pytest

from monitor.db import new_id
from monitor.reports.comparing import compare
from monitor.reports.confidences import Confided, HitKind, confidences
from monitor.reports.passages import Passage, Spot
from monitor.reports.patterns import found_in

TALK = new_id()
SAID = "He told us that at night the guards take two of them out to the yard behind the kitchen of Petrow."


def hits(text: str, content: dict[str, str], *, known: frozenset[str] = frozenset(), language: str = "en"):
    """Return (kind, what is marked) of every hit of one text."""
    said = confidences([Confided(content, TALK)], {TALK: "T-07"}, known, language)
    return [(hit.kind, hit.sentence[1]) for hit in compare([Passage(Spot.SUMMARY, text)], said)]


def test_whole_names_are_stronger_than_their_parts():
    name = {"name": "Amina van Diallo"}
    assert hits("Amina van Diallo spoke.", name) == [(HitKind.NAME, "Amina van Diallo")]
    assert hits("Ms Diallo spoke.", name) == [(HitKind.NAME_PART, "Diallo")]
    assert hits("A van came.", name) == []


def test_a_single_name_may_be_a_word():
    assert hits("There is hope.", {"name": "Hope"}) == [(HitKind.NAME_PART, "hope")]


@pytest.mark.parametrize("written", ["06 12 34 56 78", "0612345678", "06-12-34-56-78"])
def test_a_way_to_reach_somebody_is_found(written):
    found = hits(f"Call {written}.", {"contact": "sister, 06.12.34.56.78"})
    assert (HitKind.CONTACT, written) in found


def test_codes_are_found():
    for code in ("T-07", "T 07", "T7", "T-7"):
        assert hits(f"As {code} said.", {}) == [(HitKind.CODE, code)]
    assert hits("As T-70 and T-0 said.", {}) == []


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("محمد", "Mohamed"), ("Mohammed", "Muhammad"), ("Mohamed", "محمد"), ("Мухаммед", "Mohammed"),
        ("فاطمة", "Fatma"), ("القاسم", "Kacem"), ("كريم", "Kareem"), ("Djamel", "Gamal"), ("Шевченко", "Chevtchenko"),
        ("Дмитрий", "DIMITRI"), ("Παπαδόπουλος", "Papadopoulos"), ("Khalid", "Kha\u200bled"),
    ],
)  # fmt: skip
def test_a_name_is_found_spelt_otherwise_and_in_another_script(name, written):
    assert hits(f"We met {written} there.", {"name": name}) == [(HitKind.NAME_PART, written)]
    assert hits(f"We met {written} there.", {"contact": "his brother"}) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [("Brown", "The barn is cold."), ("Petra Lee", "The patrol leaves."), ("Karim", "كان الطعام من كرم الأسرة.")],
)
def test_words_that_sound_like_a_name_and_are_not_written_as_one_pass(name, text):
    assert hits(text, {"name": name}) == []


def test_places_and_numbers_of_a_talk_are_found():
    line = {"where": "Yard, north corner by B12"}
    assert hits("It was in B-12.", line) == [(HitKind.DETAIL, "B-12")]
    assert (HitKind.DETAIL, "yard (north corner by B12") in hits("In the yard (north corner by B12).", line)
    assert hits("People go to the yard.", {"where": "Yard"}) == []


def test_six_words_in_a_row_are_found_and_five_are_not():
    six = "Guards AT night the guards take two"
    assert hits(f"We heard that {six.lower()}.", {"said": SAID}) == [(HitKind.WORDS, "at night the guards take two")]
    assert hits("At night the guards take people out.", {"said": SAID}) == []


def test_a_long_run_is_one_hit():
    quoted = "at night the guards take two of them out to the yard"
    assert hits(f"Somebody said: {quoted}, which", {"said": SAID}) == [(HitKind.WORDS, quoted)]


def test_names_that_were_mentioned_are_found_where_they_are_written_as_names():
    assert hits("Officer PETROW beats people.", {"said": SAID}) == [(HitKind.MENTIONED, "PETROW")]
    assert hits("The place is Petrow.", {"said": SAID}, known=frozenset({"petrow"})) == []
    assert hits("Der Hof.", {"said": "Er war im Hof."}, language="de") == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("She was the only woman held there.", "only woman"),
        ("The sole foreign national was alone.", "sole foreign national"),
        ("the only Kurdish speaking prisoner", "only Kurdish speaking prisoner"),
        ("One of the two nurses told us.", "One of the two nurses"),
        ("We met the two girls.", "the two girls"),
        ("There was one pregnant detainee.", "one pregnant"),
        ("C'était la seule femme.", "seule femme"),
        ("l’unique étranger du quartier", "unique étranger"),
        ("une des deux infirmières", "une des deux infirmières"),
        ("les trois mineurs", "les trois mineurs"),
        ("كانت المرأة الوحيدة في الجناح", "المرأة الوحيدة"),
        ("الأجنبي الوحيد", "الأجنبي الوحيد"),
        ("التقينا السجينتين", "السجينتين"),
        ("The o\u200bnly wоman", "o\u200bnly wоman"),
        ("Both foreign women complained.", "Both foreign women"),
        ("The youngest boy was hit.", "The youngest boy"),
        ("le plus jeune des mineurs", "le plus jeune des mineurs"),
        ("The only Nigerian was hit.", "The only Nigerian"),
        ("C’est le seul Nigérian ici.", "le seul Nigérian"),
        ("A 17-year-old boy was hit.", "17-year-old"),
        ("A woman aged 71 fell.", "aged 71"),
        ("un homme âgé de 82 ans", "âgé de 82 ans"),
        ("عمره ١٧ سنة", "عمره ١٧"),
    ],
)
def test_small_groups_are_found_in_three_languages(text, seen):
    assert (HitKind.SMALL_GROUP, seen) in [(kind, text[start:end]) for kind, start, end in found_in(text)]


@pytest.mark.parametrize(
    ("text", "kind", "seen"),
    [
        ("Prisoner 48 112 993 was moved.", HitKind.NUMBER, "48 112 993"),
        ("File AB123456.", HitKind.NUMBER, "AB123456"),
        ("No. ٤٨١١٢٩٩٣ was moved.", HitKind.NUMBER, "٤٨١١٢٩٩٣"),
        ("4\u200b8\u200b112993", HitKind.NUMBER, "4\u200b8\u200b112993"),
        ("Prisoner no. 4512 was moved.", HitKind.NUMBER, "Prisoner no. 4512"),
        ("le matricule 4512", HitKind.NUMBER, "matricule 4512"),
        ("رقم القيد ٤٥١", HitKind.NUMBER, "رقم القيد ٤٥١"),
        ("He was born on 3 May 1987 in Oran.", HitKind.NUMBER, "born on 3 May 1987"),
        ("Date of birth: 12.05.1987.", HitKind.NUMBER, "Date of birth: 12.05.1987"),
        ("née en 1990", HitKind.NUMBER, "née en 1990"),
        ("تاريخ الميلاد: ٣/٥/١٩٨٧", HitKind.NUMBER, "تاريخ الميلاد: ٣/٥/١٩٨٧"),
        ("In cell 14 it is cold.", HitKind.CELL, "cell 14"),
        ("In Room B it is cold.", HitKind.CELL, "Room B"),
        ("la cellule n° 12 bis", HitKind.CELL, "cellule n° 12"),
        ("في الزنزانة رقم ١٢", HitKind.CELL, "الزنزانة رقم ١٢"),
    ],
)
def test_numbers_that_look_like_those_of_people_and_cells_are_found(text, kind, seen):
    assert (kind, seen) in [(each, text[start:end]) for each, start, end in found_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Visited on 12.05.2014, again on 2014-05-12 and from 2014-2016.",
        "Capacity 1,200; 436 people; 2.9 m2 per person; Rule 24; Article 10(3).",
        "Single cells measure 6 m2. One room is closed. Women are held apart from men.",
        "186 people in A wing, 178 in B wing. By stairs only, and people wait. In A wing 32 men share cells.",
        "Boys aged 14 to 17, women aged 65 or over, children of 12 to 17 years old. Des jeunes âgés de 14 à 17 ans.",
        "Twelve babies were born. 3 beds are missing. The only Article. The only shower. Visits only Mondays.",
        "Few people work. The three recommendations are open. Les femmes sont à part.",
    ],
)  # fmt: skip
def test_ordinary_sentences_pass(text):
    assert list(found_in(text)) == []


def test_the_letterhead_may_have_numbers():
    said = confidences([], {}, frozenset(), "en")
    assert compare([Passage(Spot.LETTERHEAD, "Call 0612345678")], said) == []


def test_a_hit_is_shown_in_its_sentence():
    said = confidences([Confided({"name": "Amina"}, TALK)], {}, frozenset(), "en")
    text = "First. Then Amina spoke of the night. Last."
    (hit,) = compare([Passage(Spot.SUMMARY, text)], said)
    assert hit.sentence == ("Then ", "Amina", " spoke of the night.")
    long = f"{'a ' * 300}Amina{' b' * 300}"
    (hit,) = compare([Passage(Spot.SUMMARY, long)], said)
    assert hit.sentence[0].startswith("…")
    assert hit.sentence[2].endswith("…")
    assert sum(map(len, hit.sentence)) < 340


def test_the_hash_of_a_hit_depends_on_key_place_and_text():
    said = confidences([Confided({"name": "Amina"}, TALK)], {}, frozenset(), "en")
    (one,) = compare([Passage(Spot.SUMMARY, "Amina.")], said)
    (other,) = compare([Passage(Spot.PURPOSE, "Amina.")], said)
    visit = new_id()
    seals = {one.seal(b"k", visit), other.seal(b"k", visit), one.seal(b"l", visit), one.seal(b"k", new_id())}
    assert len(seals) == 4
    assert one.seal(b"k", visit) == one.seal(b"k", visit)

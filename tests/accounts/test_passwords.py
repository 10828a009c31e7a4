"""Passwords: what is refused, what is stored, what is right."""

import subprocess
import sys
import unicodedata
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from monitor.accounts import passwords
from monitor.accounts.passwords import Verifier, WeakPassword, check_strength, derive, is_right, wrap_key_of
from monitor.config import ROOT, UnusableSettings, load_settings

PATIENCE = 120
"""Seconds; eight derivations take three."""
EMAIL = "amina.diallo.ombudsman@npm.example"


@pytest.fixture(autouse=True)
def light_work():
    passwords.use_work("light")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("fourteen chars", "short"),
        ("x" * 127 + "yz", "long"),
        (EMAIL, "name"),
        (EMAIL.upper(), "name"),
        ("amina.diallo.ombudsman", "name"),
        ("passwordpassword", "easy"),
        ("password1password1", "easy"),
        ("123456789012345", "easy"),
        ("098765432109876", "easy"),
        ("qwertyuiopasdfgh", "easy"),
        ("azertyuiopqsdfghjklm", "easy"),
        ("abcdefghijklmnopqrstuvwxyz", "easy"),
        ("zyxwvutsrqponmlkjihg", "easy"),
        ("1q2w3e4r5t6y7u8i9o0p", "easy"),
        ("1qaz2wsx3edc4rfv", "easy"),
        ("aaaaaaaaaaaaaaaa", "easy"),
        ("abababababababab", "easy"),
        ("1111111122222222", "easy"),
    ],
)
def test_password_is_refused_when_it_is_short_long_or_easy(password, reason):
    with pytest.raises(WeakPassword) as refused:
        check_strength(password, email=EMAIL)
    assert refused.value.reason == reason


STEMS = (
    "password", "iloveyou", "welcome", "monkey", "dragon", "football", "princess", "sunshine", "letmein", "admin",
    "superman", "qwerty", "azerty", "motdepasse", "contraseña", "passwort", "пароль", "bonjour", "monitor", "changeme",
)  # fmt: skip
"""Of the top of every list of stolen passwords."""
SHAPES = (
    "{0}123456789012", "{0}{0}{0}", "{0}1234!{0}", "123456789{0}", "{0}@2024!!!!!", "{0}_{0}_2025", "!!!{0}!!!!!!!!!",
    "{0}qwertyuiop", "{0}1q2w3e4r5t", "{0}aaaaaaaaaa", "{0}-{1}-12345", "{1}{0}{1}1", "my{0}is{0}12", "{0}{1}2024!!",
)  # fmt: skip
"""How people stretch them to fifteen characters."""


def common_passwords():
    """Make the list: each word in each shape, in small and large letters and with figures for letters."""
    leet = str.maketrans("aeios", "@3105")
    for first in STEMS:
        for second in STEMS[:12]:
            for shape in SHAPES:
                made = shape.format(first, second)
                yield from (made, made.capitalize(), made.upper(), made.translate(leet))


def test_none_of_thousands_of_common_passwords_is_accepted():
    made = {each for each in common_passwords() if len(each) >= passwords.SHORTEST}
    assert len(made) > 3000
    accepted = []
    for each in made:
        try:
            check_strength(each, email=EMAIL)
        except WeakPassword:
            continue
        accepted.append(each)
    assert accepted == []


@pytest.mark.parametrize(
    "password",
    [
        "fifteen letters",
        "training-notebook-amara",
        "my password is a river at night",
        "Tr0ub4dor&3 and friends",
        "kettle monkey harbour lamp",
        "seven green kettles hum",
        "الطريق الطويل إلى النهر",
        "дорога к старой мельнице",
        "ο μακρύς δρόμος προς το ποτάμι",
        "長い川への道をゆっくり歩いていく朝",
        "नदी की ओर लंबी सैर करते",
        "নদীর দিকে দীর্ঘ হাঁটা",
        "ஆற்றை நோக்கி நீண்ட நடை",
        "నది వైపు సుదీర్ఘ నడక",
        "നദിയിലേക്കുള്ള നീണ്ട നടത്തം",
        "ಕೆರೆಯ ಕಡೆಗೆ ದೀರ್ಘ ನಡಿಗೆ",
        "ਦਰਿਆ ਵੱਲ ਲੰਮੀ ਸੈਰ",
        "નદી તરફ લાંબી ચાલ",
        "ගඟ දෙසට දිගු ඇවිදීමක්",
        "การเดินเล่นไปแม่น้ำ",
        "မြစ်ဆီသို့ လမ်းလျှောက်ခြင်း",
        "ការដើរលេងទៅកាន់ទន្លេមេគង្គ",
        "የወንዝ ዳር ረጅም ጉዞ ነው",
        "երկար ճանապարհ դեպի գետը",
        "გრძელი გზა მდინარისკენ",
        "דרך ארוכה אל הנהר",
        "강으로 가는 길고 긴 산책길을 걷는다",
        "🛶 longue marche vers le fleuve",
        ("seven green kettles hum " * 6)[:128],
    ],
)
def test_password_in_any_script_opens_what_it_was_stored_for(password):
    check_strength(password, email=EMAIL)
    verifier = derive(password).verifier
    assert is_right(password, verifier)
    assert not is_right(password + " ", verifier)


def test_password_is_right_however_the_keyboard_composes_its_accents():
    typed = "café près de l'église"
    verifier = derive(unicodedata.normalize("NFC", typed)).verifier
    assert is_right(unicodedata.normalize("NFD", typed), verifier)


def test_verifier_is_the_hash_of_the_authentication_branch_and_not_of_the_key_branch():
    verifier = derive("seven green kettles hum").verifier
    master = Argon2id(salt=verifier.salt, length=32, iterations=1, lanes=1, memory_cost=32).derive(
        b"seven green kettles hum"
    )
    branch = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"monitor password v1 authentication").derive(master)
    assert verifier.hash == sha256(branch).digest()
    assert len(verifier.salt) == 16
    assert verifier.parameters["kdf"] == "argon2id"


def test_wrap_key_hangs_on_the_password_and_is_not_told_by_what_is_stored():
    derived = derive("seven green kettles hum")
    assert wrap_key_of("seven green kettles hum", derived.verifier) == derived.wrap_key
    assert wrap_key_of("seven green kettles hun", derived.verifier) is None
    assert wrap_key_of("seven green kettles hum", None) is None
    assert derived.wrap_key not in (derived.verifier.hash, sha256(derived.verifier.hash).digest())
    assert derived.wrap_key.hex() not in repr(derived)
    assert str(derived.wrap_key) not in repr(derived)


def test_two_people_with_one_password_have_different_verifiers():
    first, second = derive("seven green kettles hum").verifier, derive("seven green kettles hum").verifier
    assert first.salt != second.salt
    assert first.hash != second.hash


def test_old_parameters_stay_good_after_the_work_was_raised():
    verifier = derive("seven green kettles hum").verifier
    passwords.use_work("full")
    assert is_right("seven green kettles hum", verifier)
    assert derive("seven green kettles hum").verifier.parameters == passwords.FULL_WORK


def test_nothing_is_right_where_there_is_no_verifier():
    assert not is_right("seven green kettles hum", None)
    assert not is_right("", Verifier(bytes(16), dict(passwords.LIGHT_WORK), bytes(32)))


def test_light_work_is_refused_in_production(tmp_path):
    with pytest.raises(UnusableSettings, match="light"):
        load_settings(instance=tmp_path, environment="production", password_work="light")


def test_full_work_is_what_the_security_plan_names():
    full = passwords.FULL_WORK
    assert (full["memory_kib"], full["iterations"], full["lanes"]) == (64 * 1024, 3, 4)


SIGN_INS = """
from threading import Thread
from monitor.accounts.passwords import use_work, wrap_key_of
use_work("full")
people = [Thread(target=lambda: [wrap_key_of("a wrong walk", None) for _ in range(2)]) for _ in range(4)]
for person in people:
    person.start()
for person in people:
    person.join()
"""


def test_people_who_sign_in_at_the_same_moment_do_not_wait_for_each_other_for_ever():
    subprocess.run([sys.executable, "-c", SIGN_INS], cwd=ROOT, check=True, timeout=PATIENCE)

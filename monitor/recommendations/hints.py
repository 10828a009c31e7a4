"""What a machine can notice about a recommendation; it never blocks, the coordinator decides (reports.md 4.1)."""

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Final

from monitor.places.folding import folded
from monitor.recommendations.models import Recommendation
from monitor.visits import queries as visits


class Hint(StrEnum):
    """One thing worth a second look."""

    TWO_ACTIONS = "two_actions"
    NO_ADDRESSEE = "no_addressee"
    NO_DEADLINE = "no_deadline"
    NO_ANSWER = "no_answer"
    NO_FINDING = "no_finding"


ACTIONS: Final = {
    "en": (
        "abolish adopt allocate allow amend appoint build carry change check clean close conduct create cease develop"
        " employ end ensure establish examine expand extend fill fit fix forbid give grant guarantee hire improve"
        " increase inform install introduce investigate issue keep make mend move offer open organise organize prepare"
        " prevent prohibit provide publish recruit reduce refurbish register release remove renovate repair replace"
        " report review revise separate set stop supply train transfer update verify"
    ),
    "fr": (
        "abolir accorder adopter ameliorer amenager assurer augmenter autoriser cesser construire controler creer"
        " definir developper donner doter elaborer embaucher engager etablir etendre faire fermer fixer fournir former"
        " garantir informer installer instaurer interdire inviter limiter mettre modifier nettoyer offrir organiser"
        " ouvrir permettre prendre prevenir prevoir proceder proposer publier recruter rediger reduire refaire"
        " remplacer renforcer renover reparer respecter retirer reviser separer supprimer transferer veiller verifier"
    ),
    "ar": (
        "ضمان توفير اعتماد وضع تعيين تدريب انشاء بناء تحسين منع حظر اتاحة تعديل مراجعه اصلاح اغلاق فتح نشر ابلاغ تخفيض"
        " زياده توظيف تركيب تنظيم تمكين فصل نقل وقف انهاء تسجيل تحديث فحص"
    ),
}
"""Language -> words that ask for an action, made alike by places/folding.py; in other languages nothing is noticed."""
_WORDS: Final = {code: frozenset(folded(words).split()) for code, words in ACTIONS.items()}
_SENTENCE_END: Final = re.compile(r"[.!?;:\n؟؛]+")
_WORD: Final = re.compile(r"[^\W\d_]+")


def asks_for_two_actions(text: str, language: str) -> bool:
    """Say whether one sentence of the text holds two words that ask for an action, as far as the language is known."""
    actions = _WORDS.get(language.partition("_")[0], frozenset())
    return any(
        sum(word in actions or word.removeprefix("و") in actions for word in _WORD.findall(folded(sentence))) > 1
        for sentence in _SENTENCE_END.split(text)
    )


def hints(recommendation: Recommendation, found: Collection[str] | None = None) -> list[Hint]:
    """Return what is worth a second look; `found` are the topics of the visit with a finding (None: they are read)."""
    visit = recommendation.visit
    told = visits.topics_found(visit) if found is None else found
    topics = visits.topics_of_items(visit, recommendation.items)
    noticed = {
        Hint.TWO_ACTIONS: asks_for_two_actions(recommendation.text, visit.language),
        Hint.NO_ADDRESSEE: recommendation.authority_id is None,
        Hint.NO_DEADLINE: recommendation.due_on is None,
        Hint.NO_ANSWER: not recommendation.items,
        Hint.NO_FINDING: bool(topics) and not any(topic in told for topic in topics),
    }
    return [hint for hint, is_so in noticed.items() if is_so]

"""What the templates of the form need beside the words of the guide: sentences for hints, problems and other texts."""

import json
from typing import Any

from monitor.answers.models import Answer, AnswerChange
from monitor.visits.hint_words import hint_words
from monitor.visits.problem_words import REFUSALS, problem_sentence
from monitor.visits.typed_answers import content_of, fields_of


def form_words() -> dict[str, Any]:
    """Return the functions and words that the templates of the form need."""
    return {
        "hint_words": hint_words, "problem_sentence": problem_sentence, "refusal_words": REFUSALS,
        "content_json": content_json,
    }  # fmt: skip


def content_json(row: Answer | AnswerChange) -> str:
    """Return a text for a question as the script of the page puts it into the fields."""
    return json.dumps(content_data(row))


def content_data(row: Answer | AnswerChange) -> dict[str, Any]:
    """Return a text for a question by the names that the script uses."""
    value, comment, sources, urgent = content_of(row)
    return {"fields": fields_of(value), "comment": comment, "sources": sources, "urgent": urgent}

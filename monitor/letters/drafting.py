"""The text of a letter as a Word file, for drafting."""

from datetime import date

from monitor.letters import labels
from monitor.letters.assembly import assemble
from monitor.letters.drawing import letter_html
from monitor.letters.models import Letter
from monitor.reports.labels import draft_mark
from monitor.reports.rendering import speaking
from monitor.reports.word_files import Imprint, word_file


def letter_text(letter: Letter, *, is_released: bool, on: date) -> bytes:
    """Return a letter as DOCX; marked as a draft of ours unless its release check stands."""
    said = assemble(letter)
    with speaking(letter.language):
        mark = said.reference if is_released else draft_mark()
        imprint = Imprint(str(labels.SUBJECTS[letter.kind]), said.letterhead.name, mark, said.language, on)
    return word_file(letter_html(said), imprint)

"""A letter as a document: content put into its template, drawn in a limited child."""

from typing import Any, Final

from monitor.audit.queries import chain_head
from monitor.letters import labels
from monitor.letters.assembly import assemble
from monitor.letters.content import LetterContent
from monitor.letters.models import WITHOUT_HEADING
from monitor.letters.queries import of_document
from monitor.recommendations.labels import ANSWERS
from monitor.reports import releases
from monitor.reports.content import content_hash
from monitor.reports.fetching import SCHEME
from monitor.reports.labels import page_mark
from monitor.reports.models import Document
from monitor.reports.releases import NotReleased, Refusal
from monitor.reports.rendering import Look, render_html, render_limited
from monitor.reports.tasks import Drawing
from monitor.reports.visit_report import LOGO

TEMPLATE: Final = "reports/pdf/letter.html"
STYLES: Final = ("report", "report-correspondence")
CPU_SECONDS: Final = 30


def drawing_of(document: Document) -> Drawing:
    """Read the letter that a document was asked for. Raises NotReleased where it is not what was checked."""
    letter = of_document(document)
    said = assemble(letter) if letter else None
    if said is None or content_hash(said) != document.content_hash:
        raise NotReleased(Refusal.NOT_CHECKED)
    refusal = releases.refusal_of_document(document)
    if refusal is not None:
        raise NotReleased(refusal)
    look, context = look_of(said, document.paper.value), context_of(said, chain_head(document.mechanism_id))
    return lambda on_progress: render_limited(look, context, cpu_seconds=CPU_SECONDS, on_progress=on_progress)


def letter_html(said: LetterContent) -> str:
    """Return the HTML that the PDF is drawn from. Needs an application context."""
    return render_html(look_of(said), context_of(said))


def look_of(said: LetterContent, paper: str = "a4") -> Look:
    """Return how this letter is drawn."""
    pictures = {LOGO: said.letterhead.logo} if said.letterhead.logo else {}
    return Look(TEMPLATE, STYLES, said.language, paper, pictures)


def context_of(said: LetterContent, audit_head: str = "") -> dict[str, Any]:
    """Return what the template reads; `audit_head` is the head of the audit record where the letter is printed."""
    return {
        "letter": said,
        "logo": f"{SCHEME}:{LOGO}",
        "fingerprint": content_hash(said),
        "head": audit_head,
        "subject": labels.SUBJECTS[said.kind],
        "headings": {block: None if block in WITHOUT_HEADING else word for block, word in labels.BLOCKS.items()},
        "answers_to_choose": ANSWERS,
        "page_mark": page_mark,
    }

"""The words on screen for kinds of authorities and partners."""

from typing import Final

from flask_babel import lazy_gettext as _

from monitor.authorities.models import AuthorityKind

KINDS: Final = {
    AuthorityKind.PLACE: _("Management of a place"),
    AuthorityKind.REGION: _("Regional authority"),
    AuthorityKind.MINISTRY: _("Ministry or national administration"),
    AuthorityKind.PARLIAMENT: _("Parliament"),
    AuthorityKind.JUDICIARY: _("Judiciary or prosecution"),
    AuthorityKind.OTHER: _("Other authority"),
    AuthorityKind.NHRI: _("Partner: national human rights institution"),
    AuthorityKind.NGO: _("Partner: civil society"),
    AuthorityKind.SPT: _("Partner: UN Subcommittee on Prevention of Torture (SPT)"),
    AuthorityKind.REGIONAL_BODY: _("Partner: regional body"),
}

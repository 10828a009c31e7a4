"""Who may do what: one table that pages, buttons, exports and jobs all ask.

Each permission has alternatives; one alternative whose facts are all true is enough. What a person may see at all is
decided before, by the `visible_to` queries (not visible: 404; visible but not allowed: 403).
"""

from typing import Final

from monitor.access.guard import Rules
from monitor.access.permissions import Permission as P
from monitor.accounts.predicates import (
    is_administrator,
    is_anybody,
    is_coordinator,
    is_data_protection_person,
    is_monitor,
    is_outside,
    is_reviewer,
)
from monitor.evidence.predicates import (
    file_added_by_user,
    file_in_coordinated_body,
    file_is_checked,
    file_is_unchecked,
    file_of_body_read_by_user,
    file_of_readable_subject,
    file_on_own_team,
)
from monitor.interviews.predicates import (
    talk_by_health_member,
    talk_by_user,
    talk_can_change,
    talk_in_coordinated_body,
    talk_of_body_read_by_user,
    talk_of_led_visit,
    talk_on_own_team,
    visit_of_body_read_by_user,
    visit_takes_talks,
)
from monitor.letters.predicates import letter_of_body_read_by_user, letter_of_coordinated_body, letter_of_led_visit
from monitor.recommendations.predicates import (
    recommendation_is_in_review,
    recommendation_is_still_drafted,
    recommendation_of_coordinated_body,
    recommendation_of_own_visit,
    recommendation_owned_by_user,
    recommendation_was_approved,
)
from monitor.vault.predicates import body_coordinated_by_user, body_read_by_user
from monitor.visits.predicates import (
    visit_approved_in_own_body,
    visit_in_coordinated_body,
    visit_is_approved,
    visit_is_in_review,
    visit_is_planned_or_under_way,
    visit_is_under_way,
    visit_led_by_user,
    visit_on_own_team,
    visit_reviewed_by_user,
)

FIELD: Final = ((is_monitor,), (is_coordinator,))
WITH_VISITS: Final = (*FIELD, (is_reviewer,), (is_outside,))
OVERSEERS: Final = ((is_data_protection_person,), (is_administrator,))
KEY_HOLDERS: Final = ((body_coordinated_by_user,), (body_read_by_user,))
READERS: Final = (
    (visit_on_own_team,),
    (visit_in_coordinated_body,),
    (visit_approved_in_own_body,),
    (visit_reviewed_by_user,),
)
TEAM: Final = ((visit_on_own_team,), (visit_in_coordinated_body,))
LEADERS: Final = ((visit_led_by_user,), (visit_in_coordinated_body,))
COORDINATORS: Final = ((visit_in_coordinated_body,),)
TALK_READERS: Final = ((talk_in_coordinated_body,), (talk_of_body_read_by_user,))
WRITERS: Final = (
    (visit_on_own_team, visit_is_planned_or_under_way),
    (visit_in_coordinated_body, visit_is_planned_or_under_way),
    (visit_in_coordinated_body, visit_is_in_review),
)
REPORT_WRITERS: Final = (
    (visit_led_by_user, visit_is_planned_or_under_way),
    (visit_in_coordinated_body, visit_is_planned_or_under_way),
    (visit_in_coordinated_body, visit_is_in_review),
)

RULES: Final[Rules] = {
    P.AUDIT_READ: OVERSEERS,
    P.AUTHORITY_EDIT: ((is_coordinator,),),
    P.AUTHORITY_LIST: FIELD,
    P.AUTHORITY_READ: FIELD,
    P.DEVICE_LIST: ((is_anybody,),),
    P.DEVICE_OWN: (*FIELD, (is_outside,)),
    P.DEVICE_WITHDRAW: ((is_anybody,),),
    P.DOCUMENT_READ: WITH_VISITS,
    P.DOCUMENT_REQUEST: READERS,
    P.FILE_ADD: WRITERS,
    P.FILE_CHECK: ((file_in_coordinated_body,), (file_of_body_read_by_user,)),
    P.FILE_COPY: ((file_of_readable_subject, file_is_checked),),
    P.FILE_READ: (
        (file_on_own_team,),
        (file_added_by_user,),
        (file_in_coordinated_body,),
        (file_of_body_read_by_user,),
    ),
    P.FILE_REMOVE: ((file_added_by_user, file_is_unchecked), (file_in_coordinated_body,)),
    P.FINDING_WRITE: REPORT_WRITERS,
    P.FORM_PRINT: FIELD,
    P.GUIDE_READ: ((is_anybody,),),
    P.HOME_READ: ((is_anybody,),),
    P.INCIDENT_REPORT: FIELD,
    P.INTERVIEW_ADD: ((visit_on_own_team, visit_takes_talks), (visit_in_coordinated_body, visit_takes_talks)),
    P.INTERVIEW_LIST: (*TEAM, (visit_of_body_read_by_user,)),
    P.INTERVIEW_PROTECT: LEADERS,
    P.INTERVIEW_SEARCH: FIELD,
    P.KEYS_DRILL: KEY_HOLDERS,
    P.KEYS_GRANT: ((body_read_by_user,),),
    P.KEYS_LIST: FIELD,
    P.KEYS_READ: KEY_HOLDERS,
    P.KEYS_SET_UP: ((body_coordinated_by_user,),),
    P.LETTER_READ: WITH_VISITS,
    P.LETTER_RELEASE: ((letter_of_coordinated_body,), (letter_of_body_read_by_user,)),
    P.LETTER_SEND: ((letter_of_coordinated_body,),),
    P.LETTER_WRITE: ((letter_of_led_visit,), (letter_of_coordinated_body,)),
    P.MECHANISM_EDIT: ((is_administrator,),),
    P.PLACE_ADD_FILE: FIELD,
    P.PLACE_EDIT: ((is_coordinator,),),
    P.PLACE_IMPORT: ((is_coordinator,),),
    P.PLACE_LIST: FIELD,
    P.PLACE_READ: FIELD,
    P.RECOMMENDATION_FOLLOW_UP: (
        (recommendation_of_coordinated_body, recommendation_was_approved),
        (recommendation_owned_by_user, recommendation_was_approved),
    ),
    P.RECOMMENDATION_LIST: WITH_VISITS,
    P.RECOMMENDATION_READ: WITH_VISITS,
    P.RECOMMENDATION_REPLY_MANY: ((is_coordinator,),),
    P.RECOMMENDATION_WRITE: (
        (recommendation_of_own_visit, recommendation_is_still_drafted),
        (recommendation_of_coordinated_body, recommendation_is_still_drafted),
        (recommendation_of_coordinated_body, recommendation_is_in_review),
    ),
    P.SESSION_OWN: ((is_anybody,),),
    P.SETTINGS_READ: OVERSEERS,
    P.TALK_ADD_MEDICAL: ((talk_by_health_member,),),
    P.TALK_READ: ((talk_on_own_team,), *TALK_READERS),
    P.TALK_SUPPLEMENT: ((talk_by_user,), (talk_of_led_visit,), *TALK_READERS),
    P.TALK_WRITE: ((talk_by_user, talk_can_change),),
    P.USER_MANAGE: ((is_administrator,),),
    P.VISIT_APPROVE: COORDINATORS,
    P.VISIT_AUDIT: LEADERS,
    P.VISIT_CHECK: (
        (visit_on_own_team, visit_is_under_way),
        (visit_in_coordinated_body, visit_is_under_way),
        (visit_in_coordinated_body, visit_is_in_review),
    ),
    P.VISIT_COMMENT: ((visit_reviewed_by_user,), (visit_in_coordinated_body, visit_is_in_review)),
    P.VISIT_EXPORT: TEAM,
    P.VISIT_FILL: WRITERS,
    P.VISIT_HALT: LEADERS,
    P.VISIT_IMPORT: ((is_coordinator,),),
    P.VISIT_LEAD: REPORT_WRITERS,
    P.VISIT_LIST: WITH_VISITS,
    P.VISIT_PLAN: ((is_coordinator,),),
    P.VISIT_READ: READERS,
    P.VISIT_READ_PROTECTED: TEAM,
    P.VISIT_RECOMMEND: WRITERS,
    P.VISIT_RELEASE: (
        (visit_in_coordinated_body, visit_is_in_review),
        (visit_in_coordinated_body, visit_is_approved),
        (visit_of_body_read_by_user, visit_is_in_review),
        (visit_of_body_read_by_user, visit_is_approved),
    ),
    P.VISIT_REOPEN: COORDINATORS,
    P.VISIT_RETURN: COORDINATORS,
    P.VISIT_SEND: COORDINATORS,
    P.VISIT_START: TEAM,
    P.VISIT_SUBMIT: LEADERS,
    P.VISIT_TAKE_ALONG: WRITERS,
    P.VISIT_WRITE_LETTER: LEADERS,
}

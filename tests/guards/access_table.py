"""The table of who gets in where, and how its lines are read."""

from dataclasses import dataclass

from monitor.access.permissions import Permission
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY
from tests.guards.addresses import Address

PEOPLE = (
    "colleague", "member", "leader", "coordinator", "administrator", "other body", "foreign", "reviewer", "expert",
    "visitor", "health monitor", "data protection",
)  # fmt: skip
"""A monitor of the body who is not on the team, two who are, and its coordinator; the administrator of the mechanism;
the coordinator of another body of it; coordinator and administrator in one person of another mechanism; a reviewer of
the body; an outside expert on every team, another on none; a health monitor who is not on the team; the data protection
person."""

TABLE = """
permission            of visits that are | coll memb lead coor admi othr forn revi expt vist hlth data
device:list                             | yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
device:own                              | yes  yes  yes  yes  403  yes  yes  403  yes  yes  yes  403
device:withdraw       (one device)      | 404  404  404  yes  yes  yes  404  404  404  404  404  404
guide:read                              | yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
home:read                               | yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
session:own                             | yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
form:print                              | yes  yes  yes  yes  403  yes  yes  403  403  403  yes  403
visit:list                              | yes  yes  yes  yes  403  yes  yes  yes  yes  yes  yes  403
recommendation:list                     | yes  yes  yes  yes  403  yes  yes  yes  yes  yes  yes  403
recommendation:reply-many               | 403  403  403  yes  403  yes  yes  403  403  403  403  403
authority:list                          | yes  yes  yes  yes  403  yes  yes  403  403  403  yes  403
authority:read        (one authority)   | yes  yes  yes  yes  403  yes  404  403  403  403  yes  403
authority:edit                          | 403  403  403  yes  403  yes  yes  403  403  403  403  403
authority:edit        (one authority)   | 403  403  403  yes  403  yes  404  403  403  403  403  403
place:list                              | yes  yes  yes  yes  403  yes  yes  403  403  403  yes  403
place:read            (one place)       | yes  yes  yes  yes  403  yes  404  403  403  403  yes  403
place:add-file        (one place)       | yes  yes  yes  yes  403  yes  404  403  403  403  yes  403
place:edit                              | 403  403  403  yes  403  yes  yes  403  403  403  403  403
place:edit            (one place)       | 403  403  403  yes  403  yes  404  403  403  403  403  403
place:import                            | 403  403  403  yes  403  yes  yes  403  403  403  403  403
place:import          (one's own file)  | 404  404  404  yes  404  404  404  404  404  404  404  404
visit:plan                              | 403  403  403  yes  403  yes  yes  403  403  403  403  403
visit:import                            | 403  403  403  yes  403  yes  yes  403  403  403  403  403
audit:read                              | 403  403  403  403  yes  403  yes  403  403  403  403  yes
settings:read                           | 403  403  403  403  yes  403  yes  403  403  403  403  yes
keys:list                               | yes  yes  yes  yes  403  yes  yes  403  403  403  yes  403
keys:read             (one body)        | 403  403  403  yes  403  403  404  403  403  403  403  403
keys:drill            (one body)        | 403  403  403  yes  403  403  404  403  403  403  403  403
keys:set-up           (one body)        | 403  403  403  yes  403  403  404  403  403  403  403  403
keys:grant            (one body)        | 403  403  403  403  403  403  404  403  403  403  403  403
mechanism:edit                          | 403  403  403  403  yes  403  yes  403  403  403  403  403
mechanism:edit        (one body)        | 403  403  403  403  yes  403  404  403  403  403  403  403
user:manage                             | 403  403  403  403  yes  403  yes  403  403  403  403  403
user:manage           (one person)      | 403  403  403  403  yes  403  404  403  403  403  403  403
session:own           (one session)     | 404  404  404  yes  404  404  404  404  404  404  404  404
incident:report                         | yes  yes  yes  yes  403  yes  yes  403  403  403  yes  403
interview:search                        | yes  yes  yes  yes  403  yes  yes  403  403  403  yes  403
file:add              planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
file:add              review            | 404  403  403  yes  404  404  404  403  403  404  404  404
file:add              after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
file:add              suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
file:add              *                 | 404  403  403  403  404  404  404  404  404  404  404  404
file:read             planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
file:read             review            | 404  yes  yes  yes  404  404  404  403  yes  404  404  404
file:read             after_approval    | 403  yes  yes  yes  404  404  404  404  404  404  403  404
file:read             suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
file:read             *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
file:check            planned under_way | 404  403  403  yes  404  404  404  404  403  404  404  404
file:check            review            | 404  403  403  yes  404  404  404  403  403  404  404  404
file:check            after_approval    | 403  403  403  yes  404  404  404  404  404  404  403  404
file:check            suspended         | 404  403  403  yes  404  404  404  404  403  404  404  404
file:check            *                 | 404  403  403  yes  404  404  404  404  404  404  404  404
file:copy             planned under_way | 404  403  403  403  404  404  404  404  403  404  404  404
file:copy             review            | 404  403  403  403  404  404  404  403  403  404  404  404
file:copy             after_approval    | yes  yes  yes  yes  404  404  404  404  404  404  yes  404
file:copy             suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
file:copy             *                 | 404  403  403  403  404  404  404  404  404  404  404  404
file:remove           planned under_way | 404  yes  403  yes  404  404  404  404  403  404  404  404
file:remove           review            | 404  yes  403  yes  404  404  404  403  403  404  404  404
file:remove           after_approval    | 403  403  403  yes  404  404  404  404  404  404  403  404
file:remove           suspended         | 404  yes  403  yes  404  404  404  404  403  404  404  404
file:remove           *                 | 404  yes  403  yes  404  404  404  404  404  404  404  404
interview:list        planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
interview:list        review            | 404  yes  yes  yes  404  404  404  403  yes  404  404  404
interview:list        after_approval    | 403  yes  yes  yes  404  404  404  404  404  404  403  404
interview:list        suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
interview:list        *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
interview:add         under_way         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
interview:add         review            | 404  yes  yes  yes  404  404  404  403  yes  404  404  404
interview:add         after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
interview:add         suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
interview:add         refused           | 404  yes  yes  yes  404  404  404  404  404  404  404  404
interview:add         planned           | 404  403  403  403  404  404  404  404  403  404  404  404
interview:add         *                 | 404  403  403  403  404  404  404  404  404  404  404  404
interview:protect     planned under_way | 404  403  yes  yes  404  404  404  404  403  404  404  404
interview:protect     review            | 404  403  yes  yes  404  404  404  403  403  404  404  404
interview:protect     after_approval    | 403  403  yes  yes  404  404  404  404  404  404  403  404
interview:protect     suspended         | 404  403  yes  yes  404  404  404  404  403  404  404  404
interview:protect     *                 | 404  403  yes  yes  404  404  404  404  404  404  404  404
talk:read             planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
talk:read             review            | 404  yes  yes  yes  404  404  404  403  yes  404  404  404
talk:read             after_approval    | 403  yes  yes  yes  404  404  404  404  404  404  403  404
talk:read             suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
talk:read             *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
talk:write            under_way         | 404  yes  403  403  404  404  404  404  403  404  404  404
talk:write            review            | 404  yes  403  403  404  404  404  403  403  404  404  404
talk:write            after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
talk:write            suspended         | 404  yes  403  403  404  404  404  404  403  404  404  404
talk:write            refused           | 404  yes  403  403  404  404  404  404  404  404  404  404
talk:write            planned           | 404  403  403  403  404  404  404  404  403  404  404  404
talk:write            *                 | 404  403  403  403  404  404  404  404  404  404  404  404
talk:supplement       planned under_way | 404  yes  yes  yes  404  404  404  404  403  404  404  404
talk:supplement       review            | 404  yes  yes  yes  404  404  404  403  403  404  404  404
talk:supplement       after_approval    | 403  yes  yes  yes  404  404  404  404  404  404  403  404
talk:supplement       suspended         | 404  yes  yes  yes  404  404  404  404  403  404  404  404
talk:supplement       *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
talk:add-medical      planned under_way | 404  403  403  403  404  404  404  404  403  404  404  404
talk:add-medical      review            | 404  403  403  403  404  404  404  403  403  404  404  404
talk:add-medical      after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
talk:add-medical      suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
talk:add-medical      *                 | 404  403  403  403  404  404  404  404  404  404  404  404
visit:read            planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:read            review            | 404  yes  yes  yes  404  404  404  yes  yes  404  404  404
visit:read            after_approval    | yes  yes  yes  yes  404  404  404  404  404  404  yes  404
visit:read            suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:read            *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
visit:audit           planned under_way | 404  403  yes  yes  404  404  404  404  403  404  404  404
visit:audit           review            | 404  403  yes  yes  404  404  404  403  403  404  404  404
visit:audit           after_approval    | 403  403  yes  yes  404  404  404  404  404  404  403  404
visit:audit           suspended         | 404  403  yes  yes  404  404  404  404  403  404  404  404
visit:audit           *                 | 404  403  yes  yes  404  404  404  404  404  404  404  404
visit:check           planned           | 404  403  403  403  404  404  404  404  403  404  404  404
visit:check           under_way         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:check           review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:check           after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
visit:check           suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
visit:check           *                 | 404  403  403  403  404  404  404  404  404  404  404  404
letter:write          planned under_way | 404  403  yes  yes  404  404  404  404  403  404  404  404
letter:write          review            | 404  403  yes  yes  404  404  404  403  403  404  404  404
letter:write          after_approval    | 403  403  yes  yes  404  404  404  404  404  404  403  404
letter:write          suspended         | 404  403  yes  yes  404  404  404  404  403  404  404  404
letter:write          *                 | 404  403  yes  yes  404  404  404  404  404  404  404  404
visit:write-letter    planned under_way | 404  403  yes  yes  404  404  404  404  403  404  404  404
visit:write-letter    review            | 404  403  yes  yes  404  404  404  403  403  404  404  404
visit:write-letter    after_approval    | 403  403  yes  yes  404  404  404  404  404  404  403  404
visit:write-letter    suspended         | 404  403  yes  yes  404  404  404  404  403  404  404  404
visit:write-letter    *                 | 404  403  yes  yes  404  404  404  404  404  404  404  404
visit:comment         planned under_way | 404  403  403  403  404  404  404  404  403  404  404  404
visit:comment         review            | 404  403  403  yes  404  404  404  yes  403  404  404  404
visit:comment         after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
visit:comment         suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
visit:comment         *                 | 404  403  403  403  404  404  404  404  404  404  404  404
visit:export          planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:export          review            | 404  yes  yes  yes  404  404  404  403  yes  404  404  404
visit:export          after_approval    | 403  yes  yes  yes  404  404  404  404  404  404  403  404
visit:export          suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:export          *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
visit:start           planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:start           review            | 404  yes  yes  yes  404  404  404  403  yes  404  404  404
visit:start           after_approval    | 403  yes  yes  yes  404  404  404  404  404  404  403  404
visit:start           suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:start           *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
visit:submit          planned under_way | 404  403  yes  yes  404  404  404  404  403  404  404  404
visit:submit          review            | 404  403  yes  yes  404  404  404  403  403  404  404  404
visit:submit          after_approval    | 403  403  yes  yes  404  404  404  404  404  404  403  404
visit:submit          suspended         | 404  403  yes  yes  404  404  404  404  403  404  404  404
visit:submit          *                 | 404  403  yes  yes  404  404  404  404  404  404  404  404
visit:halt            planned under_way | 404  403  yes  yes  404  404  404  404  403  404  404  404
visit:halt            review            | 404  403  yes  yes  404  404  404  403  403  404  404  404
visit:halt            after_approval    | 403  403  yes  yes  404  404  404  404  404  404  403  404
visit:halt            suspended         | 404  403  yes  yes  404  404  404  404  403  404  404  404
visit:halt            *                 | 404  403  yes  yes  404  404  404  404  404  404  404  404
visit:return          planned under_way | 404  403  403  yes  404  404  404  404  403  404  404  404
visit:return          review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:return          after_approval    | 403  403  403  yes  404  404  404  404  404  404  403  404
visit:return          suspended         | 404  403  403  yes  404  404  404  404  403  404  404  404
visit:return          *                 | 404  403  403  yes  404  404  404  404  404  404  404  404
visit:approve         planned under_way | 404  403  403  yes  404  404  404  404  403  404  404  404
visit:approve         review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:approve         after_approval    | 403  403  403  yes  404  404  404  404  404  404  403  404
visit:approve         suspended         | 404  403  403  yes  404  404  404  404  403  404  404  404
visit:approve         *                 | 404  403  403  yes  404  404  404  404  404  404  404  404
visit:release         planned under_way | 404  403  403  403  404  404  404  404  403  404  404  404
visit:release         review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:release         after_approval    | 403  403  403  yes  404  404  404  404  404  404  403  404
visit:release         suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
visit:release         *                 | 404  403  403  403  404  404  404  404  404  404  404  404
visit:send            planned under_way | 404  403  403  yes  404  404  404  404  403  404  404  404
visit:send            review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:send            after_approval    | 403  403  403  yes  404  404  404  404  404  404  403  404
visit:send            suspended         | 404  403  403  yes  404  404  404  404  403  404  404  404
visit:send            *                 | 404  403  403  yes  404  404  404  404  404  404  404  404
letter:release        planned under_way | 404  403  403  yes  404  404  404  404  403  404  404  404
letter:release        review            | 404  403  403  yes  404  404  404  403  403  404  404  404
letter:release        after_approval    | 403  403  403  yes  404  404  404  404  404  404  403  404
letter:release        suspended         | 404  403  403  yes  404  404  404  404  403  404  404  404
letter:release        *                 | 404  403  403  yes  404  404  404  404  404  404  404  404
letter:send           planned under_way | 404  403  403  yes  404  404  404  404  403  404  404  404
letter:send           review            | 404  403  403  yes  404  404  404  403  403  404  404  404
letter:send           after_approval    | 403  403  403  yes  404  404  404  404  404  404  403  404
letter:send           suspended         | 404  403  403  yes  404  404  404  404  403  404  404  404
letter:send           *                 | 404  403  403  yes  404  404  404  404  404  404  404  404
visit:reopen          planned under_way | 404  403  403  yes  404  404  404  404  403  404  404  404
visit:reopen          review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:reopen          after_approval    | 403  403  403  yes  404  404  404  404  404  404  403  404
visit:reopen          suspended         | 404  403  403  yes  404  404  404  404  403  404  404  404
visit:reopen          *                 | 404  403  403  yes  404  404  404  404  404  404  404  404
visit:fill            planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:fill            review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:fill            after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
visit:fill            suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
visit:fill            *                 | 404  403  403  403  404  404  404  404  404  404  404  404
visit:take-along      planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:take-along      review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:take-along      after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
visit:take-along      suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
visit:take-along      *                 | 404  403  403  403  404  404  404  404  404  404  404  404
visit:recommend       planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
visit:recommend       review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:recommend       after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
visit:recommend       suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
visit:recommend       *                 | 404  403  403  403  404  404  404  404  404  404  404  404
visit:lead            planned under_way | 404  403  yes  yes  404  404  404  404  403  404  404  404
visit:lead            review            | 404  403  403  yes  404  404  404  403  403  404  404  404
visit:lead            after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
visit:lead            suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
visit:lead            *                 | 404  403  403  403  404  404  404  404  404  404  404  404
finding:write         planned under_way | 404  403  yes  yes  404  404  404  404  403  404  404  404
finding:write         review            | 404  403  403  yes  404  404  404  403  403  404  404  404
finding:write         after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
finding:write         suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
finding:write         *                 | 404  403  403  403  404  404  404  404  404  404  404  404
recommendation:read   planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
recommendation:read   review            | 404  yes  yes  yes  404  404  404  yes  yes  404  404  404
recommendation:read   after_approval    | yes  yes  yes  yes  404  404  404  404  404  404  yes  404
recommendation:read   suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
recommendation:read   *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
letter:read           planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
letter:read           review            | 404  yes  yes  yes  404  404  404  yes  yes  404  404  404
letter:read           after_approval    | yes  yes  yes  yes  404  404  404  404  404  404  yes  404
letter:read           suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
letter:read           *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
recommendation:follow-up planned under_way| 404  403  403  403  404  404  404  404  403  404  404  404
recommendation:follow-up review       | 404  403  403  403  404  404  404  403  403  404  404  404
recommendation:follow-up after_approval| 403  403  403  yes  404  404  404  404  404  404  403  404
recommendation:follow-up suspended    | 404  403  403  403  404  404  404  404  403  404  404  404
recommendation:follow-up *            | 404  403  403  403  404  404  404  404  404  404  404  404
recommendation:write  planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
recommendation:write  review            | 404  403  403  yes  404  404  404  403  403  404  404  404
recommendation:write  after_approval    | 403  403  403  403  404  404  404  404  404  404  403  404
recommendation:write  suspended         | 404  403  403  403  404  404  404  404  403  404  404  404
recommendation:write  *                 | 404  403  403  403  404  404  404  404  404  404  404  404
document:request      planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
document:request      review            | 404  yes  yes  yes  404  404  404  yes  yes  404  404  404
document:request      after_approval    | yes  yes  yes  yes  404  404  404  404  404  404  yes  404
document:request      suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
document:request      *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
document:read         planned under_way | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
document:read         review            | 404  yes  yes  yes  404  404  404  yes  yes  404  404  404
document:read         after_approval    | yes  yes  yes  yes  404  404  404  404  404  404  yes  404
document:read         suspended         | 404  yes  yes  yes  404  404  404  404  yes  404  404  404
document:read         *                 | 404  yes  yes  yes  404  404  404  404  404  404  404  404
document:read         (one's own form)  | 404  404  404  yes  404  404  404  404  404  404  404  404
"""
"""Not seen: 404; seen but not allowed: 403. `after_approval` stands for every state from the approval
on, a star for the states that no line above names. The steps of a visit
are permitted in every state; whether one starts there is said by visits/states.py."""


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    permission: str
    states: frozenset[str]
    is_about_a_row: bool
    cells: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "Line":
        left, right = text.split("|")
        permission, *words = left.split()
        is_about_a_row = bool(words) and words[0].startswith("(")
        if "after_approval" in words:
            words = [state.value for state in SEEN_BY_THE_WHOLE_BODY]
        return cls(
            permission, frozenset() if is_about_a_row else frozenset(words), is_about_a_row, tuple(right.split())
        )

    def is_about(self, address: Address, permission: Permission) -> bool:
        """Say whether the line speaks of this address; a line with a star comes after those that name states."""
        if self.permission != permission:
            return False
        if address.state:
            return bool(self.states & {address.state.value, "*"})
        return not self.states and self.is_about_a_row is (address.argument is not None)


def lines() -> list[Line]:
    return [Line.read(line) for line in TABLE.strip().splitlines()[1:] if line]

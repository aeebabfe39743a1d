"""May these contacts be made? Asked for many at once; nothing is stored."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access.api_views import ApiView
from compliance.attempts.api.answers import PreviewAnswer, in_callers_language, verdict_values
from compliance.attempts.api.bodies import PreviewBody, check_within_scope, request_of
from compliance.gate.services import decide_many
from core import clock


class Preview(ApiView):
    """Looks at up to 200 contacts; an answer reserves nothing and permits nothing."""

    required_right = "contact.reserve"
    stores_nothing = True
    serializer_class = PreviewAnswer

    @extend_schema(request=PreviewBody, responses={200: PreviewAnswer})
    def post(self, request: Request) -> Response:
        now = clock.now()
        rows = self.body(PreviewBody)["contacts"]
        asked = [request_of(row, at=row.get("at", now)) for row in rows]
        check_within_scope(asked, user=self.user, pointer="contacts")
        with in_callers_language(self):
            results = [verdict_values(decision) for decision in decide_many(asked)]
        return Response(PreviewAnswer({"results": results}).data)

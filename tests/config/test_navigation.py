"""The bar leads each person to the first page of a part that they may open, and to no other."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.access.rights import RIGHTS, Role
from accounts.models import User
from config.navigation import DESTINATIONS

pytestmark = pytest.mark.django_db
PEOPLE = next(item for item in DESTINATIONS if item.url_name == "people:users")


def person(role: str) -> User:
    return User.objects.create_user(f"{role}@lender.example", full_name=role.title(), role=role)


@pytest.mark.parametrize(
    ("role", "url_name"),
    [
        (Role.ADMINISTRATOR, "people:users"),
        (Role.MANAGER, "people:teams"),
        (Role.TEAM_LEAD, "people:teams"),
    ],
)
def test_people_leads_to_the_first_page_one_may_open(client, role, url_name):
    client.force_login(person(role))

    html = client.get(reverse("people:shifts")).content.decode()

    assert f'href="{reverse(url_name)}"' in html
    assert client.get(reverse(url_name)).status_code == 200
    if url_name != "people:users":
        assert client.get(reverse("people:users")).status_code == 403
        assert f'href="{reverse("people:users")}"' not in html


def test_an_agent_is_not_offered_people():
    assert PEOPLE.address_for(person(Role.AGENT)) == ""


@pytest.mark.parametrize("role", [role for role in RIGHTS if role != Role.INTEGRATION])
def test_no_entry_leads_to_a_page_that_is_refused(client, role):
    user = person(role)
    client.force_login(user)

    for item in DESTINATIONS:
        if href := item.address_for(user):
            assert client.get(href).status_code == 200, (role, href)

from django.urls import path

from accounts.people.views import shifts, teams, users

app_name = "people"
urlpatterns = [
    path("", users.user_list, name="users"),
    path("new/", users.new_user, name="new"),
    path("teams/", teams.team_list, name="teams"),
    path("teams/new/", teams.new_team, name="new_team"),
    path("teams/<uuid:pk>/", teams.team, name="team"),
    path("shifts/", shifts.week, name="shifts"),
    path("shifts/<uuid:pk>/", shifts.person_week, name="week"),
    path("shifts/<uuid:pk>/add/", shifts.add_shift, name="add_shift"),
    path("shifts/<uuid:pk>/copy/", shifts.copy, name="copy_week"),
    path("shifts/<uuid:pk>/leave/", shifts.add_leave, name="add_leave"),
    path("shifts/<uuid:pk>/remove/", shifts.remove, name="remove"),
    path("<uuid:pk>/", users.user, name="user"),
    path("<uuid:pk>/invite/", users.invite, name="invite"),
    path("<uuid:pk>/deactivate/", users.deactivate, name="deactivate"),
    path("<uuid:pk>/reactivate/", users.reactivate, name="reactivate"),
    path("<uuid:pk>/sign-out/", users.sign_out, name="sign_out"),
]

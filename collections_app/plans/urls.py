from django.urls import path

from collections_app.plans import list_page, proposing_views, views

app_name = "plans"
urlpatterns = [
    path("plans/", list_page.plan_list, name="list"),
    path("plans/<uuid:pk>/", views.plan, name="plan"),
    path("plans/<uuid:pk>/answer/", views.answer, name="answer"),
    path("plans/<uuid:pk>/decide/", views.decide, name="decide"),
    path("cases/<uuid:pk>/plan/outlook/", proposing_views.outlook, name="outlook"),
]

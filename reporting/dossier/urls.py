from django.urls import path

from reporting.dossier import views

app_name = "dossier"
urlpatterns = [
    path("cases/<uuid:pk>/dossier/", views.dossiers, name="case"),
    path("dossiers/<uuid:pk>/take/", views.take_dossier, name="take"),
]

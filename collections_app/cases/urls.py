from django.urls import path

from collections_app.cases import views

app_name = "assignment"
urlpatterns = [
    path("assignment/", views.board, name="board"),
    path("assignment/deal/", views.deal_now, name="deal"),
    path("assignment/moves/preview/", views.preview, name="preview"),
    path("assignment/moves/", views.apply, name="apply"),
    path("assignment/moves/<uuid:pk>/", views.move, name="move"),
    path("assignment/moves/<uuid:pk>/undo/", views.undo, name="undo"),
]

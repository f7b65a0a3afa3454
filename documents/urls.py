from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("<slug:ecosystem>/<slug:establishment>/documentos/<int:pk>/", views.download, name="download"),
    path(
        "<slug:ecosystem>/<slug:establishment>/documentos/<slug:subject_type>/<int:subject_id>/<slug:kind>/",
        views.newest,
        name="newest",
    ),
]

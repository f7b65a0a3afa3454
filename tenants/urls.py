from django.urls import path

from tenants import views

app_name = "tenants"
urlpatterns = [
    path("<slug:ecosystem>/<slug:establishment>/termo/", views.adhesion, name="adhesion"),
]

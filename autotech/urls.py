from django.urls import include, path

urlpatterns = [path("conta/", include("allauth.urls"))]

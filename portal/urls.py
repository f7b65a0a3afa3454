"""The entry and what stands around it. Included last: its first words are ecosystems."""

from django.urls import path

from portal import views

app_name = "portal"
urlpatterns = [
    path("", views.entry, name="entry"),
    path("saude/", views.health, name="health"),
    path("saude/viva/", views.alive, name="alive"),
    path("conta/lugares/", views.places, name="places"),
    path("<slug:ecosystem>/", views.ecosystem_entry, name="ecosystem_entry"),
    path("<slug:ecosystem>/marca.css", views.brand_css, name="brand_css"),
    path("<slug:ecosystem>/<slug:establishment>/", views.home, name="home"),
]

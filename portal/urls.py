"""The entry and what stands around it. Included before the rooms whose addresses begin with an ecosystem."""

from django.urls import path, re_path

from portal import views
from tenants.models.ecosystem import RESERVED

app_name = "portal"
urlpatterns = [
    path("", views.entry, name="entry"),
    path("saude/", views.health, name="health"),
    path("saude/viva/", views.alive, name="alive"),
    path("conta/lugares/", views.places, name="places"),
    # What is left below a word of our own is nobody's, and must not be taken for an ecosystem.
    re_path(rf"^(?:{'|'.join(sorted(RESERVED))})(?:/.*)?$", views.nothing),
    path("<slug:ecosystem>/", views.ecosystem_entry, name="ecosystem_entry"),
    path("<slug:ecosystem>/marca.css", views.brand_css, name="brand_css"),
    path("<slug:ecosystem>/<slug:establishment>/", views.home, name="home"),
    path("<slug:ecosystem>/<slug:establishment>/orgaos/", views.agencies, name="agencies"),
    path("<slug:ecosystem>/<slug:establishment>/avisos/", views.notices, name="notices"),
    path("<slug:ecosystem>/<slug:establishment>/avisos/lidos/", views.notices_read, name="notices_read"),
    path("<slug:ecosystem>/<slug:establishment>/avisos/<int:pk>/abrir/", views.notice_open, name="notice_open"),
]

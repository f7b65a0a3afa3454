"""Every address of the portal. The portal's own pages come first; after them first words are ecosystems."""

from django.urls import include, path

urlpatterns = [
    path("conta/", include("accounts.urls")),
    path("", include("portal.urls")),
    path("", include("documents.urls")),
    path("", include("tenants.urls")),
    path("", include("transactions.urls")),
]
handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler429 = "portal.errors.too_many"
handler500 = "portal.errors.crashed"

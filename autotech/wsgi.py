import os

from django.core.wsgi import get_wsgi_application

from autotech import celery  # noqa: F401  hangs up the doorbell: without it workers hear of work from the drain only

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "autotech.settings")
application = get_wsgi_application()

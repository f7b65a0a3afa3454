# One image for web, worker, beat, migrations and the sandbox; docker-compose.yml says which runs what.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# WeasyPrint draws the PDFs with Pango.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /srv/home autotech \
 && install --directory --owner autotech --group autotech /srv/documents /srv/mail /srv/run /srv/sandbox

WORKDIR /srv/autotech
COPY requirements.txt .
RUN pip install --require-hashes --requirement requirements.txt
COPY . .
RUN SECRET_KEY=build SEALING_KEYS=build:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=postgresql:///build REDIS_URL=redis:// \
    python manage.py collectstatic --no-input

USER autotech
ENV DJANGO_SETTINGS_MODULE=autotech.settings DOCUMENTS_DIR=/srv/documents MAIL_DIR=/srv/mail
EXPOSE 8000
CMD ["gunicorn", "autotech.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "8", \
     "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]

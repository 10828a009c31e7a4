"""The application for a web server: `gunicorn wsgi:app`."""

from monitor import create_app

app = create_app()

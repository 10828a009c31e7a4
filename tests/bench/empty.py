"""The least a page can cost: an empty Flask application, served the same way."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def nothing() -> str:
    """Answer with almost nothing."""
    return "<!doctype html><title>empty</title>"

"""The blueprint of everything that concerns devices."""

from flask import Blueprint

bp = Blueprint("sync", __name__)

"""The blueprint that the pages of people and mechanisms stand on."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

"""Each view says how much it takes; more is refused by name, and nothing smaller is lost."""

from io import BytesIO

from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import encode_multipart

from monitor.web.body import DEFAULT_BODY, DOCUMENT_BODY, MEGABYTE, TOPIC_FORM_BODY, body_limit

LONG_COMMENT = "ملاحظة طويلة " * 1540  # 20,020 characters, 120 kB in a form


def test_a_body_of_the_default_size_passes_and_one_byte_more_does_not(client: FlaskClient) -> None:
    fits = "x" * (DEFAULT_BODY - len("text="))
    assert client.post("/notes", data={"text": fits}).status_code == 302
    assert client.post("/notes", data={"text": fits + "x"}).status_code == 413


def test_the_page_names_the_limit_of_its_view(client: FlaskClient) -> None:
    assert "256 KB" in client.post("/notes", data={"text": "x" * 300_000}).text
    assert "5 MB" in client.post("/documents", data={"text": "x" * (DOCUMENT_BODY + 1)}).text


def test_a_marked_view_takes_as_much_as_it_says(client: FlaskClient) -> None:
    text = "x" * (DOCUMENT_BODY - 1000)
    boundary, multipart = encode_multipart({"text": text})
    for body, kind in [
        (f"text={text}".encode(), "application/x-www-form-urlencoded"),
        (multipart, f"multipart/form-data; boundary={boundary}"),
    ]:
        assert client.post("/documents", data=body, content_type=kind).text == str(len(text)), kind


def test_three_long_arabic_comments_on_one_page_arrive_whole(sample: Flask) -> None:
    @sample.post("/answers")
    @body_limit(TOPIC_FORM_BODY)
    def answers() -> str:
        return " ".join(str(len(request.form[name])) for name in ("a", "b", "c"))

    data = dict.fromkeys(("a", "b", "c"), LONG_COMMENT)
    assert sample.test_client().post("/answers", data=data).text == " ".join([str(len(LONG_COMMENT))] * 3)


def test_a_form_of_several_thousand_fields_is_read(client: FlaskClient) -> None:
    boundary, body = encode_multipart({f"field-{place}": "x" for place in range(5000)})
    kind = f"multipart/form-data; boundary={boundary}"
    assert client.post("/documents", data=body, content_type=kind).text == "5000"


def test_a_refused_body_is_read_to_its_end_so_that_the_browser_sees_the_answer(client: FlaskClient) -> None:
    sent = BytesIO(b"x" * (2 * MEGABYTE))
    response = client.post("/notes", input_stream=sent, content_length=2 * MEGABYTE)
    assert response.status_code == 413
    assert sent.read() == b""


def test_a_body_without_a_length_is_limited_too(client: FlaskClient) -> None:
    response = client.post(
        "/notes",
        input_stream=BytesIO(b"text=" + b"x" * 300_000),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert response.status_code == 413
    assert "256 KB" in response.text


def test_a_script_is_told_the_limit_in_json(client: FlaskClient) -> None:
    response = client.post("/notes", data={"text": "x" * 300_000}, headers={"Accept": "application/json"})
    assert response.get_json()["error"] == "too_large"
    assert "256 KB" in response.get_json()["message"]

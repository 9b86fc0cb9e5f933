"""Courtesy translations: their language, their labels, and the original that they name."""

from datetime import date

import pytest

from crawler import flow
from crawler.errors import TemplateBroken
from crawler.web.dates import find_foreign_date

from .pages import DATE, capture, page_2019, page_2025

URL = "https://2021-2025.state.gov/translations/spanish/apertura-del-puente/"
ORIGINAL = "https://www.state.gov/opening-of-the-tern-bridge/"
NOTICE = (
    f'<p>Véase el contenido original en: <a href="{ORIGINAL}?lang=es">{ORIGINAL}</a></p>'
    "<p>Esta traducción se proporciona como una cortesía y solo vale el texto en inglés.</p>"
)
TEXT = (
    "<p>Para su divulgación inmediata</p><p><b>PREGUNTA:</b> ¿Está abierto?</p>"
    "<p><b>SECRETARIA FENWICK:</b> Sí. (Risas.) Abierto: desde hoy.</p><p><b>SR. MARSH:</b> (Sin micrófono).</p>"
    "<p><b>MINISTRO DE ASUNTOS EXTERIORES OKOYE:</b> (A través de un intérprete) Gracias. (Aplausos.)</p>"
)
SPANISH = {"html": '<html lang="es-ES">', "canonical": f'<link rel="canonical" href="{URL}" />'}


def read(text, **parts):
    return flow.run(capture(page_2019(text=text, **SPANISH, **parts), url=URL))


def test_a_translation_keeps_its_language_and_names_its_original():
    remark = read(TEXT + NOTICE)
    assert (remark.page.language, remark.page.original_url) == ("es-ES", ORIGINAL)
    assert [(u.label, u.text) for u in remark.utterances] == [
        ("PREGUNTA", "¿Está abierto?"),
        ("SECRETARIA FENWICK", "Sí. (Risas.) Abierto: desde hoy."),
        ("SR. MARSH", "(Sin micrófono)."),
        ("MINISTRO DE ASUNTOS EXTERIORES OKOYE", "(A través de un intérprete) Gracias. (Aplausos.)"),
    ]
    kinds = [comment.kind for utterance in remark.utterances for comment in utterance.comments]
    assert kinds == ["laughter", "off_mike", "interpretation", "applause"]
    assert remark.utterances[0].role == "press"
    assert {removal.rule for removal in remark.page.removed} == {"translation_notice", "translation_release"}
    assert remark.problems == ()


def test_the_address_in_the_text_does_where_it_is_no_link():
    assert read(f"{TEXT}<p>Véase el contenido original en: {ORIGINAL}.</p>").page.original_url == ORIGINAL


@pytest.mark.parametrize(
    "address",
    [URL, "https://www.state.gov/translations/french/pont/", "https://www.example.org/x/", "javascript:x", "/x/"],
)
def test_no_original(address):
    assert read(f'{TEXT}<p>Véase <a href="{address}">aquí</a></p>').page.original_url is None


def test_an_english_page_has_no_original():
    body = page_2025(text=f'<p><b>QUESTION:</b> Yes?</p><p>See <a href="{ORIGINAL}2/">here</a>.</p>')
    assert flow.run(capture(body)).page.original_url is None


@pytest.mark.parametrize(
    ("language", "text", "labels"),
    [
        ("fr-FR", "<p><b>QUESTION :</b> Oui ?</p><p><b>M. MARSH :</b> Non.</p>", ["QUESTION", "M. MARSH"]),
        ("ar", "<p><b>سؤال:</b> هل هو مفتوح؟</p><p><b>الوزيرة فينويك:</b> نعم: اليوم.</p>", ["سؤال", "الوزيرة فينويك"]),
        ("ru-RU", "<p><b>ВОПРОС:</b> Да?</p><p><b>ГОСПОЖА ФЕНВИК:</b> Да.</p>", ["ВОПРОС", "ГОСПОЖА ФЕНВИК"]),
        (
            "pt-BR",
            "<p><b>PERGUNTA:</b> Sim?</p><p><b>SECRETÁRIA FENWICK:</b> Sim.</p>",
            ["PERGUNTA", "SECRETÁRIA FENWICK"],
        ),
    ],
)
def test_labels_of_other_languages(language, text, labels):
    body = page_2019(text=text, html=f'<html lang="{language}">', canonical="")
    assert [u.label for u in flow.run(capture(body, url=URL)).utterances] == labels


@pytest.mark.parametrize(
    ("printed", "language", "day"),
    [
        ("3 de noviembre de 2023", "es-ES", date(2023, 11, 3)),
        ("noviembre 3, 2023", "es", date(2023, 11, 3)),
        ("3 novembre 2023", "fr-FR", date(2023, 11, 3)),
        ("3 de março de 2023", "pt-BR", date(2023, 3, 3)),
        ("3 ноября 2023 г.", "ru-RU", date(2023, 11, 3)),
        ("٣ نوفمبر ٢٠٢٣", "ar", date(2023, 11, 3)),
    ],
)
def test_dates_of_other_languages(printed, language, day):
    assert find_foreign_date(printed, language) == day
    parts = {"html": f'<html lang="{language}">', "canonical": "", "date": DATE.replace("November 3, 2023", printed)}
    assert flow.run(capture(page_2019(**parts), url=URL)).page.date == day.isoformat()


@pytest.mark.parametrize(
    "printed", ["3 de 2023", "noviembre de 2023", "3 de noviembre", "31 de noviembre de 2023", "x"]
)
def test_no_dates(printed):
    parts = {**SPANISH, "date": DATE.replace("November 3, 2023", printed)}
    with pytest.raises(TemplateBroken, match="date"):
        flow.run(capture(page_2019(**parts), url=URL))


def test_a_language_that_nobody_knows():
    with pytest.raises(ValueError, match="not a date"):
        find_foreign_date("3 nov 2023", "xx-unknown-language")

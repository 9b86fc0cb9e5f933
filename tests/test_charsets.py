"""Each page of the corpus in each encoding, declared right, wrong and not at all; and what came garbled."""

import runpy

import pytest
from replica import PROGRAM, documents, with_replica
from templates import old_pages, pages

from crawler import flow
from crawler.web.health import decode

DECLARED = {
    "utf-8": ("utf-8", "iso-8859-1", "windows-1252", "windows-1251", "big5", "shift_jis", "gb18030", "utf-16", "cp037"),
    "cp1252": ("windows-1252", "iso-8859-1", "us-ascii", "utf-8", "utf-16", "cp037", "no-such-thing"),
}


@with_replica
@pytest.mark.parametrize("part", range(4))
def test_every_page_of_the_corpus_reads_the_same_whatever_is_declared(part):
    render = runpy.run_path(str(PROGRAM.with_name("shells.py")))["render"]
    for document in documents()[part::4]:
        for host, path in document["served_at"]:
            body, kind = render(host, path, document)
            text = decode(body, kind, url=f"https://{host}{path}")[0]
            start = max(len(text) // 2 - 5_000, 0)
            piece = text[start : start + 20_000]  # the menus before it are the same on all pages
            for encoding, declared in DECLARED.items():
                sent = piece.encode(encoding, "xmlcharrefreplace")
                right = sent.decode(encoding)
                for name in (None, *declared):
                    header = f"text/html; charset={name}" if name else "text/html"
                    found = decode(sent, header, url=f"https://{host}{path}")
                    assert found == (right, 0), (host, path, encoding, name)


def problems(text, build=pages.page_2025, content_type="text/html; charset=UTF-8"):
    capture = pages.capture(build(text=f"<p><b>SECRETARY FENWICK:</b> {text}</p>"), content_type=content_type)
    return [problem for problem in flow.run(capture).problems if "encoding" in problem]


GARBLED = {
    "quotation marks": "We haven’t “been” there – not once.",
    "accents": "Señor García spoke in Málaga.",
    "blanks": "Good morning.\u00a0 Good day.",
    "Cyrillic": "Порт открыт сегодня.",
    "Arabic": "الميناء مفتوح",
    "Chinese": "港口今天开放。",
}


@pytest.mark.parametrize("text", GARBLED.values(), ids=GARBLED)
@pytest.mark.parametrize("as_read", ["cp1252", "latin-1"])
def test_text_that_was_encoded_twice_is_told_with_an_example(text, as_read):
    twice = "".join(bytes([byte]).decode(as_read, "ignore") or chr(byte) for byte in text.encode())
    (told,) = problems(twice)
    assert told.startswith("unread: encoding: ")
    assert "garbled characters, e.g. '" in told


def test_a_table_of_another_language_is_told():
    (told,) = problems("The cafés of Málaga are fêted.".encode("cp1252").decode("cp1251"))
    assert "words in two scripts, e.g. '" in told


def test_lost_characters_are_told_with_an_example():
    assert problems("We haven\ufffdt.") == [
        "unread: encoding: 1 characters are lost on the page itself, e.g. 'RY FENWICK: We haven\ufffdt.'"
    ]
    page = pages.page_2025(
        text="<p><b>SECRETARY FENWICK:</b> We haven!t “been” there.</p>" + "<p>Yes, we were.</p>" * 90
    )
    found = flow.run(pages.capture(page.replace(b"haven!t", b"haven\x92t"))).problems
    assert [problem for problem in found if "encoding" in problem] == [
        "unread: encoding: 1 bytes that are not text were replaced, e.g. 'RY FENWICK: We haven\ufffdt “been” there.'"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "« La liberté » – “LIBERTÉ” – « café… » – “café”…",
        "A MANHÃ “É” NOSSA: AMANHÃ”, disse. Spaß“, sagte er. São Tomé e Príncipe.",
        "Xi Jinping 习近平 met Владимир Путин and الملك at 5 °C; €5, £6, ½ §3 ¶ ©",
        "Âm nhạc, Ânkara; naïve façade; Besançon; Łódź; İstanbul; Đà Nẵng.",
    ],
)
def test_sound_text_is_not_doubted(text):
    assert problems(text) == []


def test_a_page_in_windows_1252_that_declares_utf_8_twice():
    body = pages.page_2019(text="<p><b>MS. VALE:</b> “Ärger über Öl.”</p>").decode().encode("cp1252")
    assert flow.run(pages.capture(body)).utterances[0].text == "“Ärger über Öl.”"


@pytest.mark.parametrize("form", ["cms_2001", "html_1997"])
def test_an_old_page_in_utf_8_that_declares_another(form):
    text = old_pages.FORMS[form]().replace("Good morning", "Good “morning” – café")
    capture = old_pages.capture(text.encode(), form, "text/html; charset=iso-8859-1")
    assert "“morning” – café" in flow.run(capture).utterances[0].text

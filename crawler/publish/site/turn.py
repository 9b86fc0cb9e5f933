"""The address of one turn, which never breaks, and how to cite it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.utils.asgi import NotFound, Response

from crawler.publish.site.cite import Source, citations
from crawler.publish.site.held import Held, Row, page

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

#: A turn that was merged into one that was merged ...
MOST_STEPS = 20
LOOPBACK = ("127.", "localhost", "[::1]")
TURN = """
select u.*, p.name as person, r.title, r.type, r.date, r.place, r.url, r.revision, r.last_seen_at
from utterances u join remarks r on r.id = u.remark_id left join people p on p.id = u.person_id where u.id = :id
"""
WHOLE = """
select id, id as remark_id, null as person, byline as label, null as position, title, type, date, place, url, revision,
  last_seen_at, text from remarks where id = :id
"""
WHY = "select method, confidence, evidence from attributions where utterance_id = :id and rank = 1"
LAST = """
select * from utterance_versions where utterance_id = :id order by revision desc limit 1
"""


async def permalink(held: Held, request: Request) -> Response:
    """`/u/<turn id>`: on to its place in the transcript; what a turn said last, where it is gone."""
    id_ = request.url_vars["id"]
    now = await resolve(held, id_)
    if now:
        path = held.datasette.urls.path(f"/r/{now.rpartition('-')[0]}#{now}")
        return Response.redirect(path)
    last = await held.row(LAST, id=id_)
    if last is None:
        raise NotFound(f"No turn has or had the id {id_}.")
    return await page(held, request, "gone", {"turn": last}, status=410)


async def resolve(held: Held, id_: str) -> str | None:
    """The turn that has an id now, or that holds the words of one which was split up or merged; None if none does."""
    for _ in range(MOST_STEPS):
        if await held.value("select 1 from utterances where id = :id", id=id_):
            return id_
        onward = await held.value("select new_id from redirects where old_id = :id", id=id_)
        if onward is None:
            return None
        id_ = onward
    return None


async def cite(held: Held, request: Request) -> Response:
    """`/cite/<turn or remark id>`, and `.bib` behind it for the BibTeX entry alone."""
    id_ = request.url_vars["id"]
    row = await held.row(WHOLE, id=id_) or await held.row(TURN, id=await resolve(held, id_))
    if row is None:
        raise NotFound(f"Nothing with the id {id_} can be cited.")
    forms = citations(source(held, row, request, await _archived(held, row["remark_id"])))
    if request.url_vars.get("format") == "bib":
        headers = {"content-disposition": f'attachment; filename="state-{row["id"]}.bib"'}
        return Response.text(forms["BibTeX"] + "\n", headers=headers)
    why = await held.row(WHY, id=row["id"])
    return await page(held, request, "cite", {"row": row, "forms": forms, "why": why})


def source(held: Held, row: Row, request: Request, archive_url: str | None) -> Source:
    public = not request.host.startswith(LOOPBACK)
    path = "u" if row["position"] else "r"
    link = held.datasette.absolute_url(request, held.datasette.urls.path(f"/{path}/{row['id']}"))
    return Source(
        id=row["id"],
        person=row["person"],
        label=row["label"],
        title=row["title"],
        type=row["type"],
        date=row["date"],
        place=row["place"],
        url=row["url"],
        turn=row["position"],
        revision=row["revision"],
        seen=row["last_seen_at"],
        archive_url=archive_url,
        permalink=link if public else None,
    )


async def _archived(held: Held, remark_id: str) -> str | None:
    """The public archive's copy, in databases that know of one."""
    columns = {row["name"] for row in await held.rows("select name from pragma_table_info('captures')")}
    if "archive_url" not in columns:
        return None
    sql = "select archive_url from captures where remark_id = :id and archive_url is not null order by id desc limit 1"
    return str(found) if (found := await held.value(sql, id=remark_id)) else None

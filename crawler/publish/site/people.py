"""People: who is held, and one person's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasette.database import QueryInterrupted
from datasette.utils.asgi import NotFound, Response

from crawler.publish.site import svg
from crawler.publish.site.held import Held, Row, page
from crawler.publish.site.months import spread
from crawler.publish.site.topics import topics

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

LIST = """
select p.id, p.name, s.turns, s.words, s.remarks from people p join (
  select person_id, count(*) as turns, sum(word_count) as words, count(distinct remark_id) as remarks
  from utterances where person_id is not null group by person_id
) s on s.person_id = p.id order by s.words desc limit :limit
"""
MONTHS = """
select substr(r.date, 1, 7) as month, sum(s.words) as words, sum(s.turns) as turns, count(*) as remarks,
  min(r.date) as first, max(r.date) as last
from (select remark_id, sum(word_count) as words, count(*) as turns from utterances where person_id = :id group by 1) s
join remarks r on r.id = s.remark_id where r.date is not null group by 1 order by 1
"""
TERMS = """
select o.id, o.name, o.organization, t.start_date, t.end_date, t.acting, t.source from terms t
join offices o on o.id = t.office_id where t.person_id = :id order by t.start_date desc
"""
#: Offices as printed beside the name; the newest turns tell.
PRINTED = """
select o.id, o.name, count(*) as turns from (
  select office_id from utterances where person_id = :id and office_id is not null limit 5000
) join offices o on o.id = office_id group by 1 order by 3 desc limit 12
"""
NEWEST = """
with newest as (
  select r.id, r.date from (select distinct remark_id from utterances where person_id = :id)
  join remarks r on r.id = remark_id order by r.date desc, r.id limit :limit
)
select r.id as remark_id, r.title, r.type, r.date, u.id, u.position, substr(u.text, 1, 321) as text
from newest n join remarks r using (id) join utterances u on u.remark_id = n.id and u.person_id = :id
where u.word_count = (select max(word_count) from utterances where remark_id = n.id and person_id = :id)
group by n.id order by n.date desc, n.id
"""
#: The questions that their turns answer, in the newest transcripts; {question} is a condition on q and a.
QUESTIONS = """
with newest as (
  select r.id from (select distinct remark_id from utterances where person_id = :id)
  join remarks r on r.id = remark_id order by r.date desc limit 60
)
select q.text from newest n join utterances a on a.remark_id = n.id and a.person_id = :id
join utterances q on {question} where q.speaker_role = 'press' limit 1500
"""
MOST_PEOPLE = 500


async def listed(held: Held, request: Request) -> Response:
    """`/people`: by words spoken."""
    return await page(
        held, request, "people", {"people": await held.counted(LIST, limit=MOST_PEOPLE), "most": MOST_PEOPLE}
    )


async def show(held: Held, request: Request) -> Response:
    """`/people/<person id>`."""
    id_ = request.url_vars["id"]
    person = await held.row("select * from people where id = :id", id=id_)
    if person is None and (now := await _now(held, id_)):
        return Response.redirect(held.datasette.urls.path(f"/people/{now}"))
    if person is None:
        raise NotFound(f"No person has the id {id_}.")
    months = await held.counted(MONTHS, id=id_)
    values = {
        "person": person,
        "terms": await held.rows(TERMS, id=id_),
        "offices": await held.rows(PRINTED, id=id_),
        "months": months,
        "totals": {name: sum(row[name] for row in months) for name in ("words", "turns", "remarks")},
        "chart": _chart(person["name"], months),
        "topics": await _asked(held, person),
        "newest": await held.rows(NEWEST, id=id_, limit=8),
    }
    return await page(held, request, "person", values)


async def _now(held: Held, id_: str) -> str | None:
    """The id of the person that another id led to once; databases from before have no such table."""
    if "former_ids" not in held.tables:
        return None
    sql = "select p.id from former_ids f join people p on p.id = f.new_id where f.kind = 'people' and f.old_id = :id"
    return str(found) if (found := await held.value(sql, id=id_)) else None


def _chart(name: str, months: list[Row]) -> svg.Chart | None:
    if not months:
        return None
    labels, values = spread({row["month"]: row["words"] for row in months})
    return svg.columns(f"Words of {name}", labels, [svg.Series("Words", values)], unit="words")


async def _asked(held: Held, person: Row) -> list[Row]:
    """What the questions to a person are about; empty where finding out takes too long."""
    try:
        questions = await held.rows(QUESTIONS.format(question=held.question), id=person["id"])
        return topics([row["text"] for row in questions], person["name"])
    except QueryInterrupted:
        return []

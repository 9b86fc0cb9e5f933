"""The start page: what is held, how the last run went, and what is new."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from datasette.database import QueryInterrupted
from datasette.utils.asgi import Response

from crawler.publish.site import changes
from crawler.publish.site.held import Held, Row, page

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

HELD = """
select count(*) as remarks, sum(utterance_count) as turns, sum(word_count) as words, min(date) as first,
  max(date) as last from remarks
"""
HOSTS = "select host, count(*) as remarks from remarks group by host order by 2 desc"
LATEST = """
select id, title, type, date, place, utterance_count, word_count, status from remarks
order by date desc, rowid desc limit 8
"""
LAST_RUN = "select * from runs order by id desc limit 1"
#: Addresses whose newest answer was no page, as `scrapy status` counts them.
GAPS = """
select outcome, count(*) as addresses, max(fetched_at) as last from captures c
where outcome not in ('ok', 'unchanged', 'index', 'robots', 'redirect', 'not_remarks', 'out_of_span')
  and id = (select max(id) from captures where url = c.url)
group by outcome order by 2 desc
"""
#: The speakers of the newest so many days of the record.
HEARD_DAYS = 90
HEARD = """
select p.id, p.name, sum(u.word_count) as words, count(*) as turns from utterances u join people p on p.id = u.person_id
where u.remark_id in (select id from remarks where date >= :since) and u.person_id is not null
group by 1 order by 3 desc limit 8
"""
PEOPLE = "select count(*) as people from people p where exists (select 1 from utterances where person_id = p.id)"


async def show(held: Held, request: Request) -> Response:
    """`/`"""
    (totals,) = await held.counted(HELD)
    run = await held.row(LAST_RUN)
    last = totals["last"]
    since = (date.fromisoformat(last) - timedelta(days=HEARD_DAYS)).isoformat() if last else "9999"
    values = {
        "held": totals,
        "people": (await held.counted(PEOPLE))[0]["people"],
        "hosts": await held.counted(HOSTS),
        "latest": await held.rows(LATEST),
        "changes": (await changes.newest(held, "", 3))[:3],
        "heard": await held.counted(HEARD, since=since),
        "heard_since": since,
        "run": run,
        "run_hosts": json.loads(run["arguments"]).get("hosts", []) if run else [],
        "gaps": await _gaps(held),
    }
    return await page(held, request, "start", values)


async def data(held: Held, request: Request) -> Response:
    """`/-/data`: on to Datasette's own page of the database, with its tables and queries."""
    return Response.redirect(held.datasette.urls.database(held.db.name))


async def _gaps(held: Held) -> list[Row] | None:
    """None where counting takes too long."""
    try:
        return await held.counted(GAPS)
    except QueryInterrupted:
        return None

"""The charts page: what is held over time by type and by speaker, and how often words are said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from datasette.database import QueryInterrupted

from crawler.publish.site import svg
from crawler.publish.site.held import Held, Row, page
from crawler.publish.site.months import MOST_COLUMNS, by_year, months
from crawler.publish.site.query import BadQuery
from crawler.publish.site.words import said, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datasette.utils.asgi import Request, Response

TYPES = """
select substr(date, 1, 7) as month, coalesce(type, 'no type') as name, count(*) as remarks, sum(word_count) as words
from remarks where date is not null group by 1, 2
"""
HEARD = """
select person_id as id, sum(word_count) as words from utterances where person_id is not null
group by 1 order by 2 desc limit :limit
"""
SPEAKERS = """
select substr(r.date, 1, 7) as month, p.name as name, sum(s.words) as words, count(*) as remarks from (
  select person_id, remark_id, sum(word_count) as words from utterances
  where person_id in (select value from json_each(:ids)) group by 1, 2
) s join remarks r on r.id = s.remark_id join people p on p.id = s.person_id where r.date is not null group by 1, 2
"""
WORDS = """
select substr(date, 1, 7) as month, sum(word_count) as words from remarks
where date is not null and utterance_count > 0 group by 1
"""
MEASURES = ("words", "remarks")
SHOWN = 6
MOST_TERMS = 6


async def show(held: Held, request: Request) -> Response:
    """`/charts?by=type|speaker&count=words|remarks`."""
    by, count = request.args.get("by") or "type", request.args.get("count") or "words"
    if by not in ("type", "speaker") or count not in MEASURES:
        raise BadQuery("“by” can be type or speaker, and “count” words or remarks.")
    rows = await held.counted(TYPES) if by == "type" else await _speakers(held)
    chart = _stacked(f"{count.capitalize()} by {by}", rows, count)
    return await page(held, request, "charts", {"by": by, "count": count, "chart": chart})


async def words(held: Held, request: Request) -> Response:
    """`/charts/words?q=<terms, parted by commas>`: per million words."""
    typed = (request.args.get("q") or "").strip()
    terms = list(dict.fromkeys(term.strip().strip('"“”') for term in typed.split(",") if term.strip()))
    if len(terms) > MOST_TERMS:
        raise BadQuery(f"{MOST_TERMS} words or phrases can be compared; these are {len(terms)}.")
    if unknown := [term for term in terms if not tokenize(term)]:
        raise BadQuery(f"“{unknown[0]}” has no word to count.")
    values: Row = {"q": typed, "terms": terms, "chart": None, "too_common": [], "totals": {}}
    if terms:
        spoken = {row["month"]: row["words"] for row in await held.counted(WORDS)}
        found: dict[str, dict[str, int]] = {}
        for term in terms:
            try:
                found[term] = await said(held, term)
            except QueryInterrupted:
                values["too_common"].append(term)
        values["totals"] = {term: sum(counts.values()) for term, counts in found.items()}
        values["chart"] = _frequency(found, spoken)
    return await page(held, request, "words", values)


async def _speakers(held: Held) -> list[Row]:
    heard = await held.counted(HEARD, limit=SHOWN)
    return await held.counted(SPEAKERS, ids=json.dumps([row["id"] for row in heard]))


def _stacked(title: str, rows: list[Row], count: str) -> svg.Chart | None:
    """The most frequent names in colours, all others in the last one."""
    if not rows:
        return None
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["name"]] = totals.get(row["name"], 0) + row[count]
    names = sorted(totals, key=lambda name: -totals[name])
    shown = names if len(names) <= SHOWN + 1 else names[:SHOWN]
    span = months(min(row["month"] for row in rows), max(row["month"] for row in rows))
    figures = {name: dict.fromkeys(span, 0) for name in (*shown, *(["all others"] if len(names) > len(shown) else []))}
    for row in rows:
        figures[row["name"] if row["name"] in shown else "all others"][row["month"]] += row[count]
    labels, series = _spread(span, figures)
    return svg.columns(title, labels, series, unit=count)


def _spread(span: list[str], figures: Mapping[str, Mapping[str, float]]) -> tuple[list[str], list[svg.Series]]:
    if len(span) <= MOST_COLUMNS:
        return span, [svg.Series(name, [by[month] for month in span]) for name, by in figures.items()]
    years = {name: by_year(span, [by[month] for month in span]) for name, by in figures.items()}
    return next(iter(years.values()))[0], [svg.Series(name, values) for name, (_, values) in years.items()]


def _frequency(found: Mapping[str, Mapping[str, int]], spoken: Mapping[str, int]) -> svg.Chart | None:
    """Per million words said in the month; a gap where nothing is held."""
    if not spoken or not found:
        return None
    span = months(min(spoken), max(spoken))
    labels, totals = _years(span, spoken)
    series = []
    for term, counts in found.items():
        _, values = _years(span, counts)
        rates = [n / total * 1_000_000 if total else None for n, total in zip(values, totals, strict=True)]
        series.append(svg.Series(term, rates))
    return svg.lines("How often it is said", labels, series, unit="per million words")


def _years(span: list[str], by_month: Mapping[str, int]) -> tuple[list[str], Iterable[float]]:
    values = [by_month.get(month, 0) for month in span]
    return by_year(span, values) if len(span) > MOST_COLUMNS * 2 else (span, values)

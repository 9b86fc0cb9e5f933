"""`scrapy demo`: serves the sample site on loopback, crawls it with the real spider, and shows what came of it.

It is crawled twice: as its pages were first published, and after some of them were corrected and moved, as State does.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands import PROGRAM, Plain, check_folder, options_only, program, say
from crawler.commands.status import changes
from crawler.sample import SampleSite
from crawler.sample.shells import HOSTS

if TYPE_CHECKING:
    import argparse

    from crawler.sample import Edition

FOLDER = "demo-output"
# Two turns worth a look: a question and the answer to it.
EXAMPLES = """
select u.label, u.speaker_role, p.name as person, u.text, r.title, r.date
from utterances u join remarks r on r.id = u.remark_id left join people p on p.id = u.person_id
where r.type = 'Department Press Briefing' and u.word_count > 8
  and u.speaker_role = :role order by r.date desc, u.position limit 1
"""


class Command(Plain, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Crawl the bundled sample site on loopback and show the result"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--folder", default=FOLDER, help=f"folder to write to; emptied first (default {FOLDER})")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options_only(args)
        folder = Path(opts.folder)
        check_folder(folder)
        if folder.exists() and not (folder / "remarks.db").exists() and any(folder.iterdir()):
            print(f"{folder} is not empty and has no remarks.db: nothing was written", file=sys.stderr)
            self.exitcode = 2
            return
        shutil.rmtree(folder, ignore_errors=True)
        editions: tuple[Edition, ...] = ("first", "latest")
        with SampleSite() as site:
            for site.version in editions:
                done = subprocess.run(crawl_line(folder), env=site.environment, check=False)  # noqa: S603
                self.exitcode = self.exitcode or done.returncode
        if self.exitcode == 0:
            assert self.settings is not None
            crawled = Path(self.settings["REMARKS_OUTPUT"]) / "remarks.db"
            self.exitcode = say("\n".join([show(folder), "Look at them:", f"  {look(folder, crawled)}"]))


def crawl_line(folder: Path) -> list[str]:
    """The command that crawls every document of the sample site."""
    arguments = [f"hosts={','.join(HOSTS)}", "since=all", "types=all"]
    settings = [f"REMARKS_OUTPUT={folder}", "DOWNLOAD_DELAY=0"]
    line = [sys.executable, "-m", "scrapy", "crawl", "remarks"]
    line += [part for argument in arguments for part in ("-a", argument)]
    return line + [part for setting in settings for part in ("-s", setting)]


def show(folder: Path) -> str:
    """What was written, two turns of it, and what was changed between the two runs."""
    with sqlite3.connect(f"file:{folder / 'remarks.db'}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        remarks, turns = (db.execute(f"select count(*) from {t}").fetchone()[0] for t in ("remarks", "utterances"))  # noqa: S608
        told = list(changes(db, "1997-01-01"))[:-1]
        examples = [db.execute(EXAMPLES, {"role": role}).fetchone() for role in ("press", "spokesperson")]
    db.close()
    lines = [f"{remarks} remarks with {turns} turns in {folder}/remarks.db and {folder}/remarks.jsonl", ""]
    lines += [line for row in examples if row for line in example(row)]
    lines += ["Between the two runs the site corrected and moved some pages, as State does:", ""]
    return "\n".join([*lines, *(textwrap.indent(line, "  ") for line in told)])


def look(folder: Path, crawled: Path) -> str:
    """The shortest line that shows the folder's record; `browse` alone takes it where nothing else was crawled."""
    is_found = folder == Path(FOLDER) and not crawled.exists()
    if is_found and Path("Makefile").exists() and Path("scrapy.cfg").exists():
        return "make browse"
    command = relative(Path(sys.executable).with_name("scrapy")) if program() == "scrapy" else PROGRAM
    return f"{command} browse --open" if is_found else f"{command} browse -s REMARKS_OUTPUT={folder} --open"


def example(row: sqlite3.Row) -> list[str]:
    who = row["person"] or row["speaker_role"]
    text = textwrap.shorten(row["text"], 220, placeholder=" …")
    return [
        f"{row['label']}  ({who}; {row['title']}, {row['date']})",
        textwrap.indent(textwrap.fill(text, 96), "  "),
        "",
    ]


def relative(command: Path) -> Path:
    return command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command

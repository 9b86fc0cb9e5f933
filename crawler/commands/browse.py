"""`scrapy browse`: the site on remarks.db, on this machine only; or a folder for `datasette serve` elsewhere."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import shutil
import sqlite3
import sys
from importlib.metadata import requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.commands import Plain, check_folder, options_only, whole_number
from crawler.commands.demo import FOLDER

if TYPE_CHECKING:
    import argparse

PUBLISH = Path(__file__).resolve().parent.parent / "publish"
#: What the site's code needs of this package, beside crawler/publish/site/: it imports neither Scrapy nor Twisted.
CODE = ("__init__.py", "publish/__init__.py", "exporters/__init__.py", "exporters/sqlite/columns.py")
CONFIGURATION = ("metadata.yaml", "settings.json", "templates", "static", "plugins")
NEEDED = ("datasette", "feedgenerator")


class Command(Plain, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Serve the site for readers on this machine, or write it into a folder"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--port", type=whole_number(0, 65535), default=8001, help="port; 0 picks a free one (default 8001)"
        )
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 in a container (default 127.0.0.1)"
        )
        parser.add_argument("--open", action="store_true", help="open the site in your browser")
        parser.add_argument("--folder", help="write site and database into this folder instead, for another machine")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        options_only(args)
        assert self.settings is not None
        database = Path(self.settings["REMARKS_OUTPUT"]) / "remarks.db"
        demo = Path(FOLDER) / "remarks.db"
        # Only for a person who looks, and has named no folder: what is published is not the demo's by mistake.
        is_named = (self.settings.getpriority("REMARKS_OUTPUT") or 0) > SETTINGS_PRIORITIES["project"]
        if not database.exists() and demo.exists() and not is_named and not opts.folder:
            print(f"{database}: nothing has been crawled yet; this is the demo's record, of invented pages: {demo}")
            database = demo
        if opts.folder:
            check_folder(Path(opts.folder))
        if not database.exists():
            self._fail(f"{database}: nothing has been crawled yet")
        elif missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
            self._fail(f"{' and '.join(missing)} is missing: {sys.executable} -m pip install {needs()}")
        elif opts.folder:
            self._write(database, Path(opts.folder))
        else:
            sys.stdout.flush()
            line = serve_line(database, opts.port, opts.open, opts.host)
            os.execv(line[0], line)  # noqa: S606

    def _write(self, database: Path, folder: Path) -> None:
        if folder.exists() and any(folder.iterdir()) and not (folder / "metadata.yaml").exists():
            self._fail(f"{folder} is not empty and has no metadata.yaml: nothing was written", status=2)
            return
        try:
            write_folder(database, folder)
        except (OSError, sqlite3.Error) as error:
            self._fail(f"{folder}: cannot be written: {error}")
            return
        print(f"{folder} is complete. On the other machine, in it: pip install -r requirements.txt; datasette serve .")

    def _fail(self, words: str, status: int = 1) -> None:
        print(words, file=sys.stderr)
        self.exitcode = status


def needs() -> str:
    """The extra `browse`, as pip takes it: also where the project itself came as a wheel that is gone."""
    extra = [line.split(";")[0].strip() for line in requires("state-remarks") or () if '"browse"' in line]
    return shlex.join(extra)


def serve_line(database: Path, port: int = 8001, open_browser: bool = False, host: str = "127.0.0.1") -> list[str]:
    """The command that serves the database, opened read-only; on this machine only but for another host."""
    line = [sys.executable, "-m", "datasette", "serve", str(database), "--host", host, "--port", str(port)]
    line += ["--metadata", str(PUBLISH / "metadata.yaml"), "--template-dir", str(PUBLISH / "templates")]
    line += ["--plugins-dir", str(PUBLISH / "plugins"), "--static", f"static:{PUBLISH / 'static'}"]
    for name, value in json.loads((PUBLISH / "settings.json").read_text("utf-8")).items():
        line += ["--setting", name, json.dumps(value)]
    return [*line, "--open"] if open_browser else line


def write_folder(database: Path, folder: Path) -> None:
    """A Datasette configuration folder with a compact copy of the database, of one moment, and the site's code."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in CONFIGURATION:
        source = PUBLISH / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    for name in CODE:
        (folder / "crawler" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PUBLISH.parent / name, folder / "crawler" / name)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PUBLISH / "site", folder / "crawler" / "publish" / "site", ignore=ignored)
    (folder / "requirements.txt").write_text("".join(f"{name}=={version(name)}\n" for name in NEEDED), "utf-8")
    db = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    try:
        db.execute("VACUUM INTO ?", [str(folder / "remarks.db")])
    finally:
        db.close()

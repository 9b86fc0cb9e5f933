"""One run: what it was asked, what became of every answer, and the verdict.

arguments      what was typed
run            the account, from open to close; where captures get their outcome
captures       the row of each capture, and what the archive is told beside the answer
sentinel       which hosts refuse, and are asked nothing more
report         the report of the run, and what to do about it
schedule, past when a page is looked at again; what earlier runs saw
drift, figures shares of pages that fell since the last runs
silence        hosts that list nothing new for too long
doubts         which remarks have doubts, by template and year
unused         lines of people.toml that nothing uses
lock, ping     one run at a time; a line to a watchdog
version        which program read a page
"""

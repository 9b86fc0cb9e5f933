"""A small invented copy of State's hosts on loopback: what `make demo` crawls and the end-to-end tests read.

Every person, place and event in it is invented; the markup, class names and shapes of addresses are the real ones.

documents   pages/*.html -> Document, and the turns that its author marked in expected.json
furniture   what stands around every page
shells      Document -> HTML page, one function a host's template; shell_2009, shell_2001, shell_1997 those before
            WordPress
listings    Documents -> listing page
indexes     Documents -> feed, sitemap, REST list
old_indexes Documents -> the hand-kept index pages of 1997-2017
routes      a request -> Answer, without any I/O
wayback     a small Internet Archive of it
faults      an Answer -> a wrong one
tls         a throw-away certificate authority
proxy       the loopback socket that answers for the real host names
server      SampleSite, all of it together
"""

from crawler.sample.documents import Document, Edition, expected, load
from crawler.sample.faults import Fault
from crawler.sample.proxy import Request
from crawler.sample.server import SampleSite

__all__ = ["Document", "Edition", "Fault", "Request", "SampleSite", "expected", "load"]

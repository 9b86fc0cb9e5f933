"""What is true of an answer before anybody knows its form. Pure: no Scrapy, no I/O.

sites, urls, types   State's hosts; one spelling of an address; the types of documents
exchange             a request and its answer, as they came
health               is this the page that was asked for, or a refusal dressed as one; bytes -> text
robots               what a robots.txt asks of us
limits               how much markup the parser is given
whole, garbled       does the page lack its end; is its text spoiled
markup, marks        trees, and what a template looks for in them
blocks, dates        paragraphs of a page; dates as they are printed
"""

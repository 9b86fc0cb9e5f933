"""Past one machine, on engines that others keep: scrapy-redis for a run, Dask for reading its archive again.

A run with REMARKS_REDIS_URL is the run that it is without: it alone walks, judges, archives, reads and stores. Only the
requests that its middlewares have let through are sent by somebody else, a worker on any machine (`scrapy worker`).

    switch     what REMARKS_REDIS_URL sets: scrapy-redis as frontier and dupefilter, the workers as the way out
    queue      the frontier's queue: in Redis, but for requests that only this process can understand
    handing    the run's end: hands a request over, waits for the answer
    worker     the worker's end: takes a request, sends it, gives back the answer
    lease      one request at a time and a delay apart on each host, however many workers
    tickets    what goes between the two
    cluster    `scrapy reparse --cluster`: a Dask cluster reads the parts of WARC files

Nothing here is imported without the setting or the option, nor are scrapy-redis and Dask: they are the extra
`distributed`.
"""

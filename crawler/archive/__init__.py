"""Step 3: WARC files, the record of what came. Everything else can be made again from them.

writer      every answer, before anything looks at it
reader      WARC records -> captures, of our own files and of others
records     where records begin and end, in gzip, zstd and plain files; what is damaged
encodings   gzip, deflate, br and zstd undone
memento     captures of the Internet Archive as State's pages of their day
"""

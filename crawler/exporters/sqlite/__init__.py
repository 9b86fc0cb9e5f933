"""remarks.db: one schema, one writer.

schema        tables, indexes, views and their migrations; columns: what each column means
store         the one who writes; queries: what a run reads back
settle        the one way in: a page that was read, or refused, in the order of the archive
save          a remark -> rows, in one transaction; rows, relations
identity      is this a document that is held; addresses, permalink
revisions     what changed since the last one: ids of turns, versions, kinds of change (changes)
alignment     which turn of before is which turn of now; words
status        live, missing, gone
validators    what a 304 proves
listed        what indexes named
names         people and offices: their rows; offices, people_file, former_ids
"""

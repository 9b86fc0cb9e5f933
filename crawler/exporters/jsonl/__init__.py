"""remarks.jsonl and events.jsonl.

files        whole lines only, whatever stops the program
publishing   what the database has and the files have not
events       what happened to a remark, in words
jsonschema   the schema of a line, from items.py
"""

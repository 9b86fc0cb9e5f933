"""Steps 9 and 10: the record. sqlite/ writes remarks.db, jsonl/ remarks.jsonl and events.jsonl, corpus/ whole-record
exports; disk.py says what of a file is on the disk.
"""

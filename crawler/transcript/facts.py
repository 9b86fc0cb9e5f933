def relate(r): return r

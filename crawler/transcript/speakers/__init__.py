"""Step 7: label -> person, office and role, with the evidence. Nobody rather than a wrong name.

identify        the step
label_names     what a label says: title, name, office
source          what the page says of people: title, byline, list of participants
texts           what is said of people in the text: introductions, thanks (mentions, heads, interviews, given)
holders         who held the office that day, by the roster
elsewhere       people whom only other pages name
pairs           two who greet each other by given name
roles           official, guest, press, staff, unknown
weighing        two pieces of evidence that do not agree
"""

"""Say what was found: a text box, a JSON document, Markdown, HTML.

wording     the words and counts that all of them share
escape      hostile text made harmless in terminals and in Markdown
text        the box that `print(report)` shows
document    the JSON document, there and back, and its file
schema      the JSON Schema of the document, and the limits it states
markdown    for job summaries and files
html        one self-contained page
"""

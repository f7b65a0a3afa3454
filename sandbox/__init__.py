"""The other side of the wire: agencies as HTTP servers, written from their documents.

Imports nothing of the house, and nothing of the house imports it.
"""

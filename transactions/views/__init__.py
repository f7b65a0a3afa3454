"""Screens and buttons: door, row, service, sentence, redirect. One file per noun."""

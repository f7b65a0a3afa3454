"""What the pages show of orders and drafts: words, icons and links, made from rows. No writes, no requests."""

"""Pages of files: brought in, and taken out."""

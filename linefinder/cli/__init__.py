"""The commands of `flask --app app`: what the server knows, and what it can be told, from a shell."""

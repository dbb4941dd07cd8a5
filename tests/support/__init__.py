"""What the tests stand on: servers, clients, browsers, databases, and faults between them."""

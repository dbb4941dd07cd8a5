"""Laws of the domain, each over boards that hypothesis makes up."""

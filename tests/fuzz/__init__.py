"""A million bad inputs: `python -m tests.fuzz`, by atheris where it installs, else by chance."""

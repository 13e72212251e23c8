"""The parts of make-references.py: one module for each file of references."""

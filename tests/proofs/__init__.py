"""Proofs: what the pages of the rules say is run on the real OpenAI SDKs, against a server on this machine."""

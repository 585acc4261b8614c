"""Hands on what its modules define."""

from bot.client import *

"""What an htmx request asks for: the whole page or a region of it."""

from core.htmx.responses import is_partial, redirect_whole_page, trigger_event

__all__ = ["is_partial", "redirect_whole_page", "trigger_event"]

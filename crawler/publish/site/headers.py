"""Security headers on every answer, and no request but to read.

Nothing is loaded from elsewhere, and no script or style stands in a page of ours. Datasette's own pages (tables, SQL)
carry style attributes and a style element, so style alone is laxer there; their inline scripts are replaced by files
(static/site.js, static/sql.js).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope = MutableMapping[str, Any]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
    App = Callable[[Scope, Any, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
OURS = ("/", "/search", "/changes", "/charts", "/people", "/r/", "/u/", "/cite/")
METHODS = ("GET", "HEAD", "OPTIONS")
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}


def secured(app: App) -> App:
    async def wrapped(scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = HEADERS | {"content-security-policy": policy(scope["path"])}
        added = [(name.encode(), value.encode()) for name, value in headers.items()]

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in added}
                kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in own]
                message = {**message, "headers": [*kept, *added]}
            await send(message)

        if scope["method"] in METHODS:
            await app(scope, receive, sending)
        else:
            await Response.text("This site can only be read.", 405, {"allow": ", ".join(METHODS)}).asgi_send(sending)

    return wrapped


def policy(path: str) -> str:
    ours = path == "/" or any(path == one.rstrip("/") or path.startswith(one) for one in OURS[1:])
    return POLICY.format(style="" if ours else " 'unsafe-inline'")

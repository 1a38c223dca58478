import html
import stat


class Site:
    def __init__(self, root):
        self.root = root

    def publish(self, slug, title, body):
        page = self.root / f"{slug}.html"
        text = f"<h1>{html.escape(title)}</h1>\n<p>{html.escape(body)}</p>\n"
        page.write_text(text)
        return page

    def readable_by_all(self, page):
        return bool(page.stat().st_mode & stat.S_IROTH)

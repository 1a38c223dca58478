from vitrine.formats import exporter


@exporter("plain")
def plain(objects):
    return "\n".join(f"{item['no']}: {item['title']}" for item in objects)

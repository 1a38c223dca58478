from vitrine.formats import exporter


@exporter("markdown")
def markdown(objects):
    lines = ["| No | Title | Year |", "|---|---|---|"]
    for item in objects:
        lines.append(f"| {item['no']} | {item['title']} | {item.get('year') or '?'} |")
    return "\n".join(lines)

from xml.etree import ElementTree

from trackconv.registry import writer
from trackconv.track import Point, Track

NS = "http://www.topografix.com/GPX/1/1"


@writer("gpx")
def write(track: Track) -> str:
    root = ElementTree.Element("gpx", {"version": "1.1", "xmlns": NS})
    element = ElementTree.SubElement(root, "trk")
    ElementTree.SubElement(element, "name").text = track.name
    segment = ElementTree.SubElement(element, "trkseg")
    for point in track.points:
        item = ElementTree.SubElement(segment, "trkpt", {"lat": str(point.lat), "lon": str(point.lon)})
        ElementTree.SubElement(item, "ele").text = str(point.elevation)
    return ElementTree.tostring(root, encoding="unicode")


def read(text: str) -> Track:
    root = ElementTree.fromstring(text)
    points = [
        Point(float(item.get("lat")), float(item.get("lon")), float(item.findtext(f"{{{NS}}}ele", "0")))
        for item in root.iter(f"{{{NS}}}trkpt")
    ]
    return Track(root.findtext(f".//{{{NS}}}name", ""), points)

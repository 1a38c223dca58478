import json

from trackconv.registry import writer
from trackconv.track import Track


@writer("geojson")
def write(track: Track) -> str:
    coordinates = [[point.lon, point.lat, point.elevation] for point in track.points]
    geometry = {"type": "LineString", "coordinates": coordinates}
    return json.dumps({"type": "Feature", "properties": {"name": track.name}, "geometry": geometry})

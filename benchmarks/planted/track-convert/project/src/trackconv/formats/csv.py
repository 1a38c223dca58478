from trackconv.registry import writer
from trackconv.track import Track


@writer("csv")
def write(track: Track) -> str:
    rows = [f"{point.lat:.5f},{point.lon:.5f},{point.elevation:.1f}" for point in track.points]
    return "\n".join(["lat,lon,elevation", *rows]) + "\n"

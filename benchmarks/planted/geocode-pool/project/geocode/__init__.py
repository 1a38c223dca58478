from geocode.client import Geocoder, Location, UpstreamError
from geocode.pool import Pool, PoolExhausted

__all__ = ["Geocoder", "Location", "Pool", "PoolExhausted", "UpstreamError"]

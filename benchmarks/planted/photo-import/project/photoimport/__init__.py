from photoimport.camera import Camera
from photoimport.importer import Importer

__all__ = ["Camera", "Importer"]

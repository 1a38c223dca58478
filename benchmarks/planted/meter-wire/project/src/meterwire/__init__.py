from .codec import Frame, decode, encode

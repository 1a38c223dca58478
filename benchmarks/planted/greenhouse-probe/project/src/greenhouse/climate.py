class VentController:
    def __init__(self, probe, limit=28.0, humid=80.0):
        self.probe = probe
        self.limit = limit
        self.humid = humid

    def position(self):
        reading = self.probe.latest
        if reading.get("temp", 0.0) > self.limit:
            return "open"
        if reading.get("humidity", 0.0) > self.humid:
            return "tilted"
        return "closed"

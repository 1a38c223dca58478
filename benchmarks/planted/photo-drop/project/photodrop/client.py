import http.client
from dataclasses import dataclass


@dataclass(frozen=True)
class Receipt:
    status: int
    text: str

    @property
    def accepted(self):
        return self.status == 201


def upload(address, name, pixels, chunk=65536):
    connection = http.client.HTTPConnection(*address, timeout=2)
    try:
        connection.putrequest("PUT", f"/{name}")
        connection.putheader("Content-Length", str(len(pixels)))
        connection.endheaders()
        for start in range(0, len(pixels), chunk):
            connection.send(pixels[start:start + chunk])
        response = connection.getresponse()
        return Receipt(response.status, response.read().decode())
    finally:
        connection.close()

import logging
import uuid

log = logging.getLogger(__name__)


def load(rows):
    batch = uuid.uuid4()
    good = [row for row in rows if row.isdigit()]
    if len(good) < len(rows):
        log.warning("batch %s: %d rows skipped", batch, len(rows) - len(good))
    return good

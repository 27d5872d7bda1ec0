import json
import sys
from urllib.request import urlopen


def call(feederd, path, **fields):
    with urlopen(feederd + path, json.dumps(fields).encode()) as answer:
        return json.load(answer)


feederd, job_id = sys.argv[1:]
status = call(feederd, "/job/status/", job_id=job_id)
print(status["job"]["job_state"] if status["success"] else status["message"])

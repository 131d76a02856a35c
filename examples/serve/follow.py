"""Prints every value, whichever of the servers is alive: python3 follow.py http://127.0.0.1:8080 http://127.0.0.1:8081"""
import http.client, itertools, json, sys, time, urllib.request

cursor = "start"  # all values that are kept; "" for the next ones only
for url in itertools.cycle(sys.argv[1:]):
    try:
        for line in urllib.request.urlopen(f"{url}/events?after={cursor}", timeout=30):
            field, _, text = line.decode().rstrip("\n").partition(": ")
            if field == "id": cursor = text
            elif field == "data": print(json.loads(text), flush=True)
    except (OSError, http.client.HTTPException):
        time.sleep(1)

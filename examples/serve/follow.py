"""Prints every value, whichever of the servers is alive: python3 follow.py http://127.0.0.1:8080 http://127.0.0.1:8081"""
import http.client, itertools, json, os, sys, time, urllib.error, urllib.request

cursor = "start"  # all values that are kept; "" for the next ones only
headers = {"authorization": "Bearer " + os.environ["TIDECAST_TOKEN"]} if "TIDECAST_TOKEN" in os.environ else {}
for url in itertools.cycle(sys.argv[1:]):
    try:
        for line in urllib.request.urlopen(urllib.request.Request(f"{url}/events?after={cursor}", headers=headers), timeout=30):
            field, _, text = line.decode().rstrip("\n").partition(": ")
            if field == "id": cursor = text
            elif field == "data": print(json.loads(text), flush=True)
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError) and error.code < 500: sys.exit(error.read().decode())
        time.sleep(1)

"""Broadcasts a value: python3 publish.py http://127.0.0.1:8080 '{"order":17}'"""
import os, sys, urllib.error, urllib.request, uuid

url, value = sys.argv[1:]
headers = {"content-type": "application/json", "idempotency-key": str(uuid.uuid4())}
if "TIDECAST_TOKEN" in os.environ:
    headers["authorization"] = "Bearer " + os.environ["TIDECAST_TOKEN"]
request = urllib.request.Request(url + "/broadcast", value.encode(), headers)
try:
    print(urllib.request.urlopen(request, timeout=10).read().decode())
except urllib.error.HTTPError as error:
    sys.exit(error.read().decode())

#!/usr/bin/env python3
"""Keeps what clients broadcast to it, and sends nothing to other nodes."""
import json, sys

values = set()


def handle(src, body):
    global me
    answer = {}
    if body["type"] == "init":
        me = body["node_id"]
    elif body["type"] == "broadcast":
        values.add(body["message"])
    elif body["type"] == "read":
        answer = {"messages": list(values)}
    send(src, {**answer, "type": body["type"] + "_ok", "in_reply_to": body["msg_id"]})


def send(dest, body):
    print(json.dumps({"src": me, "dest": dest, "body": body}), flush=True)


for message in map(json.loads, sys.stdin):
    handle(message["src"], message["body"])

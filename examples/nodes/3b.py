#!/usr/bin/env python3
"""Sends every new value to its neighbours, once."""
import json, sys

values, neighbours = set(), []


def handle(src, body):
    global me
    answer = {}
    if body["type"] == "init":
        me = body["node_id"]
    elif body["type"] == "topology":
        neighbours.extend(body["topology"][me])
    elif body["type"] in ("broadcast", "gossip"):
        learn(body["message"], src)
    elif body["type"] == "read":
        answer = {"messages": list(values)}
    if "msg_id" in body:
        send(src, {**answer, "type": body["type"] + "_ok", "in_reply_to": body["msg_id"]})


def learn(value, source):
    if value not in values:
        values.add(value)
        for neighbour in neighbours:
            if neighbour != source:
                send(neighbour, {"type": "gossip", "message": value})


def send(dest, body):
    print(json.dumps({"src": me, "dest": dest, "body": body}), flush=True)


for message in map(json.loads, sys.stdin):
    handle(message["src"], message["body"])

#!/usr/bin/env python3
"""Sends what a neighbour lacks twice a second and never at once: one message carries many values."""
import json, sys, threading, time

values, lacks, lock = set(), {}, threading.Lock()


def handle(src, body):
    global me
    answer = {}
    if body["type"] == "init":
        me, (hub, *others) = body["node_id"], body["node_ids"]
        lacks.update({neighbour: set() for neighbour in (others if me == hub else [hub])})
    elif body["type"] == "broadcast":
        learn({body["message"]}, src)
    elif body["type"] == "gossip":
        learn(set(body["messages"]), src)
        send(src, {"type": "gossip_ok", "messages": body["messages"]})
    elif body["type"] == "gossip_ok":
        lacks[src] -= set(body["messages"])
    elif body["type"] == "read":
        answer = {"messages": list(values)}
    if "msg_id" in body:
        send(src, {**answer, "type": body["type"] + "_ok", "in_reply_to": body["msg_id"]})


def learn(shown, source):
    for neighbour in lacks:
        if neighbour != source:
            lacks[neighbour] |= shown - values
    values.update(shown)


def repeat():
    while True:
        time.sleep(0.5)
        with lock:
            for neighbour in filter(lacks.get, lacks):
                send(neighbour, {"type": "gossip", "messages": list(lacks[neighbour])})


def send(dest, body):
    print(json.dumps({"src": me, "dest": dest, "body": body}), flush=True)


threading.Thread(target=repeat, daemon=True).start()
for message in map(json.loads, sys.stdin):
    with lock:
        handle(message["src"], message["body"])

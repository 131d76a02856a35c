#!/usr/bin/env python3
"""Remembers what each neighbour lacks, and sends it again until the neighbour acknowledges it."""
import json, sys, threading, time

values, lacks, lock = set(), {}, threading.Lock()


def handle(src, body):
    global me
    answer = {}
    if body["type"] == "init":
        me = body["node_id"]
    elif body["type"] == "topology":
        lacks.update({neighbour: set() for neighbour in body["topology"][me]})
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
    new = shown - values
    values.update(new)
    for neighbour in lacks:
        if new and neighbour != source:
            lacks[neighbour] |= new
            send(neighbour, {"type": "gossip", "messages": list(new)})


def repeat():
    while True:
        time.sleep(1)
        with lock:
            for neighbour in filter(lacks.get, lacks):
                send(neighbour, {"type": "gossip", "messages": list(lacks[neighbour])})


def send(dest, body):
    print(json.dumps({"src": me, "dest": dest, "body": body}), flush=True)


threading.Thread(target=repeat, daemon=True).start()
for message in map(json.loads, sys.stdin):
    with lock:
        handle(message["src"], message["body"])

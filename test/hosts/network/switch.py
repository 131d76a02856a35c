"""A network switch in user space, which delays and loses packets as `netem` would: many kernels are built without it.

    switch.py SEED PORT=INTERFACE…

Each port is one end of a veth pair, and the interface, its other end, becomes that of a host. The switch carries Ethernet frames between
them. The kernels' own TCP runs on both sides, so a lost packet is retransmitted, and a cut connection hangs, as on a real network.

The last byte of a host's MAC address is its number, from 1 on, in the order of the ports. On stdin comes one JSON object per line:
`links[from][to]` is [delay in s, probability of loss, cut], by number minus one. The switch answers each line with the frames that it
has forwarded, lost by chance, and dropped on links that were cut. It ends with its stdin.
"""
import ctypes
import fcntl
import heapq
import json
import random
import select
import socket
import struct
import sys
import time

ETH_P_ALL = 0x0003
SOL_PACKET = 263
PACKET_IGNORE_OUTGOING = 23
SIOCETHTOOL = 0x8946
ETHTOOL_STXCSUM = 0x17
LONGEST_FRAME = 65_536
# IPv4 and ARP: nothing else belongs to these hosts.
TYPES = (b"\x08\x00", b"\x08\x06")


def send_whole_packets(interface):
    """Lets the kernel compute checksums and cut segments itself: a veth would leave both to a network card, which is not there."""
    value = ctypes.create_string_buffer(struct.pack("II", ETHTOOL_STXCSUM, 0))
    request = struct.pack("16sP8x", interface.encode(), ctypes.addressof(value))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCETHTOOL, request)


def open_port(interface):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    port.bind((interface, 0))
    port.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    port.setblocking(False)
    return port


def main():
    chance = random.Random(int(sys.argv[1]))
    ports = []
    for pair in sys.argv[2:]:
        port, interface = pair.split("=")
        send_whole_packets(interface)
        ports.append(open_port(port))
    everyone = range(len(ports))
    links = [[(0.0, 0.0, False) for _ in everyone] for _ in everyone]
    counts = {"forwarded": 0, "lost": 0, "cut": 0}
    flying = []
    serial = 0
    poll = select.poll()
    by_descriptor = {port.fileno(): number for number, port in enumerate(ports)}
    for descriptor in (*by_descriptor, sys.stdin.fileno()):
        poll.register(descriptor, select.POLLIN)
    print(json.dumps(counts), flush=True)
    while True:
        wait = None if not flying else max(0.0, (flying[0][0] - time.monotonic()) * 1000)
        for descriptor, _ in poll.poll(wait):
            source = by_descriptor.get(descriptor)
            if source is None:
                line = sys.stdin.readline()
                if not line:
                    return
                links = json.loads(line)["links"]
                print(json.dumps(counts), flush=True)
                continue
            while True:
                try:
                    frame = ports[source].recv(LONGEST_FRAME)
                except BlockingIOError:
                    break
                if frame[12:14] not in TYPES:
                    continue
                # A broadcast has no host's number as its last byte.
                number = frame[5] - 1
                for target in (number,) if number in everyone else everyone:
                    if target == source:
                        continue
                    delay, loss, is_cut = links[source][target]
                    if is_cut:
                        counts["cut"] += 1
                    elif chance.random() < loss:
                        counts["lost"] += 1
                    else:
                        serial += 1
                        heapq.heappush(flying, (time.monotonic() + delay, serial, target, frame))
        now = time.monotonic()
        while flying and flying[0][0] <= now:
            _, _, target, frame = heapq.heappop(flying)
            counts["forwarded"] += 1
            try:
                ports[target].send(frame)
            except OSError:
                pass


main()

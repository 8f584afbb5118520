# Puts a unit of no use into a program's compressed .debug_info: it costs time to get behind it, and memory to keep it.
#
#   inflate_units.py PROGRAM TO BEFORE MEGABYTES [slow]     the program has uncompressed DWARF 5; BEFORE is a unit's number
#
# slow: each 512 bytes have a Huffman code of their own, which takes about ten times as long to inflate.
import os
import random
import struct
import subprocess
import sys
import zlib

EASY = bytes(range(256)) * 256
SLOW = bytes(min(int(random.Random(1000 + i).expovariate(0.15)), 255) for i in range(512))


def unit_offsets(info):
    at = 0
    while at < len(info):
        yield at
        at += 4 + struct.unpack_from("<I", info, at)[0]


def deflated(pieces):
    """A zlib stream of (bytes, how often): what is repeated is compressed once."""
    stream, check = [b"\x78\x01"], 1
    for piece, times in pieces:
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        stream += [packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)] * times
        for _ in range(times):
            check = zlib.adler32(piece, check)
    return b"".join(stream) + zlib.compressobj(1, zlib.DEFLATED, -15).flush() + struct.pack(">I", check)


def mark_compressed(path, name):
    with open(path, "r+b") as file:
        elf = bytearray(file.read())
        start, = struct.unpack_from("<Q", elf, 40)
        size, count, names = struct.unpack_from("<HHH", elf, 58)
        names_at, = struct.unpack_from("<Q", elf, start + names * size + 24)
        for header in range(start, start + count * size, size):
            name_at = names_at + struct.unpack_from("<I", elf, header)[0]
            if elf[name_at:].startswith(name + b"\0"):
                struct.pack_into("<Q", elf, header + 8, struct.unpack_from("<Q", elf, header + 8)[0] | 0x800)
        file.seek(0)
        file.write(elf)


def main():
    program, to, before, megabytes = sys.argv[1:5]
    piece = SLOW if sys.argv[5:] else EASY
    section = to + ".section"
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.debug_info", "--set-section-flags=.debug_info=alloc",
                    program, section], check=True)
    info = open(section, "rb").read()
    at = (list(unit_offsets(info)) + [len(info)])[int(before)]
    times = (int(megabytes) << 20) // len(piece)
    # a compile unit whose first DIE is none
    head = struct.pack("<IHBBIB", 9 + times * len(piece), 5, 1, 8, 0, 0)
    pieces = [(info[:at] + head, 1), (piece, times), (info[at:], 1)]
    with open(section, "wb") as file:
        file.write(struct.pack("<IIQQ", 1, 0, len(info) + len(head) + times * len(piece), 1) + deflated(pieces))
    subprocess.run(["objcopy", "--remove-section=.debug_aranges", "--update-section", ".debug_info=" + section,
                    program, to], check=True)
    os.remove(section)
    mark_compressed(to, b".debug_info")


main()

"""Where an order is at home: the Java client's hash of its id, over as many partitions as the platform was made
with."""

HOMES = 6
MASK = 0xFFFFFFFF


def murmur2(data):
    """Austin Appleby's MurmurHash2 with the seed that Kafka's clients use, 32 bits."""
    m = 0x5BD1E995
    h = (0x9747B28C ^ len(data)) & MASK
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at : at + 4], "little") * m & MASK
        h = (h * m & MASK) ^ ((k ^ k >> 24) * m & MASK)
    if whole < len(data):
        h = (h ^ int.from_bytes(data[whole:], "little")) * m & MASK
    h = (h ^ h >> 13) * m & MASK
    return h ^ h >> 15


def home(order_id):
    return (murmur2(str(order_id).encode()) & 0x7FFFFFFF) % HOMES

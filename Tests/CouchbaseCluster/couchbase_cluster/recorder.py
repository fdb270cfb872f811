"""Keeps the frames of KV connections with what each was for."""

from .codes import Op


def name_of(opcode):
    return Op(opcode).name if opcode in Op._value2member_map_ else f"0x{opcode:02x}"


class Recorder:
    """Frames as {"purpose", "connection", "from", "operation", "hex"}, at most `limit` of them."""

    def __init__(self, limit=20_000):
        self.frames, self.limit, self.purpose = [], limit, "bootstrap"

    def received(self, session, frame):
        self._add(session, "client", name_of(frame[1]), frame)

    def sent(self, session, request, frame):
        self._add(session, "server", name_of(request.opcode), frame)

    def pushed(self, session, frame):
        self._add(session, "server", "CONFIG_PUSH", frame)

    def _add(self, session, side, operation, frame):
        if len(self.frames) < self.limit:
            self.frames.append(
                {
                    "purpose": self.purpose,
                    "connection": session.number,
                    "from": side,
                    "operation": operation,
                    "hex": frame.hex(),
                }
            )

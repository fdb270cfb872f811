"""The webhook of the run, as a process that can be killed. Arguments: port, journal, seed."""

import asyncio
import sys

from alert_webhook import Webhook
from helper import serve


async def main():
    await serve(Webhook(sys.argv[2], int(sys.argv[3])), int(sys.argv[1]))


if __name__ == "__main__":
    asyncio.run(main())

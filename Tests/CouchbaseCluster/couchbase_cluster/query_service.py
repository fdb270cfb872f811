from .http import HttpReply
class QueryService:
    def __init__(self, node): self.node=node
    async def handle(self, request): return HttpReply.json({}, 404)

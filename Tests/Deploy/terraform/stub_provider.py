"""A Terraform provider with nothing but a schema: for providers that cannot be fetched. It checks the names, types and
presence of arguments, and `terraform test` mocks the rest. It proves the shape of a stack, not its behaviour.

Run by Terraform, with schema.json beside it, in the form of one provider of `terraform providers schema -json`.
"""

import json
import pathlib
import sys

import tf.provider
from tf.gen import tfplugin_pb2 as messages
from tf.gen import tfplugin_pb2_grpc as service
from tf.runner import run_provider

UNIMPLEMENTED = 12
NESTING = messages.Schema.NestedBlock.NestingMode


def block(given):
    made = messages.Schema.Block()
    for name, attribute in sorted(given.get("attributes", {}).items()):
        flags = {flag: attribute.get(flag, False) for flag in ("required", "optional", "computed", "sensitive")}
        made.attributes.append(
            messages.Schema.Attribute(name=name, type=json.dumps(attribute["type"]).encode(), **flags)
        )
    for name, nested in sorted(given.get("block_types", {}).items()):
        made.block_types.append(
            messages.Schema.NestedBlock(
                type_name=name,
                nesting=getattr(NESTING, nested["nesting_mode"].upper()),
                block=block(nested["block"]),
                min_items=nested.get("min_items", 0),
                max_items=nested.get("max_items", 0),
            )
        )
    return made


def schema(given):
    return messages.Schema(version=given.get("version", 0), block=block(given["block"]))


class Stub(service.ProviderServicer):
    def __init__(self, given):
        self.given = given

    def GetMetadata(self, _request, context):
        # Terraform asks for the schema then.
        context.set_code(UNIMPLEMENTED)
        return messages.GetMetadata.Response()

    def GetProviderSchema(self, _request, _context):
        kinds = {
            kind: {name: schema(found) for name, found in self.given.get(kind, {}).items()}
            for kind in ("resource_schemas", "data_source_schemas")
        }
        return messages.GetProviderSchema.Response(provider=schema(self.given["provider"]), **kinds)

    def ValidateProviderConfig(self, _request, _context):
        return messages.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, _request, _context):
        return messages.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, _request, _context):
        return messages.ValidateDataResourceConfig.Response()

    def StopProvider(self, _request, _context):
        return messages.StopProvider.Response()


if __name__ == "__main__":
    given = json.loads((pathlib.Path(sys.argv[0]).resolve().parent / "schema.json").read_text())
    tf.provider.ProviderServicer = lambda _provider: Stub(given)
    run_provider(type("Provider", (), {"full_name": lambda _self: "stub"})())

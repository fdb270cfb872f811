#!/usr/bin/env bash
# The reference documentation of the library products, by DocC: a broken link or an undocumented parameter fails it.
# Uses what the debug build has made. The result is in .build/docs/<module>.
set -euo pipefail
cd "$(dirname "$0")/.."
modules=(OrderEvents Kafka KafkaClient EmbeddedBroker Couchbase)
build=.build/debug
if [ ! -d "$build/Modules" ]; then
  echo "docs: there is no debug build yet; run \`make debug\` first" >&2
  exit 1
fi
docc=$(dirname "$(readlink -f "$(command -v swift)")")/docc
target=$(swift -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)".*/\1/p' | head -n 1)
maps=()
for map in Sources/C*/module.modulemap "$build"/*.build/module.modulemap .build/checkouts/*/Sources/*/include/module.modulemap; do
  [ -f "$map" ] && maps+=(-Xcc "-fmodule-map-file=$map")
done

status=0
for module in "${modules[@]}"; do
  graphs=.build/docs/graphs/$module
  rm -rf "$graphs" ".build/docs/$module"
  mkdir -p "$graphs"
  swift symbolgraph-extract -module-name "$module" -I "$build/Modules" "${maps[@]}" -target "$target" \
    -output-dir "$graphs" -minimum-access-level public -skip-inherited-docs
  if "$docc" convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$graphs" \
    --fallback-display-name "$module" --fallback-bundle-identifier "orders.$module" --warnings-as-errors \
    --output-path ".build/docs/$module" >".build/docs/$module.log" 2>&1; then
    echo "docs: $module is in .build/docs/$module"
  else
    cat ".build/docs/$module.log" >&2
    status=1
  fi
done
exit $status

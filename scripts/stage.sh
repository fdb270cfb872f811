#!/usr/bin/env bash
# Lays the built program out as it is installed: what the image, the package and the archive hold.
# Usage: stage.sh release|debug DIRECTORY
#
#   usr/bin/orders -> ../lib/orders/orders    usr/lib/orders/    usr/share/orders/web/
#
# A binary that needs Swift's runtime as libraries gets them beside it; one built with --static-swift-stdlib does not.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:?release or debug}
target=${2:?a directory}
binary=.build/$configuration/orders
[ -x "$binary" ] || { echo "stage: $binary is missing; run scripts/build.sh $configuration" >&2; exit 1; }
[ -f Web/dist/index.html ] || { echo "stage: Web/dist is missing; run Web/build.sh" >&2; exit 1; }

rm -rf "$target"
install -d "$target/usr/bin" "$target/usr/lib/orders" "$target/usr/share/orders/web" "$target/usr/share/doc/orders"
install -m 0755 "$binary" "$target/usr/lib/orders/orders"
strip --strip-all "$target/usr/lib/orders/orders"
ln -s ../lib/orders/orders "$target/usr/bin/orders"
# Libraries that no package of the distribution brings: they are beside the compiler.
toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")
ldd "$binary" | awk '{print $3}' | while read -r library; do
  case "$library" in "$toolchain"/*) install -m 0644 "$library" "$target/usr/lib/orders/" ;; esac
done
find "$target/usr/lib/orders" -name '*.so*' -exec strip --strip-unneeded {} +
for file in Web/dist/*; do install -m 0644 "$file" "$target/usr/share/orders/web/"; done
install -m 0644 LICENSE "$target/usr/share/doc/orders/copyright"
echo "stage: $(du -sh "$target" | cut -f1) in $target"

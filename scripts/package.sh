#!/usr/bin/env bash
# Packs the release binary: a Debian package and an archive, in dist/. Usage: package.sh [release|debug]
#
# The package takes its libraries from the distribution that it is built on. The archive brings all but the C library.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-release}
version=$(".build/$configuration/orders" --version)
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for tool in patchelf dpkg-shlibdeps; do
  if ! command -v "$tool" >/dev/null; then
    apt-get -qq install -y --no-install-recommends patchelf dpkg-dev >/dev/null
  fi
done
mkdir -p dist
scripts/stage.sh "$configuration" "$work/stage"

package() {
  local root=$work/deb depends
  cp -a "$work/stage" "$root"
  install -d "$root/DEBIAN" "$root/lib/systemd/system" "$root/etc/orders"
  install -m 0644 infra/debian/orders.service infra/debian/orders@.service "$root/lib/systemd/system/"
  install -m 0644 infra/debian/orders.yaml "$root/etc/orders/"
  install -m 0644 README.md CHANGELOG.md docs/CONFIGURATION.md docs/OPERATIONS.md "$root/usr/share/doc/orders/"
  install -m 0755 infra/debian/postinst infra/debian/prerm infra/debian/postrm "$root/DEBIAN/"
  echo /etc/orders/orders.yaml >"$root/DEBIAN/conffiles"
  # What the binary is linked with, by the packages of this distribution.
  mkdir -p "$work/shlibs/debian"
  printf 'Source: orders\n\nPackage: orders\nArchitecture: any\n' >"$work/shlibs/debian/control"
  depends=$(cd "$work/shlibs" && dpkg-shlibdeps -O -l"$root/usr/lib/orders" "$root/usr/lib/orders/orders" 2>/dev/null \
    | sed -n 's/^shlibs:Depends=//p')
  [ -n "$depends" ] || { echo "package: the binary's libraries belong to no package" >&2; exit 1; }
  cat >"$root/DEBIAN/control" <<C
Package: orders
Version: $version
Architecture: $architecture
Maintainer: The maintainers of the Real-Time Orders Platform <orders@localhost>
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: ca-certificates, $depends
Section: net
Priority: optional
Description: real-time orders platform on the Kafka protocol
 Takes orders, judges them for fraud, charges, counts and shows them live, exactly
 once. One command with everything in it, or a service each.
C
  find "$root" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" {} +
  dpkg-deb --root-owner-group --build "$root" "dist/orders_${version}_$architecture.deb" >/dev/null
}

archive() {
  local name=orders-$version-linux-$architecture root
  root=$work/$name
  install -d "$root/Web/dist" "$root/lib"
  cp "$work"/stage/usr/lib/orders/* "$root/lib/"
  mv "$root/lib/orders" "$root/orders"
  cp "$work"/stage/usr/share/orders/web/* "$root/Web/dist/"
  cp README.md LICENSE CHANGELOG.md "$root/"
  ldd "$root/orders" | awk '$3 ~ /^\// {print $3}' | while read -r library; do
    case "${library##*/}" in
      libc.so.* | libm.so.* | libpthread.so.* | libdl.so.* | librt.so.*) ;; # with the kernel's loader, the machine's own
      *) cp -n "$library" "$root/lib/" ;;
    esac
  done
  chmod 0644 "$root"/lib/*
  patchelf --set-rpath "\$ORIGIN/lib" "$root/orders"
  for library in "$root"/lib/*; do patchelf --set-rpath "\$ORIGIN" "$library"; done
  tar --create --gzip --owner=0 --group=0 --numeric-owner --sort=name \
    --mtime="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" --directory "$work" --file "dist/$name.tar.gz" "$name"
}

package
archive
(cd dist && sha256sum -- *.deb *.tar.gz >SHA256SUMS && ls -l)

#!/bin/sh
# Lays out the file system of the image: the program, the libraries that it is linked with, and the few files that they
# read. No shell, no package manager. Runs in the Dockerfile. Usage: image-root.sh DIRECTORY
set -eu
root=$1
install -d "$root/etc/ssl/certs" "$root/usr/lib/ssl" "$root/usr/bin" "$root/var/lib/dpkg" "$root/usr/share"
install -d -m 1777 "$root/tmp"
install -d -o 10001 -g 10001 -m 0750 "$root/var/lib/orders"
for link in bin lib lib64; do
  [ -e "/usr/$link" ] && install -d "$root/usr/$link" && ln -s "usr/$link" "$root/$link"
done
cp -a /usr/lib/orders "$root/usr/lib/orders"
cp -a /usr/bin/orders "$root/usr/bin/orders"
cp -a /usr/share/orders "$root/usr/share/orders"

# The libraries, the loader among them, under the names that they are asked for by.
ldd /usr/lib/orders/orders | sed -n 's/.*\(=> \|^[[:space:]]*\)\(\/[^ ]*\) (.*/\2/p' | sort -u >/tmp/libraries
grep -v '^/usr/lib/orders/' /tmp/libraries | while read -r library; do
  case $library in /usr/*) target=$root$library ;; *) target=$root/usr$library ;; esac
  install -D -m 0755 "$(readlink -f "$library")" "$target"
done

# Their packages, for whoever lists what the image holds.
grep -v '^/usr/lib/orders/' /tmp/libraries | while read -r library; do
  dpkg -S "$(readlink -f "$library")" 2>/dev/null || dpkg -S "$(readlink -f "$library" | sed 's|^/usr||')"
done | cut -d: -f1 | sort -u >/tmp/packages
echo ca-certificates >>/tmp/packages
while read -r package; do
  dpkg -s "$package"
  echo
done </tmp/packages >"$root/var/lib/dpkg/status"

cp /etc/os-release /etc/debian_version "$root/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
ln -s /etc/ssl/certs "$root/usr/lib/ssl/certs"
ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'root:x:0:0:root:/:/usr/sbin/nologin\norders:x:10001:10001::/var/lib/orders:/usr/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\norders:x:10001:\n' >"$root/etc/group"

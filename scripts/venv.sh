#!/bin/sh
# Makes a virtual environment of Python with what a file of requirements lists, unless it is there already.
# Usage: venv.sh DIRECTORY REQUIREMENTS
set -eu
directory=$1
requirements=$2
# The copy is the last step: an environment that was interrupted is made again.
cmp -s "$requirements" "$directory/requirements.txt" && exit 0
echo "venv: preparing $directory" >&2
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
  echo "venv: Python's venv module is missing. Install: sudo apt-get install python3 python3-venv" >&2
  exit 1
fi
python3 -m venv --clear "$directory"
"$directory/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
cp "$requirements" "$directory/requirements.txt"

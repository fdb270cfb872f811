#!/usr/bin/env bash
# What the corpora, committed and learned, reach: edges covered in each source file. Usage: coverage.sh [target...]
#
# A lower bound: a function of which the optimizer keeps several copies is counted with each of them.
set -euo pipefail
cd "$(dirname "$0")/../.."
targets=("$@")
[ ${#targets[@]} -eq 0 ] && targets=(json request batch journal stored core)
scratch=.build/fuzz
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
# The toolchain's own, where it has one, knows its debug information best.
symbolizer=$(dirname "$(readlink -f "$(command -v swift)")")/llvm-symbolizer
[ -x "$symbolizer" ] && export ASAN_SYMBOLIZER_PATH=$symbolizer
[ -x $scratch/release/fuzz ] || { echo "coverage: run 'make fuzz' first" >&2; exit 1; }
for target in "${targets[@]}"; do
  mkdir -p "$scratch/corpus/$target"
  echo "=== $target"
  FUZZ_TARGET=$target $scratch/release/fuzz -runs=0 -print_coverage=1 "$scratch/corpus/$target" "Tests/Fuzz/Corpus/$target" 2>&1 |
    python3 -c '
import re, sys
files = {}
for line in sys.stdin:
    found = re.match(r"(?:UN)?COVERED_FUNC: hits: \d+ edges: (\d+)/(\d+) .*/(Sources/(?:OrderEvents|BrokerCore)/\S+\.swift)", line)
    if found:
        entry = files.setdefault(found[3], [0, 0])
        entry[0] += int(found[1])
        entry[1] += int(found[2])
for name, (covered, edges) in sorted(files.items()):
    if covered:
        print(f"{100 * covered / edges:5.0f} % of {edges:5} edges  {name}")
'
done

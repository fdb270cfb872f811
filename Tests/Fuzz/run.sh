#!/usr/bin/env bash
# Fuzzes with libFuzzer, under the address sanitizer. Usage: run.sh [target...]
#
# FUZZ_SECONDS  for each target (600)
# FUZZ_JOBS     targets at a time (2)
#
# What it learns stays in .build/fuzz/corpus; what it finds is in .build/fuzz/artifacts. Exit 1 if it found anything.
set -euo pipefail
cd "$(dirname "$0")/../.."
targets=("$@")
[ ${#targets[@]} -eq 0 ] && targets=(json request batch codec journal stored core)
seconds=${FUZZ_SECONDS:-600}
jobs=${FUZZ_JOBS:-2}
scratch=.build/fuzz
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
# The toolchain's own, where it has one, knows its debug information best.
symbolizer=$(dirname "$(readlink -f "$(command -v swift)")")/llvm-symbolizer
[ -x "$symbolizer" ] && export ASAN_SYMBOLIZER_PATH=$symbolizer

[ -x $scratch/release/fuzz ] || echo "fuzz: the first instrumented build takes several minutes."
# The manifest of the whole project takes the folder for a target's, and would warn of this file.
trap 'rm -f Tests/Fuzz/Package.resolved' EXIT
# Both sanitizers in one flag, behind SwiftPM's own: of several such flags the compiler takes the last alone.
swift build --package-path Tests/Fuzz --scratch-path $scratch -c release --product fuzz \
  --sanitize fuzzer -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing
counters=$(FUZZ_TARGET=json $scratch/release/fuzz -runs=0 2>&1 | grep -oE '\([0-9]+ inline' | tr -dc 0-9)
if [ "${counters:-0}" -lt 10000 ]; then
  echo "fuzz: the build is not instrumented (${counters:-no} counters); remove $scratch and try again" >&2
  exit 1
fi

# One allocation of more than 64 MiB, 2 GiB in all or 20 s for one input is a finding as well.
fuzz() {
  local target=$1 corpus=$scratch/corpus/$1 artifacts=$scratch/artifacts/$1 dictionary=()
  mkdir -p "$corpus" "$artifacts"
  [ -f "Tests/Fuzz/$target.dict" ] && dictionary=("-dict=Tests/Fuzz/$target.dict")
  FUZZ_TARGET=$target nice -n 5 $scratch/release/fuzz "${dictionary[@]}" \
    -max_total_time="$seconds" -timeout=20 -malloc_limit_mb=64 -rss_limit_mb=2048 -use_value_profile=1 -max_len=4096 \
    -print_final_stats=1 -artifact_prefix="$artifacts/" "$corpus" "Tests/Fuzz/Corpus/$target" >"$scratch/$target.log" 2>&1
}

running=()
failed=()
finish() {
  local target=${running[0]%%:*} pid=${running[0]##*:}
  running=("${running[@]:1}")
  if wait "$pid"; then
    echo "fuzz: $target: $(grep -oE 'number_of_executed_units: [0-9]+' "$scratch/$target.log" | grep -oE '[0-9]+') inputs, nothing found"
  else
    failed+=("$target")
    local input
    input=$(grep -oE "Test unit written to .*" "$scratch/$target.log" | tail -1 | cut -d' ' -f5)
    echo "fuzz: $target: FOUND $input"
    grep -m1 -E "Fatal error|ERROR: (AddressSanitizer|libFuzzer)" "$scratch/$target.log" || true
    echo "  again:   FUZZ_TARGET=$target SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 $scratch/release/fuzz $input"
    echo "  smaller: the same with -minimize_crash=1 -max_total_time=60 before the file"
    echo "  keep:    cp $input Tests/Fuzz/Corpus/$target/found-WHAT-IT-WAS    (then fix it, and run: swift test --filter FuzzTests)"
  fi
}

for target in "${targets[@]}"; do
  fuzz "$target" &
  running+=("$target:$!")
  if [ ${#running[@]} -ge "$jobs" ]; then finish; fi
done
while [ ${#running[@]} -gt 0 ]; do finish; done

if [ ${#failed[@]} -gt 0 ]; then
  echo "fuzz: FAILED: ${failed[*]}; logs are in $scratch"
  exit 1
fi

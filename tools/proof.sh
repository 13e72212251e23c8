# Shared by the scripts that prove that nothing is lost: a small job, and counting. To be sourced.
# shellcheck shell=bash
# shellcheck source=tools/lib.sh
. tools/lib.sh

export SWIFT_BACKTRACE=enable=no # a handler of crashes would outlive what the scripts kill
passed=0
failed=0

pass() { passed=$((passed + 1)); }
fail() {
  failed=$((failed + 1))
  printf 'FAIL %s\n' "$*"
}

# Prints the counts and ends.
finish() {
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" = 0 ]
}

# The command: LOCKSTEP, or a release build of this checkout.
require_lockstep() {
  lockstep=${LOCKSTEP:-$PWD/.build/release/lockstep}
  [ -n "${LOCKSTEP:-}" ] || quietly swift build -c release --product lockstep || die "the build failed"
  [ -x "$lockstep" ] || die "there is no command '$lockstep'"
}

# A folder that goes away, with ROWS rows of data and a recipe with dropout and a short last batch;
# the arguments are lines of 'training'.
make_job() {
  local rows=$1
  shift
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  "$lockstep" dataset maxmin --rows "$rows" -o "$folder/data.h5" > /dev/null
  {
    cat << 'YAML'
model:
  layers:
    - LSTM: {units: 8, dropout: 0.2, recurrent_dropout: 0.1}
    - Dropout: {rate: 0.1}
    - Dense: {units: 2}
data: {train: data.h5, validation_split: 0.1}
training:
  loss: mse
  metrics: [mae]
  optimizer: {Adam: {learning_rate: 0.01}}
YAML
    printf '  %s\n' "$@"
  } > "$folder/job.yaml"
}

# The value of a key in the last JSON event of a kind, in a file.
event() {
  { grep "\"event\": *\"$2\"" "$1" || true; } | tail -n 1 | { grep -oE "\"$3\": *[^,}]*" || true; } | sed "s/^[^:]*: *//" | tr -d "\""
}

# Shared by the scripts beside it: messages, and packages of the system. To be sourced, not run.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# Runs a command and shows what it said only if it fails.
quietly() {
  local log
  log=$(mktemp)
  if "$@" > "$log" 2>&1; then rm -f "$log"; return; fi
  tail -n 40 "$log" >&2
  rm -f "$log"
  return 1
}

# Runs a command as root: directly, by sudo (which may ask for a password), or not at all.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo > /dev/null; then sudo "$@"; else return 127; fi
}

has_package() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]; }

# Installs those of the named packages that are missing; says what to do where that cannot be done.
require_packages() {
  local missing=() package
  command -v dpkg-query > /dev/null || {
    say "This system has no apt; make sure that it has what Debian calls: $*"
    return
  }
  for package in "$@"; do has_package "$package" || missing+=("$package"); done
  [ ${#missing[@]} = 0 ] && return
  say "Installing ${missing[*]}"
  quietly as_root apt-get update -qq || say "apt-get update failed; going on with the lists that are there"
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" ||
    die "the packages could not be installed; run as root: apt-get install ${missing[*]}"
}

# The libraries to build with, and the program that draws.
require_libraries() {
  require_packages libhdf5-dev libopenblas-dev libssl-dev libzip-dev libdeflate-dev pkg-config gnuplot-nox
}

# Swift of at least a major version.
require_swift() {
  local wanted=$1 version
  command -v swift > /dev/null || die "there is no Swift here; install Swift $wanted or newer from https://swift.org/install"
  version=$(swift --version 2> /dev/null | sed -n 's/.*Swift version \([0-9]*\).*/\1/p' | head -n 1)
  [ "${version:-0}" -ge "$wanted" ] ||
    die "Swift $wanted or newer is needed, and this is ${version:-of an unknown version}; install it from https://swift.org/install"
}
